"""How a link stands, as a badge and as filters of the list. Used by admin/invitations.py."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from organizations.admin.tables import draw_badge

SOON = timedelta(hours=24)


def draw_link_state(invitation: Any, now: datetime) -> SafeString:
    """Of a row with its link facts."""
    if invitation.erased_at is not None:
        return draw_badge(f"erased on {timezone.localtime(invitation.erased_at):%-d %b %Y}")
    if invitation.is_over:
        return draw_badge("used: the interview is over", "is-good")
    if invitation.revoked_at is not None:
        return draw_badge("the candidate has withdrawn" if invitation.has_withdrawn else "revoked", "is-bad")
    if invitation.has_begun:
        return draw_badge("in use: the interview has begun", "is-info")
    if invitation.expires_at <= now:
        return draw_badge("ended unused", "is-warning")
    return draw_badge("waiting for the candidate", "is-info")


def _waiting(now: datetime) -> Q:
    return Q(erased_at=None, revoked_at=None, has_begun=False, expires_at__gt=now)


LINK_STATES: dict[str, tuple[str, Callable[[datetime], Q]]] = {
    "waiting": ("Waiting for the candidate", _waiting),
    "ending": ("Waiting, ends within 24 hours", lambda now: _waiting(now) & Q(expires_at__lte=now + SOON)),
    "expired": (
        "Ended unused",
        lambda now: Q(erased_at=None, revoked_at=None, has_begun=False, expires_at__lte=now),
    ),
    "begun": ("Begun, not over", lambda now: Q(erased_at=None, has_begun=True, is_over=False)),
    "over": ("Over", lambda now: Q(erased_at=None, is_over=True)),
    "revoked": (
        "Revoked, or the candidate has withdrawn",
        lambda now: Q(erased_at=None, revoked_at__isnull=False, is_over=False),
    ),
}
DELIVERIES: dict[str, tuple[str, Q]] = {
    "none": ("Nothing was sent", Q(message_state=None)),
    "queued": ("On its way: waiting or sent", Q(message_state__in=["queued", "sent"])),
    "delivered": ("Delivered", Q(message_state="delivered")),
    "bad": ("Bounced or failed", Q(message_state__in=["bounced", "failed"])),
}


class LinkStateFilter(admin.SimpleListFilter):
    title = "link"
    parameter_name = "link"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in LINK_STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        return queryset.filter(LINK_STATES[value][1](timezone.now())) if value in LINK_STATES else queryset


class DeliveryFilter(admin.SimpleListFilter):
    title = "last message"
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in DELIVERIES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        return queryset.filter(DELIVERIES[value][1]) if value in DELIVERIES else queryset
