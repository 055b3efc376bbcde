"""One open answer as a live connection hears it: frames in, what to store and what to tell out.

Joins the audio buffer, the voice detector and the turn detector. No database, no door: hearing.py does what the
returned steps say, in their order. Every method takes the wall clock as Unix seconds.
"""

from dataclasses import dataclass

from interviewpanel.domain.audio_buffer import AudioBuffer, Chunk, Frame, Gap
from interviewpanel.domain.open_turn import OpenTurn
from interviewpanel.domain.turn_detection import (
    SAMPLE_RATE,
    SegmentClosed,
    TurnDetector,
    TurnEnded,
    TurnEvent,
    TurnRules,
    TurnUpdate,
)
from interviewpanel.domain.turn_events import EndReason, SegmentReason, SpeechStarted
from interviewpanel.engines.vad import SpeechDetector

CLOCK_SLACK_SECONDS = 5.0  # a sound card's clock runs ahead of ours, and a question is heard before its row says so


@dataclass(frozen=True, slots=True)
class StoreChunk:
    """Make this audio durable, then acknowledge its last frame."""

    chunk: Chunk
    has_speech: bool
    is_answer: bool
    memory: dict[str, object]


@dataclass(frozen=True, slots=True)
class TellTurn:
    """A turn_update for the candidate."""

    update: TurnUpdate


@dataclass(frozen=True, slots=True)
class TurnBegan:
    """The question has been heard, or the candidate talks over it: the answer's turn has begun."""


@dataclass(frozen=True, slots=True)
class CloseTurn:
    """Everything before this is stored; close the answer."""

    reason: str


Step = StoreChunk | TellTurn | TurnBegan | CloseTurn


class LiveTurn:
    def __init__(self, opened: OpenTurn, rules: TurnRules, detector: SpeechDetector, now: float) -> None:
        self.answer_id, self.number = opened.answer_id, opened.number
        # When the question must have been heard, whatever the client says; None: it has been.
        self.heard_by = None if opened.memory.is_started else now + opened.heard_seconds
        self.is_closed = False
        self._think_seconds = opened.think_seconds
        self._asked_at = opened.asked_at.timestamp()
        self._buffer = AudioBuffer(opened.first_sequence, opened.start_sample)
        self._voice = detector.stream(opened.start_sample)
        self._detector = TurnDetector(rules, memory=opened.memory)
        self._carried_speech = False

    @property
    def is_started(self) -> bool:
        return self._detector.memory.is_started

    @property
    def next_sequence(self) -> int:
        """Of the frame that comes next, for a door that numbers frames by itself."""
        return self._buffer.next_sequence

    def deadline(self, now: float) -> float | None:
        return self._detector.deadline(now)

    def push(self, sequence: int, pcm: bytes, now: float) -> list[Step]:
        """Take one frame; one that was there already, or lies too far ahead, leads to nothing."""
        return self._hear(self._buffer.push(sequence, pcm, now).ready, now)

    def tick(self, now: float) -> list[Step]:
        """Once a second: gaps that stay are lost, the wall clock's rules, a question nobody said was heard."""
        steps = self._hear(self._buffer.give_up(now), now)
        if self.heard_by is not None and now >= self.heard_by and self._detector.memory.paused_at is None:
            steps += [TurnBegan(), *self.start(now)]
        return steps + self._follow(self._detector.tick(now))

    def missing(self, now: float) -> list[Gap]:
        return self._buffer.missing(now)

    def start(self, now: float) -> list[Step]:
        """The question has been heard."""
        self.heard_by = None
        return self._follow(self._detector.start_turn(now))

    def end(self, now: float, reason: str) -> list[Step]:
        """At once. A gap is recorded as lost, so that what came behind it is not lost with it."""
        steps = self._hear(self._buffer.give_up(now, after_seconds=0.0), now)
        return steps + self._follow(self._detector.end_turn(now, EndReason(reason)))

    def need_time(self, now: float) -> list[Step]:
        return self._follow(self._detector.need_time(now, self._think_seconds))

    def rest_silence(self, now: float, seconds: float) -> list[Step]:
        """Something is said to the candidate meanwhile: they are not taken to be silent."""
        return self._follow(self._detector.need_time(now, seconds))

    def hang_up(self, now: float) -> list[Step]:
        """The line is gone, and nobody sends again what is not stored: all that was heard is, as far as it came."""
        steps = self._hear(self._buffer.give_up(now, after_seconds=0.0), now) + self.pause(now)
        return steps if self.is_closed else steps + self._cut_rest()

    def more_time(self, now: float) -> list[Step] | None:
        """Put the longest turn off; None if that was done as often as it can be."""
        events = self._detector.more_time(now)
        return None if events is None else self._follow(events)

    def catch_up(self, through_sequence: int, now: float) -> list[Step]:
        """Frames up to this one come late. No further than sound can exist: this must not be time to think for free."""
        newest = round((now - self._asked_at + CLOCK_SLACK_SECONDS) * SAMPLE_RATE)
        return self._follow(self._detector.catch_up(min(self._buffer.locate_end(through_sequence), newest), now))

    @property
    def wishes(self) -> dict[str, int]:
        """What the candidate has asked for, of the turn's memory: a server that takes over must know it at once."""
        memory = self._detector.memory
        return {"think_until": memory.think_until, "extensions": memory.extensions}

    @property
    def more_time_left(self) -> int:
        return self._detector.more_time_left

    def change_rules(self, rules: TurnRules, now: float) -> list[Step]:
        return self._follow(self._detector.change_rules(rules, now))

    def pause(self, now: float) -> list[Step]:
        return self._follow(self._detector.pause(now))

    def resume(self, now: float) -> list[Step]:
        return self._follow(self._detector.resume(now))

    def rejoin(self, now: float) -> list[Step]:
        return self._follow(self._detector.rejoin(now))

    def _hear(self, frames: list[Frame], now: float) -> list[Step]:
        """What is left of the frames when the turn ends belongs to its last segment, unheard."""
        steps: list[Step] = []
        for frame in frames:
            for window in self._voice.feed(frame.pcm) if not self.is_closed else ():
                steps += self._follow(self._detector.audio(window.end_sample, window.probability, now, window.energy))
        return steps

    def _follow(self, events: list[TurnEvent]) -> list[Step]:
        steps: list[Step] = []
        for event in events:
            match event:
                case SegmentClosed():
                    steps += self._cut(event)
                case TurnUpdate():
                    steps.append(TellTurn(event))
                case SpeechStarted() if event.is_barge_in:
                    self.heard_by = None
                    steps.append(TurnBegan())
                case TurnEnded():
                    self.is_closed = True
                    steps += [*self._cut_rest(), CloseTurn(str(event.reason))]
        return steps

    def _cut(self, event: SegmentClosed) -> list[Step]:
        """Whole frames only: what a cut leaves of one is the next segment's, or at the turn's end this one's."""
        is_end = event.reason is SegmentReason.TURN_ENDED
        chunk = self._buffer.take_all() if is_end else self._buffer.take_through(event.through_sample)
        has_speech = event.has_speech or self._carried_speech
        self._carried_speech = has_speech and event.is_answer and chunk is None
        if chunk is None:
            return []
        return [StoreChunk(chunk, has_speech, event.is_answer, event.memory.to_dict())]

    def _cut_rest(self) -> list[Step]:
        chunk = self._buffer.take_all()
        if chunk is None:
            return []
        memory = self._detector.memory
        return [StoreChunk(chunk, self._carried_speech, memory.is_started, memory.to_dict())]
