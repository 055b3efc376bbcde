"""The rules that end a turn, each one window before its limit and at it."""

from dataclasses import replace

import pytest

from interviewpanel.domain.turn_detection import (
    PATIENT,
    WINDOW_SAMPLES,
    EndReason,
    TurnEnded,
    TurnState,
    TurnUpdate,
)
from tests.turn_driver import TurnDriver, pick_segments, pick_starts

TEN_SECONDS = 313  # windows: 10 s are 312.5 of them
NO_SPEECH = 3750  # 120 s
MAX_TURN = 9375  # 300 s


def test_ten_seconds_of_silence_after_speech_end_the_turn() -> None:
    turn = TurnDriver().started()
    turn.talk(100)

    turn.rest(TEN_SECONDS - 1)
    assert turn.ended is None

    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (100 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_silence_must_be_continuous() -> None:
    turn = TurnDriver().started()
    turn.talk(100)
    turn.rest(TEN_SECONDS - 1)
    turn.talk(2)
    turn.rest(TEN_SECONDS - 1)
    assert turn.ended is None

    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (102 + 2 * TEN_SECONDS - 1) * WINDOW_SAMPLES)


def test_a_word_that_begins_in_the_last_window_is_waited_for() -> None:
    turn = TurnDriver().started()
    turn.talk(100)
    turn.rest(TEN_SECONDS - 1)
    assert turn.talk(1) == []
    assert pick_starts(turn.talk(1)) != []
    turn.rest(TEN_SECONDS - 1)
    turn.talk(1)
    assert turn.ended is None
    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (102 + 2 * TEN_SECONDS) * WINDOW_SAMPLES)


def test_silence_before_any_speech_does_not_count() -> None:
    turn = TurnDriver().started()
    turn.rest(TEN_SECONDS)
    turn.talk(2)
    turn.rest(TEN_SECONDS - 1)
    assert turn.ended is None
    turn.rest(1)
    assert turn.ended is not None


def test_silence_does_not_end_a_turn_before_its_least_length() -> None:
    turn = TurnDriver(replace(PATIENT, silence_seconds=2)).started()
    turn.talk(10)
    turn.rest(TEN_SECONDS - 10 - 1)
    assert turn.ended is None

    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.SILENCE, TEN_SECONDS * WINDOW_SAMPLES)


def test_least_length_counts_from_the_beginning_of_the_turn_not_of_the_audio() -> None:
    turn = TurnDriver(replace(PATIENT, silence_seconds=2))
    turn.rest(200)
    turn.started()
    turn.talk(10)
    turn.rest(TEN_SECONDS - 10)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (200 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_no_speech_at_all_times_out_at_two_minutes() -> None:
    turn = TurnDriver().started()
    turn.rest(NO_SPEECH - 1)
    assert turn.ended is None

    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.NO_SPEECH, NO_SPEECH * WINDOW_SAMPLES)


def test_a_single_loud_window_is_no_speech() -> None:
    turn = TurnDriver().started()
    for _ in range(NO_SPEECH // 50):
        turn.talk(1)
        turn.rest(49)
    assert turn.ended == TurnEnded(EndReason.NO_SPEECH, NO_SPEECH * WINDOW_SAMPLES)
    assert pick_starts(turn.events) == []


def test_two_loud_windows_are_a_start_of_speech() -> None:
    turn = TurnDriver().started()
    turn.rest(5)
    assert pick_starts(turn.talk(1)) == []

    (start,) = pick_starts(turn.talk(1))
    assert start.at_sample == 5 * WINDOW_SAMPLES
    assert not start.is_barge_in


@pytest.mark.parametrize(
    ("probabilities", "is_speech"), [((0.5, 0.35), True), ((0.49, 0.9), False), ((0.5, 0.34), False)]
)
def test_speech_begins_at_the_threshold_and_holds_down_to_the_lower_one(
    probabilities: tuple[float, float], is_speech: bool
) -> None:
    turn = TurnDriver().started()
    for probability in probabilities:
        turn.hear(probability)
    assert bool(pick_starts(turn.events)) is is_speech


def test_a_turn_ends_at_five_minutes_whatever_happens() -> None:
    turn = TurnDriver().started()
    turn.talk(MAX_TURN - 1)
    assert turn.ended is None

    turn.talk(1)
    assert turn.ended == TurnEnded(EndReason.MAX_DURATION, MAX_TURN * WINDOW_SAMPLES)


def test_five_minutes_come_before_a_silence_that_would_end_later() -> None:
    turn = TurnDriver().started()
    turn.talk(MAX_TURN - 100)
    turn.rest(100)
    assert turn.ended == TurnEnded(EndReason.MAX_DURATION, MAX_TURN * WINDOW_SAMPLES)


def test_done_ends_the_turn_at_once_and_once() -> None:
    turn = TurnDriver().started()
    turn.talk(20)
    events = turn.note(turn.detector.end_turn(turn.now))

    assert [type(event).__name__ for event in events] == ["SegmentClosed", "TurnUpdate", "TurnEnded"]
    assert events[-1] == TurnEnded(EndReason.DONE, 20 * WINDOW_SAMPLES)
    assert turn.detector.end_turn(turn.now) == []
    assert turn.detector.start_turn(turn.now) == []
    assert turn.detector.need_time(turn.now) == []
    assert turn.detector.pause(turn.now) == []
    assert turn.detector.resume(turn.now) == []
    assert turn.talk(500) == []
    assert turn.wait(1000) == []


@pytest.mark.parametrize("reason", [EndReason.SKIPPED, EndReason.TYPED, EndReason.INTERVIEW_OVER])
def test_others_may_end_the_turn_too(reason: EndReason) -> None:
    turn = TurnDriver().started()
    turn.talk(3)
    assert turn.detector.end_turn(turn.now, reason)[1:] == [
        TurnUpdate(TurnState.CLOSED, reason.value),
        TurnEnded(reason, 3 * WINDOW_SAMPLES),
    ]


def test_a_question_skipped_while_it_plays() -> None:
    turn = TurnDriver()
    turn.rest(3)
    events = turn.detector.end_turn(turn.now, EndReason.SKIPPED)
    assert [segment.is_answer for segment in pick_segments(events)] == [False]
    assert events[-1] == TurnEnded(EndReason.SKIPPED, 3 * WINDOW_SAMPLES)
