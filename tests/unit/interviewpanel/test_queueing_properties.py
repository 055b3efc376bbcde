"""What holds of the queue whoever comes when, and however long interviews last: by simulation of arbitrary days."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from interviewpanel.domain.queueing import Tenant, Waiting, choose_next, foresee

NOON = datetime(2031, 5, 5, 12, tzinfo=UTC)
LONGEST = 12  # of an interview, in steps


@dataclass(frozen=True)
class Arrival:
    step: int
    organization: int
    lasts: int


ARRIVALS = st.lists(
    st.builds(Arrival, st.integers(0, 30), st.integers(0, 4), st.integers(1, LONGEST)), min_size=1, max_size=60
)
LIMITS = st.dictionaries(st.integers(0, 4), st.integers(1, 3))


@dataclass
class Day:
    """One day held through: who was admitted at which step, in order."""

    admitted: list[tuple[int, int, Arrival]]  # step, number, who
    most_live: int
    most_of: Counter[int]


def hold(arrivals: list[Arrival], limit: int, limits: dict[int, int]) -> Day:
    """Each step: interviews end, candidates come, free places are given. Fairness is looked at as each is given."""
    coming = sorted(enumerate(arrivals), key=lambda one: (one[1].step, one[0]))
    who = dict(coming)
    line: list[Waiting] = []
    live: dict[int, int] = {}  # until which step, by number
    day = Day([], 0, Counter())
    step = 0
    while coming or line:
        live = {number: until for number, until in live.items() if until > step}
        while coming and coming[0][1].step <= step:
            number, one = coming.pop(0)
            line.append(Waiting(number, one.organization, NOON + timedelta(seconds=one.step, microseconds=number)))
        counts = Counter(who[number].organization for number in live)
        tenants = {org: Tenant(live=counts[org], limit=limits.get(org)) for org in range(5)}
        for one in choose_next(line, tenants, free=limit - len(live)):
            check_fair(one, line, counts, limits)
            line.remove(one)
            live[one.id] = step + who[one.id].lasts
            counts[one.organization] += 1
            day.admitted.append((step, one.id, who[one.id]))
        is_full = len(live) == limit
        assert is_full or all(counts[one.organization] >= limits.get(one.organization, limit) for one in line)
        day.most_live = max(day.most_live, len(live))
        day.most_of |= counts
        step += 1
        assert step < 5000, "somebody is never let in"
    return day


def check_fair(chosen: Waiting, line: list[Waiting], live: Counter[int], limits: dict[int, int]) -> None:
    """Nobody of the same organization came before; no organization that waits and may has fewer live."""
    assert not [one for one in line if one.organization == chosen.organization and one.arrived_at < chosen.arrived_at]
    able = {one.organization for one in line if live[one.organization] < limits.get(one.organization, 10**6)}
    assert live[chosen.organization] == min(live[organization] for organization in able)


@given(ARRIVALS, st.integers(1, 6), LIMITS)
def test_nobody_is_lost_nobody_overtaken_and_no_limit_passed(
    arrivals: list[Arrival], limit: int, limits: dict[int, int]
) -> None:
    day = hold(arrivals, limit, limits)
    assert sorted(number for _, number, _ in day.admitted) == list(range(len(arrivals)))
    assert day.most_live <= limit
    assert all(day.most_of[org] <= most for org, most in limits.items())


@given(ARRIVALS, st.integers(1, 6))
def test_nobody_starves(arrivals: list[Arrival], limit: int) -> None:
    """At most one longest interview until the organization has none live, then one for each who came before."""
    for step, number, one in hold(arrivals, limit, {}).admitted:
        earlier = sum((other.step, place) < (one.step, number) for place, other in enumerate(arrivals))
        assert step - one.step <= LONGEST * (earlier + 2)


@given(ARRIVALS, st.integers(1, 6), st.integers(1, 2000))
def test_positions_are_each_once_and_times_never_fall(arrivals: list[Arrival], limit: int, lasting: int) -> None:
    line = [
        Waiting(number, one.organization, NOON + timedelta(seconds=one.step, microseconds=number))
        for number, one in enumerate(arrivals)
    ]
    ends = [(float(10 * number), number % 5) for number in range(limit)]
    tenants = {org: Tenant(live=sum(end == org for _, end in ends)) for org in range(5)}
    found = foresee(line, tenants, free=0, ends=ends, lasting_seconds=float(lasting))
    ordered = sorted(found.values(), key=lambda one: one.position)
    assert [one.position for one in ordered] == list(range(1, len(line) + 1))
    seconds = [one.seconds for one in ordered]
    assert None not in seconds
    assert seconds == sorted(seconds)  # type: ignore[type-var]
