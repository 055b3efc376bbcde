"""Kappa, ICC and the rest on tables whose figures are known, and what too few pairs say."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewpanel.domain.agreement import (
    Pair,
    compute_icc,
    count_steps,
    measure_agreement,
    measure_icc,
    measure_qwk,
    pair_machine,
    pair_people,
    to_steps,
)

# Twelve answers to four questions; the second rates ten points lower, and once far off.
FIRST = [0, 10, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100]
SECOND = [0, 0, 15, 20, 30, 40, 50, 60, 65, 70, 80, 40]
PAIRS = [Pair(one, other, f"q{k % 4}") for k, (one, other) in enumerate(zip(FIRST, SECOND, strict=True))]


def test_the_figures_of_a_table() -> None:
    found = measure_agreement(PAIRS)
    assert found is not None
    assert found.pairs == 12
    assert found.mae == pytest.approx((10 * 10 + 60) / 12)
    assert found.bias == pytest.approx((10 * 10 + 60) / 12)
    # Steps: first 0 0 1 1 2 2 2 3 3 3 4 4, second 0 0 1 1 1 2 2 2 3 3 3 2.
    assert found.exact == pytest.approx(8 / 12)
    assert found.adjacent == pytest.approx(11 / 12)
    # Observed squared distance 7/12; expected over all 144 pairs of steps: 428/144.
    assert found.qwk == pytest.approx(1 - (7 / 12) / (428 / 144))


def test_icc_is_that_of_shrout_and_fleiss() -> None:
    """Two of the judges of their table 2, by the mean squares of the analysis of variance."""
    ones, threes = [9, 6, 8, 7, 10, 6], [5, 3, 6, 2, 6, 4]
    table = list(zip(ones, threes, strict=True))
    count, mean = len(table), sum(ones + threes) / 12
    msr = 2 * sum(((a + b) / 2 - mean) ** 2 for a, b in table) / (count - 1)
    msc = count * sum((sum(column) / count - mean) ** 2 for column in (ones, threes))
    total = sum((value - mean) ** 2 for value in ones + threes)
    mse = (total - msr * (count - 1) - msc) / (count - 1)
    expected = (msr - mse) / (msr + mse + 2 * (msc - mse) / count)

    assert measure_icc(np.array(ones, dtype=float), np.array(threes, dtype=float)) == pytest.approx(expected)
    assert 0 < expected < 1


def test_icc_of_all_four_judges_is_the_published_one() -> None:
    """Shrout and Fleiss, table 2: ICC(2,1) is 0.29, with the mean squares 11.24, 32.49 and 1.02 of their table 3."""
    judged = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    expected = (11.24 - 1.02) / (11.24 + 3 * 1.02 + 4 * (32.49 - 1.02) / 6)
    assert compute_icc(np.array(judged, dtype=float)) == pytest.approx(expected, abs=0.0005)
    assert round(expected, 2) == 0.29


RATINGS = st.floats(0, 100, allow_nan=False)


@given(st.lists(st.tuples(RATINGS, RATINGS), min_size=1, max_size=40))
def test_kappa_is_one_minus_how_far_ratings_are_apart_by_how_far_by_chance(ratings: list[tuple[float, float]]) -> None:
    """Cohen's definition, over every first rating with every second."""
    first, second = (np.array(one) for one in zip(*ratings, strict=True))
    one, other = to_steps(first), to_steps(second)
    by_chance = np.mean([(a - b) ** 2 for a in one for b in other])
    expected = None if by_chance == 0 else 1 - np.mean((one - other) ** 2) / by_chance
    assert measure_qwk(first, second) == (None if expected is None else pytest.approx(expected))


def test_the_largest_file_is_measured_in_seconds() -> None:
    """250 answers by 20 raters each; pairs of pairs would take 18 GB."""
    rng = np.random.default_rng(7)
    pairs = [
        pair
        for k, ratings in enumerate(rng.integers(0, 101, (250, 20)))
        for pair in pair_people({str(rater): float(value) for rater, value in enumerate(ratings)}, f"q{k % 50}")
    ]
    began = time.process_time()
    found = measure_agreement(pairs)
    assert found is not None
    assert found.pairs == 47_500
    assert time.process_time() - began < 5


@pytest.mark.parametrize("value", [0.1, 33.3, 62.7, 71.3])
@pytest.mark.parametrize("count", [10, 13, 30])
def test_one_number_alone_says_nothing_of_agreement(value: float, count: int) -> None:
    assert measure_icc(np.full(count, value), np.full(count, value)) is None


def test_perfect_agreement_is_one_and_a_constant_says_nothing() -> None:
    same = measure_agreement([Pair(value, value, f"q{value % 3}") for value in range(0, 100, 7)])
    assert same is not None
    assert (same.qwk, same.icc, same.mae, same.exact) == (1.0, pytest.approx(1.0), 0.0, 1.0)
    flat = measure_agreement([Pair(50, 50, "q")] * 12)
    assert flat is not None
    assert (flat.qwk, flat.icc, flat.qwk_95) == (None, None, None)


def test_fewer_than_ten_pairs_say_nothing() -> None:
    assert measure_agreement(PAIRS[:9]) is None


def test_the_interval_is_repeatable_and_holds_the_figure() -> None:
    found, again = measure_agreement(PAIRS, 3), measure_agreement(PAIRS, 3)
    assert found == again
    assert found is not None
    assert found.qwk is not None
    assert found.qwk_95 is not None
    assert found.qwk_95[0] <= found.qwk <= found.qwk_95[1]


def test_steps_are_the_rubrics() -> None:
    assert to_steps(np.array([0, 12, 13, 37, 38, 62, 63, 87, 88, 100], dtype=float)).tolist() == [
        *(0, 0, 1, 1, 2, 2, 3, 3, 4, 4)
    ]
    assert count_steps([Pair(0, 100, "q"), Pair(0, 100, "q"), Pair(50, 50, "q")]) == [
        [0, 0, 0, 0, 2],
        [0, 0, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]


def test_pairs_are_of_single_people() -> None:
    ratings = {"b": 50.0, "a": 25.0, "c": 75.0}
    assert pair_people(ratings, "q") == [Pair(25, 50, "q"), Pair(25, 75, "q"), Pair(50, 75, "q")]
    assert pair_machine(60, ratings, "q") == [Pair(60, 25, "q"), Pair(60, 50, "q"), Pair(60, 75, "q")]
