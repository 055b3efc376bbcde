"""This server's own voice on a phone: made before it is needed, played by Twilio, noted for the recording.

The voice is a real program (tests/voices.py): a tone, half a second for each word.
"""

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import time_machine
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.consumers import phone_voice
from interviewpanel.engines.flac import Pcm, decode_audio
from interviewpanel.engines.speech.loading import loader
from interviewpanel.models import InterviewSession, PhoneCall, Recording, SpokenAudio, SpokenLine
from interviewpanel.services import phone_lines
from interviewpanel.services.call_reports import report_status
from interviewpanel.services.phone_sounds import SALT
from tests.held_interviews import Held, hold, join, load
from tests.live_interviews import after, invite, make_panel
from tests.phone_lines import LineServer, Phone
from tests.phone_sites import answer_call, call_again, do_work, make_outbound, read_session, speak
from tests.sockets import in_database
from tests.spoken_interviews import find_loud, store_at
from tests.twilio_posts import PUBLIC_URL
from tests.voices import give_voice, read_said
from tests.work import do_due

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = "You can answer as soon as a question has been asked."


@pytest.fixture(autouse=True)
def voice(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The folder of the program that speaks. A slow machine takes its time."""
    monkeypatch.setattr(phone_voice, "READY_SECONDS", 60.0)
    yield give_voice(settings, monkeypatch, tmp_path)
    loader.forget()


def fetch(url: str) -> HttpResponse:
    """As Twilio fetches what it plays."""
    answer: HttpResponse = Client().get(url.removeprefix(PUBLIC_URL), secure=True)
    return answer


def read_wav(body: bytes) -> Pcm:
    """A WAV of 16 kHz, 16 bit, mono, by its header's own numbers."""
    assert (body[:4], body[8:16], body[20:24]) == (b"RIFF", b"WAVEfmt ", b"\x01\x00\x01\x00")
    assert (int.from_bytes(body[24:28], "little"), body[34:36]) == (16_000, b"\x10\x00")
    return np.frombuffer(body[44:], "<i2")


def find_text(url: str) -> str:
    """Which text's sound the address really gives, sample by sample."""
    pcm = read_wav(fetch(url).content)
    rows = SpokenAudio.objects.filter(work_status="done")
    (text,) = [row.text for row in rows if np.array_equal(decode_audio(load(str(row.file.name))), pcm)]
    return text


async def begin(server: LineServer, *, questions: int = 1) -> Phone:
    """Agreed; all that was ordered ahead is made. Nothing of the interview has been said."""
    call = await in_database(make_outbound, server, questions=questions, interviewer_voice="server")
    phone = await answer_call(server, call)
    await in_database(do_due, SpokenAudio)
    await phone.agree()
    phone.heard.clear()
    return phone


async def listen(phone: Phone) -> list[str]:
    """What is played next, heard to its end; nothing else is said."""
    before = len(phone.played)
    assert await phone.listen() == ""
    return [await in_database(find_text, url) for url in phone.played[before:]]


async def test_an_interview_is_held_in_the_voice_of_its_panel(server: LineServer, voice: Path) -> None:
    phone = await begin(server)
    ahead = await in_database(SpokenAudio.objects.count)
    greeting, keys = await listen(phone)
    (question,) = await listen(phone)
    assert (greeting[:11], keys[: len(KEYS)], question[:22]) == ("Hello Priya", KEYS, "What do you know about")
    assert len(read_said(voice)) == ahead  # all of it while the candidate was asked who they are
    await speak(phone)
    await phone.press("#")
    closing, what_next = await listen(phone)
    assert (closing[:26], what_next[:27]) == ("That was my last question,", "Fernbrook reads your answer")
    assert (phone.is_over, phone.heard) == (True, [])
    await do_work()
    await in_database(lambda: do_due(Recording, now=timezone.now() + timedelta(minutes=1)))
    mix = await in_database(lambda: Recording.objects.get(kind="mix"))
    noted = await in_database(lambda: list(SpokenLine.objects.values_list("text", flat=True)))
    assert noted == [greeting, question, closing]  # the others had not begun when the line went on, or ended
    assert mix.voices == ["candidate", "interviewer"]


async def test_what_is_not_ready_is_said_by_twilio_and_is_there_the_next_time(
    server: LineServer, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    give_voice(
        settings, monkeypatch, tmp_path, f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.01)"
    )
    monkeypatch.setattr(phone_voice, "READY_SECONDS", 0.05)
    call = await in_database(make_outbound, server, questions=1, interviewer_voice="server")
    phone = await answer_call(server, call)
    await phone.agree()
    assert (await phone.listen()).startswith("Hello Priya")
    question = await phone.listen()
    assert (question[:22], phone.played, await in_database(SpokenLine.objects.count)) == (
        "What do you know about",
        [],
        0,
    )
    gate.touch()
    await in_database(do_due, SpokenAudio)
    monkeypatch.setattr(phone_voice, "READY_SECONDS", 60.0)
    await phone.press("1")
    assert await listen(phone) == [question]
    await phone.hang_up()


async def test_whoever_talks_over_a_question_presses_a_key_or_hangs_up_ends_its_sound(server: LineServer) -> None:
    phone = await begin(server)
    await listen(phone)
    await phone.follow_lead()
    await speak(phone)
    await phone.follow_lead()  # it is hushed
    await phone.press("1")
    await phone.follow_lead()
    await phone.press("5")
    await phone.follow_lead()
    await phone.hang_up()
    lines = await in_database(lambda: list(SpokenLine.objects.order_by("pk")))
    question = lines[1].text
    assert [line.text for line in lines[1:]] == [question, question, "The interview is paused. Press 5 to go on."]
    for line in lines:
        assert line.ended_at is not None
        assert 0 <= (line.ended_at - line.started_at).total_seconds() < line.seconds


async def test_recorded_answers_are_asked_for_in_the_voice_of_the_panel(server: LineServer, settings: Settings) -> None:
    settings.PHONE_LISTENS_BY = "record"
    phone = await begin(server)
    greeting, keys, question = [await in_database(find_text, url) for url in phone.played]
    assert (greeting[:11], keys[:38], question[:22], phone.heard) == (
        "Hello Priya",
        "After each question, answer behind the",
        "What do you know about",
        [],
    )
    session = await read_session()
    lines = await in_database(lambda: list(session.spoken_lines.all()))
    assert [line.text for line in lines] == [greeting, keys, question]
    for before, line in itertools.pairwise(lines):
        assert (line.started_at - before.started_at).total_seconds() == pytest.approx(before.seconds, abs=1e-5)
    await phone.hang_up()


# --- Its address ------------------------------------------------------------------------------------------------------


@pytest.fixture
def held(server: LineServer) -> Held:
    """An interview that was held, of which a call says lines as of any second."""
    found = hold(invite(make_panel(interviewer_voice="server")))
    do_due(SpokenAudio, now=after(63))
    store_at(found.session, number=1, at=(21.46, 22.132))
    store_at(found.session, number=3, at=(57.42,))
    return found


def lead(call: PhoneCall, event: str, at: float, *, number: int = 0, before: str = "") -> list[str]:
    """The addresses in the document that says this event."""
    found = InterviewSession.objects.get().events.filter(type=event).order_by("sequence")[number]
    lines = [*([before] if before else []), f"event.{found.sequence}"]
    document = phone_lines.say_lines(call=call, lines=lines, said="1-1", then="wait", now=after(at))
    return [str(one.text) for one in ElementTree.fromstring(document).iter("Play")]


def test_a_sound_is_heard_at_its_own_calls_address_for_ten_minutes(held: Held, server: LineServer) -> None:
    call, other = call_again(server, held.invitation), make_outbound(server, name="Elsewhere")
    (url,) = lead(call, "greeting", 70)
    base = f"{PUBLIC_URL}/phone/{call.uuid}/sound/"
    assert re.fullmatch(re.escape(base) + r"[\w:-]+/", url)
    with time_machine.travel(after(70 + 599)):
        answer = fetch(url)
        assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "audio/wav", "no-store")
        assert find_text(url).startswith("Hello Priya")
        changed = url[:-2] + ("A" if url[-2] != "A" else "B") + "/"
        (mine,) = lead(call, "next_question", 71)
        others = url.replace(str(call.uuid), str(other.uuid))
        assert [fetch(one).status_code for one in (changed, others, f"{base}{SALT}/", mine)] == [404, 404, 404, 200]
        assert Client().post(url.removeprefix(PUBLIC_URL), secure=True).status_code == 405
    with time_machine.travel(after(70 + 600)):
        assert fetch(url).status_code == 404


def test_nobody_elses_sound_and_none_that_is_lost_is_given(held: Held, server: LineServer) -> None:
    call = call_again(server, held.invitation)
    (url,) = lead(call, "greeting", 70)
    with time_machine.travel(after(71)):
        PhoneCall.objects.filter(pk=call.pk).update(invitation=invite(held.invitation.panel, "Omar Haddad"))
        assert fetch(url).status_code == 404  # it was worded for Priya
        PhoneCall.objects.filter(pk=call.pk).update(invitation=held.invitation)
        assert fetch(url).status_code == 200
        default_storage.delete(str(SpokenAudio.objects.get(text__startswith="Hello Priya").file.name))
        assert fetch(url).status_code == 404
    assert lead(call, "greeting", 72) == []  # and is not played again


# --- The recording of both voices -------------------------------------------------------------------------------------


def test_both_voices_are_in_the_recording_where_they_were_heard(held: Held, server: LineServer) -> None:
    """The first question is talked over after a second; the second is behind a sentence of six words of Twilio's."""
    call = call_again(server, held.invitation)
    PhoneCall.objects.filter(pk=call.pk).update(session=held.session)
    lead(call, "next_question", 4)
    phone_lines.cut_off(call=call, now=after(5))
    lead(call, "next_question", 31, number=1, before="words.minutes_left.5")
    lead(call, "next_question", 41, number=2)
    assert join() == 6
    said = held.session.recordings.get(kind="interviewer_track")
    about = len(["About", "5", "minutes", "are", "left."]) / 2
    assert find_loud(decode_audio(load(str(said.file.name)))) == [(4.0, 5.0), (31 + about, 34 + about), (41.0, 44.0)]
    mix = held.session.recordings.get(kind="mix")
    assert mix.voices == ["candidate", "interviewer"]
    heard = find_loud(decode_audio(load(str(mix.file.name))))
    assert {(4.0, 5.0), (20.5, 22.2), (55.5, 57.5)} <= set(heard)


def test_closing_words_end_with_the_call(held: Held, server: LineServer) -> None:
    call = call_again(server, held.invitation)
    PhoneCall.objects.filter(pk=call.pk).update(session=held.session)
    lead(call, "interview_completed", 62.5)
    for at in (64.5, 66.0):  # told twice
        when = after(at)
        report_status(uuid=call.uuid, sid=str(call.sid), status="completed", at=when, seconds=60, now=when)
    (line,) = SpokenLine.objects.all()
    assert (line.started_at, line.ended_at) == (after(62.5), after(64.5))
