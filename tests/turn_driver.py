"""Drives a `TurnDetector` in virtual time: windows of 32 ms as fast as the computer can, the wall clock beside them."""

from interviewpanel.domain.turn_detection import (
    PATIENT,
    SAMPLE_RATE,
    WINDOW_SAMPLES,
    SegmentClosed,
    SpeechStarted,
    TurnDetector,
    TurnEnded,
    TurnEvent,
    TurnMemory,
    TurnRules,
    TurnUpdate,
)

WINDOW_SECONDS = WINDOW_SAMPLES / SAMPLE_RATE
STARTED_AT = 1_800_000_000.0
SPEECH, QUIET = 0.93, 0.04


class TurnDriver:
    """One turn: `talk`, `rest` and `wait` in windows and seconds; each returns the events of that stretch."""

    def __init__(
        self,
        rules: TurnRules = PATIENT,
        *,
        memory: TurnMemory | None = None,
        now: float = STARTED_AT,
        speed: float = 1.0,
    ) -> None:
        self.detector = TurnDetector(rules, memory=memory)
        self.now = now
        self.speed = speed
        self.sample = memory.position if memory else 0
        self.events: list[TurnEvent] = []
        self._ticked_at = now

    def started(self) -> "TurnDriver":
        self.note(self.detector.start_turn(self.now))
        return self

    def note(self, events: list[TurnEvent]) -> list[TurnEvent]:
        self.events += events
        return events

    def hear(self, probability: float, windows: int = 1, energy: float = 0.0) -> list[TurnEvent]:
        events: list[TurnEvent] = []
        for _ in range(windows):
            self.sample += WINDOW_SAMPLES
            self.now += WINDOW_SECONDS / self.speed
            events += self.detector.audio(self.sample, probability, self.now, energy)
            if self.now - self._ticked_at >= 1:
                self._ticked_at = self.now
                events += self.detector.tick(self.now)
        return self.note(events)

    def talk(self, windows: int) -> list[TurnEvent]:
        return self.hear(SPEECH, windows)

    def rest(self, windows: int) -> list[TurnEvent]:
        return self.hear(QUIET, windows)

    def wait(self, seconds: float) -> list[TurnEvent]:
        """No audio at all, with a tick at every second and at the end."""
        events: list[TurnEvent] = []
        until = self.now + seconds
        while self.now < until:
            self.now = min(self.now + 1, until)
            events += self.detector.tick(self.now)
        return self.note(events)

    @property
    def ended(self) -> TurnEnded | None:
        return next((event for event in self.events if isinstance(event, TurnEnded)), None)


def pick_updates(events: list[TurnEvent]) -> list[TurnUpdate]:
    return [event for event in events if isinstance(event, TurnUpdate)]


def pick_segments(events: list[TurnEvent]) -> list[SegmentClosed]:
    return [event for event in events if isinstance(event, SegmentClosed)]


def pick_starts(events: list[TurnEvent]) -> list[SpeechStarted]:
    return [event for event in events if isinstance(event, SpeechStarted)]


def outline(segment: SegmentClosed) -> tuple[int, bool, str, bool]:
    """A segment without its memory: windows, whether it has speech, why, whether it belongs to the answer."""
    return segment.through_sample // WINDOW_SAMPLES, segment.has_speech, segment.reason.value, segment.is_answer
