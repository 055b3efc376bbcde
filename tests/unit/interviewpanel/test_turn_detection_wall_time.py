"""The wall clock: streams that stall, pauses, outages, and the deadline that a sweeper acts on."""

from dataclasses import replace

import pytest

from interviewpanel.domain.turn_detection import (
    PATIENT,
    WINDOW_SAMPLES,
    EndReason,
    TurnDetector,
    TurnEnded,
    TurnMemory,
    TurnState,
    TurnUpdate,
)
from tests.turn_driver import STARTED_AT, TurnDriver, outline, pick_segments, pick_updates

SPEAKING = TurnUpdate(TurnState.SPEAKING)
PAUSING = TurnUpdate(TurnState.PAUSING)
TEN_SECONDS = 313


def test_speech_and_then_no_audio_at_all_times_out_two_minutes_after_the_last_window() -> None:
    turn = TurnDriver().started()
    turn.talk(100)
    turn.wait(119.9)
    assert turn.ended is None

    turn.wait(0.1)
    assert turn.ended == TurnEnded(EndReason.NO_AUDIO, 100 * WINDOW_SAMPLES)


def test_a_window_now_and_then_is_audio() -> None:
    turn = TurnDriver().started()
    turn.talk(100)
    turn.wait(119)
    turn.talk(1)
    turn.wait(119)
    assert turn.ended is None


def test_silence_is_not_counted_while_nothing_is_heard() -> None:
    turn = TurnDriver().started()
    turn.talk(400)
    turn.rest(TEN_SECONDS - 1)
    turn.wait(60)
    assert turn.ended is None
    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (400 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_a_turn_without_any_audio_is_no_silence_but_a_fault() -> None:
    turn = TurnDriver().started()
    turn.wait(119.9)
    assert turn.ended is None
    turn.wait(0.1)
    assert turn.ended == TurnEnded(EndReason.NO_AUDIO, 0)


def test_the_longest_turn_holds_when_the_audio_stops() -> None:
    turn = TurnDriver().started()
    turn.talk(6250)
    turn.wait(99.9)
    assert turn.ended is None
    turn.wait(0.1)
    assert turn.ended == TurnEnded(EndReason.MAX_DURATION, 6250 * WINDOW_SAMPLES)


def test_a_stalled_stream_is_told_and_its_countdown_taken_back() -> None:
    turn = TurnDriver().started()
    turn.talk(400)
    turn.rest(200)
    assert turn.events[-1] == TurnUpdate(TurnState.ENDING, "silence", 4976)

    assert turn.wait(1.9) == []
    assert turn.wait(0.1) == [TurnUpdate(TurnState.PAUSING, "no_audio")]
    assert turn.rest(1) == [TurnUpdate(TurnState.ENDING, "silence", 3568)]


def test_the_end_of_a_stalled_turn_is_counted_down_in_wall_time() -> None:
    turn = TurnDriver().started()
    turn.talk(100)
    assert turn.wait(114.9) == [TurnUpdate(TurnState.PAUSING, "no_audio")]
    assert turn.wait(0.1) == [TurnUpdate(TurnState.ENDING, "no_audio_timeout", 5000)]
    assert turn.talk(1) == [SPEAKING]


def test_a_backlog_after_a_stall_is_heard_as_if_it_had_come_in_time() -> None:
    turn = TurnDriver().started()
    turn.talk(400)
    turn.wait(60)
    turn.speed = 4
    turn.talk(1800)
    turn.speed = 1
    turn.rest(TEN_SECONDS)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (2200 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_audio_that_lags_behind_the_wall_clock_ends_in_audio_time() -> None:
    turn = TurnDriver(speed=0.8).started()
    turn.talk(9374)
    assert turn.now - STARTED_AT > 370
    assert turn.ended is None
    turn.talk(1)
    assert turn.ended == TurnEnded(EndReason.MAX_DURATION, 9375 * WINDOW_SAMPLES)


def test_a_trickle_of_audio_does_not_keep_a_turn_open_for_ever() -> None:
    turn = TurnDriver().started()
    for _ in range(419):
        turn.talk(1)
        turn.wait(1 - 0.032)
    turn.talk(1)
    turn.wait(1)
    assert turn.ended == TurnEnded(EndReason.MAX_DURATION, 420 * WINDOW_SAMPLES)
    assert turn.now - STARTED_AT == pytest.approx(420, abs=0.05)


def test_a_pause_freezes_the_deadlines_and_closes_the_segment() -> None:
    turn = TurnDriver().started()
    turn.talk(400)
    turn.rest(TEN_SECONDS - 1)
    events = turn.note(turn.detector.pause(turn.now))
    assert [outline(segment) for segment in pick_segments(events)] == [(712, False, "paused", True)]
    assert pick_updates(events) == [TurnUpdate(TurnState.PAUSING, "paused")]

    assert turn.detector.deadline(turn.now) is None
    assert turn.wait(3600) == []
    assert turn.note(turn.detector.resume(turn.now)) == [TurnUpdate(TurnState.ENDING, "silence", 16)]
    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (400 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_a_pause_in_mid_word_ends_the_utterance() -> None:
    turn = TurnDriver().started()
    turn.talk(50)
    events = turn.detector.pause(turn.now)
    assert [outline(segment) for segment in pick_segments(events)] == [(50, True, "paused", True)]
    assert not turn.detector.memory.is_talking


def test_audio_heard_in_a_pause_is_recorded_but_is_neither_time_nor_speech() -> None:
    turn = TurnDriver().started()
    turn.talk(400)
    turn.rest(100)
    turn.note(turn.detector.pause(turn.now))
    events = turn.talk(1000)
    assert [outline(segment) for segment in pick_segments(events)] == [
        (965, False, "length", True),
        (1430, False, "length", True),
    ]
    assert pick_updates(events) == []

    (rest,) = pick_segments(turn.note(turn.detector.resume(turn.now)))
    assert outline(rest) == (1500, False, "paused", True)
    turn.rest(TEN_SECONDS - 101)
    assert turn.ended is None
    turn.rest(1)
    assert turn.ended == TurnEnded(EndReason.SILENCE, (1400 + TEN_SECONDS) * WINDOW_SAMPLES)


def test_wall_deadlines_are_frozen_by_a_pause_too() -> None:
    turn = TurnDriver().started()
    turn.wait(100)
    turn.note(turn.detector.pause(turn.now))
    turn.wait(1000)
    turn.note(turn.detector.resume(turn.now))
    turn.wait(19.9)
    assert turn.ended is None
    turn.wait(0.1)
    assert turn.ended == TurnEnded(EndReason.NO_AUDIO, 0)


def test_pausing_twice_and_resuming_twice_change_nothing() -> None:
    turn = TurnDriver().started()
    turn.talk(10)
    turn.detector.pause(turn.now)
    before = turn.detector.memory
    assert turn.detector.pause(turn.now + 5) == []
    assert turn.detector.memory == before
    turn.detector.resume(turn.now + 10)
    before = turn.detector.memory
    assert turn.detector.resume(turn.now + 20) == []
    assert turn.detector.memory == before


def test_a_question_that_is_heard_during_a_pause_counts_from_the_end_of_the_pause() -> None:
    turn = TurnDriver()
    turn.detector.pause(turn.now)
    turn.now += 10
    turn.started()
    turn.now += 50
    turn.detector.resume(turn.now)
    assert turn.detector.deadline(turn.now) == turn.now + 120


def test_the_time_away_is_not_counted() -> None:
    turn = TurnDriver().started()
    turn.talk(100)
    memory = TurnMemory.from_dict(turn.detector.memory.to_dict())
    back = TurnDriver(memory=memory, now=turn.now + 500)
    assert back.detector.deadline(back.now) == back.now

    assert back.note(back.detector.rejoin(back.now)) == [SPEAKING]
    assert back.detector.deadline(back.now) == back.now + 120
    back.wait(119.9)
    assert back.ended is None


def test_rejoining_before_the_question_was_heard_or_in_a_pause_excuses_nothing() -> None:
    turn = TurnDriver()
    assert turn.detector.rejoin(turn.now) == []
    turn.started()
    turn.detector.pause(turn.now)
    assert turn.detector.rejoin(turn.now + 50) == [TurnUpdate(TurnState.LISTENING, "paused")]
    turn.detector.resume(turn.now + 60)
    assert turn.detector.memory.excused_seconds == 60


def test_the_deadline_counts_from_when_the_question_was_heard() -> None:
    turn = TurnDriver()
    turn.rest(100)
    turn.started()
    assert turn.detector.deadline(turn.now) == turn.now + 120


def test_the_deadline_of_each_state() -> None:
    turn = TurnDriver()
    assert turn.detector.deadline(turn.now) is None
    turn.started()
    assert turn.detector.deadline(turn.now) == STARTED_AT + 120
    turn.detector.need_time(turn.now, 200)
    assert turn.detector.deadline(turn.now) == STARTED_AT + 210
    turn.talk(100)
    assert turn.detector.deadline(turn.now) == turn.now + 120
    turn.talk(6900)
    assert turn.detector.deadline(turn.now) == STARTED_AT + 300
    turn.detector.end_turn(turn.now)
    assert turn.detector.deadline(turn.now) is None


@pytest.mark.parametrize("talked_windows", [0, 100, 7000])
def test_the_deadline_is_when_tick_ends_the_turn(talked_windows: int) -> None:
    turn = TurnDriver().started()
    turn.talk(talked_windows)
    deadline = turn.detector.deadline(turn.now)
    assert deadline is not None
    assert pick_updates(turn.detector.tick(deadline - 0.001))[-1].state == TurnState.ENDING
    assert isinstance(turn.detector.tick(deadline)[-1], TurnEnded)


def test_the_deadline_of_a_server_that_was_away_is_now() -> None:
    turn = TurnDriver().started()
    assert turn.detector.deadline(STARTED_AT + 1000) == STARTED_AT + 1000


def test_an_end_that_was_remembered_is_told_again() -> None:
    turn = TurnDriver().started()
    turn.talk(10)
    memory = pick_segments(turn.detector.end_turn(turn.now))[-1].memory

    rebuilt = TurnDetector(PATIENT, memory=memory)
    assert rebuilt.deadline(turn.now) == turn.now
    expected = [TurnUpdate(TurnState.CLOSED, "done"), TurnEnded(EndReason.DONE, 10 * WINDOW_SAMPLES)]
    assert rebuilt.tick(turn.now) == expected
    assert rebuilt.tick(turn.now) == []
    assert rebuilt.deadline(turn.now) is None
    assert TurnDetector(PATIENT, memory=memory).audio(11 * WINDOW_SAMPLES, 0.9, turn.now) == expected
    assert TurnDetector(PATIENT, memory=memory).rejoin(turn.now) == expected


def test_accommodations_multiply_the_wall_limits() -> None:
    turn = TurnDriver(PATIENT.scaled(2)).started()
    turn.talk(100)
    assert turn.detector.deadline(turn.now) == turn.now + 240
    assert TurnDriver(replace(PATIENT, stall_seconds=3)).started().wait(2.5) == []
