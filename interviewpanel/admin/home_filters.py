"""Filters that the home page's figures lead to: what a figure counts is what its list shows. Used by the lists here and
in reports.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from interviewpanel.selectors.decisions import list_to_rate
from interviewpanel.selectors.waiting import (
    FAILURE_DAYS,
    list_being_done,
    list_due,
    list_for_person,
    list_given_up,
    list_reached,
    list_under_way,
    list_with_due_work,
    list_with_failures,
    list_with_work_being_done,
)
from organizations.admin.scope import get_reach

Find = Callable[[QuerySet[Any], datetime], QuerySet[Any]]
ANSWER = "answer__session__invitation"  # the path from what is of an answer to its invitation
TO_RATE = "rate"
DUE_LABEL = "Due, and nobody does it yet"
DOING_LABEL = "Being done just now"
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
        ("doing", DOING_LABEL, lambda rows, now: list_being_done(rows, ANSWER, now)),
    )


class SegmentNeedsFilter(NeedsFilter):
    offers = (
        ("failed", GIVEN_UP_LABEL, lambda rows, now: list_given_up(rows, ANSWER, now)),
        ("due", DUE_LABEL, lambda rows, now: list_due(rows, ANSWER, now)),
        ("doing", DOING_LABEL, lambda rows, now: list_being_done(rows, ANSWER, now)),
    )


class SessionNeedsFilter(NeedsFilter):
    """What is to be rated is another's for everybody; who never rates first is not offered it."""

    offers = (
        ("failed", f"Something failed in the last {FAILURE_DAYS} days", list_with_failures),
        ("due", "A step or a recording is due", list_with_due_work),
        ("doing", "A step or a recording is being done", list_with_work_being_done),
    )

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        offered = super().lookups(request, model_admin)
        return offered if get_reach(request).sees_all else [(TO_RATE, "You rate it first"), *offered]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == TO_RATE:
            return list_to_rate(queryset, request.user.pk, get_reach(request))
        return super().queryset(request, queryset)


class UnderWayFilter(admin.SimpleListFilter):
    """The interviews that went on at one moment, such as the home page's peak; offered where somebody asks for one."""

    title = "when it went on"
    parameter_name = "at"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        asked = request.GET.get(self.parameter_name, "")
        at = _read_moment(asked)
        return [(asked, f"At {timezone.localtime(at):%-d %b %Y, %H:%M:%S}")] if at else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        at = _read_moment(self.value() or "")
        return list_under_way(queryset, at) if at else queryset


def _read_moment(text: str) -> datetime | None:
    """A moment with its offset, as the home page writes it; nothing for anything else."""
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at is not None and timezone.is_aware(at) else None


class FunnelFilter(OfferedFilter):
    title = "how far it came"
    parameter_name = "reached"
    offers = (
        ("invited", "Invited, without trials", lambda rows, now: list_reached(rows, "invited")),
        ("opened", "Opened", lambda rows, now: list_reached(rows, "opened")),
        ("begun", "Begun", lambda rows, now: list_reached(rows, "begun")),
        ("finished", "Finished", lambda rows, now: list_reached(rows, "finished")),
    )
