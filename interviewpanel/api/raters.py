"""What those who rate must not learn: when a link ends, what was sent, and so whether somebody was given more time.

The same as on the pages of the admin. Another system is no rater.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from interviewpanel.domain.states import SessionStatus
from interviewpanel.selectors.watchers import TERMS_PERMISSION
from organizations.api.callers import KeyHolder, get_reach


def sees_terms(request: Request, organization_id: int) -> bool:
    return isinstance(request.user, KeyHolder) or get_reach(request).may(TERMS_PERMISSION, organization_id)


def keep_seen_terms(request: Request, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of rows that are asked for by what raters must not learn, those that the caller does not rate."""
    reach = get_reach(request)
    if reach.sees_all or isinstance(request.user, KeyHolder):
        return rows
    return rows.filter(organization__in=reach.list_organizations(TERMS_PERMISSION))


def tells_end(request: Request, status: str, organization_id: int) -> bool:
    """Not of an interview that a deadline has ended: who rates is told that it is pending."""
    return status != SessionStatus.EXPIRED or sees_terms(request, organization_id)


def leave_out_expired(request: Request, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of interviews, those of which `tells_end` is true."""
    return rows.exclude(_untold(request))


def filter_status(request: Request, rows: QuerySet[Any], wanted: Collection[str]) -> QuerySet[Any]:
    """Interviews by the status that the caller is told."""
    untold = _untold(request)
    told = Q(status__in=wanted) & ~untold
    return rows.filter(told | untold if SessionStatus.PENDING in wanted else told)


def _untold(request: Request) -> Q:
    reach = get_reach(request)
    if reach.sees_all or isinstance(request.user, KeyHolder):
        return Q(pk__in=())
    return Q(status=SessionStatus.EXPIRED) & ~Q(organization__in=reach.list_organizations(TERMS_PERMISSION))
