"""Sends what services/webhooks.py announced, and keeps what came of each attempt. Called by tasks.py.

Signed as Standard Webhooks 1.0 has it, by its official library. A delivery that was not taken is tried again over three
days (domain/webhook_retries.py). An endpoint that says it is gone, or has only failed for five days, is switched off,
and the administrators of its organization are told.
"""

import base64
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from standardwebhooks import Webhook

from config.logs import scrub_tokens
from config.work.tasks import TryLater, WorkRefused
from organizations.domain.webhook_retries import find_wait, has_failed_too_long
from organizations.engines.webhooks import Outcome, post_event
from organizations.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from organizations.services.api_keys import is_good
from organizations.services.staff_mail_queue import queue_webhook_notice
from organizations.services.webhook_endpoints import SecretUnreadable, list_secrets
from organizations.services.webhook_turns import call_next

Store = Callable[[], None]
GONE = 410
Because = WebhookEndpoint.Because


def send_webhook(delivery: WebhookDelivery, now: datetime) -> Store:
    """Raises TryLater where it was not taken, WorkRefused where trying again cannot help."""
    endpoint = delivery.endpoint
    if not endpoint.is_enabled:
        raise WorkRefused("The endpoint is switched off.")
    try:
        request = compose(delivery, now)
    except SecretUnreadable:
        raise WorkRefused("The secret cannot be read since SECRET_KEY was changed. Make a new one.") from None
    outcome = post_event(
        endpoint.url,
        request.headers,
        request.body,
        method=request.method,
        allow_private=settings.WEBHOOKS_ALLOW_PRIVATE,
        now=now,
    )
    if not outcome.error:
        return partial(_keep_success, delivery, outcome, now)
    _keep_failure(delivery, outcome, now)
    if outcome.status == GONE:
        raise WorkRefused(f"{outcome.error} It is gone, and was switched off.")
    chance = random.Random(f"{delivery.uuid} {delivery.attempts}").random()  # noqa: S311 - no secret
    wait = find_wait(delivery.attempts, asked_seconds=outcome.asked_seconds, chance=chance)
    raise TryLater(outcome.error, now + wait)


@dataclass(frozen=True)
class Request:
    method: str
    headers: Mapping[str, str]
    body: bytes


def compose(delivery: WebhookDelivery, now: datetime) -> Request:
    """The event, signed; or only that there is something to ask for. Raises SecretUnreadable."""
    if delivery.endpoint.style == WebhookEndpoint.Style.CALLBACK:
        if not is_good(delivery.endpoint.api_key, now):
            raise WorkRefused("The API key in whose name it was to be told has ended.")
        name = base64.b64encode(f"{list_secrets(delivery.endpoint, now)[0]}:".encode()).decode()
        return Request("PATCH", {"Authorization": f"Basic {name}"}, b"")
    return Request("POST", sign(delivery, now), delivery.payload.encode())


def hold_endpoint(delivery: WebhookDelivery) -> None:
    """An endpoint is locked before what was sent there, by everybody; one that is gone locks nothing. Who announces
    need not wait.
    """
    rows = WebhookEndpoint.objects.select_for_update(no_key=True).filter(pk=delivery.endpoint_id)
    list(rows.order_by().values_list("pk", flat=True))


def sign(delivery: WebhookDelivery, now: datetime) -> dict[str, str]:
    """The three headers; one signature by each secret that is in force. Raises SecretUnreadable."""
    secrets = list_secrets(delivery.endpoint, now)
    signatures = [Webhook(one).sign(delivery.event_id, now, delivery.payload) for one in secrets]
    return {
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _keep_attempt(delivery: WebhookDelivery, outcome: Outcome, now: datetime) -> None:
    WebhookAttempt.objects.create(
        delivery=delivery,
        at=now,
        status=outcome.status,
        milliseconds=outcome.milliseconds,
        answer=scrub_tokens(outcome.answer),
        error=scrub_tokens(outcome.error),
    )


def _keep_success(delivery: WebhookDelivery, outcome: Outcome, now: datetime) -> None:
    """In the transaction that ends its work."""
    _keep_attempt(delivery, outcome, now)
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(last_success_at=now, failing_since=None)
    call_next(delivery.endpoint_id, timezone.now())


@transaction.atomic
def _keep_failure(delivery: WebhookDelivery, outcome: Outcome, now: datetime) -> None:
    """Effects: the attempt is kept; the endpoint has failed since now, unless it had before; it may be switched off."""
    hold_endpoint(delivery)
    ours = WebhookDelivery.objects.filter(pk=delivery.pk, claim_number=delivery.claim_number)
    if ours.select_for_update(of=("self",)).first() is None:  # erased meanwhile, or another worker's by now
        return
    _keep_attempt(delivery, outcome, now)
    endpoints = WebhookEndpoint.objects.filter(pk=delivery.endpoint_id)
    endpoints.update(failing_since=Coalesce("failing_since", now))
    endpoint = endpoints.get()
    if outcome.status == GONE:
        _switch_off(endpoint, Because.GONE, now)
    elif has_failed_too_long(endpoint.failing_since, now):
        _switch_off(endpoint, Because.FAILING, now)


def _switch_off(endpoint: WebhookEndpoint, because: str, now: datetime) -> None:
    """Effects: it is off, and the administrators are told, once; not of one interview's own, which nobody here made."""
    is_on = WebhookEndpoint.objects.filter(pk=endpoint.pk, disabled_at=None)
    if is_on.update(disabled_at=now, disabled_because=because) and endpoint.subject is None:
        queue_webhook_notice(endpoint, now)


def give_up_delivery(delivery: WebhookDelivery, reason: str) -> None:
    """Why it was given up stands in `last_error`, what became of each attempt in `tries`."""
