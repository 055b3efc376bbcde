"""Where the candidate's voice begins and stops, and how the audio is cut into segments there.

The hearing half of `turn_detection.TurnDetector`, its only caller: windows in, `SpeechStarted` and `SegmentClosed` out.
It knows nothing of turns ending. Segments tile the audio: each begins where the one before ended.
"""

from __future__ import annotations

from dataclasses import replace

from interviewpanel.domain.turn_events import SegmentClosed, SegmentReason, SpeechStarted, TurnEvent, TurnMemory
from interviewpanel.domain.turn_rules import SAMPLE_RATE, WINDOW_SAMPLES, TurnRules, count_samples

# Quiet shorter than this stays with the speech that follows it: a row and a file for each breath cost more than they
# save, while longer quiet makes Whisper invent words.
QUIET_SEGMENT_SAMPLES = SAMPLE_RATE
# Segments are stored in whole frames of the client, so a stored one may begin this much before `segment_start`.
FRAME_SAMPLES = 1536
# A new pause moves the average by this much: three pauses outweigh what was assumed before.
PAUSE_WEIGHT = 0.3


class SegmentCutter:
    """Follows the voice in `memory`, which it shares with the detector, and cuts segments."""

    def __init__(self, rules: TurnRules, memory: TurnMemory) -> None:
        self._memory = memory
        self._speech_threshold = rules.speech_threshold
        self._quiet_threshold = rules.quiet_threshold
        self._start_samples = count_samples(rules.speech_start_seconds)
        self._pause_samples = count_samples(rules.segment_pause_seconds)
        self._segment_samples = count_samples(rules.segment_max_seconds) - FRAME_SAMPLES
        # The last third only: what is left over then never reaches the part where the next cut is sought, so that
        # no energy need be remembered across a cut.
        self._cut_from_samples = self._segment_samples * 2 // 3
        self._preroll_samples = -(-count_samples(rules.preroll_seconds) // WINDOW_SAMPLES) * WINDOW_SAMPLES
        self._longest_pause_seconds = rules.adaptive_max_silence_seconds
        self._first_pause_seconds = rules.silence_seconds / (2 * rules.multiplier)

    def hear(self, step_samples: int, probability: float, energy: float) -> list[TurnEvent]:
        """Take the window of `step_samples` that ends at `memory.position`."""
        memory = self._memory
        events: list[TurnEvent] = []
        memory.is_loud = probability >= (self._quiet_threshold if memory.is_loud else self._speech_threshold)
        if memory.is_loud:
            memory.onset_samples += step_samples
            if not memory.is_talking and memory.onset_samples >= self._start_samples:
                events += self._begin_utterance()
            if memory.is_talking:
                events += self._go_on_talking()
        else:
            memory.onset_samples = 0
            if memory.is_talking and memory.position - memory.speech_end >= self._pause_samples:
                memory.is_talking = False
                events += self.close_here(SegmentReason.PAUSE)
        if memory.position - memory.segment_start >= self._cut_from_samples:
            events += self._limit_segment(step_samples, energy)
        return events

    def close_here(self, reason: SegmentReason) -> list[TurnEvent]:
        """Close the segment with the last window heard; nothing if it is empty."""
        memory = self._memory
        through, has_speech = memory.position, memory.segment_has_speech
        if through <= memory.segment_start:
            return []
        self._begin_segment(through)
        return [SegmentClosed(through, has_speech, reason, memory.is_started, replace(memory))]

    def close_before_speech(self, reason: SegmentReason, *, is_answer: bool) -> list[TurnEvent]:
        """Close the quiet before the speech that goes on or may be about to begin, leaving its pre-roll to the next.

        What is remembered with it is what was known before that speech. There is no speech in it: an utterance that
        ends closes its segment.
        """
        memory = self._memory
        start = memory.utterance_start if memory.is_talking else memory.position - memory.onset_samples
        # What a pause hears is not the beginning of anything.
        through = start - self._preroll_samples if memory.paused_at is None else memory.position
        if through <= memory.segment_start:
            return []
        self._begin_segment(through)
        kept = replace(
            memory,
            position=through,
            segment_has_speech=False,
            is_talking=False,
            is_counted=False,
            is_loud=False,
            onset_samples=0,
        )
        return [SegmentClosed(through, False, reason, is_answer, kept)]

    def stop_listening(self) -> None:
        """The interview is paused: an utterance, or the start of one, ends here."""
        self._memory.is_talking = self._memory.is_loud = False
        self._memory.onset_samples = 0

    def _begin_utterance(self) -> list[TurnEvent]:
        memory = self._memory
        start = memory.position - memory.onset_samples
        events: list[TurnEvent] = []
        if start - self._preroll_samples - memory.segment_start >= QUIET_SEGMENT_SAMPLES:
            events = self.close_before_speech(SegmentReason.QUIET, is_answer=memory.is_started)
        if memory.has_spoken:
            self._learn_pause((start - max(memory.speech_end, memory.think_until)) / SAMPLE_RATE)
        memory.is_talking, memory.is_counted, memory.utterance_start = True, False, start
        return events

    def _go_on_talking(self) -> list[TurnEvent]:
        memory = self._memory
        memory.speech_end = memory.position
        memory.segment_has_speech = True
        if memory.is_counted or not memory.is_started:
            return []
        if memory.speech_end - max(memory.utterance_start, memory.turn_start) < self._start_samples:
            return []
        memory.is_counted = memory.has_spoken = True
        return [SpeechStarted(memory.utterance_start)]

    def _learn_pause(self, seconds: float) -> None:
        """Exponential moving average of the candidate's own pauses (for rules that adapt to it)."""
        if self._longest_pause_seconds is None or seconds <= 0:
            return
        before = self._memory.pause_average_seconds
        before = self._first_pause_seconds if before is None else before
        pause = min(seconds, self._longest_pause_seconds)
        self._memory.pause_average_seconds = (1 - PAUSE_WEIGHT) * before + PAUSE_WEIGHT * pause

    def _limit_segment(self, step_samples: int, energy: float) -> list[TurnEvent]:
        """Note the quietest window so far; at the limit cut there, or, where nobody speaks, before the pre-roll."""
        memory = self._memory
        if memory.is_talking and (memory.cut_position is None or energy <= memory.cut_energy):
            memory.cut_position, memory.cut_energy = memory.position, energy
            memory.cut_speech_end = memory.speech_end
        if memory.position + step_samples - memory.segment_start <= self._segment_samples:
            return []
        if memory.cut_position is None:
            return self.close_before_speech(SegmentReason.LENGTH, is_answer=memory.is_started)
        return self._close_in_speech(memory.cut_position)

    def _close_in_speech(self, through: int) -> list[TurnEvent]:
        memory = self._memory
        speech_end = memory.cut_speech_end
        self._begin_segment(through)
        kept = replace(
            memory, position=through, segment_has_speech=False, speech_end=speech_end, is_loud=speech_end == through
        )
        return [SegmentClosed(through, True, SegmentReason.LENGTH, memory.is_started, kept)]

    def _begin_segment(self, start: int) -> None:
        memory = self._memory
        memory.segment_start, memory.cut_position = start, None
        memory.segment_has_speech = memory.is_talking and memory.speech_end > start
