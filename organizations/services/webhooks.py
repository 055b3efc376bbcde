"""Events for other systems: announced in the transaction that made them true, kept until they are delivered or old.

Called by the services of every app (`announce`), by the admin and the API (test, replay), by erasure and the sweep. The
sending is in webhook_sending.py; the events are in domain/webhook_events.py.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from config.work.transports import enqueue
from organizations.domain.webhook_events import EVENT_TYPES, TEST
from organizations.models import WebhookDelivery, WebhookEndpoint

KEPT = timedelta(days=30)
QUEUED = WebhookDelivery.WorkStatus.QUEUED
MOST_IN_ONE_SWEEP = 2000
STANDARD, CALLBACK = WebhookEndpoint.Style.STANDARD, WebhookEndpoint.Style.CALLBACK
Told: TypeAlias = "tuple[UUID | None, Mapping[str, Any]]"  # about what, and what is said


class ReplayRefused(Exception):
    """The delivery cannot be sent again now; the message says why."""


def announce(*, organization_id: int, event: str, data: Mapping[str, Any], about: UUID | None, now: datetime) -> int:
    """Effects: a delivery for each endpoint that wants the event, in the caller's transaction. Returns how many.

    `about` is the uuid of the invitation that it tells of; an endpoint whose subject that is gets it as well. Where
    nobody listens it costs one select by an index. `data` has the keys of the event's example, and plain JSON values.
    """
    return announce_all(organization_id=organization_id, event=event, told=[(about, data)], now=now)


def announce_all(*, organization_id: int, event: str, told: Sequence[Told], now: datetime) -> int:
    """As `announce`, of many at once: a handful of statements, whatever their number."""
    assert event in EVENT_TYPES, event
    subjects = {about for about, _ in told if about is not None}
    wanted = Q(subject=None) | Q(subject__in=subjects) if subjects else Q(subject=None)
    found = WebhookEndpoint.objects.filter(wanted, organization_id=organization_id, disabled_at=None)
    endpoints = [one for one in found.only("event_types", "organization_id", "subject", "style") if _wants(one, event)]
    if not endpoints:
        return 0
    try:
        return len(_queue(endpoints, event, told, now))
    except IntegrityError:  # one of them was deleted meanwhile
        left = list(found.filter(pk__in=[one.pk for one in endpoints]).select_for_update(no_key=True))
        return len(_queue(left, event, told, now))


def _wants(endpoint: WebhookEndpoint, event: str) -> bool:
    return not endpoint.event_types or event in endpoint.event_types


@transaction.atomic
def _queue(
    endpoints: Sequence[WebhookEndpoint], event: str, told: Sequence[Told], now: datetime
) -> list[WebhookDelivery]:
    rows: list[WebhookDelivery] = []
    for about, data in told:
        values = {
            "event_id": f"msg_{uuid.uuid4().hex}",
            "event": event,
            "about": about,
            "event_at": now,
            "due_at": now,
        }
        payloads = {STANDARD: write_payload(event, data, now), CALLBACK: "{}"}  # what is not sent is not kept
        rows += [
            WebhookDelivery(
                organization_id=endpoint.organization_id,
                endpoint=endpoint,
                payload=payloads[WebhookEndpoint.Style(endpoint.style)],
                **values,
            )
            for endpoint in endpoints
            if endpoint.subject is None or endpoint.subject == about
        ]
    for row in WebhookDelivery.objects.bulk_create(rows):
        enqueue(row)
    return rows


def write_payload(event: str, data: Mapping[str, Any], now: datetime) -> str:
    """The text that is signed and sent: type, timestamp, data, as Standard Webhooks has it."""
    said = {"type": event, "timestamp": write_time(now), "data": data}
    return json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def write_time(moment: datetime) -> str:
    """UTC to the second, as `2026-11-21T09:00:00Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def send_test(*, endpoint: WebhookEndpoint, now: datetime) -> WebhookDelivery:
    """Effect: a test event goes to this endpoint, whatever it listens to. Raises ReplayRefused where it is off."""
    if not endpoint.is_enabled:
        raise ReplayRefused("This endpoint is switched off. Switch it on, then send a test.")
    data = {"endpoint_id": str(endpoint.uuid), "words": "This is a test."}
    return _queue([endpoint], TEST, [(endpoint.subject, data)], now)[0]


@transaction.atomic
def replay_delivery(*, delivery: WebhookDelivery, now: datetime) -> WebhookDelivery:
    """Effect: what was delivered or given up is sent again, under the same id, with all its attempts before it; what
    waits for its next attempt is sent now.

    Raises ReplayRefused while it is on its way, or where its endpoint is off.
    """
    if not WebhookEndpoint.objects.filter(pk=delivery.endpoint_id, disabled_at=None).exists():
        raise ReplayRefused("The endpoint is switched off. Switch it on, then send this again.")
    rows = WebhookDelivery.objects.filter(pk=delivery.pk)
    is_over, waits = rows.filter(work_status__in=WebhookDelivery.OVER), rows.filter(work_status=QUEUED, due_at__gt=now)
    values = {"attempts": 0, "due_at": now, "republished_at": None, "finished_at": None, "last_error": ""}
    if not is_over.update(work_status=QUEUED, **values) and not waits.update(due_at=now, republished_at=None):
        raise ReplayRefused("This is on its way already. See whether it arrives.")
    delivery.refresh_from_db()
    enqueue(delivery)
    return delivery


STATE_OF: Mapping[str, str] = {"queued": "waiting", "running": "waiting", "done": "delivered"}


def name_state(delivery: WebhookDelivery) -> str:
    """What became of it: `waiting`, `delivered` or `failed` (domain/webhook_events.STATES)."""
    return STATE_OF.get(delivery.work_status, "failed")


def find_in_state(state: str) -> Q:
    """The deliveries of which `name_state` says so."""
    return Q(work_status__in=[one for one in WebhookDelivery.WorkStatus if STATE_OF.get(one, "failed") == state])


def forget_deliveries(*, about: UUID) -> None:
    """Effects, in the caller's transaction: what was told, or is still to be told, about this row goes; and where its
    own events were sent.
    """
    own = WebhookEndpoint.objects.select_for_update().filter(subject=about)
    list(own.values_list("pk", flat=True))  # before what was sent there, as everybody
    told = WebhookDelivery.objects.filter(about=about)
    lock_deliveries(told)
    told.delete()
    own.delete()


def lock_deliveries(rows: QuerySet[WebhookDelivery], *, skips_locked: bool = False) -> list[int]:
    """Effect: until the transaction ends no attempt is stored at these deliveries; whoever is storing one is waited
    for, or the delivery skipped. In one order, so that two who do so do not wait for each other. Returns which.
    """
    locked = rows.select_for_update(of=("self",), skip_locked=skips_locked).order_by("pk")
    return list(locked.values_list("pk", flat=True))


@transaction.atomic
def delete_old_deliveries(*, now: datetime) -> int:
    """Effect: deliveries of more than a month ago go, some of them each sweep. Returns how many.

    What somebody is just storing an attempt at, or taking away, is left to the next sweep.
    """
    old = WebhookDelivery.objects.filter(created_at__lt=now - KEPT).order_by("created_at").values_list("pk", flat=True)
    chosen = lock_deliveries(WebhookDelivery.objects.filter(pk__in=list(old[:MOST_IN_ONE_SWEEP])), skips_locked=True)
    return WebhookDelivery.objects.filter(pk__in=chosen).delete()[1].get(WebhookDelivery._meta.label, 0)
