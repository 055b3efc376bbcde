"""How sure an overall is: known cases, and what every range must hold."""

from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.domain.uncertainty import CountedAnswer, Range, estimate_range


def answers(*points: float, **fields: object) -> list[CountedAnswer]:
    return [CountedAnswer(one, 1.0, **fields) for one in points]  # type: ignore[arg-type]


def test_three_answers_by_hand() -> None:
    """Mean 70, standard deviation 10, standard error 5.77; Student's 0.9 quantile of 2 degrees of freedom is 1.886."""
    assert estimate_range(answers(60, 70, 80)) == Range(59, 81)


def test_more_questions_say_more() -> None:
    few, many = estimate_range(answers(60, 70, 80)), estimate_range(answers(*[60, 70, 80] * 4))
    assert few is not None
    assert many is not None
    assert many.high - many.low < (few.high - few.low) / 2


@pytest.mark.parametrize("points", [(), (80,), (80, 60)])
def test_fewer_than_three_questions_say_nothing_of_a_spread(points: tuple[float, ...]) -> None:
    assert estimate_range(answers(*points)) is None


def test_a_follow_up_belongs_to_its_question() -> None:
    """Two questions with a follow-up each are two questions, and one more makes three."""
    two = [CountedAnswer(80, 1), CountedAnswer(80, 1, is_follow_up=True)] * 2
    assert estimate_range(two) is None
    assert estimate_range([*two, CountedAnswer(50, 1)]) is not None


def test_answers_of_like_points_are_as_unsure_as_their_scorer() -> None:
    plain = estimate_range(answers(70, 70, 70))
    doubted = estimate_range(answers(70, 70, 70, interval=(50.0, 90.0)))
    assert plain == Range(70, 70)
    assert doubted == Range(58, 82)  # 20 / √3 = 11.5


def test_nothing_of_weight_has_no_range() -> None:
    assert estimate_range([CountedAnswer(50, 0.0)] * 4) is None


@given(st.lists(st.tuples(st.integers(0, 100), st.floats(0.5, 5)), min_size=3, max_size=20))
def test_a_range_holds_its_mean_and_stays_on_the_scale(told: list[tuple[int, float]]) -> None:
    counted = [CountedAnswer(points, weight) for points, weight in told]
    found = estimate_range(counted)
    assert found is not None
    mean = sum(points * weight for points, weight in told) / sum(weight for _, weight in told)
    assert 0 <= found.low <= mean + 1e-9
    assert mean - 1e-9 <= found.high <= 100


def test_it_holds_the_truth_about_as_often_as_it_says() -> None:
    """Interviews of six questions out of a bank: the bank's own mean lies inside in about 80 of 100."""
    random = Random(4)
    bank = [min(100.0, max(0.0, random.gauss(60, 18))) for _ in range(400)]
    truth = fmean(bank)
    found = [estimate_range(answers(*random.sample(bank, 6))) for _ in range(2000)]
    share = fmean(one is not None and one.low <= truth <= one.high for one in found)
    assert 0.77 <= share <= 0.87  # rounded outwards, so a little more


def test_ranges_that_touch_overlap() -> None:
    assert Range(60, 70).overlaps(Range(70, 80))
    assert Range(70, 80).overlaps(Range(60, 70))
    assert not Range(60, 69).overlaps(Range(70, 80))
