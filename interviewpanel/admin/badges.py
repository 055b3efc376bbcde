"""What waits for somebody, for the sidebar of every page: requests of candidates, scores that drift. Named in
config/admin_theme.py. One query a page for all numbers, and only for who sees to them.
"""

from typing import cast

from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest

from interviewpanel.models import AccommodationRequest, CalibrationRun, CandidateRequest
from interviewpanel.selectors.calibration import list_unseen_drifts
from interviewpanel.selectors.waiting import list_open_accommodations, list_open_requests
from organizations.admin.scope import get_reach


def count_accommodations(request: HttpRequest) -> int:
    return _count_open(request).get("accommodations", 0)


def count_requests(request: HttpRequest) -> int:
    return _count_open(request).get("requests", 0)


def count_drifts(request: HttpRequest) -> int:
    return _count_open(request).get("drifts", 0)


def _count_open(request: HttpRequest) -> dict[str, int]:
    """Read once a request."""
    counts = getattr(request, "_open_counts", None)
    if counts is None:
        accommodations = list_open_accommodations(_cut(request, AccommodationRequest.objects.all()))
        requests = list_open_requests(_cut(request, CandidateRequest.objects.all()))
        drifts = list_unseen_drifts(_cut(request, CalibrationRun.objects.all()))
        parts = (_count("requests", requests), _count("drifts", drifts))
        counts = dict(_count("accommodations", accommodations).union(*parts, all=True))
        setattr(request, "_open_counts", counts)  # noqa: B010 - the request is Django's, the name is ours
    return cast("dict[str, int]", counts)


def _cut(request: HttpRequest, rows: QuerySet) -> QuerySet:
    reach = get_reach(request)
    if reach.sees_all:
        return rows
    permission = f"interviewpanel.view_{rows.model._meta.model_name}"
    return rows.filter(organization__in=reach.list_organizations(permission))


def _count(name: str, rows: QuerySet) -> QuerySet:
    named = rows.order_by().annotate(name=Value(name)).values("name")
    return named.annotate(total=Count("pk")).values_list("name", "total")
