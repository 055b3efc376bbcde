"""What candidates have asked of people, and what of it is still open. Read by the admin, for who may answer it."""

from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from interviewpanel.models import AccommodationRequest, CandidateRequest


def annotate_open_requests(rows: QuerySet[Any], invitation: str) -> QuerySet[Any]:
    """`open_requests` of each row: how many wait for somebody's answer. `invitation`: the row's path to it.

    Part of the query that reads the rows, however many they are.
    """
    requests = CandidateRequest.objects.filter(answered_at__isnull=True)
    accommodations = AccommodationRequest.objects.filter(state=AccommodationRequest.State.ASKED)
    both: QuerySet[Any] = rows.annotate(
        open_requests_made=_count(requests, invitation), open_accommodations=_count(accommodations, invitation)
    ).annotate(open_requests=F("open_requests_made") + F("open_accommodations"))
    return both


def _count(asked: QuerySet[Any], invitation: str) -> Coalesce:
    """A join would multiply the two counts with each other."""
    counts = asked.order_by().values("invitation").annotate(total=Count("pk"))
    return Coalesce(Subquery(counts.filter(invitation=OuterRef(invitation)).values("total")), Value(0))


def list_requests(invitation_id: int) -> list[CandidateRequest]:
    return list(CandidateRequest.objects.filter(invitation_id=invitation_id))


def list_accommodations(invitation_id: int) -> list[AccommodationRequest]:
    return list(AccommodationRequest.objects.filter(invitation_id=invitation_id))
