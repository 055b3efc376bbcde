"""Where a candidate stands across their interviews. Pure; the formulas are the design's ("Standing of a candidate").

Called by selectors/standings.py.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from interviewpanel.domain.score_calculator import grade

HALF_LIFE = timedelta(days=180)  # an interview counts half as much as one that was held so much later
TIERS = ((90, "platinum"), (80, "gold"), (70, "silver"), (60, "bronze"))
LOWEST_TIER = "starter"
TIER_NAMES = (*(name for _, name in TIERS), LOWEST_TIER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One interview's report. `overall` is None where too little could be scored."""

    ended_at: datetime
    made_at: datetime
    overall: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """`last_score` and `last_grade` are those of the last interview (its general score); `overall` is the mean of all,
    the later ones counting more. None: too little was measured, or nothing."""

    last_score: int | None = None
    last_grade: str | None = None
    overall: int | None = None
    tier: str | None = None
    counted: int = 0
    last_calculated_at: datetime | None = None


def find_standing(results: Iterable[Result]) -> Standing:
    """Of one candidate's reports, in any order.

    The weights 0.5^(age/180 days) are taken against the last interview and not against now: only their proportions
    count, and those do not change as time goes by. So the standing changes only when a report does.
    """
    held = sorted(results, key=lambda one: one.ended_at)
    if not held:
        return Standing()
    last = held[-1].overall
    overall = weigh([(one.ended_at, one.overall) for one in held if one.overall is not None])
    return Standing(
        last_score=last,
        last_grade=None if last is None else grade(last),
        overall=overall,
        tier=None if overall is None else name_tier(overall),
        counted=sum(one.overall is not None for one in held),
        last_calculated_at=max(one.made_at for one in held),
    )


def weigh(scores: Sequence[tuple[datetime, int]]) -> int | None:
    """The weighted mean, rounded once; None of nothing. `scores` are in the order of their times."""
    if not scores:
        return None
    newest = scores[-1][0]
    weights = [0.5 ** ((newest - at) / HALF_LIFE) for at, _ in scores]
    return round(math.fsum(w * score for w, (_, score) in zip(weights, scores, strict=True)) / math.fsum(weights))


def name_tier(overall: int) -> str:
    return next((name for least, name in TIERS if overall >= least), LOWEST_TIER)
