"""End of turn: decides from speech probabilities when the candidate began, paused and finished.

The consumer makes one `TurnDetector` per open answer, feeds it the windows of the voice detector and a `tick` each
second, and acts on the events; the sweeper acts on its `deadline` when no consumer is left. A pure state machine
without a clock of its own, so that a five-minute turn is tested in a millisecond.

How time is counted
    Audio time: samples heard since the turn began. As long as audio flows it is the only clock, so a recording fed
    faster than real time, or the backlog of a bad network, ends the turn at the same sample as it would live.
    Wall time: `now`, less pauses and outages. It counts only while the stream is stalled, that is, when no window has
    come for `stall_seconds` (2 s; less is jitter), and then from the beginning of the turn (no speech yet, longest
    turn) or from the last window (no audio). Silence is never counted in wall time: who cannot be heard is not silent.
    One guard for a stream that merely trickles: a turn is over `no_audio_seconds` after its longest duration by the
    wall clock, whatever audio time says.

The rules are in `turn_rules`, the events and the memory in `turn_events`, hearing and cutting in `segment_cutting`,
the ends of a turn in `turn_clock`.
"""

from __future__ import annotations

from dataclasses import replace

from interviewpanel.domain.segment_cutting import SegmentCutter
from interviewpanel.domain.turn_clock import TurnClock, View
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
    TurnRules,
    TurnRulesError,
    count_samples,
    from_settings,
)

__all__ = [
    "CONVERSATIONAL",
    "PATIENT",
    "SAMPLE_RATE",
    "WINDOW_SAMPLES",
    "EndReason",
    "SegmentClosed",
    "SegmentReason",
    "SpeechStarted",
    "TurnDetector",
    "TurnEnded",
    "TurnEvent",
    "TurnMemory",
    "TurnRules",
    "TurnRulesError",
    "TurnState",
    "TurnUpdate",
    "from_settings",
]


class TurnDetector:
    """One turn. `now` is the wall clock in Unix seconds; every method answers with the events in order.

    Made from a `memory` it goes on where that was taken. Windows that end at or before `memory.position` are ignored,
    so audio may be fed again from the beginning of a frame. If the memory says that the turn had ended, the first call
    says so again: the server may have died between storing the last segment and closing the answer.
    """

    def __init__(self, rules: TurnRules, *, memory: TurnMemory | None = None) -> None:
        self.rules = rules
        self._memory = replace(memory) if memory is not None else TurnMemory()
        self._cutter = SegmentCutter(rules, self._memory)
        self._clock = TurnClock(rules, self._memory)
        self._shown: View | None = None
        self._is_end_told = False
        self._barge_in_samples = count_samples(rules.barge_in_seconds)

    def change_rules(self, rules: TurnRules, now: float) -> list[TurnEvent]:
        """Go on by other rules from here: how silence and time end the turn, not how sound is cut into segments."""
        self.rules, self._clock = rules, TurnClock(rules, self._memory)
        return self._tell_end() if self._memory.end_reason is not None else self._announce(now)

    @property
    def memory(self) -> TurnMemory:
        """A copy of all that is known now; the one to store with a segment comes with its `SegmentClosed`."""
        return replace(self._memory)

    @property
    def more_time_left(self) -> int:
        return self._clock.more_time_left

    @property
    def silence_seconds(self) -> float:
        """The silence that ends the turn now: fixed, or following this candidate's pauses between the limits."""
        return self._clock.silence_seconds

    def start_turn(self, now: float) -> list[TurnEvent]:
        """The question has been heard: the turn clock starts. Nothing happens if it runs already (a barge-in).

        Effects: what was heard so far is closed as no part of the answer, but for the pre-roll of whatever is being
        said or comes next; then the candidate is shown `listening`.
        """
        memory = self._memory
        if memory.is_started or memory.end_reason is not None:
            return self._tell_end()
        self._begin_turn(memory.position, now)
        return self._cutter.close_before_speech(SegmentReason.TURN_STARTED, is_answer=False) + self._announce(now)

    def audio(
        self, window_end_sample: int, speech_probability: float, now: float, energy: float = 0.0
    ) -> list[TurnEvent]:
        """Take the window of audio that ends at `window_end_sample` of the answer.

        `energy` is any measure of loudness; it only chooses where unbroken speech is cut. Audio of a pause becomes
        part of the recording, but neither speech nor time.
        """
        memory = self._memory
        if memory.end_reason is not None:
            return self._tell_end()
        memory.last_audio_at = now
        step = window_end_sample - memory.position
        if step <= 0:
            return []
        memory.position = window_end_sample
        if memory.paused_at is not None:
            self._clock.hold(step)
            return self._cutter.hear(step, 0.0, energy)
        events = self._cutter.hear(step, speech_probability, energy)
        if not memory.is_started:
            if not memory.is_talking or memory.speech_end - memory.utterance_start < self._barge_in_samples:
                return events
            events += self._barge_in(now)
        end = self._clock.find_audio_end()
        if memory.position < end.at_sample:
            return events + self._announce(now)
        if memory.onset_samples and end.reason is not EndReason.MAX_DURATION:
            return events  # a word may be beginning in the last moment: the next window tells
        return events + self._close(end.reason)

    def tick(self, now: float) -> list[TurnEvent]:
        """Look at the wall clock, once a second: end a turn in which no audio comes, or tell that none comes."""
        if self._memory.end_reason is not None:
            return self._tell_end()
        end = self._clock.find_wall_end()
        return self._announce(now) if end is None or now < end.at else self._close(end.reason)

    def end_turn(self, now: float, reason: EndReason = EndReason.DONE) -> list[TurnEvent]:
        """End the turn at once: the candidate is done, skips, has typed, or the interview is over."""
        return self._tell_end() if self._memory.end_reason is not None else self._close(reason)

    def need_time(self, now: float, seconds: float | None = None) -> list[TurnEvent]:
        """Let the silence rules rest for the question's think time, then count silence from its end.

        `seconds` is the think time of the question, before accommodations; None takes the rules' own. Asked for before
        the turn has begun it counts from its beginning. Speech does not cut it short; the longest turn stays.
        """
        memory = self._memory
        if memory.end_reason is not None:
            return self._tell_end()
        wanted = self.rules.think_seconds if seconds is None else seconds * self.rules.multiplier
        base = memory.position if memory.is_started else 0
        memory.think_until = max(memory.think_until, base + count_samples(wanted))
        return self._announce(now)

    def more_time(self, now: float) -> list[TurnEvent] | None:
        """Put the longest turn off by `more_time_seconds`. None if that was done ten times already."""
        if self._memory.end_reason is not None:
            return self._tell_end()
        return self._announce(now) if self._clock.extend() else None

    def catch_up(self, through_sample: int, now: float) -> list[TurnEvent]:
        """What is recorded up to `through_sample` comes late: the candidate could be shown no countdown meanwhile.

        Silence counts from there, as after thinking. Where two thirds of the longest turn's warning could not be seen
        either, that is put off for them, as often as it can be; beyond its end nothing is waited for.
        """
        memory = self._memory
        if memory.end_reason is not None:
            return self._tell_end()
        turn_start = memory.turn_start if memory.is_started else memory.position
        warning = self._clock.longest_warning_samples
        if 3 * (through_sample - memory.position) > warning:
            while turn_start + self._clock.longest_samples < through_sample + warning and self._clock.extend():
                pass
        longest_at = turn_start + self._clock.longest_samples
        memory.unseen_until = max(memory.unseen_until, min(through_sample, longest_at))
        return self._announce(now)

    def pause(self, now: float) -> list[TurnEvent]:
        """Stop the clocks. Effects: an utterance ends, the running segment is closed, a countdown is taken back."""
        memory = self._memory
        if memory.paused_at is not None or memory.end_reason is not None:
            return self._tell_end()
        memory.paused_at = now
        self._cutter.stop_listening()
        return self._cutter.close_here(SegmentReason.PAUSED) + self._announce(now)

    def resume(self, now: float) -> list[TurnEvent]:
        """Let the clocks go on with what was left of each. What was heard in the pause, if anything, is a segment."""
        memory = self._memory
        if memory.paused_at is None or memory.end_reason is not None:
            return self._tell_end()
        self._clock.excuse(memory.paused_at, now)
        memory.paused_at = None
        return self._cutter.close_here(SegmentReason.PAUSED) + self._announce(now)

    def rejoin(self, now: float) -> list[TurnEvent]:
        """The candidate is back after an outage, or the server after a restart: the time away is not counted.

        Call it once when a socket opens on an open answer. It tells the candidate's view again.
        """
        memory = self._memory
        if memory.end_reason is not None:
            return self._tell_end()
        if memory.paused_at is None and memory.last_audio_at is not None:
            self._clock.excuse(memory.last_audio_at, now)
        self._shown = None
        return self._announce(now)

    def deadline(self, now: float) -> float | None:
        """The earliest wall time, not before `now`, at which `tick` ends the turn if no more audio comes.

        None while nothing can end it: the turn has not begun, is paused, or is over and told.
        """
        if self._memory.end_reason is not None:
            return None if self._is_end_told else now
        end = self._clock.find_wall_end()
        return None if end is None else max(now, end.at)

    def _begin_turn(self, start_sample: int, now: float) -> None:
        memory = self._memory
        memory.is_started, memory.turn_start = True, start_sample
        memory.started_at = memory.last_audio_at = now
        memory.think_until = memory.think_until + start_sample if memory.think_until else 0

    def _barge_in(self, now: float) -> list[TurnEvent]:
        """The candidate talks over the question in earnest: this is the answer, from its first word."""
        memory = self._memory
        events = self._cutter.close_before_speech(SegmentReason.TURN_STARTED, is_answer=False)
        self._begin_turn(memory.utterance_start, now)
        memory.is_counted = memory.has_spoken = True
        return [*events, SpeechStarted(memory.utterance_start, is_barge_in=True)]

    def _announce(self, now: float) -> list[TurnEvent]:
        """Tell the candidate's view if it has changed (that a countdown runs on is no change)."""
        if not self._memory.is_started:
            return []
        view = self._clock.find_view(now)
        if self._shown is not None and view[:3] == self._shown[:3]:
            return []
        self._shown = view
        return [TurnUpdate(view.state, view.reason, view.ends_in_ms, view.more_time_left)]

    def _close(self, reason: EndReason) -> list[TurnEvent]:
        """Effects: the running segment is closed (its memory says that the turn is over), then the end is told."""
        self._memory.end_reason = reason.value
        return self._cutter.close_here(SegmentReason.TURN_ENDED) + self._tell_end()

    def _tell_end(self) -> list[TurnEvent]:
        """Tell the end if there is one that was not told yet."""
        if self._memory.end_reason is None or self._is_end_told:
            return []
        self._is_end_told = True
        reason = EndReason(self._memory.end_reason)
        return [TurnUpdate(TurnState.CLOSED, reason.value), TurnEnded(reason, self._memory.position)]
