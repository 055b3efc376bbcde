"""Who takes back the agreement: from then on nothing more is recorded, heard, rated or reported of them.

Each kind of work is met twice: as it begins, and where it would store what it made meanwhile. Priya withdraws.
"""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import reports.tasks  # noqa: F401 - registers the work
from config.work.tasks import WorkRefused
from interviewpanel.engines.transcription import Pcm, Transcription
from interviewpanel.models import Answer, AnswerScore, InterviewPanelCandidate, InterviewSession, VideoChunk
from interviewpanel.selectors.withdrawals import NOTHING_MORE, has_withdrawn
from interviewpanel.services import session_manager
from interviewpanel.services.candidate_requests import answer_request, ask_people
from interviewpanel.services.invitations import make_token
from interviewpanel.services.scores import analyse_score
from reports.models import InterviewReport
from reports.services.remaking import remake_report
from reports.services.reports import prepare_report
from tests.live_interviews import (
    after,
    begin,
    begin_interview,
    begin_now,
    close,
    find_open,
    invite,
    list_events,
    make_panel,
    reload,
    store_audio,
    summarise,
)
from tests.staff import make_member, sign_in
from tests.work import ScriptedEngine, do_due, do_row

pytestmark = pytest.mark.django_db
WORDS = "An index makes reads fast and writes slow."


def withdraw(invitation: InterviewPanelCandidate, seconds: float = 100) -> None:
    ask_people(invitation=invitation, kind="withdraw", note="", now=after(seconds))


def end(session: InterviewSession, seconds: float = 90) -> None:
    session_manager.end_session(session_id=session.pk, now=after(seconds), reason="ended_by_candidate")


class Withdrawing(ScriptedEngine):
    """Hears as ever; but while it does, the candidate withdraws."""

    def __init__(self, invitation: InterviewPanelCandidate) -> None:
        super().__init__()
        self.invitation = invitation

    def transcribe(self, pcm: Pcm, **options: Any) -> Transcription:
        withdraw(self.invitation)
        return super().transcribe(pcm, **options)


def test_it_counts_from_the_moment_it_is_stored_whatever_was_read_before_and_whatever_is_replied() -> None:
    session = begin_interview()
    other = begin(invite(make_panel("Elsewhere"), "Mallory Archer"))
    stale = reload(session)
    assert not has_withdrawn(stale)
    row = ask_people(invitation=session.invitation, kind="withdraw", note="", now=after(30))
    answer_request(request=row, user=make_member("rosa@x.example", {}), reply="A pity.", now=after(60))
    assert has_withdrawn(stale)
    assert not has_withdrawn(other)


def test_of_an_interview_under_way_the_open_answer_is_neither_heard_nor_rated() -> None:
    session = begin_interview()
    segment = store_audio(find_open(session))
    answer = find_open(session)
    withdraw(session.invitation, 30)
    do_due(now=after(60))
    segment.refresh_from_db()
    assert (segment.work_status, segment.last_error, segment.text) == ("failed", NOTHING_MORE, "")
    assert summarise(answer) == ("closed", "", 0)
    assert not InterviewReport.objects.exists()
    assert list_events(session)[-1][1] == "interview_completed"


def test_of_an_answer_that_was_heard_already_nothing_is_joined_and_nothing_rated() -> None:
    session = begin_interview()
    do_row(store_audio(find_open(session)), engine=ScriptedEngine())
    answer = find_open(session)
    withdraw(session.invitation, 30)
    do_due(now=after(60))
    assert summarise(answer) == ("closed", "", 0)
    assert Answer.objects.get(pk=answer.pk).provisional is None


def test_what_was_heard_while_the_candidate_withdrew_is_not_kept() -> None:
    session = begin_interview()
    segment = store_audio(find_open(session))
    answer = close(session)
    do_row(segment, engine=Withdrawing(session.invitation))
    segment.refresh_from_db()
    assert (segment.work_status, segment.last_error, segment.text) == ("failed", NOTHING_MORE, "")
    assert summarise(answer) == ("closed", "", 0)


@pytest.mark.parametrize("is_over", [False, True])
def test_a_rating_that_was_due_is_not_made(is_over: bool) -> None:
    session = begin_interview()
    answer = close(session, "typed", typed=WORDS)
    if is_over:
        end(session)
    withdraw(session.invitation)
    do_due(AnswerScore, now=after(120))
    score = answer.scores.get()
    assert (score.work_status, score.last_error, score.state, score.composite) == ("failed", NOTHING_MORE, "", None)
    assert summarise(answer) == ("transcribed", WORDS, 1)
    assert "scoring_update" not in [type_ for _, type_ in list_events(session)]


def test_a_rating_that_was_made_while_the_candidate_withdrew_is_not_stored() -> None:
    session = begin_interview()
    score = close(session, "typed", typed=WORDS).scores.get()
    store = analyse_score(score)
    withdraw(session.invitation)
    with pytest.raises(WorkRefused, match="withdrawn"):
        store()
    score.refresh_from_db()
    assert (score.state, score.components) == ("", {})


def held() -> InterviewReport:
    """Over, one typed answer rated, the report due."""
    session = begin_interview()
    close(session, "typed", typed=WORDS)
    end(session)
    do_due(now=after(91))
    return InterviewReport.objects.get(session=session)


def test_a_report_that_was_due_is_not_made() -> None:
    report = held()
    withdraw(report.session.invitation)
    do_due(InterviewReport, now=after(120))
    report.refresh_from_db()
    assert (report.work_status, report.last_error) == ("failed", NOTHING_MORE)
    assert (report.overall, report.document, bool(report.pdf)) == (None, None, False)
    assert not remake_report(report_id=report.pk, now=after(200))


def test_a_report_that_was_made_while_the_candidate_withdrew_is_not_stored() -> None:
    report = held()
    store = prepare_report(report=report, now=after(95))
    withdraw(report.session.invitation)
    with pytest.raises(WorkRefused, match="withdrawn"):
        store()
    report.refresh_from_db()
    assert (report.document, bool(report.pdf)) == (None, False)


@pytest.mark.parametrize("was_over", [False, True])
def test_no_more_video_is_taken(was_over: bool) -> None:
    session = begin_now(invite(make_panel(records_video=True), now=timezone.now()))
    token, video = make_token(session.invitation), uuid.UUID(int=7)

    def put(number: int, of: uuid.UUID = video) -> tuple[int, object]:
        url = reverse("candidate-video", args=[token, of, number])
        response = Client().put(url, b"\x1aE\xdf\xa3 picture", content_type="video/webm")
        return response.status_code, response.json().get("code")

    assert put(0) == (200, None)
    if was_over:
        session_manager.end_session(session_id=session.pk, now=timezone.now(), reason="ended_by_candidate")
    ask_people(invitation=session.invitation, kind="withdraw", note="", now=timezone.now())
    assert (put(1), put(0, uuid.UUID(int=8))) == ((410, "over"), (410, "over"))
    assert VideoChunk.objects.count() == 1


def test_nobody_is_told_that_the_answer_is_still_being_worked_on(settings: Any) -> None:
    session = begin_interview()
    store_audio(find_open(session))
    withdraw(session.invitation, 30)
    do_due(now=after(60))
    own = Client().get(reverse("candidate-privacy", args=[make_token(session.invitation)])).content.decode()
    assert "You have withdrawn, so your answer was not written down." in own
    assert "still being written down" not in own
    rosa = sign_in(make_member("rosa@fernbrook.example", {session.organization: "hr"}))
    page = rosa.get(reverse("admin:interviewpanel_interviewsession_change", args=[session.pk])).content.decode()
    assert "Not heard and not rated: the candidate has withdrawn" in page
    assert "being transcribed" not in page
