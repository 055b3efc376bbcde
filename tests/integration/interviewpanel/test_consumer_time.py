"""Time that a candidate can see and move: sound that comes late, the longest turn, pauses, what is left in all."""

import time
from collections.abc import AsyncIterator, Sequence

import pytest
from django.utils import timezone

from interviewpanel.models import Answer, InterviewPanelCandidate, InterviewSession
from interviewpanel.services import answers, session_manager
from tests.live_interviews import find_open, make_begun
from tests.sockets import FRAME_BYTES, Page, VirtualClock, in_database
from tests.speech_clips import load_speech, make_quiet, to_pcm
from tests.work import ScriptedEngine, do_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def invitation() -> InterviewPanelCandidate:
    made: InterviewPanelCandidate = await in_database(make_begun)
    return made


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(time.time())


@pytest.fixture
async def page(invitation: InterviewPanelCandidate, clock: VirtualClock) -> AsyncIterator[Page]:
    """A tab in an interview whose first question was heard."""
    page = await Page.open(invitation, clock)
    await page.say("playback_finished", sequence=2)
    await page.expect("turn_update", state="listening")
    yield page
    await page.leave()


def cut_frames(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0") for at in range(0, len(pcm), FRAME_BYTES)]


async def send(page: Page, frames: Sequence[bytes], first: int = 0) -> None:
    for sequence, pcm in enumerate(frames, first):
        await page.send_audio(1, sequence, pcm)


async def read_answer() -> Answer:
    answer: Answer = await in_database(Answer.objects.get)
    return answer


# --- Sound that comes late --------------------------------------------------------------------------------------------

SPEECH = cut_frames(to_pcm(load_speech("rms")))
PAUSE = cut_frames(to_pcm(make_quiet(12.0)))


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_pause_in_what_an_outage_kept_back_ends_no_answer(
    invitation: InterviewPanelCandidate, clock: VirtualClock, is_announced: bool
) -> None:
    """Twelve silent seconds of forty, and speech after them. Without a word of the backlog it is cut there."""
    first = await Page.open(invitation, clock)
    await first.say("playback_finished", sequence=2)
    await send(first, SPEECH)
    await first.settle()
    await first.leave()
    clock.advance(40)
    second = await Page.open(invitation, clock)
    through = second.received[0]["acknowledged"]["through"]
    frames = SPEECH + PAUSE + SPEECH
    if is_announced:
        await second.say("catch_up", answer=1, through_sequence=len(frames) - 1)
    await send(second, frames[through + 1 :], through + 1)
    await second.settle()
    updates = [one for one in second.received if one["type"] == "turn_update"]
    assert any(one["state"] == "closed" for one in updates) is not is_announced
    assert any("ends_in_ms" in one for one in updates) is not is_announced
    if is_announced:
        await second.say("end_turn")
        await second.expect("audio_ack", through=len(frames) - 1)
    await second.leave()


async def test_a_backlog_reaches_no_further_than_sound_can_exist(page: Page, clock: VirtualClock) -> None:
    """Five minutes are announced, and five seconds after the question there cannot be more than ten."""
    await send(page, SPEECH[:40])
    clock.advance(5)
    await page.say("catch_up", answer=1, through_sequence=3000)
    await send(page, cut_frames(to_pcm(make_quiet(21.0))), 40)
    assert (await page.expect("turn_update", state="closed"))["reason"] == "silence"


@pytest.mark.parametrize("values", [{"answer": 0}, {"through_sequence": -1}, {"through_sequence": 2**32}])
async def test_a_backlog_that_is_nonsense_is_an_error(page: Page, values: dict[str, int]) -> None:
    fields = {"answer": 1, "through_sequence": 5} | values
    await page.say_raw(
        f'{{"type":"catch_up","id":"c","answer":{fields["answer"]},"through_sequence":{fields["through_sequence"]}}}'
    )
    assert (await page.expect("error", re="c"))["code"] == "message.malformed"


async def test_a_backlog_of_another_answer_changes_nothing(page: Page) -> None:
    await page.say("catch_up", answer=2, through_sequence=100)
    await page.settle()
    assert [one for one in page.received if one["type"] == "error"] == []


# --- The longest turn -------------------------------------------------------------------------------------------------


async def test_more_time_is_given_ten_times_and_another_server_knows_of_it(
    page: Page, invitation: InterviewPanelCandidate
) -> None:
    for _ in range(3):
        await page.say("more_time", answer=1)
    await page.say("need_time")
    await page.expect("turn_update", reason="thinking")
    await page.settle()
    await page.leave()
    second = await Page.open(invitation)
    assert second.received[0]["turn"] == {"more_time_left": 7}
    await second.expect("turn_update", reason="thinking")
    for _ in range(7):
        await second.say("more_time")
    await second.say("more_time", id="m")
    assert (await second.expect("error", re="m"))["code"] == "turn.no_more_time"
    await second.leave()


async def test_more_time_for_a_question_that_is_closed_is_refused(page: Page) -> None:
    await page.say("more_time", answer=7, id="m")
    assert (await page.expect("error", re="m"))["code"] == "answer.closed"


async def test_the_longest_turn_is_announced_with_what_puts_it_off(clock: VirtualClock) -> None:
    """Who types without a microphone: nothing but the clock speaks, and one press moves it by a minute."""
    settings = {"max_turn_seconds": 200}
    page = await Page.open(await in_database(lambda: make_begun(turn_settings=settings)), clock)
    await page.say("playback_finished", sequence=2)
    await page.say("set_waiting", until_done=True)
    state = await page.expect(
        "session_state", settings={"is_video": False, "prefers_typing": False, "waits_for_done": True}
    )
    limits = {"longest_turn_seconds": 200, "warning_seconds": 30, "more_time_seconds": 60, "more_time_count": 10}
    assert limits.items() <= state["limits"].items()
    began_at = clock.read()
    warned = await page.expect_in_time(clock, "turn_update", seconds=180, state="ending")
    assert (warned["reason"], warned["more_time_left"], warned["ends_in_ms"] > 28_000) == ("max_duration", 10, True)
    assert clock.read() - began_at >= 169
    await page.say("more_time")
    again = await page.expect_in_time(clock, "turn_update", seconds=90, state="ending")
    assert (again["more_time_left"], clock.read() - began_at >= 229) == (9, True)
    await page.leave()


async def test_thinking_time_is_told_with_the_accommodation() -> None:
    page = await Page.open(await in_database(lambda: make_begun(time_multiplier=1.5)))
    assert page.received[0]["question"]["think_seconds"] == 45
    await page.say("sync", last_sequence=1)
    assert (await page.expect("next_question"))["think_seconds"] == 45
    await page.leave()


# --- Pauses -----------------------------------------------------------------------------------------------------------


async def test_a_countdown_that_a_pause_held_is_told_behind_its_end(page: Page) -> None:
    await send(page, SPEECH + PAUSE[:73])
    await page.expect("turn_update", state="ending")
    await page.say("pause")
    await page.expect("turn_update", reason="paused")
    await page.say("resume")
    again = await page.expect("turn_update", state="ending")
    assert 2000 < again["ends_in_ms"] < 3500
    told = [one["type"] for one in page.received if one["type"] in ("paused", "resumed", "turn_update")]
    assert told[-4:] == ["paused", "turn_update", "resumed", "turn_update"]


async def test_a_reload_in_a_pause_knows_what_is_left_of_it(
    page: Page, invitation: InterviewPanelCandidate, clock: VirtualClock
) -> None:
    await page.say("pause")
    await page.expect("paused")
    clock.advance(60)
    await page.leave()
    second = await Page.open(invitation, clock)
    left = second.received[0]["pause"]
    assert left == {"reason": "candidate", "seconds_left": pytest.approx(540, abs=2)}
    await second.say("resume")
    await second.expect("resumed")
    await second.say("repeat_question")
    assert (await second.expect("session_state"))["pause"] is None
    await second.leave()


async def test_a_reload_while_asked_whether_anybody_is_there_says_so(
    invitation: InterviewPanelCandidate, clock: VirtualClock
) -> None:
    def ask() -> None:
        session = InterviewSession.objects.get()
        session_manager.pause_session(session_id=session.pk, epoch=None, now=timezone.now(), reason="are_you_there")

    await in_database(ask)
    page = await Page.open(invitation, clock)
    assert page.received[0]["pause"] == {"reason": "are_you_there", "seconds_left": pytest.approx(60, abs=3)}
    await page.leave()


# --- What was heard, and the time in all ------------------------------------------------------------------------------


async def test_a_reload_in_mid_answer_gives_the_words_again(page: Page, invitation: InterviewPanelCandidate) -> None:
    assert page.received[0]["heard"] is None
    await send(page, SPEECH + PAUSE[:10])
    await page.expect("audio_ack")
    await page.settle()
    await in_database(lambda: do_due(engine=ScriptedEngine("first I measure")))
    told = await page.expect("transcription_update")
    await page.leave()
    second = await Page.open(invitation)
    heard = second.received[0]["heard"]
    assert heard["message"].startswith("first I measure")
    assert heard.keys() == told.keys() - {"type", "at", "sequence"}
    assert (heard["answer_uuid"], heard["is_partial"]) == (told["answer_uuid"], True)
    await second.leave()


async def test_two_minutes_and_one_minute_before_the_end_are_announced_once(
    invitation: InterviewPanelCandidate, clock: VirtualClock
) -> None:
    await in_database(lambda: InterviewSession.objects.update(clock_used_seconds=1800 - 125))
    page = await Page.open(invitation, clock)
    two = await page.expect_in_time(clock, "clock", seconds=15, warning=120)
    assert (two["remaining_seconds"], two["wrap_up"]) == (pytest.approx(120, abs=1), False)
    one = await page.expect_in_time(clock, "clock", seconds=75, warning=60)
    assert (one["remaining_seconds"], one["wrap_up"]) == (pytest.approx(60, abs=1), True)
    await page.expect_in_time(clock, "clock", seconds=15, warning=None, wrap_up=True)
    assert [one["warning"] for one in page.received if one["type"] == "clock" and one["warning"]] == [120, 60]
    await page.leave()


# --- While nobody is connected ----------------------------------------------------------------------------------------


async def test_an_outage_takes_the_deadline_and_coming_back_sets_it_anew(
    page: Page, invitation: InterviewPanelCandidate, clock: VirtualClock
) -> None:
    await send(page, SPEECH + PAUSE[:10])
    await page.expect("audio_ack")
    assert (await read_answer()).turn_deadline_at is not None
    await page.leave()
    assert (await read_answer()).turn_deadline_at is None
    clock.advance(300)
    second = await Page.open(invitation, clock)
    await second.say("client_event", kind="any")  # behind everything that is queued
    await second.settle()
    deadline_at = (await read_answer()).turn_deadline_at
    assert deadline_at is not None
    assert deadline_at.timestamp() - clock.read() == pytest.approx(120, abs=1)
    await second.leave()


def test_wishes_of_a_turn_that_is_over_are_refused() -> None:
    make_begun()
    session = InterviewSession.objects.get()
    answer = find_open(session)
    answers.close_answer(session_id=session.pk, epoch=1, answer_id=answer.pk, reason="done", now=timezone.now())
    with pytest.raises(answers.MoveRefused, match="closed already"):
        answers.keep_wishes(session_id=session.pk, epoch=1, answer_id=answer.pk, wishes={"extensions": 1})
