"""What an accommodation changes: the terms of one candidate's interview. Plain numbers; called by the service that
grants, and by the admin, which proposes them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

EXTRA_TIME, LONGER_PAUSES, TYPED_ANSWERS, BREAKS, OTHER = NEEDS = (
    *("extra_time", "longer_pauses", "typed_answers", "breaks", "other"),
)

# What is granted where nobody chooses: half as much time again is what examinations give most often; silence doubled
# leaves room to find a word; ten minutes more are a break in the middle.
EXTRA_TIME_MULTIPLIER = 1.5
LONGER_PAUSES_MULTIPLIER = 2.0
EXTRA_BREAK_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Terms:
    """Every time limit times `time_multiplier`, the silence that ends an answer times `silence_multiplier` besides."""

    time_multiplier: float = 1.0
    silence_multiplier: float = 1.0
    extra_break_seconds: int = 0
    prefers_typing: bool = False

    def covers(self, other: "Terms") -> bool:
        """Whether nobody with `other` would lose anything by these."""
        return (
            self.time_multiplier >= other.time_multiplier
            and self.silence_multiplier >= other.silence_multiplier
            and self.extra_break_seconds >= other.extra_break_seconds
        )


def propose_terms(needs: Iterable[str], current: Terms) -> Terms:
    """The usual terms for these needs; never less than `current`. `other` is for a person to think about."""
    asked, terms = frozenset(needs), current
    if EXTRA_TIME in asked:
        terms = replace(terms, time_multiplier=max(current.time_multiplier, EXTRA_TIME_MULTIPLIER))
    if LONGER_PAUSES in asked:
        terms = replace(terms, silence_multiplier=max(current.silence_multiplier, LONGER_PAUSES_MULTIPLIER))
    if BREAKS in asked:
        terms = replace(terms, extra_break_seconds=max(current.extra_break_seconds, EXTRA_BREAK_SECONDS))
    if TYPED_ANSWERS in asked:
        terms = replace(terms, prefers_typing=True)
    return terms
