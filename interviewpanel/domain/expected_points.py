"""Which expected points were heard, and what the technical component may be worth with them. Called by embedded_scorer.

Two measurements meet here. The fitted value orders answers by their words as human graders did, but on the graders'
scale: on-topic student answers got 83 of 100 on average, and 70 where no sentence of the reference is covered by a
quarter. A long spoken answer reaches the top of that scale with one point of six. The points say what was expected of
*this* question. So the points set the scale, the words refine the order, and the number cannot leave the evidence
printed beside it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

HEARD_CREDIT = 0.5
"""A point counts as heard from an even chance on that a human grader would have called it right."""
LEAST_FULL_CREDIT = 0.5
"""Where the expected answer itself hardly words its own points, its credit is no measure of a full answer."""
POINTS_SHARE = 2 / 3
"""Exponent of the points' value in the geometric mean; the words have the rest."""
SPARE_POINTS = 1
"""The technical share exceeds the share of points heard by at most this many points."""
MOST_EXCESS = 25
"""Points of 100. A composite holds relevance too, which any answer near the topic has in full: some excess is right."""
Z_80 = 1.2816
"""Standard deviations to either side of a mean that hold 80 % of a normal distribution."""


@dataclass(frozen=True)
class PointsValue:
    """Shares, 0 to 1."""

    value: float  # credit of the answer on a scale from nothing matched (0) to the expected answer itself (1)
    deviation: float  # of the share of points made, were each credit the chance that it was, and each for itself
    ceiling: float  # the most that the points heard allow


def value_points(credits: Sequence[float], full_credits: Sequence[float], no_credit: float) -> PointsValue:
    """The points of an answer as one share. Not for an empty list of points.

    `credits` are the answer's, one a point, `full_credits` those of the expected answer, `no_credit` what a point gets
    with which nothing matched.
    """
    count = len(credits)
    scale = max(sum(full_credits) / count, LEAST_FULL_CREDIT) - no_credit
    value = (sum(credits) / count - no_credit) / scale
    deviation = math.sqrt(sum(credit * (1 - credit) for credit in credits)) / count
    heard = sum(1 for credit in credits if credit >= HEARD_CREDIT)
    return PointsValue(max(0.0, min(1.0, value)), deviation, find_ceiling(heard, count))


def find_ceiling(heard: int, count: int) -> float:
    """The largest share that so many points heard of so many expected allow."""
    return min(1.0, (heard + SPARE_POINTS) / count)


def contradicts_points(score: int, heard: int, count: int) -> bool:
    """Whether a score of 0 to 100 says far more than the points heard allow: not for a number to settle."""
    return count > 0 and score > 100 * find_ceiling(heard, count) + MOST_EXCESS


def join_points(fitted: float, points: PointsValue) -> tuple[float, float, float]:
    """The technical share and the ends of its 80 % interval, from the fitted share and the points.

    Geometric mean, as neither the words nor the points carry an answer alone; then the ceiling of the points heard.
    """
    technical = min(fitted ** (1 - POINTS_SHARE) * points.value**POINTS_SHARE, points.ceiling)
    half_width = Z_80 * points.deviation
    return technical, max(0.0, technical - half_width), min(1.0, technical + half_width)
