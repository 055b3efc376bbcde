"""What the candidate is shown of the turn, time to think, and numbers that follow the person."""

from dataclasses import replace

import pytest

from interviewpanel.domain.turn_detection import (
    CONVERSATIONAL,
    PATIENT,
    WINDOW_SAMPLES,
    EndReason,
    TurnEnded,
    TurnState,
    TurnUpdate,
)
from tests.turn_driver import TurnDriver, pick_updates

LISTENING = TurnUpdate(TurnState.LISTENING)
SPEAKING = TurnUpdate(TurnState.SPEAKING)
PAUSING = TurnUpdate(TurnState.PAUSING)
TEN_SECONDS = 313  # windows: 10 s are 312.5 of them
NO_SPEECH = 3750  # 120 s
MAX_TURN = 9375  # 300 s


def test_the_candidate_sees_each_change_once() -> None:
    turn = TurnDriver().started()
    turn.rest(50)
    turn.talk(100)
    turn.rest(9)
    assert pick_updates(turn.events) == [LISTENING, SPEAKING]

    turn.rest(1)
    assert pick_updates(turn.events) == [LISTENING, SPEAKING, PAUSING]


def test_the_countdown_shows_the_last_five_seconds() -> None:
    turn = TurnDriver().started()
    turn.talk(400)
    turn.rest(156)
    assert pick_updates(turn.events)[-1] == PAUSING

    assert pick_updates(turn.rest(1)) == [TurnUpdate(TurnState.ENDING, "silence", 4976)]
    assert pick_updates(turn.rest(155)) == []
    assert pick_updates(turn.rest(1)) == [TurnUpdate(TurnState.CLOSED, "silence")]


def test_the_countdown_is_half_of_a_short_silence() -> None:
    turn = TurnDriver(replace(PATIENT, silence_seconds=4)).started()
    turn.talk(400)
    turn.rest(62)
    assert pick_updates(turn.events)[-1] == PAUSING
    assert pick_updates(turn.rest(1)) == [TurnUpdate(TurnState.ENDING, "silence", 1984)]


def test_the_countdown_begins_with_the_window_that_reaches_it() -> None:
    turn = TurnDriver(replace(PATIENT, silence_seconds=16, countdown_seconds=4.8)).started()
    turn.talk(400)
    turn.rest(349)
    assert pick_updates(turn.events)[-1] == PAUSING
    assert pick_updates(turn.rest(1)) == [TurnUpdate(TurnState.ENDING, "silence", 4800)]


def test_speech_cancels_the_countdown() -> None:
    turn = TurnDriver().started()
    turn.talk(400)
    turn.rest(200)
    assert pick_updates(turn.events)[-1].state == TurnState.ENDING

    assert pick_updates(turn.talk(1)) == []
    assert pick_updates(turn.talk(1)) == [SPEAKING]
    assert pick_updates(turn.rest(156)) == [PAUSING]
    assert pick_updates(turn.rest(1))[0].state == TurnState.ENDING


def test_a_click_does_not_cancel_the_countdown() -> None:
    turn = TurnDriver().started()
    turn.talk(400)
    turn.rest(200)
    turn.talk(1)
    turn.rest(TEN_SECONDS - 201)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (400 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_a_long_wait_for_the_first_word_is_counted_down_too() -> None:
    turn = TurnDriver().started()
    turn.rest(3593)
    assert pick_updates(turn.events) == [LISTENING]
    assert pick_updates(turn.rest(1)) == [TurnUpdate(TurnState.ENDING, "no_speech_timeout", 4992)]
    assert pick_updates(turn.talk(2)) == [SPEAKING]


def test_who_speaks_up_to_the_longest_turn_is_warned() -> None:
    turn = TurnDriver().started()
    turn.talk(8437)
    assert pick_updates(turn.events) == [LISTENING, SPEAKING]
    assert pick_updates(turn.talk(1)) == [TurnUpdate(TurnState.SPEAKING, "max_duration", 29984, 10)]


def test_let_me_think_suspends_the_silence_rule() -> None:
    turn = TurnDriver().started()
    turn.talk(400)
    turn.rest(200)
    assert turn.note(turn.detector.need_time(turn.now, 32)) == [TurnUpdate(TurnState.PAUSING, "thinking")]

    turn.rest(999)
    assert pick_updates(turn.events)[-1] == TurnUpdate(TurnState.PAUSING, "thinking")
    assert turn.rest(1) == [PAUSING]
    turn.rest(TEN_SECONDS - 1)
    assert turn.ended is None
    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (1600 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_speech_while_thinking_does_not_end_the_think_time() -> None:
    turn = TurnDriver().started()
    turn.note(turn.detector.need_time(turn.now, 32))
    turn.talk(10)
    turn.rest(990 + TEN_SECONDS - 1)
    assert turn.ended is None
    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (1000 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_thinking_near_the_two_minutes_is_not_punished() -> None:
    turn = TurnDriver().started()
    turn.rest(NO_SPEECH - 10)
    turn.note(turn.detector.need_time(turn.now, 32))
    turn.rest(1000 + TEN_SECONDS - 1)
    assert turn.ended is None
    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.NO_SPEECH, (NO_SPEECH - 10 + 1000 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_thinking_does_not_lengthen_the_longest_turn() -> None:
    turn = TurnDriver().started()
    turn.talk(10)
    turn.note(turn.detector.need_time(turn.now, 1000))
    turn.rest(MAX_TURN - 10)
    assert turn.ended == TurnEnded(EndReason.MAX_DURATION, MAX_TURN * WINDOW_SAMPLES)


def test_time_to_think_asked_for_while_the_question_plays_counts_from_its_end() -> None:
    turn = TurnDriver()
    turn.rest(100)
    assert turn.detector.need_time(turn.now, 32) == []
    turn.started()
    turn.talk(10)
    turn.rest(990 + TEN_SECONDS - 1)
    assert turn.ended is None
    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (1100 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_without_a_number_the_think_time_of_the_rules_is_taken() -> None:
    turn = TurnDriver().started()
    turn.detector.need_time(turn.now)
    assert turn.detector.memory.think_until == 30 * 16_000


def test_conversational_silence_follows_the_pauses_of_the_candidate_within_its_limits() -> None:
    turn = TurnDriver(CONVERSATIONAL).started()
    silences = [turn.detector.silence_seconds]
    for _ in range(20):
        turn.talk(50)
        turn.rest(12)
        silences.append(round(turn.detector.silence_seconds, 3))
    assert silences[:4] == [2.0, 2.0, 1.63, 1.372]
    assert silences[-1] == 1.0
    for _ in range(40):
        turn.talk(50)
        turn.rest(round(turn.detector.silence_seconds / 0.032) - 1)
        silences.append(turn.detector.silence_seconds)
    assert turn.ended is None
    assert max(silences) == 3.0
    assert min(silences) == 1.0


def test_patient_silence_stays_as_it_is() -> None:
    turn = TurnDriver().started()
    for _ in range(10):
        turn.talk(20)
        turn.rest(12)
    assert turn.detector.silence_seconds == 10.0
    assert turn.detector.memory.pause_average_seconds is None


def test_a_thought_is_no_habit_of_pausing() -> None:
    turn = TurnDriver(CONVERSATIONAL).started()
    turn.talk(50)
    turn.note(turn.detector.need_time(turn.now, 6.4))
    turn.rest(190)
    turn.talk(2)
    assert turn.detector.silence_seconds == 2.0


def test_the_next_turn_knows_how_long_this_persons_pauses_are() -> None:
    turn = TurnDriver(CONVERSATIONAL).started()
    for _ in range(20):
        turn.talk(50)
        turn.rest(12)
    following = TurnDriver(CONVERSATIONAL, memory=turn.detector.memory.next_turn())
    assert following.detector.silence_seconds == turn.detector.silence_seconds
    assert replace(following.detector.memory, pause_average_seconds=None) == TurnDriver().detector.memory


def test_accommodations_multiply() -> None:
    turn = TurnDriver(PATIENT.scaled(2)).started()
    turn.talk(400)
    turn.rest(624)
    assert turn.ended is None
    assert [update.ends_in_ms for update in pick_updates(turn.events)][-1] == 9984
    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.SILENCE, 1025 * WINDOW_SAMPLES)


def test_accommodations_multiply_the_silence_that_adapts() -> None:
    turn = TurnDriver(CONVERSATIONAL.scaled(2)).started()
    turn.talk(50)
    turn.rest(12)
    turn.talk(2)
    assert turn.detector.silence_seconds == pytest.approx(2 * 2 * (0.7 * 1.0 + 0.3 * 0.384))


def test_accommodations_multiply_the_think_time_of_a_question() -> None:
    turn = TurnDriver(PATIENT.scaled(1.5)).started()
    turn.detector.need_time(turn.now, 20)
    assert turn.detector.memory.think_until == 30 * 16_000
