"""Where each voice lies on an interview's own time line, in samples from its beginning. Pure.

Called by selectors/timelines.py, for the recording of the whole interview and for its captions alike: what is heard and
what is read lie at the same places because both ask here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from interviewpanel.domain.captions import Observation, find_origins
from interviewpanel.domain.turn_rules import SAMPLE_RATE

# Storing takes now a moment and now a second, which is no pause of the candidate's: only what lasts longer is one.
SETTLED_SECONDS = 2.0


@dataclass(frozen=True)
class Stretch:
    """Of an answer's sound: samples of the answer, and when it was stored, in seconds of the time line."""

    answer: int
    start_sample: int
    end_sample: int
    stored_at: float


@dataclass(frozen=True)
class Spoken:
    """A line of the interviewer's: it began at `start_seconds`; `end_seconds` where it was cut off there."""

    start_seconds: float
    samples: int
    end_seconds: float | None = None


@dataclass(frozen=True)
class Place:
    """So many samples from there on."""

    start_sample: int
    samples: int

    @property
    def end_sample(self) -> int:
        return self.start_sample + self.samples


def place_stretches(stretches: Sequence[Stretch]) -> list[Place]:
    """Places of the candidate's stretches, which come in order; none lies over another and none before the beginning.

    When an answer's sound began is known from when its parts were stored (captions.find_origins). Parts that follow
    each other within SETTLED_SECONDS lie end to end, as they were spoken.
    """
    places: list[Place] = []
    free_from = 0
    for _, group in groupby(stretches, lambda stretch: stretch.answer):
        parts = list(group)
        origins = find_origins([Observation(one.end_sample / SAMPLE_RATE, one.stored_at) for one in parts])
        settled = origins[0]
        for part, origin in zip(parts, origins, strict=True):
            if origin - settled >= SETTLED_SECONDS:
                settled = origin
            start = max(free_from, round(settled * SAMPLE_RATE) + part.start_sample)
            places.append(Place(start, part.end_sample - part.start_sample))
            free_from = places[-1].end_sample
    return places


def place_lines(lines: Sequence[Spoken]) -> list[Place]:
    """Places of the interviewer's lines, which come in order of their beginning: where the next begins, one ends."""
    places: list[Place] = []
    for line, following in zip(lines, [*lines, None][1:], strict=True):
        start = max(0, round(line.start_seconds * SAMPLE_RATE))
        ends = [start + line.samples]
        if line.end_seconds is not None:
            ends.append(round(line.end_seconds * SAMPLE_RATE))
        if following is not None:
            ends.append(round(following.start_seconds * SAMPLE_RATE))
        places.append(Place(start, max(0, min(ends) - start)))
    return places


def measure_end(places: Sequence[Place]) -> int:
    """The sample after the last that is heard."""
    return max((place.end_sample for place in places if place.samples), default=0)
