"""How well ratings of the same answers agree: machine with people, people with each other. For the calibration desk.

Everything is measured on pairs of ratings of one answer, 0 to 100 each, so that what a machine reaches stands beside
what two people reach on the same scale: a machine is held against each single person, not against their mean, which
agrees with anybody better than one person does.

Sources: quadratic weighted kappa: Cohen, Psychological Bulletin 70 (1968); ICC(2,1), absolute agreement of single
ratings: Shrout and Fleiss, Psychological Bulletin 86 (1979).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

STEPS = 5
"""Kappa, exact and adjacent need steps: those of the rubric, 0 to 4, nearest to a quarter of 100 each."""
LEAST_PAIRS = 10
"""With fewer no figure says anything, and none is given."""
ROUNDS = 400
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two ratings of one answer, 0 to 100. `question` groups what is drawn together: answers to one are alike."""

    first: float
    second: float
    question: str


@dataclass(frozen=True)
class Agreement:
    """`bias` is first minus second: above 0 the first is the milder. None where it cannot be told."""

    pairs: int
    qwk: float | None
    qwk_95: tuple[float, float] | None
    icc: float | None
    mae: float
    bias: float
    exact: float  # share of pairs on the same step, 0 to 1
    adjacent: float  # on the same or the next step


def measure_agreement(pairs: Sequence[Pair], seed: int = 0) -> Agreement | None:
    """None with too few pairs. The 95 % interval of kappa comes from drawing whole questions anew, by the seed."""
    if len(pairs) < LEAST_PAIRS:
        return None
    first, second = split_pairs(pairs)
    steps = np.abs(to_steps(first) - to_steps(second))
    return Agreement(
        pairs=len(pairs),
        qwk=measure_qwk(first, second),
        qwk_95=draw_interval(pairs, seed),
        icc=measure_icc(first, second),
        mae=float(np.mean(np.abs(first - second))),
        bias=float(np.mean(first - second)),
        exact=float(np.mean(steps == 0)),
        adjacent=float(np.mean(steps <= 1)),
    )


def to_steps(values: Numbers) -> NDArray[np.int64]:
    return np.floor(values / 100 * (STEPS - 1) + 0.5).astype(np.int64)


def count_table(first: Numbers, second: Numbers) -> NDArray[np.int64]:
    """How often the first gave the step of the row and the second that of the column."""
    places = to_steps(first) * STEPS + to_steps(second)
    return np.bincount(places, minlength=STEPS * STEPS).astype(np.int64).reshape(STEPS, STEPS)


def measure_qwk(first: Numbers, second: Numbers) -> float | None:
    """Quadratic weighted kappa of the steps, at most 1; None where nobody ever leaves one step."""
    return compute_kappa(count_table(first, second))


def compute_kappa(table: NDArray[np.int64]) -> float | None:
    """Of a table of steps. From counts, not from pairs of pairs: a file with 20 raters an answer has 47,500 pairs."""
    distance = np.subtract.outer(np.arange(STEPS), np.arange(STEPS)) ** 2
    observed = np.sum(distance * table) / table.sum()
    expected = np.sum(distance * np.outer(table.sum(axis=1), table.sum(axis=0))) / table.sum() ** 2
    return None if expected == 0 else float(1 - observed / expected)


def measure_icc(first: Numbers, second: Numbers) -> float | None:
    """ICC(2,1) of two raters; None where all ratings are one number."""
    return compute_icc(np.column_stack([first, second]))


def compute_icc(table: Numbers) -> float | None:
    """ICC(2,1) of a table with an answer in each row and a rater in each column."""
    if np.ptp(table) == 0:  # asked of the ratings: a mean of equal numbers may miss them by the last bit
        return None
    count, raters = table.shape
    mean = table.mean()
    rows = raters * np.sum((table.mean(axis=1) - mean) ** 2) / (count - 1)
    columns = count * np.sum((table.mean(axis=0) - mean) ** 2) / (raters - 1)
    residual = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0, keepdims=True) + mean
    error = np.sum(residual**2) / ((count - 1) * (raters - 1))
    whole = rows + (raters - 1) * error + raters * (columns - error) / count
    return None if whole <= 0 else float((rows - error) / whole)


def draw_interval(pairs: Sequence[Pair], seed: int) -> tuple[float, float] | None:
    """None with fewer than three questions: how they differ cannot be told."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.question].append(pair)
    if len(groups) < 3:
        return None
    tables = np.array([count_table(*split_pairs(group)) for group in groups.values()])
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(ROUNDS):
        kappa = compute_kappa(tables[rng.integers(0, len(tables), len(tables))].sum(axis=0))
        if kappa is not None:
            drawn.append(kappa)
    if not drawn:
        return None
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)


def split_pairs(pairs: Sequence[Pair]) -> tuple[Numbers, Numbers]:
    """The first ratings and the second."""
    table = np.array([(pair.first, pair.second) for pair in pairs], dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def count_steps(pairs: Sequence[Pair]) -> list[list[int]]:
    """`count_table` in plain numbers, for a page."""
    counts: list[list[int]] = count_table(*split_pairs(pairs)).tolist()
    return counts


def pair_people(ratings: Mapping[str, float], question: str) -> list[Pair]:
    """Every two people who rated one answer, in the order of their names."""
    return [Pair(ratings[one], ratings[other], question) for one, other in combinations(sorted(ratings), 2)]


def pair_machine(score: float, ratings: Mapping[str, float], question: str) -> list[Pair]:
    """The machine with each person who rated the answer."""
    return [Pair(score, ratings[one], question) for one in sorted(ratings)]
