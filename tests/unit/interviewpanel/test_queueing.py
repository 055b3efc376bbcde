"""Who goes next, and what is foreseen: by cases that a person can follow."""

from datetime import UTC, datetime, timedelta

import pytest

from interviewpanel.domain.queueing import Forecast, Tenant, Waiting, choose_next, find_spread, foresee

NOON = datetime(2031, 5, 5, 12, tzinfo=UTC)
OURS, THEIRS = 1, 2


def wait(id: int, organization: int = OURS, *, due: bool = False) -> Waiting:
    """By their number they arrived, a second after the other."""
    return Waiting(id, organization, NOON + timedelta(seconds=id), NOON if due else None)


def choose(waiting: list[Waiting], tenants: dict[int, Tenant], free: int) -> list[int]:
    return [one.id for one in choose_next(waiting, tenants, free=free)]


def test_within_an_organization_by_arrival() -> None:
    assert choose([wait(3), wait(1), wait(2)], {}, 2) == [1, 2]


def test_nobody_where_nothing_is_free() -> None:
    assert choose([wait(1)], {}, 0) == choose([wait(1)], {}, -3) == choose([], {}, 5) == []


def test_between_organizations_the_one_with_fewer_live_goes_first() -> None:
    tenants = {OURS: Tenant(live=3), THEIRS: Tenant(live=1)}
    line = [wait(1), wait(2), *(wait(id, THEIRS) for id in (3, 4, 5, 6))]
    assert choose(line, tenants, 5) == [3, 4, 1, 5, 2]


def test_with_twice_the_share_an_organization_has_twice_the_places() -> None:
    tenants = {OURS: Tenant(share=2), THEIRS: Tenant(share=1)}
    line = [*(wait(id) for id in range(1, 9)), *(wait(id, THEIRS) for id in range(9, 17))]
    assert sum(id < 9 for id in choose(line, tenants, 9)) == 6


def test_an_organizations_own_limit_is_kept_and_costs_no_other_a_place() -> None:
    tenants = {OURS: Tenant(live=1, limit=2), THEIRS: Tenant()}
    assert choose([wait(1), wait(2), wait(3, THEIRS)], tenants, 5) == [3, 1]


def test_who_has_booked_and_is_due_goes_first() -> None:
    tenants = {OURS: Tenant(live=9)}
    assert choose([wait(1, THEIRS), wait(2, OURS, due=True)], tenants, 1) == [2]


def test_a_place_is_kept_for_a_booked_candidate_who_is_not_there_yet() -> None:
    tenants = {THEIRS: Tenant(reserved=1)}
    assert choose([wait(1), wait(2)], tenants, 2) == [1]
    assert choose([wait(1), wait(2, OURS, due=True)], tenants, 1) == [2], "for any who has booked"


def test_no_more_is_kept_for_booked_candidates_than_their_organization_may_use() -> None:
    tenants = {THEIRS: Tenant(live=1, reserved=3, limit=2)}
    assert [Tenant(live=live, reserved=3, limit=2).kept for live in (0, 1, 2, 5)] == [2, 1, 0, 0]
    assert Tenant(live=5, reserved=3).kept == 3
    assert choose([wait(1), wait(2), wait(3)], tenants, 3) == [1, 2]
    assert choose([wait(1), wait(2), wait(3, THEIRS, due=True)], tenants, 3) == [3, 1, 2], "theirs is full then"


def test_what_is_foreseen_is_the_order_in_which_places_are_given() -> None:
    tenants = {OURS: Tenant(live=2), THEIRS: Tenant(live=0)}
    found = foresee(
        [wait(1), wait(2), wait(3, THEIRS)], tenants, free=0, ends=[(600, OURS), (60, OURS)], lasting_seconds=1000
    )
    assert found == {3: Forecast(1, 60), 1: Forecast(2, 600), 2: Forecast(3, 1060)}


def test_where_nothing_can_come_free_no_time_is_told() -> None:
    tenants = {OURS: Tenant(limit=0)}
    found = foresee([wait(1), wait(2)], tenants, free=3, ends=[], lasting_seconds=1000)
    assert found == {1: Forecast(1, None), 2: Forecast(2, None)}


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ([], (400, 700, 1100)),
        ([60.0] * 7, (400, 700, 1100)),
        ([100, 200, 300, 400, 500, 600, 700, 800], (300, 500, 700)),
    ],
)
def test_how_long_interviews_last_is_told_by_those_held_lately(
    seconds: list[float], expected: tuple[float, float, float]
) -> None:
    assert find_spread(seconds, 1000) == pytest.approx(expected)
