"""The candidate's page of what is stored, and its download: complete, private, read only, in their language."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviewpanel.models import InterviewPanelCandidate, InterviewSession, Recording
from interviewpanel.services import session_manager
from interviewpanel.services.accommodations import ask_accommodation
from interviewpanel.services.candidate_requests import ask_people
from interviewpanel.services.client_events import record_client_event
from interviewpanel.services.feedback import correct_answer, give_feedback
from interviewpanel.services.invitations import make_token, reissue_invitation
from tests.live_interviews import after, begin, close, find_open, invite, make_panel, reload, store_audio
from tests.work import ScriptedEngine, do_due

pytestmark = pytest.mark.django_db


def hold(invitation: InterviewPanelCandidate) -> InterviewSession:
    """One spoken answer, one typed, the third left open at the end; all work done."""
    session = begin(invitation)
    store_audio(find_open(session))
    close(session, "done")
    do_due(engine=ScriptedEngine(), now=after(70), times=4)
    close(session, "typed", seconds=80, typed="I would <measure> first.")
    do_due(now=after(90), times=4)
    record_client_event(session_id=session.pk, epoch=1, kind="tab_hidden", client_at="", now=after(95))
    session_manager.end_session(session_id=session.pk, now=after(100), reason="ended_by_candidate")
    do_due(now=after(110), times=6)
    do_due(Recording, now=after(120))
    return reload(session)


def get(invitation: InterviewPanelCandidate, name: str = "candidate-privacy", query: str = "") -> Any:
    return Client().get(reverse(name, args=[make_token(invitation)]) + query)


def read(invitation: InterviewPanelCandidate, query: str = "") -> str:
    response = get(invitation, query=query)
    assert response.status_code == 200
    page: str = response.content.decode()
    return page


def test_before_an_interview_it_says_that_nothing_was_recorded() -> None:
    page = read(invite(make_panel()))
    for text in ("No interview: nothing was recorded", "Priya Raghunathan, priya@example.com", "I need", "Withdraw"):
        assert text in page
    for text in ("Your answers", "How was it for you?", "Ask for a review"):
        assert text not in page


def test_after_an_interview_it_shows_everything_and_until_when() -> None:
    page = read(hold(invite(make_panel())).invitation)
    for text in (
        "an index makes reads fast and writes slow",
        "I would &lt;measure&gt; first.",
        "No words were understood.",
        "1 technical note, such as a hidden window",
        "It is kept until Nov. 1, 2031.",
        "to the text of version 2026-1",
        "How was it for you?",
        "Ask for a review",
        "people@fernbrook.example",
    ):
        assert text in page
    assert "I need" not in page


def test_the_sound_can_be_heard_and_kept_with_its_captions() -> None:
    invitation = hold(invite(make_panel())).invitation
    page, base = read(invitation), f"/i/{make_token(invitation)}"
    for address in ("answers/1/audio", "answers/1/captions.vtt", "audio?download", "captions.vtt?download"):
        assert f'="{base}/{address}"' in page
        assert Client().get(f"{base}/{address}").status_code == 200
    assert f"{base}/answers/2/audio" not in page


def test_what_was_asked_is_shown_with_its_reply() -> None:
    invitation = invite(make_panel(accommodation_policy="grant"))
    ask_accommodation(invitation=invitation, needs=["breaks", "other"], note="A chair", now=after(0))
    invitation = hold(invitation).invitation
    ask_people(invitation=invitation, kind="erasure", note="Everything <please>", now=after(210))
    correct_answer(invitation=invitation, number=1, text="I said B-tree.", now=after(220))
    give_feedback(invitation=invitation, rating=4, comment="Kind", now=after(230))
    page = read(invitation)
    for text in ("More breaks", "Granted.", "Something else", "It waits for a person, who answers here.", "A chair"):
        assert text in page
    for text in ("Everything &lt;please&gt;", "Asked on May 5, 2031", "I said B-tree.", 'value="4" required checked'):
        assert text in page
    assert 'value="erasure"' not in page, "it waits already"


def test_it_reads_only_and_is_kept_by_nobody() -> None:
    invitation = hold(invite(make_panel())).invitation
    for name in ("candidate-privacy", "candidate-data"):
        with CaptureQueriesContext(connection) as queries:
            response = get(invitation, name)
        assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert not response.cookies


def test_nothing_on_it_needs_what_the_policy_forbids() -> None:
    page = read(hold(invite(make_panel())).invitation)
    for text in ("<script>", "<style", "style=", "onclick", "http://", "https://"):
        assert text not in page


def test_more_answers_take_no_more_queries() -> None:
    counts = []
    for name, questions in (("Fernbrook", 2), ("Elsewhere", 4)):
        session = begin(invite(make_panel(name, questions=questions), f"{name} Person"))
        for number in range(questions):
            close(session, "typed", seconds=10 * number + 5, typed="Yes.")
            do_due(now=after(10 * number + 9), times=4)
        with CaptureQueriesContext(connection) as queries:
            read(session.invitation)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_speaks_the_language_of_the_interview_or_the_one_asked_for() -> None:
    invitation = invite(make_panel())
    assert '<html lang="en"' in read(invitation)
    page = read(invitation, "?language=de")
    for text in ('<html lang="de"', "Ihr Interview und Ihre Daten", "Kein Interview: Es wurde nichts aufgezeichnet"):
        assert text in page
    english = ("What is stored", "More time", "Withdraw", "Ask for erasure", "Send the request")
    assert [text for text in english if text in page] == []


# --- The download ----------------------------------------------------------------------------------------------------


def test_the_download_has_everything_that_is_stored() -> None:
    invitation = invite(make_panel(), time_multiplier=1.5)
    ask_accommodation(invitation=invitation, needs=["breaks"], note="", now=after(0))
    session = hold(invitation)
    invitation = session.invitation
    ask_people(invitation=invitation, kind="human_review", note="Please", now=after(210))
    correct_answer(invitation=invitation, number=2, text="Measure, not treasure.", now=after(220))
    give_feedback(invitation=invitation, rating=5, comment="", now=after(230))
    response = get(invitation, "candidate-data")
    assert response["Content-Disposition"] == 'attachment; filename="my-interview.json"'
    data = json.loads(response.content)
    assert list(data) == [
        *("format", "written_at", "organization", "candidate", "job", "invitation"),
        *("conditions", "accommodations", "requests", "interviews"),
    ]
    assert data["candidate"]["email"] == "priya@example.com"
    assert data["conditions"]["time_multiplier"] == 1.5
    assert [row["needs"] for row in data["accommodations"]] == [["breaks"]]
    assert [row["note"] for row in data["requests"]] == ["Please"]
    (interview,) = data["interviews"]
    assert interview["consent"]["hash"] == session.consent_hash
    assert interview["erased_after"] == "2031-11-01T09:01:40Z"
    assert [line["kind"] for line in interview["conversation"]][:2] == ["greeting", "question"]
    assert [event["kind"] for event in interview["noticed_by_your_page"]] == ["tab_hidden"]
    assert interview["feedback"]["rating"] == 5
    first, second, third = interview["answers"]
    assert first["sound"][0]["words"][0]["text"] == "an"
    assert second["correction"]["text"] == "Measure, not treasure."
    assert (third["status"], third["ratings"]) == ("technical_failure", [])
    assert [len(answer["ratings"]) for answer in (first, second)] == [1, 1]


def test_what_the_organization_keeps_to_itself_is_not_in_it() -> None:
    invitation = hold(invite(make_panel())).invitation
    text = get(invitation, "candidate-data").content.decode()
    for secret in ("token_hash", "expected_answer", "expected_elements", "lease_owner", make_token(invitation)):
        assert secret not in text


def test_a_stranger_and_an_older_link_get_the_page_that_everybody_gets() -> None:
    session = hold(invite(make_panel()))
    fresh = invite(make_panel("Elsewhere"), "Mallory Archer")
    old = {name: reverse(name, args=[make_token(fresh)]) for name in ("candidate-privacy", "candidate-data")}
    reissue_invitation(invitation=fresh, now=after(1))
    unknown = Client().get(f"/i/{'B' * 43}/")
    for name, address in old.items():
        for url in (address, reverse(name, args=["A" * 43])):
            response = Client().get(url)
            assert (response.status_code, response.content) == (404, unknown.content)
    assert "Mallory" not in read(session.invitation)
