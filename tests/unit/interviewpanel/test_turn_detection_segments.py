"""Where audio is cut into segments, what belongs to the answer, and talking over the question."""

from dataclasses import replace

import pytest

from interviewpanel.domain.turn_detection import PATIENT, WINDOW_SAMPLES, SpeechStarted, TurnState, TurnUpdate
from tests.turn_driver import STARTED_AT, TurnDriver, outline, pick_segments, pick_starts

PREROLL = 16  # windows: 500 ms are 15.6 of them
PAUSE = 10  # windows: 300 ms are 9.4 of them
LONGEST = 465  # windows: 15 s less a frame, as a stored segment may begin a frame before
BARGE_IN = 32  # windows: 1 s are 31.25 of them


def test_a_pause_of_300_ms_closes_a_segment() -> None:
    turn = TurnDriver().started()
    turn.talk(100)
    assert pick_segments(turn.rest(PAUSE - 1)) == []
    assert [outline(segment) for segment in pick_segments(turn.rest(1))] == [(110, True, "pause", True)]


def test_a_breath_closes_nothing() -> None:
    turn = TurnDriver().started()
    for _ in range(4):
        turn.talk(50)
        turn.rest(PAUSE - 1)
    assert pick_segments(turn.events) == []


def test_after_a_short_pause_the_next_segment_begins_where_the_first_ended() -> None:
    turn = TurnDriver().started()
    turn.talk(100)
    turn.rest(40)
    turn.talk(50)
    turn.rest(PAUSE)
    assert [outline(segment) for segment in pick_segments(turn.events)] == [
        (110, True, "pause", True),
        (200, True, "pause", True),
    ]


@pytest.mark.parametrize(("quiet_windows", "is_cut"), [(PREROLL + 31, False), (PREROLL + 32, True)])
def test_a_second_of_quiet_before_the_pre_roll_is_a_segment_of_its_own(quiet_windows: int, is_cut: bool) -> None:
    turn = TurnDriver().started()
    turn.rest(quiet_windows)
    cuts = [outline(segment) for segment in pick_segments(turn.talk(2))]
    assert cuts == ([(quiet_windows - PREROLL, False, "quiet", True)] if is_cut else [])


def test_long_quiet_is_cut_too_and_leaves_the_pre_roll_to_the_next() -> None:
    turn = TurnDriver().started()
    turn.rest(LONGEST - 1)
    assert pick_segments(turn.events) == []
    turn.rest(1)
    turn.talk(2)
    assert [outline(segment) for segment in pick_segments(turn.events)] == [(LONGEST - PREROLL, False, "length", True)]


def test_a_word_that_begins_as_long_quiet_is_cut_keeps_its_pre_roll() -> None:
    turn = TurnDriver().started()
    turn.rest(LONGEST - 1)
    turn.talk(1)
    assert [outline(segment) for segment in pick_segments(turn.events)] == [
        (LONGEST - 1 - PREROLL, False, "length", True)
    ]


def test_unbroken_speech_is_cut_at_its_quietest_window_of_the_last_third() -> None:
    turn = TurnDriver().started()
    turn.hear(0.9, 100, energy=0.001)
    turn.hear(0.9, 250, energy=0.5)
    turn.hear(0.9, 1, energy=0.1)
    turn.hear(0.9, LONGEST - 352, energy=0.4)
    assert pick_segments(turn.events) == []
    (segment,) = pick_segments(turn.hear(0.9, 1, energy=0.4))
    assert outline(segment) == (351, True, "length", True)

    turn.hear(0.9, 20, energy=0.01)
    turn.hear(0.9, 331, energy=0.4)
    assert [outline(segment) for segment in pick_segments(turn.events)] == [
        outline(segment),
        (816, True, "length", True),
    ]


def test_speech_of_one_loudness_is_cut_as_late_as_can_be() -> None:
    turn = TurnDriver().started()
    turn.talk(3 * LONGEST)
    assert [outline(segment)[0] for segment in pick_segments(turn.events)] == [LONGEST, 2 * LONGEST, 3 * LONGEST]


@pytest.mark.parametrize("quiet_at_the_cut", [0, 5])
def test_quiet_behind_the_cut_is_not_taken_for_speech(quiet_at_the_cut: int) -> None:
    turn = TurnDriver().started()
    turn.talk(LONGEST - quiet_at_the_cut)
    turn.rest(PAUSE)
    assert [outline(segment) for segment in pick_segments(turn.events)] == [
        (LONGEST, True, "length", True),
        (LONGEST - quiet_at_the_cut + PAUSE, False, "pause", True),
    ]
    memory = pick_segments(turn.events)[0].memory
    assert memory.speech_end == (LONGEST - quiet_at_the_cut) * WINDOW_SAMPLES
    assert memory.is_loud is (quiet_at_the_cut == 0)


def test_a_limit_that_falls_on_the_end_of_a_window_is_reached_with_it() -> None:
    rules = replace(PATIENT, segment_pause_seconds=0.32, segment_max_seconds=15.008, barge_in_seconds=1.024)
    turn = TurnDriver(rules)
    turn.talk(31)
    assert pick_starts(turn.events) == []
    turn.talk(1)
    assert pick_starts(turn.events) != []
    turn.rest(9)
    assert pick_segments(turn.events) == []
    turn.rest(1)
    turn.talk(465)
    assert [outline(segment)[0] for segment in pick_segments(turn.events)] == [42]
    turn.talk(1)
    assert [outline(segment)[0] for segment in pick_segments(turn.events)] == [42, 508]


def test_the_end_of_the_turn_closes_the_last_segment() -> None:
    turn = TurnDriver().started()
    turn.talk(100)
    turn.rest(313)
    assert [outline(segment) for segment in pick_segments(turn.events)] == [
        (110, True, "pause", True),
        (413, False, "turn_ended", True),
    ]


def test_nothing_is_closed_where_nothing_was_heard() -> None:
    turn = TurnDriver().started()
    assert turn.events == [TurnUpdate(TurnState.LISTENING)]
    assert pick_segments(turn.detector.end_turn(turn.now)) == []


def test_what_is_heard_while_the_question_plays_is_no_answer() -> None:
    turn = TurnDriver()
    turn.rest(60)
    turn.talk(BARGE_IN - 1)
    turn.rest(100)
    turn.started()
    assert [outline(segment) for segment in pick_segments(turn.events)] == [
        (44, False, "quiet", False),
        (101, True, "pause", False),
        (191 - PREROLL, False, "turn_started", False),
    ]
    assert pick_starts(turn.events) == []
    assert turn.events[-1] == TurnUpdate(TurnState.LISTENING)
    memory = turn.detector.memory
    assert (memory.has_spoken, memory.turn_start, memory.started_at) == (False, 191 * WINDOW_SAMPLES, turn.now)


def test_a_second_of_speech_over_the_question_is_the_answer() -> None:
    turn = TurnDriver()
    turn.rest(40)
    assert turn.talk(BARGE_IN - 1) == []
    assert turn.talk(1) == [
        *pick_segments(turn.events),
        SpeechStarted(40 * WINDOW_SAMPLES, is_barge_in=True),
        TurnUpdate(TurnState.SPEAKING),
    ]
    assert [outline(segment) for segment in pick_segments(turn.events)] == [
        (40 - PREROLL, False, "turn_started", False)
    ]

    assert turn.detector.start_turn(turn.now + 1) == []
    assert turn.talk(1) == []
    turn.rest(PAUSE)
    assert outline(pick_segments(turn.events)[-1]) == (83, True, "pause", True)
    assert turn.detector.memory.turn_start == 40 * WINDOW_SAMPLES


def test_barging_in_takes_a_second_without_a_pause() -> None:
    turn = TurnDriver()
    for _ in range(5):
        turn.talk(BARGE_IN - 1)
        turn.rest(PAUSE)
    assert pick_starts(turn.events) == []
    assert not turn.detector.memory.is_started


def test_who_already_speaks_when_the_question_ends_loses_no_word() -> None:
    turn = TurnDriver()
    turn.rest(40)
    turn.talk(20)
    turn.started()
    assert [outline(segment) for segment in pick_segments(turn.events)] == [
        (40 - PREROLL, False, "turn_started", False)
    ]
    assert turn.events[-1] == TurnUpdate(TurnState.SPEAKING)

    assert turn.talk(1) == []
    assert turn.talk(1) == [SpeechStarted(40 * WINDOW_SAMPLES)]
    assert turn.detector.memory.turn_start == 60 * WINDOW_SAMPLES


def test_a_murmur_that_ends_with_the_question_is_not_the_answer() -> None:
    turn = TurnDriver()
    turn.rest(40)
    turn.talk(20)
    turn.started()
    turn.rest(1000)
    assert pick_starts(turn.events) == []
    assert turn.ended is None


def test_a_word_that_begins_as_the_question_ends_keeps_its_pre_roll() -> None:
    turn = TurnDriver()
    turn.rest(60)
    turn.talk(1)
    turn.started()
    turn.talk(2)
    assert [outline(segment) for segment in pick_segments(turn.events)] == [
        (60 - PREROLL, False, "turn_started", False)
    ]
    assert pick_starts(turn.events) == [SpeechStarted(60 * WINDOW_SAMPLES)]


def test_a_turn_that_starts_in_a_pause_begins_with_what_follows() -> None:
    turn = TurnDriver()
    turn.detector.pause(turn.now)
    turn.talk(50)
    turn.started()
    assert [outline(segment) for segment in pick_segments(turn.events)] == [(50, False, "turn_started", False)]
    turn.talk(50)
    turn.note(turn.detector.resume(turn.now))
    assert [outline(segment) for segment in pick_segments(turn.events)][1:] == [(100, False, "paused", True)]
    assert turn.detector.memory.turn_start == 100 * WINDOW_SAMPLES


def test_before_the_turn_nothing_is_shown_and_nothing_ends() -> None:
    turn = TurnDriver()
    turn.rest(10_000)
    turn.wait(1000)
    assert {type(event).__name__ for event in turn.events} == {"SegmentClosed"}
    assert not any(segment.is_answer for segment in pick_segments(turn.events))


def test_windows_that_were_heard_already_are_ignored() -> None:
    turn = TurnDriver().started()
    turn.talk(10)
    before = turn.detector.memory
    assert turn.detector.audio(9 * WINDOW_SAMPLES, 0.9, turn.now) == []
    assert turn.detector.audio(10 * WINDOW_SAMPLES, 0.9, turn.now) == []
    assert turn.detector.memory == before


def test_windows_off_the_grid_count_for_what_is_new_in_them() -> None:
    turn = TurnDriver().started()
    turn.talk(10)
    turn.detector.audio(10 * WINDOW_SAMPLES + 100, 0.9, turn.now)
    assert turn.detector.memory.position == 10 * WINDOW_SAMPLES + 100
    assert turn.detector.memory.onset_samples == 10 * WINDOW_SAMPLES + 100


def test_the_memory_of_a_segment_is_what_was_known_at_its_end() -> None:
    turn = TurnDriver().started()
    turn.rest(100)
    (segment,) = pick_segments(turn.talk(2))
    assert segment.memory == replace(
        TurnDriver().started().detector.memory,
        position=84 * WINDOW_SAMPLES,
        segment_start=84 * WINDOW_SAMPLES,
        last_audio_at=turn.now,
    )


def test_events_keep_their_memory_when_the_detector_goes_on() -> None:
    turn = TurnDriver(replace(PATIENT, barge_in_seconds=2)).started()
    turn.talk(20)
    (segment,) = pick_segments(turn.rest(PAUSE))
    kept = segment.memory.to_dict()
    turn.talk(500)
    assert segment.memory.to_dict() == kept
    assert kept["started_at"] == STARTED_AT
