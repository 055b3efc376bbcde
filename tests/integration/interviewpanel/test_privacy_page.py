"""The candidate's page of what is stored, and its download: complete, private, read only, in their language."""

import hashlib
import html
import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviewpanel.models import (
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewSession,
    Recording,
    VideoChunk,
    VideoRecording,
)
from interviewpanel.selectors.consent import name_kept_text
from interviewpanel.services import session_manager
from interviewpanel.services.accommodations import ask_accommodation
from interviewpanel.services.candidate_requests import ask_people
from interviewpanel.services.client_events import record_client_event
from interviewpanel.services.feedback import correct_answer, give_feedback
from interviewpanel.services.invitations import make_token, reissue_invitation
from organizations.models import Organization
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
        "It is kept until 1 Nov 2031.",
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
    for text in ("Everything &lt;please&gt;", "Asked on 5 May 2031", "I said B-tree.", 'value="4" required checked'):
        assert text in page
    assert 'value="erasure"' not in page, "it waits already"


def test_it_reads_only_and_is_kept_by_nobody() -> None:
    invitation = hold(invite(make_panel())).invitation
    for name in ("candidate-privacy", "candidate-data"):
        with CaptureQueriesContext(connection) as queries:
            response = get(invitation, name)
            response.getvalue()
        # PostgreSQL reads long tables through a cursor that is declared for a SELECT.
        assert {query["sql"].split()[0] for query in queries} - {"DECLARE"} == {"SELECT"}
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert not response.cookies


def test_nothing_on_it_needs_what_the_policy_forbids() -> None:
    page = read(hold(invite(make_panel())).invitation)
    for text in ("<script>", "<style", "style=", "onclick", "http://", "https://"):
        assert text not in page


def hold_spoken(name: str, questions: int) -> InterviewSession:
    """All answers spoken, their sound joined, as many videos as answers, of as many parts."""
    session = begin(invite(make_panel(name, questions=questions, records_video=True), f"{name} Person"))
    for number in range(questions):
        store_audio(find_open(session))
        close(session, seconds=10 * number + 5)
        do_due(engine=ScriptedEngine(), now=after(10 * number + 9), times=4)
    do_due(Recording, now=after(100))
    for _ in range(questions):
        video = VideoRecording.objects.create(session=session, content_type="video/webm", started_at=after(0))
        VideoChunk.objects.bulk_create(
            VideoChunk(recording=video, number=number, size_bytes=1, stored_at=after(1)) for number in range(questions)
        )
    return reload(session)


@pytest.mark.parametrize("name", ["candidate-privacy", "candidate-data"])
def test_more_answers_take_no_more_queries(name: str) -> None:
    counts = []
    for organization, questions in (("Fernbrook", 1), ("Elsewhere", 4)):
        session = hold_spoken(organization, questions)
        assert session.recordings.filter(work_status="done").count() == questions + 2  # all answers, and the mix
        with CaptureQueriesContext(connection) as queries:
            assert get(session.invitation, name).getvalue()
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


# --- What was agreed to ----------------------------------------------------------------------------------------------


def read_agreed(page: str) -> tuple[str, ...]:
    shown = re.search(r'<details class="fold" id="agreement">.*?<div class="document".*?>(.*?)</div>', page, re.DOTALL)
    assert shown is not None, "the page shows no text that was agreed to"
    return tuple(html.unescape(one) for one in re.findall(r"<p>(.*?)</p>", shown[1]))


def test_it_shows_the_text_that_was_agreed_to_whatever_the_organization_is_called_now() -> None:
    session = hold(invite(make_panel()))
    Organization.objects.update(name="Renamed & Sold", retention_days=9)
    paragraphs = read_agreed(read(session.invitation))
    assert hashlib.sha256("\n\n".join(paragraphs).encode()).hexdigest() == session.consent_hash
    assert paragraphs[0].startswith("A computer program of Fernbrook will interview you.")
    assert "The name of the organization or the number of days" not in read(session.invitation)


def test_a_text_that_was_not_kept_is_shown_as_it_reads_today_and_says_so() -> None:
    session = hold(invite(make_panel()))
    default_storage.delete(name_kept_text(session.consent_hash))
    warning = "The name of the organization or the number of days may have been another"
    assert warning not in read(session.invitation), "it reads as it did"
    Organization.objects.update(name="Renamed")
    page = read(session.invitation)
    assert warning in page
    assert read_agreed(page)[0].startswith("A computer program of Renamed will interview you.")


def test_before_anything_is_agreed_to_there_is_no_such_text() -> None:
    assert 'id="agreement"' not in read(invite(make_panel()))


def test_who_agrees_to_the_same_words_shares_the_text_that_is_kept() -> None:
    panel = make_panel()
    hashes = {begin(invite(panel, name)).consent_hash for name in ("Priya R.", "Tom Ash")}
    assert default_storage.listdir("consents") == ([], [f"{one}.txt" for one in hashes])
    assert len(hashes) == 1


# --- Strangers and odd rows ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["join", "candidate-privacy", "candidate-data", "candidate-captions"])
def test_a_panel_in_a_language_nobody_here_knows_is_read_in_english(name: str) -> None:
    """Panels had a free text for it once."""
    invitation = begin(invite(make_panel())).invitation
    InterviewPanel.objects.update(language="xx")
    numbers = [1] if name == "candidate-captions" else []
    response = Client().get(reverse(name, args=[make_token(invitation), *numbers]))
    assert response.status_code == 200
    assert response.headers.get("Content-Language", "en") == "en"


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
