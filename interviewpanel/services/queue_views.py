"""The queue as the people of an organization see it: who waits, how long, and how many places there are.

Their own candidates only, by their rank within the organization: how many others wait is other organizations' matter.
Whoever runs the site sees all. Called by admin/queue.py and api/capacity.py.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from interviewpanel.models import InterviewSession, Place
from interviewpanel.selectors.places import is_present, list_open_places
from interviewpanel.selectors.queue_board import Board, Spot, read_board
from organizations.models import Organization


def _say_minutes(seconds: int) -> str:
    return "under a minute" if seconds < 60 else f"{seconds // 60} min"


@dataclass(frozen=True)
class InLine:
    """One candidate in the queue. `rank` is within the organization, 0 for who is called or has closed the page."""

    session: InterviewSession
    spot: Spot
    rank: int
    starts_at: datetime | None
    waited_seconds: int

    @property
    def waits(self) -> str:
        return _say_minutes(self.waited_seconds)

    @property
    def expected(self) -> str:
        """When a place is free, in words."""
        shortest, longest = self.spot.shortest_seconds, self.spot.longest_seconds
        if self.spot.state == Place.State.CALLED:
            return "now"
        if self.spot.is_absent:
            return "when they are back"
        if shortest is None or longest is None:
            return "not known"
        return f"in {max(1, round(shortest / 60))} to {max(2, round(longest / 60))} min"


@dataclass(frozen=True)
class OwnPlaces:
    """Of one organization. `absent` wait too, with their page closed. `limit` is its own; None: none but the site's."""

    organization: Organization
    taken: int
    waiting: int
    absent: int
    limit: int | None


@dataclass(frozen=True)
class SitePlaces:
    """Of the whole site, for who runs it."""

    taken: int
    called: int
    waiting: int
    absent: int
    limit: int
    is_drained: bool


@dataclass(frozen=True)
class QueueView:
    rows: list[InLine]
    own: list[OwnPlaces]
    site: SitePlaces


def view_queue(organizations: list[Organization], now: datetime) -> QueueView:
    """The candidates of these organizations, and their places. Eleven queries, however many wait."""
    board = read_board(now)
    known = {organization.pk for organization in organizations}
    own = list_open_places().filter(organization__in=known)
    related = ("session__invitation__candidate", "session__invitation__panel", "session__invitation__booking")
    places = list(own.select_related(*related, "session__organization"))
    spots = [(place, board.spots[place.session_id]) for place in places if place.session_id in board.spots]
    spots.sort(key=lambda one: (_is_passed_over(one[1]), one[1].position, one[1].arrived_at))
    ranks: dict[int, int] = {}
    rows = [_view(place, spot, ranks, now) for place, spot in spots]
    absent = Counter(spot.organization_id for _, spot in spots if _is_passed_over(spot))
    return QueueView(rows, [_count(one, board, ranks, absent) for one in organizations], view_site(board))


def _is_passed_over(spot: Spot) -> bool:
    return spot.state == Place.State.WAITING and spot.is_absent


def _view(place: Place, spot: Spot, ranks: dict[int, int], now: datetime) -> InLine:
    is_waiting = spot.state == Place.State.WAITING and not spot.is_absent
    if is_waiting:
        ranks[place.organization_id] = ranks.get(place.organization_id, 0) + 1
    booking = getattr(place.session.invitation, "booking", None)
    return InLine(
        session=place.session,
        spot=spot,
        rank=ranks[place.organization_id] if is_waiting else 0,
        starts_at=None if booking is None else booking.starts_at,
        waited_seconds=max(0, round((now - spot.arrived_at).total_seconds())),
    )


def _count(organization: Organization, board: Board, ranks: dict[int, int], absent: Counter[int]) -> OwnPlaces:
    taken, waiting = board.standing.taken[organization.pk], ranks.get(organization.pk, 0)
    return OwnPlaces(organization, taken, waiting, absent[organization.pk], organization.interview_limit)


def view_site(board: Board) -> SitePlaces:
    taken, is_drained = board.standing.taken.total(), board.standing.is_drained
    return SitePlaces(taken, board.called, board.waiting, board.absent, settings.INTERVIEW_LIMIT, is_drained)


def count_in_line(organizations: list[int] | None, now: datetime) -> int:
    """Candidates of these organizations who wait and have not closed the page; None: of all. One query."""
    rows = list_open_places().filter(is_present(now), state=Place.State.WAITING)
    return rows.count() if organizations is None else rows.filter(organization__in=organizations).count()
