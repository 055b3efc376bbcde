"""The sums behind the home page's charts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reports.domain.home_figures import Column, draw_days, find_peak, say_seconds, sum_review_times

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("spans", "most"),
    [
        ([], 0),
        ([(NOON, NOON + HOUR)], 1),
        ([(NOON, NOON + HOUR), (NOON + HOUR, NOON + 2 * HOUR)], 1),  # one leaves as the other comes
        ([(NOON, NOON + 3 * HOUR), (NOON + HOUR, NOON + 2 * HOUR), (NOON + 2 * HOUR, None)], 2),
        ([(NOON, None), (NOON + HOUR, None), (NOON + 2 * HOUR, None)], 3),
        ([(NOON, NOON - HOUR), (NOON + HOUR, None)], 1),  # a clock that was set back
    ],
)
def test_interviews_are_counted_at_the_moment_when_most_were_under_way(
    spans: list[tuple[datetime, datetime | None]], most: int
) -> None:
    assert find_peak(spans)[0] == most


def test_the_peak_is_when_the_most_were_under_way_first() -> None:
    spans = [(NOON, NOON + 3 * HOUR), (NOON + HOUR, NOON + 2 * HOUR), (NOON + 2 * HOUR, None)]
    assert find_peak(spans) == (2, NOON + HOUR)
    assert find_peak([]) == (0, None)


def test_every_day_has_a_column_and_the_highest_is_the_measure() -> None:
    days = draw_days({date(2026, 3, 1): 4, date(2026, 3, 3): 1}, date(2026, 3, 1), date(2026, 3, 3))
    assert days == (
        Column("Sun 1 Mar", 4, 100.0, "", date(2026, 3, 1), date(2026, 3, 1)),
        Column("Mon 2 Mar", 0, 0.0, "", date(2026, 3, 2), date(2026, 3, 2)),
        Column("Tue 3 Mar", 1, 25.0, "", date(2026, 3, 3), date(2026, 3, 3)),
    )
    assert [day.top for day in days] == [0.0, 100.0, 75.0]


def test_something_is_never_drawn_as_nothing() -> None:
    days = draw_days({date(2026, 3, 1): 1000, date(2026, 3, 2): 1}, date(2026, 3, 1), date(2026, 3, 2))
    assert [day.share for day in days] == [100.0, 2.0]


def test_review_times_are_summed_by_week_and_by_length() -> None:
    """Two in the last week, one in the one before, none in the first days."""
    waits = [(0, 2.0), (1, 26.0), (8, 0.5)]
    pairs = [(NOON - timedelta(days=days) - hours * HOUR, NOON - timedelta(days=days)) for days, hours in waits]
    times = sum_review_times(pairs, date(2026, 2, 26), date(2026, 3, 12))
    assert (times.count, times.median_seconds) == (3, 7200.0)
    assert [(week.label, week.text, week.share) for week in times.weeks] == [
        ("26 Feb", "none", 0.0),
        ("27 Feb", "30 min", 3.6),
        ("6 Mar", "14 h", 100.0),
    ]
    assert [(week.first, week.last) for week in times.weeks] == [
        (date(2026, 2, 26), date(2026, 2, 26)),
        (date(2026, 2, 27), date(2026, 3, 5)),
        (date(2026, 3, 6), date(2026, 3, 12)),
    ]
    assert [(one.label, one.text) for one in times.lengths] == [
        ("within an hour", "1"),
        ("1 to 8 hours", "1"),
        ("8 to 24 hours", "0"),
        ("1 to 3 days", "1"),
        ("3 to 7 days", "0"),
        ("over a week", "0"),
    ]


def test_without_reviews_there_is_no_median() -> None:
    times = sum_review_times([], date(2026, 3, 6), date(2026, 3, 12))
    assert (times.count, times.median_seconds, [week.text for week in times.weeks]) == (0, None, ["none"])


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (90, "2 min"),
        (3599, "60 min"),
        (5400, "1.5 h"),
        (36_000, "10 h"),
        (172_799, "48 h"),
        (259_200, "3 days"),
    ],
)
def test_lengths_are_said_as_roughly_as_a_person_would(seconds: float, said: str) -> None:
    assert say_seconds(seconds) == said
