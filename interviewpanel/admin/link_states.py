"""How a link stands, as a badge and as filters of the list. Used by admin/invitations.py."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from interviewpanel.admin.raters import TermsFilter
from interviewpanel.domain.link_acts import LinkState, name_state
from interviewpanel.selectors.link_facts import read_link_facts
from interviewpanel.selectors.waiting import (
    EXPIRED_SINCE,
    EXPIRING_WITHIN,
    FAILURE_DAYS,
    NOT_ARRIVED,
    list_expired,
    list_expiring,
    list_undelivered,
)
from organizations.admin.tables import draw_badge

BADGES = {
    LinkState.OVER: ("used: the interview is over", "is-good"),
    LinkState.WITHDRAWN: ("the candidate has withdrawn", "is-bad"),
    LinkState.REVOKED: ("revoked", "is-bad"),
    LinkState.BEGUN: ("in use: the interview has begun", "is-info"),
    LinkState.NOT_BEGUN: ("not begun", "is-info"),
    LinkState.EXPIRED: ("ended unused", "is-warning"),
    LinkState.WAITING: ("waiting for the candidate", "is-info"),
}


def draw_link_state(invitation: Any, now: datetime, *, tells_end: bool = True) -> SafeString:
    """Of a row with its link facts; without `tells_end` it does not say whether a deadline has passed."""
    state = name_state(read_link_facts(invitation, now), now, tells_end=tells_end)
    if state == LinkState.ERASED:
        return draw_badge(f"erased on {timezone.localtime(invitation.erased_at):%-d %b %Y}")
    return draw_badge(*BADGES[state])


def _unused() -> Q:
    """Of rows with their link facts."""
    return Q(erased_at=None, revoked_at=None, has_begun=False)


Find = Callable[[QuerySet, datetime], QuerySet]
LINK_STATES: dict[str, tuple[str, Find]] = {
    "waiting": ("Waiting for the candidate", lambda rows, now: rows.filter(_unused(), expires_at__gt=now)),
    "ending": (f"Waiting, ends within {EXPIRING_WITHIN.total_seconds() / 3600:.0f} hours", list_expiring),
    "expired": ("Ended unused", lambda rows, now: rows.filter(_unused(), expires_at__lte=now)),
    "lately": (f"Ended unused in the last {EXPIRED_SINCE.days} days", list_expired),
    "begun": ("Begun, not over", lambda rows, now: rows.filter(erased_at=None, has_begun=True, is_over=False)),
    "over": ("Over", lambda rows, now: rows.filter(erased_at=None, is_over=True)),
    "revoked": (
        "Revoked, or the candidate has withdrawn",
        lambda rows, now: rows.filter(erased_at=None, revoked_at__isnull=False, is_over=False),
    ),
}
DELIVERIES: dict[str, tuple[str, Find]] = {
    "none": ("Nothing was sent", lambda rows, now: rows.filter(message_state=None)),
    "queued": ("Not sent yet", lambda rows, now: rows.filter(message_state="queued")),
    "sent": ("Sent, nothing heard since", lambda rows, now: rows.filter(message_state="sent")),
    "delivered": ("Delivered", lambda rows, now: rows.filter(message_state="delivered")),
    "bad": ("Bounced or failed", lambda rows, now: rows.filter(message_state__in=NOT_ARRIVED)),
    "undelivered": (f"Bounced or failed in the last {FAILURE_DAYS} days, still to be used", list_undelivered),
}


class LinkStateFilter(TermsFilter):
    title = "link"
    parameter_name = "link"

    def offers(self) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in LINK_STATES.items()]

    def find(self, rows: QuerySet, value: str) -> QuerySet:
        return LINK_STATES[value][1](rows, timezone.now())


class DeliveryFilter(TermsFilter):
    title = "last message"
    parameter_name = "delivery"

    def offers(self) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in DELIVERIES.items()]

    def find(self, rows: QuerySet, value: str) -> QuerySet:
        return DELIVERIES[value][1](rows, timezone.now())
