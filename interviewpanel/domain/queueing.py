"""Who goes next where more candidates want to begin than there are places, and when. Plain Python, no clock of its own.

The rule is max-min fairness between organizations: a free place goes to the organization with the fewest live
interviews for its share, of several such to the one whose first in line has waited longest; within an organization by
arrival. Who has booked a time goes first once it has come. Called by services/admissions.py, which decides, and by
selectors/queue_board.py, which tells each candidate where they stand; both by the same `Line`.

Nobody starves: interviews end, so an organization that is not served has none live after the longest interview. From
then on only those go before its first in line who arrived earlier, of whom there is a number
(tests/unit/interviewpanel/test_queueing_properties.py).
"""

import heapq
import itertools
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """One in line. `due_at`: the booked time, where it has come."""

    id: int
    organization: int
    arrived_at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tenant:
    """`live`: places taken or held. `reserved`: of booked candidates who are due and have not come. `limit`: of places,
    None for none of its own. `share`: 2 may have twice the live interviews of 1 when both wait."""

    live: int = 0
    reserved: int = 0
    limit: int | None = None
    share: int = 1

    @property
    def kept(self) -> int:
        """Of the reserved places, those that its limit lets it use."""
        return self.reserved if self.limit is None else min(self.reserved, max(0, self.limit - self.live))


@dataclass(frozen=True, slots=True)
class Forecast:
    """`position` from 1. `seconds` until a place is free; None where none will be as things are."""

    position: int
    seconds: float | None


class Line:
    """Who waits, by organization. `take` counts the place as taken, `give_back` as free again."""

    def __init__(self, waiting: Iterable[Waiting], tenants: Mapping[int, Tenant], *, free: int) -> None:
        """`free`: places that nobody holds, those reserved for booked candidates included; may be below 0."""
        self._tenants = dict(tenants)
        self._free = free
        self._kept = sum(tenant.kept for tenant in tenants.values())
        self._booked: list[Waiting] = []
        self._heads: dict[int, deque[Waiting]] = {}
        for one in sorted(waiting, key=lambda one: (one.arrived_at, one.id)):
            self._tenants.setdefault(one.organization, Tenant())
            if one.due_at is None:
                self._heads.setdefault(one.organization, deque()).append(one)
            else:
                self._booked.append(one)
        self._booked.sort(key=lambda one: (one.due_at, one.arrived_at, one.id))

    def take(self) -> Waiting | None:
        """The next who may begin, out of the line; None where nobody may."""
        chosen = self._find_booked() or self._find_fair()
        if chosen is not None:
            self._free -= 1
            self._count(chosen.organization, 1)
        return chosen

    def give_back(self, organization: int) -> None:
        self._free += 1
        self._count(organization, -1)

    @property
    def is_empty(self) -> bool:
        return not self._booked and not any(self._heads.values())

    def list_rest(self) -> list[Waiting]:
        """Who is still in line, by arrival."""
        rest = [*self._booked, *itertools.chain.from_iterable(self._heads.values())]
        return sorted(rest, key=lambda one: (one.arrived_at, one.id))

    def _count(self, organization: int, change: int) -> None:
        tenant = self._tenants.get(organization, Tenant())
        self._tenants[organization] = changed = replace(tenant, live=tenant.live + change)
        self._kept += changed.kept - tenant.kept

    def _find_booked(self) -> Waiting | None:
        if self._free <= 0:
            return None
        for place, one in enumerate(self._booked):
            tenant = self._tenants[one.organization]
            if tenant.limit is None or tenant.live < tenant.limit:
                return self._booked.pop(place)
        return None

    def _find_fair(self) -> Waiting | None:
        if self._free - self._kept <= 0:
            return None
        able = [organization for organization, line in self._heads.items() if line and self._has_room(organization)]
        if not able:
            return None
        return self._heads[min(able, key=self._rank)].popleft()

    def _has_room(self, organization: int) -> bool:
        tenant = self._tenants[organization]
        return tenant.limit is None or tenant.live + tenant.reserved < tenant.limit

    def _rank(self, organization: int) -> tuple[float, datetime, int]:
        tenant, first = self._tenants[organization], self._heads[organization][0]
        return tenant.live / max(1, tenant.share), first.arrived_at, first.id


def choose_next(waiting: Iterable[Waiting], tenants: Mapping[int, Tenant], *, free: int) -> list[Waiting]:
    """Everybody who may begin now, in order."""
    line = Line(waiting, tenants, free=free)
    return list(iter(line.take, None))


def foresee(
    waiting: Iterable[Waiting],
    tenants: Mapping[int, Tenant],
    *,
    free: int,
    ends: Sequence[tuple[float, int]],
    lasting_seconds: float,
) -> dict[int, Forecast]:
    """Where each in line stands, by id, if nobody else came and every interview lasted as long.

    `ends`: seconds from now until each place that is taken is free again, with its organization.
    """
    line = Line(waiting, tenants, free=free)
    coming = list(ends)
    heapq.heapify(coming)
    seconds, found = 0.0, dict[int, Forecast]()
    while True:
        while (one := line.take()) is not None:
            found[one.id] = Forecast(len(found) + 1, seconds)
            heapq.heappush(coming, (seconds + lasting_seconds, one.organization))
        if line.is_empty or not coming:
            break
        seconds, organization = heapq.heappop(coming)
        line.give_back(organization)
    for one in line.list_rest():
        found[one.id] = Forecast(len(found) + 1, None)
    return found


def find_spread(seconds: Sequence[float], usual_limit: float) -> tuple[float, float, float]:
    """How long interviews last: quick, usual and long ones, by the quartiles of those that were held lately.

    Of fewer than eight it is not known; then by the limit of talking time, of which people use more or less.
    """
    if len(seconds) < 8:
        return 0.4 * usual_limit, 0.7 * usual_limit, 1.1 * usual_limit
    ordered = sorted(seconds)
    quick, usual, long = (ordered[len(ordered) * part // 4] for part in (1, 2, 3))
    return quick, usual, long
