"""After an erasure nothing of a person is found: not in a row, not in a file; and nothing else is missing.

Named people: Priya, whose interview is erased; Omar, who was interviewed on the same panel; Rosa, a recruiter.
"""

import threading
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection

import reports.tasks  # noqa: F401 - registers the work of reports
from interviewpanel.models import (
    CandidateRequest,
    FileRemoval,
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewSession,
)
from interviewpanel.models.erasures import SESSION_FOLDERS
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.services import session_manager
from interviewpanel.services.accommodations import AccommodationRefused, ask_accommodation
from interviewpanel.services.candidate_requests import RequestRefused, ask_people
from interviewpanel.services.erasure import ErasureRefused, erase_interview
from interviewpanel.services.feedback import FeedbackRefused, correct_answer, give_feedback
from interviewpanel.services.invitations import InvitationRefused, issue_invitation, make_token, reissue_invitation
from interviewpanel.services.video_uploads import UploadRefused
from organizations.models import Candidate
from tests.erased_interviews import (
    OMAR,
    PRIYA,
    find_traces,
    list_files,
    list_folders,
    plant,
    remove_files,
    store_video,
)
from tests.live_interviews import after, begin, invite, make_panel, reload

pytestmark = pytest.mark.django_db


@pytest.fixture
def panel() -> InterviewPanel:
    return make_panel(records_video=True)


def erase(invitation: InterviewPanelCandidate, seconds: float = 200, reason: str = "request") -> bool:
    return erase_interview(invitation_id=invitation.pk, reason=reason, now=after(seconds))


def read_rows(organization_id: int, *models: type) -> list[str]:
    return [serializers.serialize("json", model.objects.filter(organization_id=organization_id)) for model in models]


# --- What goes, and what remains -------------------------------------------------------------------------------------


def test_a_planted_interview_is_found_wherever_words_can_be(panel: InterviewPanel) -> None:
    """Else the next test would find nothing for want of anything to find."""
    plant(panel, PRIYA)
    places = find_traces(PRIYA)
    assert [place for place in places if "/" not in place] == [
        "interviewpanel.accommodationrequest.note",
        "interviewpanel.answer.provisional",
        "interviewpanel.answer.transcript",
        "interviewpanel.answer.turn_memory",
        "interviewpanel.answer.typed_text",
        "interviewpanel.answercorrection.text",
        "interviewpanel.answerrating.reason",
        "interviewpanel.answerscore.criteria",
        "interviewpanel.answerscore.notable_quote",
        "interviewpanel.answerscore.rationale",
        "interviewpanel.answerscore.red_flags",
        "interviewpanel.answerscore.strengths",
        "interviewpanel.audiosegment.last_error",
        "interviewpanel.audiosegment.text",
        "interviewpanel.audiosegment.words",
        "interviewpanel.candidatefeedback.comment",
        "interviewpanel.candidaterequest.note",
        "interviewpanel.clientevent.client_at",
        "interviewpanel.clientevent.kind",
        "interviewpanel.decision.reason",
        "interviewpanel.preparedline.details",
        "interviewpanel.preparedline.text",
        "interviewpanel.scoreoverride.reason",
        "interviewpanel.scoreoverride.withdrawal_reason",
        "interviewpanel.sessionevent.payload",
        "interviewpanel.spokenaudio.text",
        "interviewpanel.transcriptentry.text",
        "organizations.candidate.email",
        "organizations.candidate.full_name",
        "organizations.candidate.resume_name",
        "organizations.change.message",
        "organizations.change.reason",
        "organizations.change.subject_name",
        "organizations.message.reason",
        "organizations.message.subject",
        "organizations.message.text",
        "organizations.message.to_address",
        "organizations.resumetext.flags",
        "organizations.resumetext.text",
        "organizations.webhookattempt.answer",
        "organizations.webhookdelivery.payload",
        "organizations.webhookendpoint.url",
        "questionbank.resumesummary.facts",
        "reports.interviewnarrative.reply",
        "reports.interviewreport.document",
        "reports.reportshare.purpose",
    ]
    assert {place.split("/")[0] for place in places if "/" in place} == {"reports", "resumes", "video"}
    assert {path.split("/")[0] for path in list_files()} == {*SESSION_FOLDERS, "resumes", "spoken"}


def test_nothing_of_the_person_is_left_in_any_row_or_file(panel: InterviewPanel) -> None:
    session = plant(panel, PRIYA)
    assert erase(session.invitation)
    assert [place for place in find_traces(PRIYA) if "/" not in place] == []
    remove_files(200)
    assert (find_traces(PRIYA), list_files()) == ([], [])
    assert [folder for folder in list_folders() if str(session.uuid) in folder] == []


def test_other_candidates_keep_everything(panel: InterviewPanel) -> None:
    session, other = plant(panel, PRIYA), plant(panel, OMAR)
    elsewhere = plant(make_panel("Elsewhere", records_video=True), PRIYA)
    before = find_traces(OMAR), list_files(other), list_files(elsewhere)
    rows = read_rows(elsewhere.organization_id, Candidate, InterviewPanelCandidate, InterviewSession, CandidateRequest)
    erase(session.invitation)
    remove_files(200)
    assert (find_traces(OMAR), list_files(other), list_files(elsewhere)) == before
    assert rows == read_rows(
        elsewhere.organization_id, Candidate, InterviewPanelCandidate, InterviewSession, CandidateRequest
    )
    assert other.answers.count() == 3


def test_what_remains_says_that_an_interview_was_held_and_when_and_to_what_was_agreed(panel: InterviewPanel) -> None:
    session = plant(panel, PRIYA)
    hash_before, asked = session.consent_hash, session.invitation.requests.get()
    erase(session.invitation)
    session = reload(session)
    assert (session.status, session.started_at, session.ended_at) == ("completed", after(0), after(100))
    assert (session.consented_at, session.consent_version, session.consent_language, session.consent_hash) == (
        *(after(0), "2026-1", "en"),
        hash_before,
    )
    assert len(hash_before) == 64
    invitation = session.invitation
    assert (invitation.panel, invitation.erased_at, invitation.erased_because) == (panel, after(200), "request")
    asked.refresh_from_db()
    assert (asked.kind, asked.asked_at, asked.answered_at, asked.note, asked.reply) == (
        *("withdraw", after(132), after(200)),
        *("", ""),
    )


def test_what_remains_tells_nothing_of_how_it_went_or_of_accommodations(panel: InterviewPanel) -> None:
    invitation = invite(panel, time_multiplier=2.0)
    InterviewPanelCandidate.objects.filter(pk=invitation.pk).update(
        silence_multiplier=3, extra_break_seconds=60, prefers_typing=True, metadata={"applicant": "4711"}
    )
    session = begin(invitation)
    session_manager.end_session(session_id=session.pk, now=after(90), reason="no_reply", is_abandoned=True)
    erase(invitation)
    session = reload(session)
    told = ("end_reason", "clock_limit_seconds", "clock_used_seconds", "pause_used_seconds", "grace_used_seconds")
    assert [getattr(session, name) for name in told] == ["", 1800, 0.0, 0.0, 0.0]
    terms = ("time_multiplier", "silence_multiplier", "extra_break_seconds", "prefers_typing", "metadata")
    assert [getattr(session.invitation, name) for name in terms] == [1.0, 1.0, 0, False, {}]


def test_all_who_were_erased_share_one_nameless_candidate_whom_nobody_can_invite(panel: InterviewPanel) -> None:
    for person in (PRIYA, OMAR):
        erase(invite(panel, person.name))
    nobody = Candidate.objects.get()
    assert (nobody.full_name, nobody.is_erased, nobody.invitations.count()) == ("Erased candidate", True, 2)
    with pytest.raises(InvitationRefused, match="was erased"):
        issue_invitation(panel=panel, candidate=nobody, now=after(1))
    with pytest.raises(InvitationRefused, match="was erased"):
        reissue_invitation(invitation=nobody.invitations.all()[0], now=after(1))


def test_an_address_like_that_of_the_nameless_one_once_stops_no_erasure(panel: InterviewPanel) -> None:
    organization = panel.organization
    reserved = f"erased@{organization.uuid}.invalid"
    mia = Candidate.objects.create(organization=organization, full_name="Mia", email=reserved)
    assert erase(invite(panel))
    assert [(one.full_name, one.email) for one in Candidate.objects.order_by("pk")] == [
        (mia.full_name, reserved),
        ("Erased candidate", ""),
    ]


def test_nameless_ones_of_before_lose_their_address(panel: InterviewPanel) -> None:
    erase(invite(panel))
    Candidate.objects.update(email="erased@example.invalid")
    import_module("organizations.migrations.0014_nameless_candidates").take_addresses(apps, None)
    assert [one.email for one in Candidate.objects.all()] == [""]


def test_a_candidate_stays_for_another_interview_and_goes_with_the_last(panel: InterviewPanel) -> None:
    first = invite(panel)
    second = issue_invitation(panel=panel, candidate=first.candidate, now=after(0))
    erase(first)
    assert [str(one.candidate) for one in InterviewPanelCandidate.objects.order_by("pk")] == [
        "Erased candidate",
        PRIYA.name,
    ]
    erase(second)
    assert [str(one) for one in Candidate.objects.all()] == ["Erased candidate"]


def test_erased_twice_is_erased_once(panel: InterviewPanel) -> None:
    session = plant(panel, PRIYA)
    assert [erase(session.invitation, 200), erase(session.invitation, 300, "operator")] == [True, False]
    session.invitation.refresh_from_db()
    assert (session.invitation.erased_at, session.invitation.erased_because) == (after(200), "request")


@pytest.mark.django_db(transaction=True)
def test_erased_by_two_at_once_it_is_erased_once() -> None:
    invitation = plant(make_panel(records_video=True), PRIYA).invitation
    results: list[bool] = []

    def work() -> None:
        try:
            results.append(erase(invitation))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(results) == [False, False, False, True]


def test_an_interview_that_goes_on_is_not_erased(panel: InterviewPanel) -> None:
    session = begin(invite(panel))
    before = find_traces(PRIYA)
    with pytest.raises(ErasureRefused, match="goes on just now"):
        erase(session.invitation)
    assert (find_traces(PRIYA), FileRemoval.objects.count()) == (before, 0)


# --- Nothing comes back ----------------------------------------------------------------------------------------------


def test_after_it_nothing_can_be_written_by_the_link(panel: InterviewPanel) -> None:
    session = plant(panel, PRIYA)
    invitation = session.invitation
    erase(invitation)
    attempts: list[tuple[type[Exception], Any]] = [
        (RequestRefused, lambda: ask_people(invitation=invitation, kind="erasure", note="x", now=after(300))),
        (
            AccommodationRefused,
            lambda: ask_accommodation(invitation=invitation, needs=["breaks"], note="x", now=after(300)),
        ),
        (FeedbackRefused, lambda: give_feedback(invitation=invitation, rating=1, comment="x", now=after(300))),
        (FeedbackRefused, lambda: correct_answer(invitation=invitation, number=1, text="x", now=after(300))),
        (UploadRefused, lambda: store_video(session, PRIYA)),
    ]
    for refusal, attempt in attempts:
        with pytest.raises(refusal):
            attempt()
    invitation.refresh_from_db()
    with pytest.raises(LinkRefused, match="Everything about this interview was erased") as refused:
        session_manager.open_session(invitation=invitation, now=after(300))
    assert refused.value.close_code == 4410
    remove_files(200)
    assert find_traces(PRIYA) == []


def test_a_link_that_was_never_used_is_erased_and_opens_nothing(panel: InterviewPanel) -> None:
    invitation = invite(panel)
    session = session_manager.open_session(invitation=invitation, now=after(1))
    assert (erase(invitation), find_traces(PRIYA), reload(session).status) == (True, [], "revoked")
    assert make_token(invitation) not in serializers.serialize("json", InterviewPanelCandidate.objects.all())
