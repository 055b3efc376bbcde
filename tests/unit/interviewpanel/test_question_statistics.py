"""A question's figures from sums: against numbers worked out elsewhere, and against scipy."""

import math
import statistics
from itertools import starmap

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from interviewpanel.domain.marked_texts import Stretch, mark_text
from interviewpanel.domain.question_probes import is_as_wanted, list_keywords, list_probes
from interviewpanel.domain.question_statistics import (
    BINS,
    Sums,
    add_pairs,
    add_sums,
    correlate,
    list_hints,
    measure_deviation,
    measure_expected_seconds,
    measure_mean,
    measure_seconds,
    measure_share,
    say_correlation,
)

COMPOSITES = st.lists(st.integers(0, 100), min_size=2, max_size=60)
PAIRS = st.lists(st.tuples(st.integers(0, 100), st.floats(0, 100)), min_size=12, max_size=80)


def sum_up(composites: list[int]) -> Sums:
    bins = [0] * BINS
    for one in composites:
        bins[min(9, one // 10)] += 1
    return Sums(
        asked=len(composites),
        answered=len(composites),
        judged=len(composites),
        scored=len(composites),
        total=float(sum(composites)),
        squares=float(sum(one * one for one in composites)),
        bins=tuple(bins),
    )


@settings(deadline=None)
@given(COMPOSITES)
def test_mean_and_deviation_are_those_of_the_sample(composites: list[int]) -> None:
    sums = sum_up(composites)
    assert measure_mean(sums) == pytest.approx(statistics.mean(composites))
    assert measure_deviation(sums) == pytest.approx(statistics.stdev(composites), abs=1e-6)


@settings(deadline=None)
@given(COMPOSITES, COMPOSITES)
def test_versions_add_up_to_the_question(some: list[int], others: list[int]) -> None:
    assert add_sums([sum_up(some), sum_up(others)]) == sum_up([*some, *others])


@settings(deadline=None)
@given(PAIRS)
def test_the_correlation_is_pearsons_with_fishers_interval(pairs: list[tuple[int, float]]) -> None:
    found = correlate(add_pairs(Sums(), list(starmap(lambda x, y: (float(x), y), pairs))))
    x, y = np.array(pairs).T
    if found is None:
        assert np.ptp(x) < 1e-3 or np.ptp(y) < 1e-3
        return
    assert found.r == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-4)
    if abs(found.r) < 0.999:
        interval = stats.pearsonr(x, y).confidence_interval(0.95)
        assert (found.low, found.high) == (
            pytest.approx(interval.low, abs=1e-3),
            pytest.approx(interval.high, abs=1e-3),
        )


def test_a_correlation_that_was_worked_out_by_hand() -> None:
    """r = .5 and n = 28: z = .5493, half a width of 1.96 / 5 = .392: tanh .157 and tanh .941."""
    pairs = [(1.0, 1.0), (-1.0, -1.0)] * 7 + [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] * 3
    pairs += [(0.0, 0.0)] * 2
    found = correlate(add_pairs(Sums(), pairs))
    assert found is not None
    assert found.count == 28
    assert found.r == pytest.approx(14 / 20)
    reach = 1.959964 / 5
    assert found.low == pytest.approx(math.tanh(math.atanh(0.7) - reach))


def test_too_few_answers_are_told_in_words() -> None:
    nine = add_pairs(Sums(), [(float(n), float(n)) for n in range(9)])
    assert correlate(nine) is None
    assert say_correlation(nine) == (
        "Too few answers (9 of at least 10) in interviews that have another scored answer."
    )
    flat = add_pairs(Sums(), [(50.0, float(n)) for n in range(20)])
    assert correlate(flat) is None
    assert "the same score" in say_correlation(flat)


def test_nothing_has_no_numbers() -> None:
    nothing = Sums()
    assert [measure(nothing) for measure in (measure_mean, measure_deviation, measure_seconds)] == [None] * 3
    assert measure_expected_seconds(nothing) is None
    assert measure_share(0, 0) is None
    assert list_hints(nothing) == []
    assert measure_deviation(sum_up([50])) is None, "one answer has no spread"


def test_time_is_a_mean_of_those_that_were_timed() -> None:
    sums = Sums(asked=5, timed=2, seconds=150.0, expected_seconds=180.0)
    assert (measure_seconds(sums), measure_expected_seconds(sums)) == (75.0, 90.0)


@pytest.mark.parametrize(
    ("sums", "keys"),
    [
        (sum_up([95] * 10), ["too_easy"]),
        (sum_up([95] * 9), []),
        (sum_up([20] * 10), ["too_hard"]),
        (sum_up([50] * 10), []),
        (Sums(asked=10, skipped=3), ["often_skipped"]),
        (Sums(judged=10, needs_human=5), ["often_unsure"]),
        (add_pairs(Sums(), [(float(n % 7), float(n % 5)) for n in range(140)]), ["does_not_discriminate"]),
        (add_pairs(Sums(), [(float(n % 7), float(n % 5)) for n in range(20)]), []),
    ],
)
def test_hints_have_thresholds_and_wait_for_enough_answers(sums: Sums, keys: list[str]) -> None:
    assert [hint.key for hint in list_hints(sums)] == keys


def test_a_text_is_marked_where_spans_hold_it_and_overlap() -> None:
    assert mark_text("read the plan first", [("1", 0, 13), ("2", 9, 19), ("3", 30, 40)]) == [
        Stretch("read the ", ("1",)),
        Stretch("plan", ("1", "2")),
        Stretch(" first", ("2",)),
    ]
    assert mark_text("", [("1", 0, 3)]) == []
    assert mark_text("plain", []) == [Stretch("plain")]


def test_keywords_are_the_telling_words_without_a_sentence() -> None:
    assert (
        list_keywords(["It is sorted by the key", "Every insert has to keep it sorted"])
        == "sorted key every insert keep"
    )
    assert [probe.key for probe in list_probes("Q?", "A.", ["E"])] == [
        "expected",
        "empty",
        "dont_know",
        "echo",
        "keywords",
    ]


@pytest.mark.parametrize(
    ("key", "state", "number", "is_wanted"),
    [
        ("expected", "scored", 70, True),
        ("expected", "scored", 69, False),
        ("expected", "needs_human", None, False),
        ("empty", "insufficient_evidence", None, True),
        ("empty", "scored", 0, False),
        ("dont_know", "scored", 0, True),
        ("dont_know", "scored", 21, False),
        ("echo", "needs_human", None, True),
        ("keywords", "scored", 60, False),
    ],
)
def test_a_probe_comes_out_as_it_should_or_not(key: str, state: str, number: int | None, is_wanted: bool) -> None:
    assert is_as_wanted(key, state, number) is is_wanted
