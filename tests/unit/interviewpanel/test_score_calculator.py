"""The formulas of one answer's score: tables by hand, and what must hold for any input."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewpanel.domain.score_calculator import (
    GENERAL_WEIGHTS,
    TECHNICAL_WEIGHTS,
    component_from_criteria,
    composite,
    effective_weights,
)

unhurried = settings(deadline=None)  # the machine may be busy; nothing here is about time
FOUR = ("relevance", "depth", "clarity", "technical")
scores = st.integers(0, 100)
all_four = st.fixed_dictionaries(dict.fromkeys(FOUR, scores))
some_of_four = st.fixed_dictionaries(dict.fromkeys(FOUR, st.none() | st.floats(0, 100)))


def four(relevance: float | None, depth: float | None, clarity: float | None, technical: float | None = None):
    return {"relevance": relevance, "depth": depth, "clarity": clarity, "technical": technical}


# --- composite -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("components", "is_technical", "expected"),
    [
        (four(100, 100, 100, 100), True, 100),
        (four(0, 0, 0, 0), True, 0),
        (four(100, 0, 0, 0), True, 25),
        (four(0, 100, 0, 0), True, 25),
        (four(0, 0, 100, 0), True, 20),
        (four(0, 0, 0, 100), True, 30),
        (four(80, 60, 70, 90), True, 76),  # 20 + 15 + 14 + 27
        (four(100, 0, 0), False, 35),
        (four(0, 100, 0), False, 35),
        (four(0, 0, 100), False, 30),
        (four(80, 60, 70), False, 70),  # 28 + 21 + 21
        (four(80, 60, 70, 0), False, 70),  # technical does not count in a question that is not technical
        (four(2, 0, 0, 0), True, 0),  # 0.5 goes to the even number
        (four(6, 0, 0, 0), True, 2),  # 1.5 goes to the even number
        (four(10, 0, 0, 0), True, 2),  # 2.5 goes to the even number
    ],
)
def test_composite_by_the_default_weights(components, is_technical, expected):
    assert composite(components, is_technical) == expected


@pytest.mark.parametrize(
    ("components", "is_technical", "expected"),
    [
        (four(80, None, None, 60), True, 69),  # embedded scorer: (.25 x 80 + .30 x 60) / .55 = 69.09
        (four(None, None, None, 61.4), True, 61),
        (four(80, 60, 70, None), True, 70),  # (20 + 15 + 14) / .70
        ({"relevance": 90}, False, 90),  # a missing name is not assessed
        (four(None, None, None, 90), False, None),  # nothing that counts was assessed
        (four(None, None, None, None), True, None),
        ({}, True, None),
    ],
)
def test_what_was_not_assessed_is_left_out_and_never_becomes_a_number(components, is_technical, expected):
    assert composite(components, is_technical) == expected


@pytest.mark.parametrize(
    ("weights", "dimensions", "expected"),
    [
        ({"relevance": 1, "depth": 1}, None, 70),  # (80 + 60) / 2: named weights replace the defaults
        ({"relevance": 3, "technical": 1}, None, 82),  # (240 + 90) / 4 = 82.5, to the even number
        ({"specificity": 1, "technical": 1}, None, 70),  # (50 + 90) / 2
        (None, {"specificity": 1.0}, 63),  # (76 + 50) / 2: dimensions join the defaults
        ({"depth": 1}, {"specificity": 1}, 55),
        ({"depth": 1, "professionalism": 5}, None, 60),  # professionalism was not assessed
        ({"depth": 0, "clarity": 2}, None, 70),
        ({"depth": 0}, None, None),
        ({}, None, 76),  # an empty object in the row means the default weights
    ],
)
def test_own_weights_and_own_dimensions_are_normalised(weights, dimensions, expected):
    components = {**four(80, 60, 70, 90), "specificity": 50, "professionalism": None}
    assert composite(components, True, weights, dimensions) == expected


def test_effective_weights_are_the_shares_the_report_shows():
    assert effective_weights(four(80, 60, 70, 90), True) == TECHNICAL_WEIGHTS
    assert effective_weights(four(80, 60, 70), False) == GENERAL_WEIGHTS
    assert effective_weights(four(80, None, None, 60), True) == {"relevance": 0.25 / 0.55, "technical": 0.30 / 0.55}
    assert effective_weights({"b": 1, "a": 2, "depth": 3}, True, {"b": 1, "a": 1, "depth": 2}) == {
        "depth": 0.5,
        "a": 0.25,
        "b": 0.25,
    }
    assert effective_weights({}, True) == {}


@pytest.mark.parametrize(
    ("components", "weights", "message"),
    [
        (four(101, 0, 0, 0), None, "relevance is 101, but scores go from 0 to 100"),
        (four(0, -1, 0, 0), None, "depth is -1, but"),
        (four(0, 0, math.nan, 0), None, "clarity is nan, but"),
        (four(1, 1, 1, 1), {"depth": -1}, "The weight of 'depth' is -1. Weights are 0 or more"),
        (four(1, 1, 1, 1), {"depth": math.nan}, "The weight of 'depth' is nan"),
        (four(1, 1, 1, 1), {"depth": math.inf}, "The weight of 'depth' is inf"),
    ],
)
def test_impossible_numbers_are_refused_with_their_name(components, weights, message):
    with pytest.raises(ValueError, match=message):
        composite(components, True, weights)


@unhurried
@given(all_four)
def test_composite_is_pythons_round_of_the_printed_formula(values):
    relevance, depth, clarity, technical = (values[name] for name in FOUR)
    with_technical = round(0.25 * relevance + 0.25 * depth + 0.20 * clarity + 0.30 * technical)
    without = round(0.35 * relevance + 0.35 * depth + 0.30 * clarity)
    assert (composite(values, True), composite(values, False)) == (with_technical, without)


@unhurried
@given(some_of_four, st.booleans())
def test_composite_lies_between_the_smallest_and_the_largest_component(values, is_technical):
    counted = [values[name] for name in FOUR if values[name] is not None and (is_technical or name != "technical")]
    score = composite(values, is_technical)
    if not counted:
        assert score is None
    else:
        assert score is not None
        # The last bit of a float sum may decide a half, so the bounds are a hair wider.
        assert round(min(counted) - 1e-9) <= score <= round(max(counted) + 1e-9)


@unhurried
@given(all_four, st.sampled_from(FOUR), scores, st.booleans())
def test_a_better_component_never_lowers_the_composite(values, name, other, is_technical):
    lower, higher = {**values, name: min(values[name], other)}, {**values, name: max(values[name], other)}
    assert composite(lower, is_technical) <= composite(higher, is_technical)


@unhurried
@given(all_four, st.dictionaries(st.sampled_from([*FOUR, "own"]), st.integers(0, 50), min_size=1), st.integers(1, 1000))
def test_the_scale_of_the_weights_does_not_matter(values, weights, factor):
    scaled = {name: weight * factor for name, weight in weights.items()}
    components = {**values, "own": 33}
    assert composite(components, True, scaled) == composite(components, True, weights)


@unhurried
@given(all_four, st.permutations(FOUR))
def test_the_order_in_which_a_database_keeps_the_names_does_not_matter(values, order):
    shuffled = {name: values[name] for name in order}
    weights = {name: TECHNICAL_WEIGHTS[name] for name in order}
    assert composite(shuffled, True, weights) == composite(values, True)


# --- criteria --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ([(4, 1)], 100.0),
        ([(0, 1)], 0.0),
        ([(1, 1)], 25.0),
        ([(4, 1), (0, 1)], 50.0),
        ([(4, 3), (0, 1)], 75.0),
        ([(4, 0.5), (2, 0.5), (3, 1)], 75.0),
        ([(3, 1), (None, 100)], 75.0),  # void and unassessed criteria are left out
        ([(3, 1), (0, 0)], 75.0),
        ([(None, 1)], None),
        ([(3, 0)], None),
        ([], None),
    ],
)
def test_component_from_criteria(ratings, expected):
    assert component_from_criteria(ratings) == expected


def test_a_component_is_not_rounded_before_the_composite():
    assert component_from_criteria([(1, 1), (1, 1), (2, 1)]) == pytest.approx(100 / 3)


@pytest.mark.parametrize(
    ("rating", "weight", "message"),
    [(5, 1, "rated 5"), (-1, 1, "rated -1"), (2.5, 1, "rated 2.5"), (2, -1, "weight -1"), (None, -1, "weight -1")],
)
def test_impossible_ratings_are_refused(rating, weight, message):
    with pytest.raises(ValueError, match=message):
        component_from_criteria([(rating, weight)])


@unhurried
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 9)), min_size=1), st.integers(1, 100))
def test_a_component_is_bounded_and_free_of_scale(ratings, factor):
    value = component_from_criteria(ratings)
    assert value is not None
    assert 25 * min(rating for rating, _ in ratings) - 1e-9 <= value <= 25 * max(rating for rating, _ in ratings) + 1e-9
    assert component_from_criteria([(rating, weight * factor) for rating, weight in ratings]) == pytest.approx(value)
