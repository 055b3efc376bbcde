"""The numbers that decide when a candidate's turn ends, and the two profiles a panel chooses from.

Called by `turn_detection.TurnDetector`, and by the consumer, which makes the rules of a session from the panel's
profile, the panel's own numbers and the candidate's accommodations. Pure data: nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

SAMPLE_RATE = 16_000
WINDOW_SAMPLES = 512


class TurnRulesError(ValueError):
    """The panel's turn settings make no sense; the message says which number, and what it may be."""


@dataclass(frozen=True, slots=True)
class TurnRules:
    """Every number of the turn, in seconds of audio unless its comment says otherwise.

    The first group is what accommodations multiply. The second describes sound, not people, and is never multiplied:
    a segment must stay short enough to transcribe, whoever speaks.
    """

    silence_seconds: float = 10.0
    min_turn_seconds: float = 10.0
    no_speech_seconds: float = 120.0
    no_audio_seconds: float = 120.0  # wall clock: nothing else can measure an absence of audio
    max_turn_seconds: float = 300.0
    think_seconds: float = 30.0
    countdown_seconds: float = 5.0
    # The longest turn is announced this early, and put off by one press (WCAG 2.2.1 asks for 20 s and ten times).
    longest_warning_seconds: float = 30.0
    more_time_seconds: float = 60.0
    # Both None: the silence is fixed. Both set: it follows the candidate's own pauses between these limits.
    adaptive_min_silence_seconds: float | None = None
    adaptive_max_silence_seconds: float | None = None

    speech_start_seconds: float = 0.064
    segment_pause_seconds: float = 0.3
    segment_max_seconds: float = 15.0
    preroll_seconds: float = 0.5
    barge_in_seconds: float = 1.0
    speech_threshold: float = 0.5  # probability at which speech begins …
    quiet_threshold: float = 0.35  # … and under which it stops: Silero's own pair, 0.15 apart, against flicker
    stall_seconds: float = 2.0  # wall clock: without audio for this long, the stream is not merely late
    multiplier: float = 1.0  # what the accommodations have multiplied, for think times that come from a question
    ends_by_silence: bool = True  # False: the candidate says when an answer is over; only the longest turn is left

    def __post_init__(self) -> None:
        for name in NUMBERS:
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise TurnRulesError(f"{name} is {value!r}; give a number of seconds above 0.")
        if (self.adaptive_min_silence_seconds is None) != (self.adaptive_max_silence_seconds is None):
            raise TurnRulesError(
                "Set both adaptive_min_silence_seconds and adaptive_max_silence_seconds, or neither of them."
            )
        self._require_order("adaptive_min_silence_seconds", "adaptive_max_silence_seconds")
        self._require_order("silence_seconds", "max_turn_seconds")
        self._require_order("no_speech_seconds", "max_turn_seconds")
        self._require_order("segment_pause_seconds", "silence_seconds")
        self._require_order("segment_pause_seconds", "adaptive_min_silence_seconds")
        self._require_order("quiet_threshold", "speech_threshold")
        if self.segment_max_seconds < 4 * (self.preroll_seconds + self.segment_pause_seconds):
            raise TurnRulesError(
                f"segment_max_seconds is {self.segment_max_seconds:g}; give at least four times preroll_seconds and "
                "segment_pause_seconds together, or a segment would hold little else."
            )

    def _require_order(self, smaller: str, larger: str) -> None:
        low, high = getattr(self, smaller), getattr(self, larger)
        if low is not None and high is not None and low > high:
            raise TurnRulesError(f"{smaller} is {low:g}, above {larger} ({high:g}); lower it, or raise {larger}.")

    @property
    def is_adaptive(self) -> bool:
        return self.adaptive_min_silence_seconds is not None

    def scaled(self, multiplier: float) -> TurnRules:
        """The rules with every number of the turn multiplied (accommodation: extra time, longer pauses)."""
        if not 0 < multiplier < float("inf"):
            raise TurnRulesError(
                f"The accommodation multiplies by {multiplier!r}; give a number above 0, usually 1 to 3."
            )
        changed: dict[str, Any] = {}
        for name in SCALED_FIELDS:
            value = getattr(self, name)
            changed[name] = None if value is None else value * multiplier
        return replace(self, **changed)

    def with_longer_silence(self, multiplier: float) -> TurnRules:
        """The rules with only the silence that ends a turn multiplied (accommodation: longer pauses)."""
        longer = {name: getattr(self, name) for name in SILENCE_FIELDS if getattr(self, name) is not None}
        changed: dict[str, Any] = {
            name: min(value * multiplier, self.max_turn_seconds) for name, value in longer.items()
        }
        return replace(self, **changed)

    def without_silence(self) -> TurnRules:
        """The rules of a candidate who ends every answer by hand, speaking or typing: only the longest turn is left.

        Who types may have no microphone at all: that no sound comes ends nothing either.
        """
        return replace(self, ends_by_silence=False)


MOST_EXTENSIONS = 10  # of one turn, by `more_time_seconds` each
NUMBERS = tuple(field.name for field in fields(TurnRules) if field.name != "ends_by_silence")
SILENCE_FIELDS = ("silence_seconds", "adaptive_min_silence_seconds", "adaptive_max_silence_seconds")
SCALED_FIELDS = (
    "silence_seconds",
    "min_turn_seconds",
    "no_speech_seconds",
    "no_audio_seconds",
    "max_turn_seconds",
    "think_seconds",
    "countdown_seconds",
    "longest_warning_seconds",
    "more_time_seconds",
    "adaptive_min_silence_seconds",
    "adaptive_max_silence_seconds",
    "multiplier",
)

PATIENT = TurnRules()
# A brisk exchange: a short "yes, twice" must not wait ten seconds, so a turn's least length is its longest silence.
CONVERSATIONAL = TurnRules(
    silence_seconds=2.0,
    min_turn_seconds=3.0,
    adaptive_min_silence_seconds=1.0,
    adaptive_max_silence_seconds=3.0,
)
PROFILES: Mapping[str, TurnRules] = {"patient": PATIENT, "conversational": CONVERSATIONAL}


def count_samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def from_settings(profile: str, overrides: Mapping[str, object] | None = None, multiplier: float = 1.0) -> TurnRules:
    """The rules of one session: the panel's profile, the panel's own numbers over it, the accommodation over both.

    Raises TurnRulesError for a profile or a name that does not exist, and for a number that makes no sense.
    """
    if profile not in PROFILES:
        raise TurnRulesError(f"There is no turn profile {profile!r}; choose one of: {', '.join(PROFILES)}.")
    known = set(NUMBERS) - {"multiplier"}
    changed: dict[str, Any] = {}
    for name, value in (overrides or {}).items():
        if name not in known:
            raise TurnRulesError(f"There is no turn setting {name!r}; the settings are: {', '.join(sorted(known))}.")
        changed[name] = _read_seconds(name, value)
    rules = PROFILES[profile]
    return (replace(rules, **changed) if changed else rules).scaled(multiplier)


def _read_seconds(name: str, value: object) -> float | None:
    if value is None and name.startswith("adaptive_"):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TurnRulesError(f"{name} is {value!r}; give a number of seconds above 0.")
    return float(value)
