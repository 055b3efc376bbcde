"""Sound that comes late, and the longest turn that is put off: nobody is cut off by a clock that they could not see."""

from dataclasses import replace

import pytest

from interviewpanel.domain.turn_detection import (
    CONVERSATIONAL,
    PATIENT,
    WINDOW_SAMPLES,
    EndReason,
    TurnEnded,
    TurnMemory,
    TurnRules,
    TurnState,
    TurnUpdate,
)
from tests.turn_driver import WINDOW_SECONDS, TurnDriver, pick_updates

TWELVE_SECONDS = 375  # windows
TEN_SECONDS = 313
MINUTE = 1875
MAX_TURN = 9375  # 300 s
WARNING = 937  # 30 s are 937.5


def announce_backlog(turn: TurnDriver, windows: int) -> None:
    """So many windows from here on were recorded while nothing could be shown."""
    turn.note(turn.detector.catch_up(turn.sample + windows * WINDOW_SAMPLES, turn.now))


@pytest.mark.parametrize("rules", [PATIENT, CONVERSATIONAL])
def test_a_pause_within_a_backlog_does_not_end_the_answer_that_goes_on_after_it(rules: TurnRules) -> None:
    turn = TurnDriver(rules).started()
    turn.talk(400)
    turn.wait(60)
    turn.note(turn.detector.rejoin(turn.now))
    announce_backlog(turn, 2 * TWELVE_SECONDS + 100)
    turn.speed = 4
    turn.talk(100)
    turn.rest(TWELVE_SECONDS)
    turn.talk(TWELVE_SECONDS)
    assert turn.ended is None
    assert all(update.ends_in_ms is None for update in pick_updates(turn.events))


def test_silence_counts_from_the_end_of_the_backlog_with_its_whole_countdown() -> None:
    turn = TurnDriver().started()
    turn.talk(400)
    announce_backlog(turn, MINUTE)
    turn.rest(MINUTE)
    before = len(turn.events)
    turn.rest(TEN_SECONDS - 1)
    assert pick_updates(turn.events[before:]) == [TurnUpdate(TurnState.ENDING, "silence", 4976)]
    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (400 + MINUTE + TEN_SECONDS) * WINDOW_SAMPLES)


def test_two_minutes_without_a_word_in_a_backlog_end_nothing() -> None:
    turn = TurnDriver(speed=4).started()
    announce_backlog(turn, 4000)
    turn.rest(4000)
    assert turn.ended is None
    turn.rest(TEN_SECONDS)
    assert turn.ended == TurnEnded(EndReason.NO_SPEECH, (4000 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_a_line_that_stalls_in_a_backlog_is_waited_for() -> None:
    """Four and a half minutes of it are heard when the line stalls; by the wall clock the longest turn is over."""
    turn = TurnDriver(speed=0.8).started()
    turn.talk(8400)
    announce_backlog(turn, 900)
    turn.wait(30)
    assert turn.ended is None
    turn.talk(500)
    assert turn.ended is None


def test_a_backlog_that_never_comes_is_not_waited_for_for_ever() -> None:
    turn = TurnDriver().started()
    turn.talk(100)
    announce_backlog(turn, 1000)
    turn.wait(119.9)
    assert turn.ended is None
    turn.wait(0.1)
    assert turn.ended == TurnEnded(EndReason.NO_AUDIO, 100 * WINDOW_SAMPLES)


def test_who_could_not_be_warned_of_the_longest_turn_has_it_put_off() -> None:
    turn = TurnDriver(speed=4).started()
    turn.talk(MAX_TURN - 1000)
    announce_backlog(turn, 2000)
    turn.talk(2000)
    assert turn.ended is None
    assert turn.detector.memory.extensions == 2
    turn.speed = 1
    before = len(turn.events)
    turn.talk(2 * MINUTE - 1000)
    (warning,) = pick_updates(turn.events[before:-2])
    assert (warning.reason, warning.more_time_left) == ("max_duration", 8)
    assert warning.ends_in_ms is not None
    assert warning.ends_in_ms > 20_000
    assert turn.ended == TurnEnded(EndReason.MAX_DURATION, (MAX_TURN + 2 * MINUTE) * WINDOW_SAMPLES)


def test_a_line_that_is_a_little_slow_puts_nothing_off() -> None:
    """Nine seconds late, one and twenty of the warning are seen all the same."""
    turn = TurnDriver().started()
    turn.talk(MAX_TURN - WARNING)
    for _ in range(25):
        announce_backlog(turn, 281)
        turn.talk(31)
    assert turn.detector.memory.extensions == 0


def test_no_backlog_reaches_further_than_the_longest_turn_can() -> None:
    turn = TurnDriver().started()
    turn.talk(1)
    announce_backlog(turn, 10**9)
    assert turn.detector.memory.unseen_until == (MAX_TURN + 10 * MINUTE) * WINDOW_SAMPLES
    turn.talk(MAX_TURN + 10 * MINUTE - 1)
    assert turn.ended == TurnEnded(EndReason.MAX_DURATION, (MAX_TURN + 10 * MINUTE) * WINDOW_SAMPLES)


def test_a_backlog_of_before_changes_nothing_any_more() -> None:
    turn = TurnDriver().started()
    turn.talk(400)
    turn.rest(200)
    turn.note(turn.detector.catch_up(100 * WINDOW_SAMPLES, turn.now))
    turn.rest(TEN_SECONDS - 200)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (400 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_an_answer_that_is_over_stays_so() -> None:
    turn = TurnDriver().started()
    turn.detector.end_turn(turn.now)
    assert turn.detector.catch_up(10**6, turn.now) == []
    assert turn.detector.more_time(turn.now) == []


def test_another_server_goes_on_with_what_was_announced() -> None:
    turn = TurnDriver().started()
    turn.talk(100)
    announce_backlog(turn, 1000)
    memory = TurnMemory.from_dict(turn.detector.memory.to_dict())
    back = TurnDriver(memory=memory, now=turn.now)
    back.rest(1000 + TEN_SECONDS - 1)
    assert back.ended is None
    back.rest(1)
    assert back.ended == TurnEnded(EndReason.SILENCE, (1100 + TEN_SECONDS) * WINDOW_SAMPLES)


# --- The longest turn -------------------------------------------------------------------------------------------------


def test_the_longest_turn_is_announced_half_a_minute_before_and_put_off_by_one_press() -> None:
    turn = TurnDriver().started()
    turn.talk(MAX_TURN - WARNING - 1)
    assert all(update.ends_in_ms is None for update in pick_updates(turn.events))
    assert turn.talk(1) == [TurnUpdate(TurnState.SPEAKING, "max_duration", 29984, 10)]
    assert turn.note(turn.detector.more_time(turn.now) or []) == [TurnUpdate(TurnState.SPEAKING)]
    turn.talk(MINUTE - 1)
    assert turn.talk(1)[-1] == TurnUpdate(TurnState.SPEAKING, "max_duration", 29984, 9)


def test_it_can_be_put_off_ten_times_and_not_eleven() -> None:
    turn = TurnDriver().started()
    assert [turn.detector.more_time(turn.now) is None for _ in range(11)] == [False] * 10 + [True]
    turn.talk(MAX_TURN + 10 * MINUTE - 1)
    assert turn.ended is None
    turn.talk(1)
    assert turn.ended == TurnEnded(EndReason.MAX_DURATION, (MAX_TURN + 10 * MINUTE) * WINDOW_SAMPLES)


def test_the_warning_stays_while_somebody_draws_breath() -> None:
    """Never less than 20 s of it in one piece: a pause that is too short to end the answer takes nothing back."""
    turn = TurnDriver().started()
    turn.talk(MAX_TURN - 900)
    before = len(turn.events)
    turn.rest(100)
    (update,) = pick_updates(turn.events[before:])
    assert (update.state, update.reason) == (TurnState.ENDING, "max_duration")


def test_accommodations_multiply_warning_and_extension() -> None:
    rules = PATIENT.scaled(2)
    assert (rules.longest_warning_seconds, rules.more_time_seconds) == (60, 120)


def test_of_a_short_turn_half_is_announced() -> None:
    turn = TurnDriver(replace(PATIENT, max_turn_seconds=32, no_speech_seconds=32)).started()
    turn.talk(499)
    assert all(update.ends_in_ms is None for update in pick_updates(turn.events))
    assert turn.talk(1) == [TurnUpdate(TurnState.SPEAKING, "max_duration", 16000, 10)]


# --- Without silence --------------------------------------------------------------------------------------------------


def test_who_types_because_the_microphone_has_died_has_the_longest_turn() -> None:
    turn = TurnDriver().started()
    turn.talk(100)
    turn.note(turn.detector.change_rules(PATIENT.without_silence(), turn.now))
    turn.wait(300 - 100 * WINDOW_SECONDS - 30.1)
    assert (turn.ended, turn.events[-1]) == (None, TurnUpdate(TurnState.PAUSING, "no_audio"))
    assert turn.wait(0.2)[0].reason == "max_duration"  # type: ignore[union-attr]
    turn.note(turn.detector.more_time(turn.now) or [])
    turn.wait(89)
    assert turn.ended is None
    turn.wait(1)
    assert turn.ended == TurnEnded(EndReason.MAX_DURATION, 100 * WINDOW_SAMPLES)


@pytest.mark.parametrize("is_heard", [False, True])
def test_by_hand_only_the_longest_turn_is_left_and_can_be_put_off(is_heard: bool) -> None:
    turn = TurnDriver(PATIENT.without_silence()).started()
    turn.talk(100 if is_heard else 0)
    turn.note(turn.detector.more_time(turn.now) or [])
    turn.rest(MAX_TURN + MINUTE - turn.sample // WINDOW_SAMPLES - 1)
    assert turn.ended is None
    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.MAX_DURATION, (MAX_TURN + MINUTE) * WINDOW_SAMPLES)
