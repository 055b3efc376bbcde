"""When a turn ends, by audio time and by wall time, and what the candidate is shown of it.

The deciding half of `turn_detection.TurnDetector`, its only caller, whose module text says how time is counted. Nothing
here changes the memory except `excuse` and `hold`, which keep time from counting, and `extend`.
"""

from __future__ import annotations

from typing import NamedTuple

from interviewpanel.domain.turn_events import EndReason, TurnMemory, TurnState
from interviewpanel.domain.turn_rules import MOST_EXTENSIONS, SAMPLE_RATE, TurnRules, count_samples

# A silence twice a person's usual pause is the end of what they wanted to say. The pauses that are seen are those
# shorter than the limit, so their mean is low; twice makes up for it, and the panel's limits hold in any case.
SILENCE_PER_PAUSE = 2.0


class AudioEnd(NamedTuple):
    """Where the turn ends if the candidate goes on as now, why, and from which sample they are shown a countdown."""

    at_sample: int
    reason: EndReason
    countdown_from: int


class WallEnd(NamedTuple):
    """When the turn ends if no more audio comes, and why."""

    at: float
    reason: EndReason


class View(NamedTuple):
    """What the candidate should see; `ends_at` (samples or wall time) tells one countdown from another."""

    state: TurnState
    reason: str
    ends_at: float | None = None
    ends_in_ms: int | None = None
    more_time_left: int | None = None


class TurnClock:
    """The rules in samples, over the memory that the detector shares."""

    def __init__(self, rules: TurnRules, memory: TurnMemory) -> None:
        self._rules = rules
        self._memory = memory
        self._min_turn_samples = count_samples(rules.min_turn_seconds)
        self._no_speech_samples = count_samples(rules.no_speech_seconds)
        self._max_turn_samples = count_samples(rules.max_turn_seconds)
        self._countdown_samples = count_samples(rules.countdown_seconds)
        # Half of a short turn is enough.
        self.longest_warning_samples = min(count_samples(rules.longest_warning_seconds), self._max_turn_samples // 2)

    @property
    def more_time_left(self) -> int:
        """How often the longest turn can still be put off."""
        return MOST_EXTENSIONS - self._memory.extensions

    @property
    def longest_samples(self) -> int:
        """The longest that this turn may be, with what it was put off by."""
        return self._max_turn_samples + self._memory.extensions * count_samples(self._rules.more_time_seconds)

    @property
    def silence_seconds(self) -> float:
        """The silence that ends the turn: fixed, or following this candidate's pauses between the rules' limits."""
        shortest, longest = self._rules.adaptive_min_silence_seconds, self._rules.adaptive_max_silence_seconds
        average = self._memory.pause_average_seconds
        if shortest is None or longest is None or average is None:
            return self._rules.silence_seconds
        return min(max(SILENCE_PER_PAUSE * self._rules.multiplier * average, shortest), longest)

    def find_audio_end(self) -> AudioEnd:
        memory, longest = self._memory, self._find_longest_end()
        if not self._rules.ends_by_silence:
            return longest
        if not memory.has_spoken:
            end = self._end_at(self._find_no_speech_end(), EndReason.NO_SPEECH, self._no_speech_samples)
        elif memory.is_talking:
            return longest
        else:
            silence_samples = count_samples(self.silence_seconds)
            at = max(memory.speech_end, memory.think_until, memory.unseen_until) + silence_samples
            end = self._end_at(max(at, memory.turn_start + self._min_turn_samples), EndReason.SILENCE, silence_samples)
        return end if end.at_sample <= longest.at_sample else longest

    def find_wall_end(self) -> WallEnd | None:
        """None while nothing but the candidate or audio can end the turn: it has not begun, or is paused."""
        memory, rules = self._memory, self._rules
        if memory.started_at is None or memory.last_audio_at is None or memory.paused_at is not None:
            return None
        began_at = memory.started_at + memory.excused_seconds
        longest_at = began_at + self.longest_samples / SAMPLE_RATE
        if not rules.ends_by_silence:
            unheard_at = float("inf")
        elif memory.has_spoken:
            unheard_at = memory.last_audio_at + rules.no_audio_seconds
        else:
            unheard_at = began_at + (self._find_no_speech_end() - memory.turn_start) / SAMPLE_RATE
        trickled_at = longest_at + rules.no_audio_seconds
        # Of a backlog that was announced, a stall of seconds is only a slow line.
        is_behind = memory.position < memory.unseen_until
        stalled_at = memory.last_audio_at + (rules.no_audio_seconds if is_behind else rules.stall_seconds)
        if max(unheard_at, stalled_at) < min(max(longest_at, stalled_at), trickled_at):
            return WallEnd(max(unheard_at, stalled_at), EndReason.NO_AUDIO)
        return WallEnd(min(max(longest_at, stalled_at), trickled_at), EndReason.MAX_DURATION)

    def find_view(self, now: float) -> View:
        memory = self._memory
        rest = TurnState.PAUSING if memory.has_spoken else TurnState.LISTENING
        if memory.paused_at is not None:
            return View(rest, "paused")
        if memory.last_audio_at is not None and now - memory.last_audio_at >= self._rules.stall_seconds:
            return self._find_stalled_view(rest, now)
        end = self.find_audio_end()
        if memory.position < end.countdown_from:
            end = self._find_longest_end()  # it may be sooner than a person can look up
        if memory.position >= end.countdown_from:
            state = TurnState.SPEAKING if memory.is_talking else TurnState.ENDING
            ends_in_ms = round(1000 * (end.at_sample - memory.position) / SAMPLE_RATE)
            return self._count_down(state, end.reason, end.at_sample, ends_in_ms)
        if memory.is_talking:
            return View(TurnState.SPEAKING, "")
        return View(rest, "thinking" if memory.position < memory.think_until else "")

    def extend(self) -> bool:
        """Put the longest turn off once; False if that was done as often as it can be."""
        if self.more_time_left <= 0:
            return False
        self._memory.extensions += 1
        return True

    def excuse(self, since: float, now: float) -> None:
        """Let the wall time from `since` to `now` not count, and audio be expected from `now` on."""
        memory = self._memory
        if memory.started_at is not None:
            memory.excused_seconds += max(0.0, now - max(since, memory.started_at))
            memory.last_audio_at = now

    def hold(self, step_samples: int) -> None:
        """Let `step_samples` of audio, just heard, not count."""
        memory = self._memory
        if memory.is_started:
            memory.turn_start += step_samples
            memory.speech_end += step_samples
            memory.think_until += step_samples

    def _find_longest_end(self) -> AudioEnd:
        at = self._memory.turn_start + self.longest_samples
        return AudioEnd(at, EndReason.MAX_DURATION, at - self.longest_warning_samples)

    def _end_at(self, at_sample: int, reason: EndReason, waited_samples: int) -> AudioEnd:
        """The countdown: the last 5 s (by default), or half of what is waited for, whichever is less."""
        return AudioEnd(at_sample, reason, at_sample - min(self._countdown_samples, waited_samples // 2))

    def _find_no_speech_end(self) -> int:
        """Two minutes into the turn (by default), but not while thinking, in a backlog, or one silence after them."""
        memory = self._memory
        rested_until = max(memory.think_until, memory.unseen_until)
        after_rest = rested_until + count_samples(self.silence_seconds) if rested_until else 0
        return max(memory.turn_start + self._no_speech_samples, after_rest)

    def _find_stalled_view(self, rest: TurnState, now: float) -> View:
        end = self.find_wall_end()
        is_longest = end is not None and end.reason is EndReason.MAX_DURATION
        warning = self.longest_warning_samples / SAMPLE_RATE if is_longest else self._rules.countdown_seconds
        if end is None or end.at - now > warning:
            return View(rest, "no_audio")
        return self._count_down(TurnState.ENDING, end.reason, end.at, round(1000 * (end.at - now)))

    def _count_down(self, state: TurnState, reason: EndReason, ends_at: float, ends_in_ms: int) -> View:
        more_time_left = self.more_time_left if reason is EndReason.MAX_DURATION else None
        return View(state, reason.value, ends_at, ends_in_ms, more_time_left)
