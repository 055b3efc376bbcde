"""How sure an overall score is, so that nobody reads more into a difference than was measured. Pure.

An interview asks a few of the many questions that could have been asked, and a grader rates each answer with some
error. Both show in how far the answers of one interview lie apart. The standard error of their weighted mean, taken
over questions as clusters (as of a ratio estimate: Cochran, Sampling Techniques), times Student's quantile gives a
range in which the overall would lie in 80 of 100 interviews by other questions of the same plan. A follow-up belongs
to its question: the two are one cluster. Called by selectors/comparisons.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt

from scipy.special import ndtri, stdtrit

UPPER = 0.9  # the upper bound of the middle 80 %
FEWEST_QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class CountedAnswer:
    """One answer that is part of the overall. `interval` is the scorer's own 80 % interval, where it gives one."""

    points: float
    weight: float
    is_follow_up: bool = False
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The middle 80 %, 0–100, in whole points, rounded outwards."""

    low: int
    high: int

    def overlaps(self, other: "Range") -> bool:
        return self.low <= other.high and other.low <= self.high


def estimate_range(answers: Sequence[CountedAnswer]) -> Range | None:
    """The range of the answers' weighted mean; None for fewer than three questions, which say nothing of a spread.

    Where the scorer's own intervals say more than the spread does (answers of like points), they count.
    """
    total = sum(answer.weight for answer in answers)
    if not total:
        return None
    mean = sum(answer.points * answer.weight for answer in answers) / total
    clusters = group_by_question(answers, mean)
    count = len(clusters)
    if count < FEWEST_QUESTIONS:
        return None
    spread = sqrt(count / (count - 1) * sum(one * one for one in clusters)) / total
    half = max(float(stdtrit(count - 1, UPPER)) * spread, float(ndtri(UPPER)) * measure_doubt(answers) / total)
    return Range(max(0, floor(mean - half)), min(100, ceil(mean + half)))


def group_by_question(answers: Sequence[CountedAnswer], mean: float) -> list[float]:
    """For each question, with its follow-ups, the weighted sum of how far its answers lie from the mean."""
    clusters: list[float] = []
    for answer in answers:
        distance = answer.weight * (answer.points - mean)
        if answer.is_follow_up and clusters:
            clusters[-1] += distance
        else:
            clusters.append(distance)
    return clusters


def measure_doubt(answers: Sequence[CountedAnswer]) -> float:
    """The standard error of the weighted sum by the scorer's own intervals; 0 where it gives none."""
    sigmas = [
        (answer.weight, (answer.interval[1] - answer.interval[0]) / 2 / float(ndtri(UPPER)))
        for answer in answers
        if answer.interval is not None
    ]
    return sqrt(sum((weight * sigma) ** 2 for weight, sigma in sigmas))
