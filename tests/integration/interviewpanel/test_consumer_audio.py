"""Audio over the socket: refused, acknowledged only when stored, asked for again, recorded as lost, taken up again."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from django.utils import timezone

from interviewpanel.engines.flac import decode_audio
from interviewpanel.models import Answer, AudioSegment, InterviewPanelCandidate, InterviewSession
from interviewpanel.services.answers import close_answer
from interviewpanel.services.session_manager import open_session
from tests.live_interviews import invite, make_begun, make_panel
from tests.sockets import Page, VirtualClock, in_database, make_frame
from tests.speech_clips import load_speech, to_pcm
from tests.work import do_due

pytestmark = pytest.mark.django_db(transaction=True)
FRAME_BYTES = 3072


@pytest.fixture
async def invitation() -> InterviewPanelCandidate:
    made: InterviewPanelCandidate = await in_database(make_begun)
    return made


@pytest.fixture
async def page(invitation: InterviewPanelCandidate) -> AsyncIterator[Page]:
    page = await Page.open(invitation)
    yield page
    await page.leave()


async def list_segments() -> list[AudioSegment]:
    segments: list[AudioSegment] = await in_database(lambda: list(AudioSegment.objects.order_by("answer", "number")))
    return segments


def read_stored(segments: list[AudioSegment]) -> bytes:
    """All stored audio in order, having checked that the segments tile it."""
    assert [one.first_sequence for one in segments] == [0, *(one.last_sequence + 1 for one in segments[:-1])]
    assert [one.start_sample for one in segments] == [0, *(one.end_sample for one in segments[:-1])]
    return b"".join(decode_audio(Path(one.file.path)).astype("<i2").tobytes() for one in segments)


async def begin_turn(page: Page) -> None:
    await page.say("playback_finished", sequence=2)
    await page.expect("turn_update", state="listening")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bytes(8), "audio.malformed"),
        (bytes(4) + b"x", "audio.malformed"),
        (b"\0\0\0\1" + bytes(4) + b"odd", "audio.malformed"),
        (b"\0\0\0\2" + bytes(4) + bytes(FRAME_BYTES), "audio.unknown_answer"),
        (b"\0\0\0\0" + bytes(4) + bytes(FRAME_BYTES), "audio.unknown_answer"),
    ],
)
async def test_a_frame_that_is_none_gets_an_error_and_is_not_stored(page: Page, data: bytes, code: str) -> None:
    await page.send_bytes(data)
    error = await page.expect("error")
    assert (error["code"], error["fatal"]) == (code, False)
    await page.say("end_turn")
    await page.expect("turn_update", state="closed")
    assert await list_segments() == []


async def test_a_frame_that_is_too_large_ends_the_connection(page: Page) -> None:
    await page.send_bytes(bytes(65_537))
    error = await page.expect("error")
    assert (error["code"], error["fatal"]) == ("audio.too_large", True)
    assert await page.expect_close() == 4413


async def test_nothing_is_recorded_before_consent() -> None:
    page = await Page.open(await in_database(lambda: invite(make_panel(), now=timezone.now())))
    await page.send_audio(1, 0)
    assert (await page.expect("error"))["code"] == "consent.required"
    await page.leave()


async def test_an_acknowledged_frame_is_on_disk_bit_for_bit(page: Page) -> None:
    await begin_turn(page)
    for sequence in range(7):
        await page.send_audio(1, sequence)
        await page.send_audio(1, sequence)  # a duplicate is dropped
    await page.say("end_turn")
    ack = await page.expect("audio_ack")
    assert (ack["answer"], ack["through"]) == (1, 6)
    assert await in_database(read_stored, await list_segments()) == b"".join(map(make_frame, range(7)))


async def test_frames_out_of_order_are_put_in_order(page: Page) -> None:
    for sequence in (0, 3, 1, 2, 4):
        await page.send_audio(1, sequence)
    await page.say("end_turn")
    await page.expect("audio_ack", through=4)
    assert await in_database(read_stored, await list_segments()) == b"".join(map(make_frame, range(5)))


async def advance(page: Page, clock: VirtualClock, seconds: int) -> None:
    """Let time pass second by second, as the connection's own tick sees it."""
    for _ in range(seconds):
        await clock.wait_for_sleeper()
        await page.settle()
        clock.advance(1)


async def test_a_gap_is_asked_for_and_filled(invitation: InterviewPanelCandidate) -> None:
    clock = VirtualClock(time.time())
    page = await Page.open(invitation, clock)
    for sequence in (0, 1, 4, 5):
        await page.send_audio(1, sequence)
    nack = await page.expect_in_time(clock, "audio_nack", seconds=5)
    assert (nack["answer"], nack["from"], nack["to"]) == (1, 2, 3)
    for sequence in (2, 3):
        await page.send_audio(1, sequence)
    await page.say("end_turn")
    await page.expect("audio_ack", through=5)
    segments = await list_segments()
    assert sum(one.lost_samples for one in segments) == 0
    assert await in_database(read_stored, segments) == b"".join(map(make_frame, range(6)))
    await page.leave()


async def test_a_gap_that_stays_for_ten_seconds_is_recorded_as_lost(invitation: InterviewPanelCandidate) -> None:
    clock = VirtualClock(time.time())
    page = await Page.open(invitation, clock)
    for sequence in (0, 1, 4, 5):
        await page.send_audio(1, sequence)
    await advance(page, clock, 15)
    assert 1 <= len([one for one in page.received if one["type"] == "audio_nack"]) <= 11
    await page.send_audio(1, 2)  # too late: what is lost stays lost
    await page.say("end_turn")
    await page.expect("audio_ack", through=5)
    segments = await list_segments()
    assert sum(one.lost_samples for one in segments) == 2 * 1536
    frames = [make_frame(0), make_frame(1), bytes(2 * FRAME_BYTES), make_frame(4), make_frame(5)]
    assert await in_database(read_stored, segments) == b"".join(frames)
    await page.leave()


async def test_what_lies_behind_a_gap_is_kept_when_the_turn_ends(page: Page) -> None:
    for sequence in (0, 2, 3):
        await page.send_audio(1, sequence)
    await page.say("end_turn")
    await page.expect("audio_ack", through=3)
    segments = await list_segments()
    frames = [make_frame(0), bytes(FRAME_BYTES), make_frame(2), make_frame(3)]
    assert await in_database(read_stored, segments) == b"".join(frames)


async def test_late_frames_of_an_answer_that_is_over_are_answered_once_and_stored_never(page: Page) -> None:
    await page.send_audio(1, 0)
    await page.say("skip_question")
    await page.expect("audio_ack", through=0)
    await page.say("client_event", kind="any")  # behind everything that is queued
    await page.settle()
    await in_database(ask_next)
    await page.expect("next_question", number=2)
    for sequence in range(1, 200):
        await page.send_audio(1, sequence, bytes(64))
    await page.settle()
    acks = [one for one in page.received if one["type"] == "audio_ack"]
    assert [(one["answer"], one["through"]) for one in acks] == [(1, 0), (1, 0)]
    assert len(await list_segments()) == 1


def ask_next() -> None:
    do_due()


async def test_a_reload_in_mid_answer_goes_on_from_the_last_stored_frame(invitation: InterviewPanelCandidate) -> None:
    speech = to_pcm(load_speech("rms"))
    spoken = speech + bytes(16_000) + speech
    frames = [spoken[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0") for at in range(0, len(spoken), FRAME_BYTES)]
    first = await Page.open(invitation)
    await begin_turn(first)
    for sequence, pcm in enumerate(frames[: len(frames) * 2 // 3]):
        await first.send_audio(1, sequence, pcm)
    await first.settle()
    await first.leave()
    second = await Page.open(invitation)
    state = second.received[0]
    stored = state["acknowledged"]["through"]
    assert state["acknowledged"] == {"answer": 1, "through": stored, "is_open": True}
    assert 0 < stored < len(frames) * 2 // 3 - 1
    assert state["question"]["answer"] == 1
    await second.say("sync", last_sequence=1)
    for sequence in range(stored - 3, len(frames)):
        await second.send_audio(1, max(sequence, 0), frames[max(sequence, 0)])
    await second.say("end_turn")
    await second.expect("audio_ack", through=len(frames) - 1)
    segments = await list_segments()
    assert await in_database(read_stored, segments) == b"".join(frames)
    assert all(one.lost_samples == 0 and one.is_answer for one in segments[1:])
    await second.leave()


async def test_a_pause_does_not_outlast_a_reload(invitation: InterviewPanelCandidate) -> None:
    """What the detector remembers of a pause must not freeze the turn after it."""
    first = await Page.open(invitation)
    await begin_turn(first)
    for sequence in range(30):
        await first.send_audio(1, sequence)
    await first.say("pause")
    await first.expect("audio_ack")
    await first.say("resume")
    await first.expect("resumed")
    await first.leave()
    second = await Page.open(invitation)
    await second.say("need_time")
    assert (await second.expect("turn_update", reason="thinking"))["state"] == "listening"
    await second.leave()


async def test_a_replaced_tab_stores_nothing_any_more(page: Page, invitation: InterviewPanelCandidate) -> None:
    for sequence in range(3):
        await page.send_audio(1, sequence)
    await page.settle()
    await in_database(open_session, invitation=invitation, now=timezone.now())
    await page.send_audio(1, 3)
    await page.say("end_turn")
    assert await page.expect_close() == 4409
    assert await list_segments() == []
    assert (await in_database(Answer.objects.get)).status == "asked"


async def test_an_answer_that_somebody_else_closed_is_no_fault_of_the_connection(page: Page) -> None:
    def close() -> None:
        session = InterviewSession.objects.get()
        now = timezone.now()
        close_answer(session_id=session.pk, epoch=None, answer_id=Answer.objects.get().pk, reason="done", now=now)

    for sequence in range(3):
        await page.send_audio(1, sequence)
    await page.settle()
    await in_database(close)
    await page.say("answer_text", text="Too late.")
    assert (await page.expect("error"))["code"] == "answer.closed"
    assert (await page.expect("error"))["code"] == "answer.closed"
    await page.settle()
    assert page.closed_with is None
    assert await list_segments() == []


async def test_a_silent_turn_ends_by_itself_and_the_question_counts_as_heard(
    invitation: InterviewPanelCandidate,
) -> None:
    """Nobody says that the question was heard: words ÷ 2.5 a second and one more, then the turn's own clock."""
    clock = VirtualClock(time.time())
    page = await Page.open(invitation, clock)
    await page.expect_in_time(clock, "turn_update", seconds=60, state="listening", reason="")
    assert (await page.expect_in_time(clock, "notice", seconds=10))["code"] == "cannot_hear_you"
    closed = await page.expect_in_time(clock, "turn_update", seconds=150, state="closed")
    assert closed["reason"] == "no_audio_timeout"
    await page.say("client_event", kind="any")
    await page.settle()
    answer = await in_database(Answer.objects.get)
    assert (answer.status, answer.closed_reason) == ("technical_failure", "no_audio_timeout")
    assert {one["wrap_up"] for one in page.received if one["type"] == "clock"} == {False}
    await page.leave()


async def test_the_hard_limit_keeps_what_was_heard_before_it(invitation: InterviewPanelCandidate) -> None:
    clock = VirtualClock(time.time())
    page = await Page.open(invitation, clock)
    for sequence in range(6):
        await page.send_audio(1, sequence)
    await page.settle()
    await in_database(lambda: InterviewSession.objects.update(clock_used_seconds=1800))
    await page.say("repeat_question")  # reads the session again
    await page.expect("session_state")
    await clock.wait_for_sleeper()
    clock.advance(1)
    assert (await page.expect("audio_ack"))["through"] == 5
    assert (await page.expect("interview_completed"))["reason"] == "time_is_up"
    assert await page.expect_close() == 1000
    await page.leave()
    assert await in_database(read_stored, await list_segments()) == b"".join(map(make_frame, range(6)))


async def test_time_that_was_given_back_since_the_page_was_opened_is_not_over(
    invitation: InterviewPanelCandidate,
) -> None:
    """The connection's copy says that the clock has run out; the row knows better."""
    await in_database(lambda: InterviewSession.objects.update(clock_used_seconds=1800))
    clock = VirtualClock(time.time())
    page = await Page.open(invitation, clock)
    await in_database(lambda: InterviewSession.objects.update(clock_used_seconds=0))
    await advance(page, clock, 2)
    await page.settle()
    assert page.closed_with is None
    assert await in_database(lambda: InterviewSession.objects.get().status) == "in_progress"
    await page.leave()
