"""End of turn: decides from speech probabilities when the candidate began, paused and finished."""

from __future__ import annotations

from interviewpanel.domain.turn_events import (
    EndReason,
    SegmentClosed,
    SegmentReason,
    SpeechStarted,
    TurnEnded,
    TurnEvent,
    TurnMemory,
    TurnState,
    TurnUpdate,
)
from interviewpanel.domain.turn_rules import (
    CONVERSATIONAL,
    PATIENT,
    SAMPLE_RATE,
    WINDOW_SAMPLES,
    InvalidTurnRules,
    TurnRules,
    from_settings,
)

__all__ = [
    "CONVERSATIONAL",
    "PATIENT",
    "SAMPLE_RATE",
    "WINDOW_SAMPLES",
    "EndReason",
    "InvalidTurnRules",
    "SegmentClosed",
    "SegmentReason",
    "SpeechStarted",
    "TurnDetector",
    "TurnEnded",
    "TurnEvent",
    "TurnMemory",
    "TurnRules",
    "TurnState",
    "TurnUpdate",
    "from_settings",
]


class TurnDetector:
    """One turn. Wall times (`now`) are Unix seconds; every method answers with the events in order."""

    def __init__(self, rules: TurnRules, *, memory: TurnMemory | None = None) -> None:
        raise NotImplementedError

    @property
    def memory(self) -> TurnMemory:
        """All that is known, as of now; the copy to store with a segment comes with its SegmentClosed."""
        raise NotImplementedError

    def start_turn(self, now: float) -> list[TurnEvent]:
        """The question has been heard: the turn clock starts. Nothing happens if a barge-in has started it."""
        raise NotImplementedError

    def audio(
        self, window_end_sample: int, speech_probability: float, now: float, energy: float = 0.0
    ) -> list[TurnEvent]:
        """One window of audio, ending at `window_end_sample` of the answer. What was heard before is ignored."""
        raise NotImplementedError

    def tick(self, now: float) -> list[TurnEvent]:
        """Once a second: ends the turn where no audio comes at all."""
        raise NotImplementedError

    def end_turn(self, now: float, reason: EndReason = EndReason.DONE) -> list[TurnEvent]:
        """The candidate (or the interview) ends the turn at once."""
        raise NotImplementedError

    def need_time(self, now: float, seconds: float | None = None) -> list[TurnEvent]:
        """The silence rule rests for the question's think time (before accommodations; None: the profile's)."""
        raise NotImplementedError

    def pause(self, now: float) -> list[TurnEvent]:
        """The interview is paused: the running segment is closed, the deadlines stand still."""
        raise NotImplementedError

    def resume(self, now: float) -> list[TurnEvent]:
        """The interview goes on."""
        raise NotImplementedError

    def rejoin(self, now: float) -> list[TurnEvent]:
        """The candidate is back after an outage (or a restart of the server): the time away is not counted."""
        raise NotImplementedError

    def deadline(self, now: float) -> float | None:
        """The earliest wall time at which `tick` would end the turn if no more audio comes; None: never."""
        raise NotImplementedError
