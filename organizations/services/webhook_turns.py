"""Whose turn it is at one endpoint: so that a system that is silent holds one worker, and not all of them.

Called by the task of deliveries before it sends one, and by webhook_sending.py after one was taken.
"""

from datetime import datetime

from django.db.models import QuerySet

from config.work.rows import is_being_done
from config.work.transports import enqueue
from organizations.domain.webhook_retries import LONGEST_TURN, find_places, find_turn
from organizations.models import WebhookDelivery, WebhookEndpoint


def find_delay(delivery: WebhookDelivery, now: datetime) -> datetime | None:
    """When it is to come again, where as many are on their way there as may be; None where it may go.

    In the transaction that claims it, under the endpoint's lock: of two that come together, the second sees the first.
    """
    endpoint = WebhookEndpoint.objects.filter(pk=delivery.endpoint_id, disabled_at=None).first()
    if endpoint is None:  # off or gone: nothing will be sent there
        return None
    under_way = _list_under_way(endpoint.pk, now).exclude(pk=delivery.pk).count()
    if under_way < find_places(is_failing=endpoint.failing_since is not None):
        return None
    return now + find_turn(now - delivery.created_at)


def call_next(endpoint_id: int, now: datetime) -> None:
    """Effects, in the transaction that ends a delivery that was taken: as many of those that waited for their turn as
    may go now are due. What failed before keeps its own time.
    """
    places = find_places(is_failing=False) - _list_under_way(endpoint_id, now).count()
    waiting = WebhookDelivery.objects.filter(
        endpoint_id=endpoint_id,
        work_status=WebhookDelivery.WorkStatus.QUEUED,
        attempts=0,
        due_at__gt=now,
        due_at__lte=now + LONGEST_TURN,
    )
    # Who is erasing one of them need not be waited for.
    rows = list(waiting.select_for_update(skip_locked=True).order_by("due_at")[: max(0, places)])
    WebhookDelivery.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=now, republished_at=None)
    for row in rows:
        enqueue(row)


def _list_under_way(endpoint_id: int, now: datetime) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(is_being_done(now), endpoint_id=endpoint_id).order_by()
