"""A rising map from what the embedded scorer measures to what an organization's people say: fitted, tried, applied.

Called by services/calibration/maps.py, and by answer_analysis/coverage.py for each answer. Only the embedded scorer is
bent: its number is a fitted estimate anyway. A model's rating is 25 × the mean of quoted ratings, and stays what the
quotes say.

The map is what pool-adjacent-violators makes of the people's means, drawn towards "as measured" by as many answers as
`PRIOR_ANSWERS`: a few raters on a few answers do not turn a scale over.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

LEAST_ANSWERS = 40
LEAST_QUESTIONS = 5
PRIOR_ANSWERS = 20.0
KNOTS = (0.0, 12.5, 25.0, 37.5, 50.0, 62.5, 75.0, 87.5, 100.0)

Knots = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class CalibrationCurve:
    """The map that is in force, with its number in the organization, and the version of the scorer it was fitted to."""

    number: int
    scorer_version: str
    knots: Knots


@dataclass(frozen=True)
class RatedTechnical:
    """The embedded scorer's technical and the mean of what people said, 0 to 100."""

    measured: float
    people: float
    question: str


@dataclass(frozen=True)
class Trial:
    """Mean absolute error against the people, on questions that were left out of the fit."""

    answers: int
    questions: int
    mae_before: float
    mae_after: float

    @property
    def helps(self) -> bool:
        return self.mae_after < self.mae_before


class TooFewAnswers(ValueError):
    """The text says how many there are and how many it takes."""


def check_enough(rows: Sequence[RatedTechnical]) -> None:
    questions = len({row.question for row in rows})
    if len(rows) < LEAST_ANSWERS or questions < LEAST_QUESTIONS:
        raise TooFewAnswers(
            f"{len(rows)} rated answers to {questions} questions are there. A map takes at least {LEAST_ANSWERS} "
            f"answers to {LEAST_QUESTIONS} questions: rate more on the review pages, or import ratings."
        )


def fit_map(rows: Sequence[RatedTechnical]) -> Knots:
    """The map as (measured, mapped) at fixed places from 0 to 100, straight between them."""
    measured = np.array([row.measured for row in rows])
    people = np.array([row.people for row in rows])
    places = np.array(KNOTS)
    # Each answer speaks for the two places it lies between, by its nearness.
    right = np.clip(np.searchsorted(places, measured, side="right"), 1, len(places) - 1)
    share = (measured - places[right - 1]) / (places[right] - places[right - 1])
    weights, sums = np.zeros(len(places)), np.zeros(len(places))
    offsets = people - measured
    for place, part in ((right - 1, 1 - share), (right, share)):
        np.add.at(weights, place, part)
        np.add.at(sums, place, part * offsets)
    prior = PRIOR_ANSWERS / len(places)
    wanted = places + sums / (weights + prior)
    mapped = np.clip(isotonic_regression(wanted, weights=weights + prior).x, 0, 100)
    return tuple((float(place), round(float(value), 2)) for place, value in zip(places, mapped, strict=True))


def apply_map(knots: Knots, value: float) -> float:
    """`value` and the result from 0 to 100."""
    return float(np.interp(value, [place for place, _ in knots], [mapped for _, mapped in knots]))


def try_map(rows: Sequence[RatedTechnical]) -> Trial:
    """What a map would have done for questions that it has not seen: each is left out in turn."""
    errors = []
    for question in sorted({row.question for row in rows}):
        knots = fit_map([row for row in rows if row.question != question])
        errors += [abs(apply_map(knots, row.measured) - row.people) for row in rows if row.question == question]
    before = [abs(row.measured - row.people) for row in rows]
    return Trial(
        answers=len(rows),
        questions=len({row.question for row in rows}),
        mae_before=float(np.mean(before)),
        mae_after=float(np.mean(errors)),
    )
