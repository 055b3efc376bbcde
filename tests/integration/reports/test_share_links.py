"""A shared report: read-only behind a private link, until it ends; nothing of accommodations or of others.

Named people: Priya and Omar, candidates of Fernbrook; Rosa, who recruits there.
"""

import json
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core import serializers
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from authentication.models import User
from config.page_headers import PRIVATE_HEADERS
from interviewpanel.models import CandidateRequest, InterviewPanelCandidate, InterviewSession, Recording
from interviewpanel.services.erasure import erase_interview
from interviewpanel.services.human_ratings import override_score
from reports.models import InterviewReport, ReportShare
from reports.services.shares import (
    ShareRefused,
    Terms,
    find_share,
    make_share,
    make_share_token,
    revoke_share,
    share_url,
)
from tests.interview_rows import ENDED_AT, World, make_interview, make_report, make_session
from tests.rows_besides import add_accommodation_request

pytestmark = pytest.mark.django_db
TERMS = Terms(purpose="Second opinion by the team lead", days=7)


@pytest.fixture
def session(world: World) -> InterviewSession:
    """Priya's, whose report is made, and whose first answer can be heard."""
    session = make_interview(world)
    make_report(session)
    recording = Recording(session=session, kind="answer", samples=3, work_status="done")
    recording.answer = session.answers.get(number=1)
    recording.finished_at = ENDED_AT
    recording.file.save("x.flac", ContentFile(b"fLaC-sound"))
    return session


@pytest.fixture
def rosa() -> User:
    return User.objects.create_user("rosa@fernbrook.example", full_name="Rosa Lindqvist")


def share(session: InterviewSession, rosa: User, *, now: datetime | None = None, **changes: object) -> ReportShare:
    terms = replace(TERMS, **changes)  # type: ignore[arg-type]
    return make_share(session=session, terms=terms, created_by=rosa, now=now or timezone.now())


def path_of(made: ReportShare) -> str:
    return reverse("share", args=[make_share_token(made)])


def sound_of(made: ReportShare, number: int = 1) -> str:
    return reverse("share-audio", args=[make_share_token(made), number])


# --- The link --------------------------------------------------------------------------------------------------------


def test_a_link_is_256_bits_of_which_the_row_keeps_a_hash(session: InterviewSession, rosa: User) -> None:
    made, other = share(session, rosa), share(session, rosa)
    tokens = {make_share_token(made), make_share_token(other)}
    assert {len(token) for token in tokens} == {43}
    assert len(tokens) == 2
    stored = serializers.serialize("json", ReportShare.objects.all())
    assert [token for token in tokens if token in stored] == []
    assert find_share(make_share_token(made)) == made
    assert share_url(made).endswith(path_of(made))
    assert made.expires_at - made.created_at == timedelta(days=7)


@pytest.mark.parametrize("token", ["", "x" * 43, "short", "é" * 43])
def test_what_is_no_token_of_ours_finds_nothing(session: InterviewSession, rosa: User, token: str) -> None:
    share(session, rosa)
    assert find_share(token) is None


def test_without_a_purpose_or_for_too_long_no_link_is_made(session: InterviewSession, rosa: User) -> None:
    for changes, words in (({"purpose": "  "}, "who reads it"), ({"days": 31}, "1 to 30"), ({"days": 0}, "1 to 30")):
        with pytest.raises(ShareRefused, match=words):
            share(session, rosa, **changes)
    assert not ReportShare.objects.exists()


def test_what_is_not_there_is_not_shared(session: InterviewSession, world: World, rosa: User) -> None:
    unmade = make_session(world, candidate="Omar Benhaddou")
    with pytest.raises(ShareRefused, match="not made yet"):
        share(unmade, rosa)
    withdraw(session)
    with pytest.raises(ShareRefused, match="withdrawn"):
        share(session, rosa)


def withdraw(session: InterviewSession) -> None:
    CandidateRequest.objects.create(
        organization=session.organization, invitation=session.invitation, kind="withdraw", asked_at=ENDED_AT
    )


# --- What it shows ---------------------------------------------------------------------------------------------------


def test_it_shows_the_report_and_who_shared_it_until_when(session: InterviewSession, rosa: User) -> None:
    made = share(session, rosa)
    page = Client().get(path_of(made))
    text = " ".join(page.content.decode().split())
    for words in (
        "Priya Raghunathan",
        "Shared by Rosa Lindqvist of Fernbrook, for: Second opinion by the team lead.",
        "A query has become slow. What do you do?",
        "explain",
        "Read the query plan",
        "Hello Priya, and welcome.",
        "none yet. A person decides",
    ):
        assert words in text, words
    assert "<audio" not in text
    assert page.cookies == {}


def test_every_answer_below_it_is_private(session: InterviewSession, rosa: User) -> None:
    made = share(session, rosa, includes_audio=True)
    revoked = share(session, rosa)
    revoke_share(share=revoked, now=timezone.now())
    client = Client()
    found = {
        path: client.get(path)
        for path in (path_of(made), sound_of(made), path_of(revoked), "/share/unknown/", "/share/a/b/c/", "/share/x")
    }
    assert [response.status_code for response in found.values()] == [200, 200, 410, 404, 404, 301]
    for path, response in found.items():
        private = {name: response[name] for name in PRIVATE_HEADERS if name != "Cache-Control"}
        assert private == {name: value for name, value in PRIVATE_HEADERS.items() if name != "Cache-Control"}, path
        assert "no-store" in response["Cache-Control"], path


def test_without_names_no_name_is_on_the_page(session: InterviewSession, rosa: User) -> None:
    made = share(session, rosa, includes_names=False, purpose="About Priya: blind")
    text = Client().get(path_of(made)).content.decode()
    assert [word for word in ("Priya", "Raghunathan", "priya@example.com") if word in text] == []
    assert "Hello [name], and welcome." in text
    assert "name is hidden" in text


def test_it_says_which_score_a_person_set_and_why_and_names_nobody_in_it(world: World, rosa: User) -> None:
    session = make_interview(world)
    override_score(
        answer_id=session.answers.get(number=2).pk,
        user=rosa,
        composite=90,
        components={},
        reason="Priya says it in other words.",
        seen=0,
        now=timezone.now(),
    )
    make_report(session)
    said = "Rosa Lindqvist set the score to 90"
    told = "in place of the measured one (60). Reason: {} says it in other words."
    for includes_names, name in ((True, "Priya"), (False, "[name]")):
        page = Client().get(path_of(share(session, rosa, includes_names=includes_names))).content.decode()
        text = " ".join(strip_tags(page).split())
        words = (said, told.format(name), "90 of 100 set by a person", "1 score set by people. Automatic alone: 56, F.")
        assert [one for one in words if one not in text] == []


def test_sound_is_played_only_where_the_link_includes_it(session: InterviewSession, rosa: User) -> None:
    silent, heard = share(session, rosa), share(session, rosa, includes_audio=True)
    client = Client()
    assert client.get(sound_of(silent)).status_code == 404
    page = client.get(path_of(heard)).content.decode()
    assert page.count("<audio") == 1  # of the three answers one was recorded
    assert 'src="answers/1.flac"' in page
    whole = client.get(sound_of(heard))
    assert (whole.status_code, whole["Content-Type"], whole.getvalue()) == (200, "audio/flac", b"fLaC-sound")
    part = client.get(sound_of(heard), headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.getvalue()) == (206, b"fLaC")
    assert [client.get(sound_of(heard, number)).status_code for number in (2, 3, 99)] == [404, 404, 404]


def test_it_changes_nothing(session: InterviewSession, rosa: User) -> None:
    made = share(session, rosa, includes_audio=True)
    assert [Client().post(url).status_code for url in (path_of(made), sound_of(made))] == [405, 405]


def test_what_was_granted_to_the_candidate_is_not_on_it(session: InterviewSession, rosa: User) -> None:
    add_accommodation_request(session, "For Priya's insulin")
    InterviewPanelCandidate.objects.update(time_multiplier=2.5, extra_break_seconds=777)
    InterviewSession.objects.update(clock_limit_seconds=4500, clock_used_seconds=4321.0)
    make_report(session)
    text = Client().get(path_of(share(session, rosa))).content.decode()
    for word in ("insulin", "breaks", "777", "4500", "2.5", "1 h 12 min", "75 min"):
        assert word not in text, word


def test_openings_are_counted_and_looks_at_the_head_are_not(session: InterviewSession, rosa: User) -> None:
    made = share(session, rosa)
    client = Client()
    for _ in range(2):
        client.get(path_of(made))
    client.head(path_of(made))
    made.refresh_from_db()
    assert made.opened_count == 2
    assert made.last_opened_at is not None


# --- Its end ---------------------------------------------------------------------------------------------------------


def test_it_ends_kindly_and_without_a_word_of_whom_it_was_about(session: InterviewSession, rosa: User) -> None:
    expired = share(session, rosa, now=timezone.now() - timedelta(days=8), includes_audio=True)
    revoked = share(session, rosa, includes_audio=True)
    assert revoke_share(share=revoked, now=timezone.now())
    assert not revoke_share(share=revoked, now=timezone.now())
    assert not revoke_share(share=expired, now=timezone.now())
    client = Client()
    for made, words in ((expired, "This link has ended"), (revoked, "This link was revoked")):
        page = client.get(path_of(made))
        text = page.content.decode()
        assert (page.status_code, words in text, "Fernbrook" in text) == (410, True, True)
        assert [word for word in ("Priya", "Backend", "Second opinion", "Rosa") if word in text] == []
        assert client.get(sound_of(made)).status_code == 404
    assert ReportShare.objects.filter(opened_count__gt=0).count() == 0


def test_who_withdraws_closes_every_link(session: InterviewSession, rosa: User) -> None:
    made = share(session, rosa, includes_audio=True)
    withdraw(session)
    page = Client().get(path_of(made))
    assert (page.status_code, "not available any more" in page.content.decode()) == (410, True)
    assert Client().get(sound_of(made)).status_code == 404


def test_erased_it_is_as_if_it_had_never_been(session: InterviewSession, rosa: User) -> None:
    made = share(session, rosa, includes_audio=True)
    erase_interview(invitation_id=session.invitation_id, reason="request", now=timezone.now())
    assert not ReportShare.objects.exists()
    client = Client()
    erased, unknown = client.get(path_of(made)), client.get(reverse("share", args=["x" * 43]))
    assert (erased.status_code, erased.content) == (404, unknown.content)
    assert client.get(sound_of(made)).status_code == 404


def test_a_report_of_another_version_asks_for_patience(session: InterviewSession, rosa: User) -> None:
    made = share(session, rosa)
    InterviewReport.objects.update(document={"schema": "interviewbot.scorecard/0"})
    page = Client().get(path_of(made))
    assert (page.status_code, "being made again" in page.content.decode()) == (503, True)


# --- Its secret ------------------------------------------------------------------------------------------------------


def test_no_log_holds_the_token(session: InterviewSession, rosa: User, caplog: pytest.LogCaptureFixture) -> None:
    made = share(session, rosa)
    revoke_share(share=made, now=timezone.now())
    token = make_share_token(made)
    with caplog.at_level(logging.DEBUG):
        Client().get(path_of(made))
        Client().get(sound_of(made))
    assert [record for record in caplog.records if record.name == "django.request"]
    scrubbed = [scrub(record) for record in caplog.records]
    assert [line for line in scrubbed if token in line] == []


def scrub(record: logging.LogRecord) -> str:
    from config.logs import TokenScrubber

    TokenScrubber().filter(record)
    return record.getMessage()


def test_the_number_of_queries_does_not_grow_with_the_answers(
    session: InterviewSession, rosa: User, django_assert_num_queries: object
) -> None:
    path = path_of(share(session, rosa, includes_audio=True))
    client = Client()
    for times in (1, 6):
        document = InterviewReport.objects.get().document
        assert document is not None
        document["answers"] = document["answers"] * times
        InterviewReport.objects.update(document=json.loads(json.dumps(document)))
        with django_assert_num_queries(5):  # type: ignore[operator]
            assert client.get(path).status_code == 200
