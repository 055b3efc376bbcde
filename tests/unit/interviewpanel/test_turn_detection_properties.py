"""Over many invented turns: segments tile the audio, speed changes nothing, and a rebuilt detector goes on alike."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from hypothesis import given, settings
from hypothesis import strategies as st

from interviewpanel.domain.turn_detection import (
    CONVERSATIONAL,
    PATIENT,
    SAMPLE_RATE,
    WINDOW_SAMPLES,
    SegmentClosed,
    TurnDetector,
    TurnEnded,
    TurnEvent,
    TurnMemory,
    TurnRules,
    TurnUpdate,
)
from tests.turn_driver import STARTED_AT, WINDOW_SECONDS

Control = Callable[[TurnDetector, float], list[TurnEvent]]
CONTROLS: dict[str, Control] = {
    "start": TurnDetector.start_turn,
    "think": lambda detector, now: detector.need_time(now, 3),
    "pause": TurnDetector.pause,
    "resume": TurnDetector.resume,
}

UNHURRIED = settings(deadline=None, max_examples=60)  # nothing here is about time, and the machine may be busy
LEVELS = {"speech": (0.5, 1.0), "quiet": (0.0, 0.34), "flicker": (0.0, 1.0)}


@dataclass(frozen=True)
class Window:
    number: int
    probability: float
    energy: float


@dataclass(frozen=True)
class Turn:
    """Stretches of sound (kind, windows, what is pressed before), with small variations from the seed."""

    rules: TurnRules
    stretches: list[tuple[str, int, str]]
    started_in: int
    seed: int

    @cached_property
    def steps(self) -> list[Window | str]:
        """What a microphone hears (windows) and what is pressed (names of controls), in order."""
        randomness = random.Random(self.seed)
        steps: list[Window | str] = []
        number = 0
        for index, (kind, length, control) in enumerate(self.stretches):
            steps += [control] * bool(control) + ["start"] * (index == self.started_in)
            for _ in range(length):
                steps.append(Window(number, randomness.uniform(*LEVELS[kind]), randomness.choice([0.1, 0.2, 0.3])))
                number += 1
        return steps


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    """Speech, gaps around the limits, long quiet and flicker in any order; the question ends somewhere in it."""
    lengths = st.sampled_from([1, 2, 3, 9, 10, 11, 30, 33, 60, 120, 470, 700])
    controls = st.sampled_from(["", "", "", *CONTROLS])
    stretches = draw(st.lists(st.tuples(st.sampled_from(list(LEVELS)), lengths, controls), min_size=1, max_size=14))
    rules = draw(st.sampled_from([PATIENT, CONVERSATIONAL, CONVERSATIONAL.scaled(1.5)]))
    return Turn(rules, stretches, draw(st.integers(0, len(stretches) - 1)), draw(st.integers(0, 2**32)))


def run(detector: TurnDetector, steps: Sequence[Window | str], speed: float = 1.0) -> list[list[TurnEvent]]:
    """The events of each step."""
    heard: list[list[TurnEvent]] = []
    now = STARTED_AT
    for step in steps:
        if isinstance(step, str):
            heard.append(CONTROLS[step](detector, now))
        else:
            now = STARTED_AT + step.number * WINDOW_SECONDS / speed
            heard.append(detector.audio((step.number + 1) * WINDOW_SAMPLES, step.probability, now, step.energy))
    return heard


def flatten(heard: list[list[TurnEvent]]) -> list[TurnEvent]:
    return [event for events in heard for event in events]


def without_clock(events: list[TurnEvent]) -> list[object]:
    """Events with what depends on the wall clock taken out of the memories."""
    return [
        (event.through_sample, event.has_speech, event.reason, event.is_answer)
        if isinstance(event, SegmentClosed)
        else event
        for event in events
    ]


def without_updates(events: list[TurnEvent]) -> list[object]:
    """What is done, not shown: a rebuilt detector shows the candidate's view once more."""
    return without_clock([event for event in events if not isinstance(event, TurnUpdate)])


@UNHURRIED
@given(turns())
def test_segments_tile_the_audio_exactly(turn: Turn) -> None:
    detector = TurnDetector(turn.rules)
    events = flatten(run(detector, turn.steps))
    events += detector.end_turn(STARTED_AT + 10_000)

    cuts = [event.through_sample for event in events if isinstance(event, SegmentClosed)]
    (ended,) = [event for event in events if isinstance(event, TurnEnded)]
    assert cuts[-1] == ended.at_sample
    assert all(cut % WINDOW_SAMPLES == 0 for cut in cuts)
    lengths = [after - before for before, after in zip([0, *cuts], cuts, strict=False)]
    assert all(0 < length <= 15 * SAMPLE_RATE - 1536 for length in lengths)


@UNHURRIED
@given(turns())
def test_speech_is_in_segments_that_say_so(turn: Turn) -> None:
    detector = TurnDetector(turn.rules)
    events = flatten(run(detector, turn.steps)) + detector.end_turn(STARTED_AT + 10_000)
    segments = [event for event in events if isinstance(event, SegmentClosed)]
    begins = [0, *(segment.through_sample for segment in segments)]
    for event in events:
        if type(event).__name__ == "SpeechStarted":
            (home,) = [
                segment
                for begin, segment in zip(begins, segments, strict=False)
                if begin <= event.at_sample < segment.through_sample  # type: ignore[union-attr]
            ]
            assert home.has_speech


@UNHURRIED
@given(turns(), st.sampled_from([0.7, 3.0, 1000.0]))
def test_a_recording_fed_faster_or_slower_gives_the_same_events(turn: Turn, speed: float) -> None:
    live = flatten(run(TurnDetector(turn.rules), turn.steps))
    fed = flatten(run(TurnDetector(turn.rules), turn.steps, speed=speed))
    assert without_clock(fed) == without_clock(live)


@UNHURRIED
@given(turns(), st.integers(0, 10_000))
def test_a_detector_rebuilt_from_its_memory_goes_on_alike(turn: Turn, moment: int) -> None:
    at = moment % (len(turn.steps) + 1)
    whole = run(TurnDetector(turn.rules), turn.steps)

    first = TurnDetector(turn.rules)
    run(first, turn.steps[:at])
    memory = TurnMemory.from_dict(json.loads(json.dumps(first.memory.to_dict())))
    rest = run(TurnDetector(turn.rules, memory=memory), turn.steps[at:])

    ended = any(isinstance(event, TurnEnded) for event in flatten(whole[:at]))
    expected = [] if ended else without_updates(flatten(whole[at:]))
    assert [
        event for event in without_updates(flatten(rest)) if not (ended and isinstance(event, TurnEnded))
    ] == expected


@UNHURRIED
@given(turns(), st.integers(0, 100))
def test_a_detector_rebuilt_behind_a_stored_segment_goes_on_alike(turn: Turn, choice: int) -> None:
    whole = run(TurnDetector(turn.rules), turn.steps)
    closings = [
        (index, position, event)
        for index, events in enumerate(whole)
        for position, event in enumerate(events)
        if isinstance(event, SegmentClosed) and event.memory.end_reason is None
    ]
    if not closings:
        return
    index, position, stored = closings[choice % len(closings)]
    memory = TurnMemory.from_dict(json.loads(json.dumps(stored.memory.to_dict())))
    assert memory.position == memory.segment_start == stored.through_sample

    # What was not stored is sent again from the beginning of a frame, two windows early; the buttons are not.
    first = stored.through_sample // WINDOW_SAMPLES - 2
    sent_again = [step for step in turn.steps[: index + 1] if isinstance(step, Window) and step.number >= first]
    again = run(TurnDetector(turn.rules, memory=memory), [*sent_again, *turn.steps[index + 1 :]])
    assert without_updates(flatten(again)) == without_updates(flatten(whole[index:])[position + 1 :])
