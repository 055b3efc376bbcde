"""Which places are taken, and who waits for one. Read by services/admissions.py under its lock, and by the board."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from interviewpanel.domain.queueing import Tenant, Waiting
from interviewpanel.domain.states import LIVE, SessionStatus
from interviewpanel.models import Booking, Capacity, InterviewSession, Place
from organizations.models import Organization

State = Place.State
OPEN = (State.WAITING, State.CALLED)


@dataclass(frozen=True)
class Standing:
    """How things stand: places by organization, and who waits. `absent`: ids of those whose page is closed and who are
    to be told of nothing. They keep their arrival and are passed over until they are back."""

    taken: Counter[int]
    tenants: dict[int, Tenant]
    waiting: list[Waiting]
    absent: frozenset[int]
    is_drained: bool

    @property
    def free(self) -> int:
        """Below 0 where the limit was lowered while more went on."""
        return settings.INTERVIEW_LIMIT - self.taken.total()

    @property
    def present(self) -> list[Waiting]:
        return [one for one in self.waiting if one.id not in self.absent]


def read_standing(now: datetime, taken: Counter[int] | None = None) -> Standing:
    """Six queries, however many wait; four where it is known which places are taken."""
    drained_at = Capacity.objects.filter(pk=Capacity.ONLY).values_list("drained_at", flat=True).first()
    taken = count_taken() if taken is None else taken
    reserved = count_reserved(now)
    waiting, absent = _list_waiting(now)
    tenants = _read_tenants(taken, reserved, {one.organization for one in waiting})
    return Standing(taken, tenants, waiting, absent, drained_at is not None)


def count_taken() -> Counter[int]:
    """Places by organization: interviews that go on, trials too, and those held for who is called. Two queries."""
    live = InterviewSession.objects.filter(status__in=sorted(LIVE)).order_by()
    taken = Counter(dict(live.values_list("organization").annotate(number=Count("pk"))))
    called = list_open_places().filter(state=State.CALLED).order_by()
    taken.update(dict(called.values_list("organization").annotate(number=Count("pk"))))
    return taken


def list_open_places() -> QuerySet[Place]:
    """Of candidates who wait or are called. A link may have been revoked meanwhile: that ends their session."""
    return Place.objects.filter(state__in=OPEN, session__status=SessionStatus.PENDING)


def is_present(now: datetime) -> Q:
    """Of places: their page is open, or they are to be told."""
    return ~Q(tell_by="") | Q(session__lease_until__gt=now)


def _list_waiting(now: datetime) -> tuple[list[Waiting], frozenset[int]]:
    columns = ("pk", "organization", "arrived_at", "tell_by", "session__lease_until")
    rows = list_open_places().filter(state=State.WAITING).order_by("arrived_at", "pk")
    waiting, absent = [], set[int]()
    booked = rows.values_list(*columns, "session__invitation__booking__starts_at")
    for pk, organization, arrived_at, tell_by, lease_until, starts_at in booked:
        waiting.append(Waiting(pk, organization, arrived_at, starts_at if is_due(starts_at, arrived_at, now) else None))
        if not tell_by and (lease_until is None or lease_until <= now):
            absent.add(pk)
    return waiting, frozenset(absent)


def find_due_window(now: datetime) -> tuple[datetime, datetime]:
    """Booked times for which a place is kept now: from one slot ahead, so that one comes free in time, until as long
    after as a place is held for who was told."""
    late = timedelta(seconds=settings.QUEUE_TOLD_SECONDS)
    return now - late, now + timedelta(minutes=settings.SLOT_MINUTES)


def is_due(starts_at: datetime | None, arrived_at: datetime, now: datetime) -> bool:
    """Of who waits: from a slot ahead, and for as long as they wait if they came in time."""
    first, _ = find_due_window(arrived_at)
    _, last = find_due_window(now)
    return starts_at is not None and first < starts_at <= last


def count_reserved(now: datetime) -> dict[int, int]:
    """By organization: booked candidates who are due and have not asked to begin. One query."""
    first, last = find_due_window(now)
    came = InterviewSession.objects.filter(
        Q(place__isnull=False) | ~Q(status=SessionStatus.PENDING), invitation=OuterRef("invitation")
    )
    due = Booking.objects.filter(
        ~Exists(came), starts_at__gt=first, starts_at__lte=last, invitation__revoked_at__isnull=True
    ).order_by()
    return dict(due.values_list("organization").annotate(number=Count("pk")))


def _read_tenants(taken: Counter[int], reserved: dict[int, int], waited: Iterable[int]) -> dict[int, Tenant]:
    known = {*taken, *reserved, *waited}
    rows: Any = Organization.objects.filter(pk__in=known).values_list("pk", "interview_limit", "interview_share")
    return {
        pk: Tenant(live=taken[pk], reserved=reserved.get(pk, 0), limit=limit, share=share) for pk, limit, share in rows
    }


def find_asked_at(session: InterviewSession, now: datetime) -> datetime:
    """When this candidate asked to begin: who waits in the queue is not late by that. One query."""
    place = Place.objects.filter(session=session, state__in=OPEN).values_list("arrived_at", flat=True).first()
    return now if place is None else min(place, now)


def is_in_line(session: InterviewSession, consent_hash: str) -> bool:
    """Whether they wait or are called, and have agreed to the text of this hash. One query."""
    return Place.objects.filter(session=session, state__in=OPEN, consent_hash=consent_hash).exists()
