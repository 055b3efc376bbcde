"""Do a language model's ratings and the embedded scorer agree on one answer? Called by services/answer_analysis.

The embedded scorer reads no instructions: it counts what was expected and heard. It measures coverage and not truth, so
it never corrects a number; where the two are far apart, a person decides. What it catches and what it costs in false
alarms was measured on graded answers: docs/decisions/0026-injections.md, by benchmarks/second_opinions.py.
"""

from collections.abc import Collection
from dataclasses import dataclass

from interviewpanel.domain.embedded_scorer import REASONS

BELOW = 15.0
"""So many points more a rating may lie below the interval than above it: a wrong sentence in the right words is covered
and false, and a model that sees it rates it lower with good reason. How far above: setting SECOND_OPINION_MARGIN."""

HIGH = 75
"""From here on relevance is called high: the off-topic gate then contradicts it."""

PASSABLE = 50
"""From here on a composite contradicts that nothing but terms, or the question itself, was said."""


@dataclass(frozen=True)
class Ratings:
    """What the model's ratings come to, 0 to 100; None where not assessed."""

    technical: float | None
    relevance: float | None
    composite: int | None


@dataclass(frozen=True)
class Coverage:
    """What the embedded scorer says. `composite` is None where it withholds its number."""

    technical: float | None
    interval: tuple[float, float] | None
    flags: Collection[str]
    composite: int | None


def find_disagreements(rated: Ratings, coverage: Coverage, margin: float) -> list[str]:
    """Sentences for a person, none where the two agree. Nothing is compared that one of them did not measure."""
    found = [compare_technical(rated.technical, coverage, margin)]
    if "off_topic" in coverage.flags and rated.relevance is not None and rated.relevance >= HIGH:
        found.append(f"Relevance is rated {rated.relevance:.0f}, but: {REASONS['off_topic']}")
    for flag in ("echo_of_question", "keyword_list"):
        if flag in coverage.flags and rated.composite is not None and rated.composite >= PASSABLE:
            found.append(f"The ratings come to {rated.composite}, but: {REASONS[flag]}")
    if rated.composite is None and coverage.composite is not None:
        found.append(
            f"The language model could not assess the answer; by the second opinion it comes to {coverage.composite}."
        )
    return [sentence for sentence in found if sentence]


def compare_technical(technical: float | None, coverage: Coverage, margin: float) -> str:
    if technical is None or coverage.technical is None or coverage.interval is None:
        return ""
    low, high = coverage.interval
    if low - margin - BELOW <= technical <= high + margin:
        return ""
    side = f"{margin:g} points above" if technical > high else f"{margin + BELOW:g} points below"
    return (
        f"Technical is rated {technical:.0f}; the second opinion is {coverage.technical:.0f} (80 % interval {low:.0f} "
        f"to {high:.0f}): more than {side} it."
    )
