"""The queue before live interviews, in figures for /metrics. Called by figures.py."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q

from interviewpanel.models import Capacity, Place
from interviewpanel.selectors.places import count_taken, is_present, list_open_places


@dataclass(frozen=True)
class PlaceFigures:
    limit: int
    taken: int  # those held for who is called included
    waiting: int
    absent: int  # wait too, with their page closed, and are passed over
    called: int
    oldest_seconds: float
    admitted_last_hour: int
    is_drained: bool


def read_places(now: datetime) -> PlaceFigures:
    """Five statements."""
    waiting = Q(state=Place.State.WAITING)
    line = list_open_places().aggregate(
        waiting=Count("pk", filter=waiting & is_present(now)),
        all=Count("pk", filter=waiting),
        called=Count("pk", filter=Q(state=Place.State.CALLED)),
        first=Min("arrived_at", filter=waiting & is_present(now)),
    )
    begun = Place.objects.filter(begun_at__gte=now - timedelta(hours=1), state=Place.State.BEGUN)
    return PlaceFigures(
        limit=settings.INTERVIEW_LIMIT,
        taken=count_taken().total(),
        waiting=line["waiting"],
        absent=line["all"] - line["waiting"],
        called=line["called"],
        oldest_seconds=0.0 if line["first"] is None else max(0.0, (now - line["first"]).total_seconds()),
        admitted_last_hour=begun.count(),
        is_drained=Capacity.objects.filter(drained_at__isnull=False).exists(),
    )
