"""What a `TurnDetector` says, and what it must be told to go on where another one stopped.

The consumer (and the sweeper) read the events; `TurnMemory` is stored with every stored segment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum


class TurnState(StrEnum):
    """The candidate's view of the turn, as `turn_update.state` carries it."""

    LISTENING = "listening"
    SPEAKING = "speaking"
    PAUSING = "pausing"
    ENDING = "ending"
    CLOSED = "closed"


class EndReason(StrEnum):
    """Why a turn ended: the answer's closed reason."""

    DONE = "done"
    SILENCE = "silence"
    NO_SPEECH = "no_speech_timeout"
    NO_AUDIO = "no_audio_timeout"
    MAX_DURATION = "max_duration"
    SKIPPED = "skipped"
    TYPED = "typed"
    INTERVIEW_OVER = "interview_over"


class SegmentReason(StrEnum):
    """Why a segment was closed here and not later."""

    PAUSE = "pause"  # 300 ms without speech after speech
    LENGTH = "length"  # as long as a segment may be
    QUIET = "quiet"  # the quiet before speech, so that the next segment begins with its pre-roll
    TURN_STARTED = "turn_started"
    PAUSED = "paused"
    TURN_ENDED = "turn_ended"


@dataclass(slots=True)
class TurnMemory:
    """All that a detector knows. JSON-able; sample positions count from the first sample of the answer's audio.

    The copy that comes with a `SegmentClosed` is what the detector knew at the end of that segment: a detector made
    from it and fed the audio after `position` goes on as if nothing had happened. Wall times (`_at`) are seconds of
    the clock that the caller passes as `now`; use one that survives a restart (Unix time), not a monotonic one.
    """

    position: int = 0  # audio heard so far
    segment_start: int = 0
    segment_has_speech: bool = False
    # the turn
    is_started: bool = False
    has_spoken: bool = False  # within the turn
    end_reason: str | None = None
    turn_start: int = 0
    think_until: int = 0  # before the turn: how long to think once it begins
    unseen_until: int = 0  # up to here it was recorded while the candidate could be shown no countdown
    extensions: int = 0  # how often the longest turn was put off
    started_at: float | None = None
    last_audio_at: float | None = None  # or when audio could first have been expected: turn begun, pause over
    paused_at: float | None = None
    excused_seconds: float = 0.0  # wall time of the turn that is not counted: pauses and outages
    # the voice
    is_talking: bool = False  # an utterance: speech, with gaps shorter than a segment pause
    is_counted: bool = False  # the utterance has been told as speech of the turn
    is_loud: bool = False  # the last window was speech
    onset_samples: int = 0  # unbroken speech up to now
    utterance_start: int = 0
    speech_end: int = 0
    pause_average_seconds: float | None = None
    # where a segment of unbroken speech would be cut best, and where speech had ended then
    cut_position: int | None = None
    cut_energy: float = 0.0
    cut_speech_end: int = 0

    def to_dict(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> TurnMemory:
        """Read what `to_dict` wrote; names of another version of the program are ignored, absent ones take defaults."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})  # type: ignore[arg-type]

    def next_turn(self) -> TurnMemory:
        """What the next answer's detector may know of this one: only how long this person's pauses are."""
        return TurnMemory(pause_average_seconds=self.pause_average_seconds)


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The candidate began to speak within the turn; a barge-in also starts the turn: stop playing the question."""

    at_sample: int
    is_barge_in: bool = False


@dataclass(frozen=True, slots=True)
class SegmentClosed:
    """Everything up to `through_sample` that is not yet in a segment is one now: store it, with `memory`.

    `through_sample` is the end of a window; it may lie behind what was heard (the cut is put in the quiet).
    `is_answer` is False for what the microphone heard while the question played.
    """

    through_sample: int
    has_speech: bool
    reason: SegmentReason
    is_answer: bool
    memory: TurnMemory


@dataclass(frozen=True, slots=True)
class TurnUpdate:
    """What the candidate should see now; `ends_in_ms` is set while a countdown runs. Sent when it changes.

    `reason` is empty, or an `EndReason` (what the countdown leads to), or `thinking`, `paused`, `no_audio`.
    `more_time_left` is set while the longest turn is counted down: how often it can still be put off.
    """

    state: TurnState
    reason: str = ""
    ends_in_ms: int | None = None
    more_time_left: int | None = None


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The turn is over: take everything that is left, close the answer. Nothing follows this event."""

    reason: EndReason
    at_sample: int


TurnEvent = SpeechStarted | SegmentClosed | TurnUpdate | TurnEnded
