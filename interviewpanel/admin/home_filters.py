"""Filters that the home page's figures lead to: what a figure counts is what its list shows. Used by the lists here and
in reports.

What raters must not learn is not asked for by them: a filter that has nothing to offer to a user is left out, and what
it offers to who recruits for one organization and rates for another is cut to the first.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from interviewpanel.admin.raters import PERMISSION
from interviewpanel.selectors.waiting import (
    EXPIRED_SINCE,
    EXPIRING_WITHIN,
    FAILURE_DAYS,
    list_due,
    list_expired,
    list_expiring,
    list_for_person,
    list_given_up,
    list_live,
    list_reached,
    list_with_due_work,
    list_with_failures,
)
from organizations.admin.scope import get_reach

Find = Callable[[QuerySet[Any], datetime], QuerySet[Any]]
ANSWER = "answer__session__invitation"  # the path from what is of an answer to its invitation
DUE_LABEL = "Due, and nobody does it yet"
GIVEN_UP_LABEL = f"Given up in the last {FAILURE_DAYS} days"


class OfferedFilter(admin.SimpleListFilter):
    """`offers`: what is written into the address, what a person reads, and how the rows are found."""

    offers: tuple[tuple[str, str, Find], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, label, _ in self.offers]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        find = next((find for value, _, find in self.offers if value == self.value()), None)
        return queryset if find is None else find(queryset, timezone.now())


class NeedsFilter(OfferedFilter):
    title = "what needs you"
    parameter_name = "needs"


class ScoreNeedsFilter(NeedsFilter):
    offers = (
        ("person", "A person has to look", lambda rows, now: list_for_person(rows)),
        ("failed", GIVEN_UP_LABEL, lambda rows, now: list_given_up(rows, ANSWER, now)),
        ("due", DUE_LABEL, lambda rows, now: list_due(rows, ANSWER, now)),
    )


class SegmentNeedsFilter(NeedsFilter):
    offers = (
        ("failed", GIVEN_UP_LABEL, lambda rows, now: list_given_up(rows, ANSWER, now)),
        ("due", DUE_LABEL, lambda rows, now: list_due(rows, ANSWER, now)),
    )


class SessionNeedsFilter(NeedsFilter):
    offers = (
        ("live", "Live now", lambda rows, now: list_live(rows)),
        ("failed", f"Something failed in the last {FAILURE_DAYS} days", list_with_failures),
        ("due", "A step or a recording is due", list_with_due_work),
    )


class FunnelFilter(OfferedFilter):
    title = "how far it came"
    parameter_name = "reached"
    offers = (
        ("invited", "Invited, without trials", lambda rows, now: list_reached(rows, "invited")),
        ("opened", "Opened", lambda rows, now: list_reached(rows, "opened")),
        ("begun", "Begun", lambda rows, now: list_reached(rows, "begun")),
        ("finished", "Finished", lambda rows, now: list_reached(rows, "finished")),
    )


class UnusedLinkFilter(OfferedFilter):
    """When a link ends tells raters who was given more time, so only those who grant that may ask."""

    title = "links that nobody used"
    parameter_name = "unused"
    offers = (
        ("expiring", f"End within {EXPIRING_WITHIN.total_seconds() / 3600:.0f} hours", list_expiring),
        ("expired", f"Ended in the last {EXPIRED_SINCE.days} days", list_expired),
    )

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        reach = get_reach(request)
        is_rater = not reach.sees_all and not reach.list_organizations(PERMISSION)
        return [] if is_rater else super().lookups(request, model_admin)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        reach = get_reach(request)
        if self.value() is None or reach.sees_all:
            return super().queryset(request, queryset)
        own = queryset.filter(organization__in=reach.list_organizations(PERMISSION))
        return super().queryset(request, own)
