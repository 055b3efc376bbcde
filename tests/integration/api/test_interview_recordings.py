"""Transcripts and recordings by the API: as they are played by who has a signed address, and by nobody later.

Named: Priya, interviewed by Fernbrook by voice.
"""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from interviewpanel.api import recordings, transcripts
from interviewpanel.engines.flac import decode_audio
from interviewpanel.models import AnswerCorrection, InterviewPanelCandidate, Recording
from interviewpanel.services.recording_links import SALT
from interviewpanel.services.video_uploads import IncomingChunk, store_chunk
from tests.held_interviews import Held, hold, join
from tests.integration.api.conftest import Callers
from tests.interview_rows import make_world
from tests.live_interviews import after, begin, invite, make_panel
from tests.told_interviews import call_for, differs, hold_reported, page_of


@pytest.fixture
def held(db: None) -> Held:
    return hold(invite(make_panel()))


@pytest.fixture
def callers(held: Held) -> Callers:
    return call_for(held.session.organization)


def list_recordings(callers: Callers, held: Held, client: APIClient | None = None) -> list[dict[str, Any]]:
    response = (client or callers.use_key("results:read")).get(page_of(held.session, "recordings"))
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store"), response.content
    return list(response.json()["recordings"])


def play(url: str, **headers: str) -> HttpResponseBase:
    """As a player does: without an account, from anywhere."""
    path = url.removeprefix("http://localhost:4545")
    assert path.startswith("/api/v1/recordings/"), url
    return Client().get(path, headers=headers)


def read(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content)


# --- Recordings ------------------------------------------------------------------------------------------------------


def test_each_is_listed_and_played_by_its_address(callers: Callers, held: Held) -> None:
    join()
    whole, mix, first, third = list_recordings(callers, held)
    (example,) = recordings.EXAMPLE["recordings"]
    assert set(example) == set(whole)
    assert [(one["kind"], one["answer"], one["seconds"], one["state"]) for one in (whole, mix, first, third)] == [
        ("interview", None, 3.552, "ready"),
        ("mix", None, 3.552, "ready"),  # the test's machine stored it all in one moment
        ("answer", 1, 1.632, "ready"),
        ("answer", 3, 1.92, "ready"),
    ]
    assert (mix["voices"], mix["lines_heard"], mix["lines_said"]) == (["candidate"], 0, 5)
    assert "<v Candidate>an index makes reads fast" in play(mix["captions_url"]).content.decode()
    response = play(first["url"])
    assert np.array_equal(decode_audio(read(response)), held.stored(1))
    shown = {name: response[name] for name in ("Content-Type", "Cache-Control", "Referrer-Policy", "Accept-Ranges")}
    assert shown == {
        "Content-Type": "audio/flac",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Accept-Ranges": "bytes",
    }
    part = play(whole["url"], Range="bytes=4-7", Accept="audio/*")
    assert (part.status_code, part["Content-Range"].partition("/")[0], len(read(part))) == (206, "bytes 4-7", 4)
    captions = play(first["captions_url"])
    assert captions["Content-Type"] == "text/vtt; charset=utf-8"
    assert "an index makes reads fast" in captions.content.decode()
    assert str(held.session.uuid) not in first["url"]


def test_before_they_are_joined_there_is_no_address(callers: Callers, held: Held) -> None:
    client = callers.sign_in("reviewer")
    found = {(one["state"], one["url"], one["seconds"]) for one in list_recordings(callers, held, client)}
    assert found == {("in_progress", None, None)}
    Recording.objects.update(work_status="dead")
    assert {one["state"] for one in list_recordings(callers, held, client)} == {"failed"}


def test_an_address_ends_after_ten_minutes(callers: Callers, held: Held) -> None:
    join()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        told = callers.sign_in("owner").get(page_of(held.session, "recordings")).json()
        until = datetime.fromisoformat(told["expires_at"])
        url = told["recordings"][0]["url"]
        assert until - timezone.now() <= timedelta(minutes=10)
        clock.move_to(until - timedelta(seconds=1))
        assert len(read(play(url))) > 100
        clock.move_to(until)
        late = play(url)
        assert (late.status_code, late["Content-Type"]) == (404, "application/problem+json")


def test_of_an_erased_interview_nothing_is_played(callers: Callers, held: Held) -> None:
    join()
    urls = [one[name] for one in list_recordings(callers, held) for name in ("url", "captions_url")]
    InterviewPanelCandidate.objects.update(erased_at=after(900), erased_because="request")
    assert {play(url).status_code for url in urls} == {404}


@pytest.mark.parametrize(
    "signed",
    [
        "x",
        "W10",
        "a:b",
        "%00",
        "😀",
        "x" * 3000,
        signing.Signer(salt="other").sign_object(["sound", "0" * 32, 9999999999]),
    ],
)
def test_what_we_did_not_sign_leads_nowhere(db: None, signed: str) -> None:
    assert Client().get(f"/api/v1/recordings/{signed}/").status_code == 404


def test_a_changed_address_leads_nowhere(callers: Callers, held: Held) -> None:
    join()
    url = list_recordings(callers, held)[0]["url"]
    for changed in (url.replace("/recordings/W", "/recordings/X"), url[:-3] + "AA/"):
        assert play(changed).status_code == 404
    forged = signing.Signer(salt=SALT).sign_object(["pdf", "0" * 32, 9999999999])
    assert Client().get(f"/api/v1/recordings/{forged}/").status_code == 404


def test_video_is_played_too(callers: Callers, held: Held) -> None:
    InterviewPanelCandidate.objects.select_related("panel").get().panel.__class__.objects.update(records_video=True)
    session = begin(invite(held.session.invitation.panel, "Omar Benhaddou"), now=after(600))
    chunk = IncomingChunk(session.uuid, 0, b"a picture", "video/webm", after(620))
    store_chunk(session=session, chunk=chunk, now=after(621))
    (told,) = callers.sign_in("reviewer").get(page_of(session, "recordings")).json()["recordings"]
    assert (told["kind"], told["content_type"], told["state"], told["seconds"]) == (
        *("video", "video/webm", "in_progress"),
        None,
    )
    assert read(play(told["url"])) == b"a picture"
    assert play(told["captions_url"]).content.startswith(b"WEBVTT")


# --- Transcripts -----------------------------------------------------------------------------------------------------


def test_what_was_said_is_told_in_order(db: None) -> None:
    world = make_world()
    session = hold_reported(world)
    AnswerCorrection.objects.create(
        answer=session.answers.get(number=1), text="I said: with the customer first.", at=session.ended_at
    )
    told = call_for(world.organization).use_key("results:read").get(page_of(session, "transcript")).json()
    assert [one["sequence"] for one in told["entries"]] == [1, 2, 3, 4, 5, 6]
    example = {**transcripts.EXAMPLE, "interview": str(session.uuid)}
    assert differs(example, {**told, "entries": told["entries"][1:]}) == []


def test_the_greeting_tells_nobody_of_time_that_was_granted(callers: Callers, held: Held) -> None:
    told = callers.sign_in("owner").get(page_of(held.session, "transcript")).json()
    greeting, *_ = told["entries"]
    assert greeting["kind"] == "greeting"
    assert "up to … minutes" in greeting["text"]


def test_it_is_given_as_captions_too(callers: Callers, held: Held) -> None:
    client = callers.sign_in("owner")
    by_name = client.get(f"{page_of(held.session, 'transcript')}?format=vtt")
    by_type = client.get(page_of(held.session, "transcript"), HTTP_ACCEPT="text/vtt")
    assert by_name["Content-Type"] == by_type["Content-Type"] == "text/vtt; charset=utf-8"
    assert by_name.content == by_type.content
    assert by_name.content.decode().startswith("WEBVTT\n\n1\n00:00:00.000 --> ")
    refused = client.get(page_of(held.session, "transcript"), HTTP_ACCEPT="text/html")
    assert (refused.status_code, refused["Content-Type"]) == (406, "application/problem+json")
    stranger = callers.sign_in("stranger").get(page_of(held.session, "transcript"), HTTP_ACCEPT="text/vtt")
    assert (stranger.status_code, stranger.json()["title"]) == (404, "Not found")


def test_lists_of_an_interview_take_as_many_queries_for_many(callers: Callers, held: Held) -> None:
    client = callers.use_key("results:read")

    def count(part: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(held.session, part))
        return len(queries)

    join()
    count("transcript")  # the key's last use is noted
    before = {part: count(part) for part in ("transcript", "recordings")}
    held.session.answers.get(number=3).transcript_entries.all().delete()
    Recording.objects.filter(answer__number=3).delete()
    assert {part: count(part) for part in before} == before


def test_others_hear_and_read_nothing(callers: Callers, held: Held) -> None:
    clients = {
        "stranger": callers.sign_in("stranger"),
        "their key": callers.use_key("results:read", organization=callers.elsewhere),
        "interviews": callers.use_key("interviews:write"),
    }
    parts = ("transcript", "recordings", "decision")
    found = {
        who: {client.get(page_of(held.session, part)).status_code for part in parts} for who, client in clients.items()
    }
    assert found == {"stranger": {404}, "their key": {404}, "interviews": {403}}
