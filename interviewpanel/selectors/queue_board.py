"""Where everybody in the queue stands, and for how long: one reading for a whole process, told to each of its pages.

Five hundred pages that wait would otherwise read the same five hundred rows each. Who may begin is not decided by it:
that is services/admissions.py, under its lock.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from interviewpanel.domain.queueing import Forecast, find_spread, foresee
from interviewpanel.domain.states import LIVE
from interviewpanel.models import InterviewSession, Place
from interviewpanel.selectors.places import Standing, list_open_places, read_standing

BELIEVED = timedelta(seconds=2)
HELD_LATELY = 100  # interviews by which it is told how long one lasts
SHORTEST_SECONDS = 30.0  # what one that goes on longer than most is thought to last yet
State = Place.State


@dataclass(frozen=True)
class Spot:
    """One place in the queue. `position` is 0 for who is called, or has closed the page and is passed over; seconds are
    None where nobody can tell."""

    place_id: int
    organization_id: int
    state: str
    arrived_at: datetime
    held_until: datetime | None
    tell_by: str
    is_absent: bool
    position: int
    shortest_seconds: float | None
    estimated_seconds: float | None
    longest_seconds: float | None


@dataclass(frozen=True)
class Board:
    read_at: datetime
    began: float  # time.monotonic() as the reading began: it shows what was committed before that
    spots: dict[int, Spot]  # by session
    standing: Standing

    @property
    def waiting(self) -> int:
        """Who is let in when their turn comes."""
        return len(self.standing.present)

    @property
    def absent(self) -> int:
        """Who has closed the page."""
        return len(self.standing.absent)

    @property
    def called(self) -> int:
        return sum(spot.state == State.CALLED for spot in self.spots.values())


def read_board(now: datetime) -> Board:
    """Nine queries, however many wait."""
    began = time.monotonic()
    standing = read_standing(now)
    forecasts = _foresee(standing, now)
    spots = {}
    for place in list_open_places().order_by("arrived_at", "pk"):
        is_called = place.state == State.CALLED
        quick, usual, long = (0.0 if is_called else _read_seconds(one, place.pk, standing) for one in forecasts)
        found = forecasts[1].get(place.pk)
        spots[place.session_id] = Spot(
            place_id=place.pk,
            organization_id=place.organization_id,
            state=place.state,
            arrived_at=place.arrived_at,
            held_until=place.held_until,
            tell_by=place.tell_by,
            is_absent=place.pk in standing.absent,
            position=0 if is_called or found is None else found.position,
            shortest_seconds=quick,
            estimated_seconds=usual,
            longest_seconds=long,
        )
    return Board(now, began, spots, standing)


def _read_seconds(forecasts: dict[int, Forecast], place: int, standing: Standing) -> float | None:
    """None on a site that is drained: nobody knows for how long."""
    return forecasts[place].seconds if place in forecasts and not standing.is_drained else None


def _foresee(standing: Standing, now: datetime) -> Sequence[dict[int, Forecast]]:
    """For quick, usual and long interviews, of those who are not passed over. A long one takes no less than the talking
    time it was given: one that goes on longer than most did would else be thought to end at any moment."""
    if not standing.present:
        return ({}, {}, {})
    live = InterviewSession.objects.filter(status__in=sorted(LIVE), started_at__isnull=False).order_by()
    going: list[Any] = list(live.values_list("organization", "started_at", "clock_limit_seconds"))
    held = InterviewSession.objects.filter(started_at__isnull=False, ended_at__isnull=False, status="completed")
    times: Any = held.order_by("-started_at").values_list("started_at", "ended_at")[:HELD_LATELY]
    lasted = [(ended_at - started_at).total_seconds() for started_at, ended_at in times]
    limits = [limit for _, _, limit in going] or [2700]
    called = list_open_places().filter(state=State.CALLED).values_list("organization", flat=True)
    begins = [(organization, (now - started_at).total_seconds(), limit) for organization, started_at, limit in going]
    begins += [(organization, 0.0, 0) for organization in called]
    quick, usual, long = find_spread(lasted, sum(limits) / len(limits))
    return [
        foresee(
            standing.present,
            standing.tenants,
            free=standing.free,
            ends=[
                (max(SHORTEST_SECONDS, max(lasting, limit if is_long else 0) - age), organization)
                for organization, age, limit in begins
            ],
            lasting_seconds=lasting,
        )
        for lasting, is_long in ((quick, False), (usual, False), (long, True))
    ]


_lock = threading.Lock()
_board: Board | None = None


def view_board(now: datetime, *, since: float | None = None) -> Board:
    """As it was at most two seconds ago, in this process.

    `since`: as it was at that time.monotonic() or later. However many ask for that while one reads, the next reading
    serves them all.
    """
    global _board
    with _lock:
        board = _board
        is_old = board is None or abs(now - board.read_at) > BELIEVED or (since is not None and board.began < since)
        if board is None or is_old:
            _board = board = read_board(now)
        return board


def forget_board() -> None:
    """For tests: time begins anew in each."""
    global _board
    with _lock:
        _board = None
