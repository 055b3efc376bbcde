"""Where a candidate stands across their interviews: the formulas, by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from reports.domain.standings import Result, Standing, find_standing, name_tier

T0 = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


def held(overall: int | None, days: float = 0, made: float = 0) -> Result:
    at = T0 + timedelta(days=days)
    return Result(ended_at=at, made_at=at + timedelta(days=made), overall=overall)


def test_of_nothing_there_is_no_number() -> None:
    assert find_standing([]) == Standing()
    assert find_standing([held(None)]) == Standing(last_calculated_at=T0)


def test_a_later_interview_counts_more() -> None:
    # weights 0.5 and 1 at 180 days: (0.5 * 60 + 90) / 1.5 = 80
    assert find_standing([held(90, 180), held(60)]) == Standing(
        last_score=90,
        last_grade="A",
        overall=80,
        tier="gold",
        counted=2,
        last_calculated_at=T0 + timedelta(days=180),
    )


def test_a_last_interview_of_which_too_little_was_measured_has_no_score_and_counts_nothing() -> None:
    standing = find_standing([held(72), held(None, 30)])
    assert (standing.last_score, standing.last_grade, standing.overall, standing.tier, standing.counted) == (
        *(None, None),
        *(72, "silver", 1),
    )


def test_it_was_calculated_when_its_newest_report_was_made() -> None:
    assert find_standing([held(72, 0, made=90), held(70, 30)]).last_calculated_at == T0 + timedelta(days=90)


def test_very_old_ones_weigh_nothing_and_break_nothing() -> None:
    assert find_standing([held(0, -400_000), held(88)]).overall == 88


@pytest.mark.parametrize(
    ("overall", "tier"),
    [
        *[(100, "platinum"), (90, "platinum"), (89, "gold"), (80, "gold"), (79, "silver"), (70, "silver")],
        *[(69, "bronze"), (60, "bronze"), (59, "starter"), (0, "starter")],
    ],
)
def test_tiers(overall: int, tier: str) -> None:
    assert name_tier(overall) == tier
