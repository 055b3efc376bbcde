"""What points heard allow a number to be, on figures small enough to know the result, and on the demo bank."""

import pytest

from benchmarks.embedded_scorer import DemoRow, measure_demo_bank
from interviewpanel.domain.expected_points import (
    MOST_EXCESS,
    PointsValue,
    contradicts_points,
    find_ceiling,
    join_points,
    value_points,
)


@pytest.fixture(scope="module")
def demo() -> dict[str, DemoRow]:
    return {row.kind: row for row in measure_demo_bank()}


def test_the_scale_runs_from_nothing_matched_to_the_expected_answer() -> None:
    assert value_points([0.1, 0.1], [0.9, 0.9], 0.1) == PointsValue(0.0, pytest.approx(0.2121, abs=1e-4), 0.5)
    assert value_points([0.9, 0.9], [0.9, 0.9], 0.1).value == 1.0
    half = value_points([0.9, 0.1], [0.9, 0.9], 0.1)
    assert (half.value, half.ceiling) == (pytest.approx(0.5), 1.0)


def test_an_expected_answer_that_words_nothing_is_no_scale() -> None:
    assert value_points([0.1, 0.3], [0.1, 0.1], 0.1).value == pytest.approx(0.25)


def test_one_point_more_than_heard_is_the_most() -> None:
    assert [find_ceiling(heard, 6) for heard in (0, 1, 5, 6)] == pytest.approx([1 / 6, 2 / 6, 1.0, 1.0])
    technical, low, high = join_points(0.98, PointsValue(0.5, 0.1, 2 / 6))
    assert technical == pytest.approx(2 / 6)
    assert (low, high) == (pytest.approx(2 / 6 - 0.12816), pytest.approx(2 / 6 + 0.12816))


def test_words_and_points_must_both_hold() -> None:
    assert join_points(1.0, PointsValue(1.0, 0.0, 1.0)) == (1.0, 1.0, 1.0)
    assert join_points(0.0, PointsValue(1.0, 0.0, 1.0)) == (0.0, 0.0, 0.0)
    assert join_points(0.064, PointsValue(0.125, 0.0, 1.0))[0] == pytest.approx(0.1)


def test_a_number_far_above_the_points_contradicts_them() -> None:
    assert contradicts_points(98, 1, 6)
    assert contradicts_points(94, 2, 7)
    assert contradicts_points(44, 0, 7)
    assert not contradicts_points(39, 0, 7)
    assert not contradicts_points(100, 6, 6)
    assert not contradicts_points(100, 0, 0), "nothing is listed, nothing contradicts"


def test_more_of_the_expected_answer_is_worth_more(demo: dict[str, DemoRow]) -> None:
    technical = [row.technical for row in demo.values()]
    heard = [row.heard for row in demo.values()]
    assert technical == sorted(technical, reverse=True)
    assert heard == sorted(heard, reverse=True)
    whole, half, third, following, far, none = technical
    assert whole == 100
    assert 60 <= half <= 80
    assert 35 <= third <= 60
    assert max(following, far) <= 20
    assert none == 0


def test_the_expected_answer_scores_high_with_most_points_heard(demo: dict[str, DemoRow]) -> None:
    row = demo["the expected answer"]
    assert min(row.composites) >= 80
    assert row.heard > 0.9
    assert row.withheld <= 2


@pytest.mark.parametrize("kind", ["the answer to the next question", "the answer to a far question"])
def test_an_answer_to_another_question_is_low_or_a_person_s(demo: dict[str, DemoRow], kind: str) -> None:
    row = demo[kind]
    assert sum(composite >= 60 for composite in row.composites) <= 0.1 * len(row.analyses)


def test_no_number_leaves_the_evidence_beside_it(demo: dict[str, DemoRow]) -> None:
    for analysis in (analysis for row in demo.values() for analysis in row.analyses):
        heard, count = sum(match.is_covered for match in analysis.elements), len(analysis.elements)
        ceiling = 100 * find_ceiling(heard, count)
        technical = analysis.components["technical"]
        assert technical is None or technical <= round(ceiling, 1)
        assert analysis.composite is None or analysis.composite <= ceiling + MOST_EXCESS
        assert ("few_points_heard" in analysis.flags) <= (analysis.composite is None)
