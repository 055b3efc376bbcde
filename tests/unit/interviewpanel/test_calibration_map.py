"""A map rises, is drawn towards what was measured, and helps on questions that it has not seen, or says that it does
not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewpanel.domain.calibration_map import (
    RatedTechnical,
    TooFewAnswers,
    apply_map,
    check_enough,
    fit_map,
    try_map,
)


def make_rows(count: int, bend: float, noise: float = 0.0) -> list[RatedTechnical]:
    rng = random.Random(5)
    measured = [rng.uniform(0, 100) for _ in range(count)]
    return [
        RatedTechnical(value, min(100, max(0, bend * value + rng.gauss(0, noise))), f"q{k % 6}")
        for k, value in enumerate(measured)
    ]


def test_people_who_are_stricter_bend_it_down() -> None:
    knots = fit_map(make_rows(600, 0.6))
    assert knots[0] == (0.0, 0.0)
    assert apply_map(knots, 50) == pytest.approx(30, abs=2)
    assert apply_map(knots, 100) == pytest.approx(60, abs=4)


def test_a_few_answers_hardly_move_it() -> None:
    few, many = fit_map(make_rows(12, 0.6)), fit_map(make_rows(600, 0.6))
    assert apply_map(many, 75) < apply_map(few, 75) < 75


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=60),
    st.floats(0, 100),
    st.floats(0, 100),
)
def test_it_never_falls_and_never_leaves_the_scale(rated: list[tuple[float, float]], one: float, other: float) -> None:
    knots = fit_map([RatedTechnical(measured, people, "q") for measured, people in rated])
    low, high = sorted((one, other))
    assert 0 <= apply_map(knots, low) <= apply_map(knots, high) <= 100


def test_a_trial_tells_whether_it_helps_where_it_has_not_looked() -> None:
    bent = try_map(make_rows(120, 0.6, 5))
    assert (bent.answers, bent.questions) == (120, 6)
    assert bent.helps
    assert bent.mae_after < bent.mae_before / 2
    assert not try_map(make_rows(120, 1.0)).helps


def test_too_few_answers_are_named() -> None:
    check_enough(make_rows(40, 1))
    with pytest.raises(TooFewAnswers, match=r"39 rated answers to 6 questions are there. A map takes at least 40"):
        check_enough(make_rows(39, 1))
    with pytest.raises(TooFewAnswers, match="60 rated answers to 1 questions"):
        check_enough([RatedTechnical(1, 1, "q")] * 60)
