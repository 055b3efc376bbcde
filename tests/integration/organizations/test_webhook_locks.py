"""Events announced, sent and taken away at the same time, brought into the rare order (on PostgreSQL)."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from authentication.services.token_families import open_family
from config.work.tasks import perform
from organizations.models import Organization, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from organizations.services import webhook_sending
from organizations.services.webhook_endpoints import make_endpoint, set_single_endpoint
from organizations.services.webhooks import announce, delete_old_deliveries, forget_deliveries
from tests.integration.api.conftest import use
from tests.lock_waits import need_row_locks, run_in_turn, stop_before_storing, wait_for_waiter
from tests.staff import make_member, sign_in
from tests.webhook_servers import WebhookServer, reply, run_webhook_server
from tests.work_rows import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)
ABOUT = uuid4()


@pytest.fixture
def server(settings: Settings) -> Iterator[WebhookServer]:
    need_row_locks()
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with run_webhook_server() as server:
        yield server


@pytest.fixture
def fernbrook(server: WebhookServer) -> Organization:
    organization = Organization.objects.create(name="Fernbrook", slug="fernbrook")
    make_endpoint(organization=organization, url=server.url, now=timezone.now())
    set_single_endpoint(
        organization=organization, subject=ABOUT, url=f"{server.url}&own=1", secret=None, now=timezone.now()
    )
    return organization


@transaction.atomic
def tell(organization: Organization) -> int:
    return announce(organization_id=organization.pk, event="interview.ended", data={}, about=ABOUT, now=timezone.now())


def test_what_is_announced_while_an_endpoint_is_deleted_goes_to_the_others(fernbrook: Organization) -> None:
    """The interview's end is not undone for it."""
    gone = WebhookEndpoint.objects.get(subject=None)
    told = run_in_turn(lambda: gone.delete(), lambda: None, lambda: tell(fernbrook))
    assert (told, WebhookDelivery.objects.get().endpoint.subject) == (1, ABOUT)


def test_an_endpoint_is_deleted_while_what_was_sent_there_is_stored(
    fernbrook: Organization, server: WebhookServer
) -> None:
    """Whoever comes second finds nothing, and nobody ends for want of a lock."""
    server.replies = [reply(200), reply(500)]
    for _ in range(2):
        tell(fernbrook)
        endpoint = WebhookEndpoint.objects.get(subject=ABOUT)
        delivery = endpoint.deliveries.get()
        done = run_in_turn(
            lambda: list(WebhookEndpoint.objects.select_for_update(no_key=True).filter(subject=ABOUT)),
            lambda: forget_deliveries(about=ABOUT),
            lambda pk=delivery.pk: perform(WebhookDelivery.task_name, pk),  # type: ignore[misc]
        )
        assert (done, WebhookDelivery.objects.filter(about=ABOUT).exists()) == (False, False)
        set_single_endpoint(organization=fernbrook, subject=ABOUT, url=server.url, secret=None, now=timezone.now())


def delete_by_the_api(organization: Organization, endpoint: WebhookEndpoint) -> int:
    olga = make_member("olga@fernbrook.example", {organization: "admin"})
    client = use(open_family(user=olga, now=timezone.now()).access)
    return int(client.delete(f"/api/v1/webhooks/{endpoint.uuid}/").status_code)


def delete_on_its_page(organization: Organization, endpoint: WebhookEndpoint) -> int:
    client = sign_in(make_member("olga@fernbrook.example", {organization: "admin"}))
    page = reverse("admin:organizations_webhookendpoint_delete", args=[endpoint.pk])
    return client.post(page, {"post": "yes", "change_reason": "Moved"}).status_code


def delete_in_the_list(organization: Organization, endpoint: WebhookEndpoint) -> int:
    client = sign_in(make_member("olga@fernbrook.example", {organization: "admin"}))
    chosen = {"action": "delete_selected", "_selected_action": [endpoint.pk], "post": "yes", "change_reason": "Moved"}
    return client.post(reverse("admin:organizations_webhookendpoint_changelist"), chosen).status_code


@pytest.mark.parametrize(
    ("delete", "answer"), [(delete_by_the_api, 204), (delete_on_its_page, 302), (delete_in_the_list, 302)]
)
def test_an_endpoint_is_deleted_while_an_event_is_announced(fernbrook: Organization, delete: Any, answer: int) -> None:
    """What is announced meanwhile goes with it; the other endpoint hears of it."""
    gone = WebhookEndpoint.objects.get(subject=None)
    assert run_in_turn(lambda: tell(fernbrook), lambda: None, lambda: delete(fernbrook, gone)) == answer
    assert WebhookDelivery.objects.get().endpoint.subject == ABOUT


@transaction.atomic
def forget() -> None:
    forget_deliveries(about=ABOUT)


@pytest.mark.parametrize("status", [200, 500])
def test_what_was_told_is_forgotten_while_an_attempt_is_stored(
    fernbrook: Organization, server: WebhookServer, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """By an endpoint of the organization, which is not the interview's to lock."""
    WebhookEndpoint.objects.filter(subject=ABOUT).delete()
    server.replies = [reply(status)]
    tell(fernbrook)
    delivery, stopped = WebhookDelivery.objects.get(), threading.Event()
    if status == 200:
        stop_before_storing(monkeypatch, WebhookDelivery.task_name, stopped)
    else:
        stop_before_keeping(monkeypatch, stopped)

    def forget_meanwhile() -> None:
        assert stopped.wait(20)
        forget()

    run_at_once([lambda: perform(WebhookDelivery.task_name, delivery.pk), forget_meanwhile])
    assert (WebhookDelivery.objects.exists(), WebhookAttempt.objects.exists(), len(server.taken)) == (False, False, 1)


def stop_before_keeping(patch: pytest.MonkeyPatch, stopped: threading.Event) -> None:
    """A failed attempt is written, within its transaction, when another connection waits."""
    keep = webhook_sending._keep_attempt

    def keep_late(*values: Any) -> None:
        stopped.set()
        wait_for_waiter()
        keep(*values)

    patch.setattr(webhook_sending, "_keep_attempt", keep_late)


def test_the_sweep_leaves_what_an_attempt_is_stored_at(fernbrook: Organization) -> None:
    """It does not wait for it, and takes the rest."""
    tell(fernbrook)
    held, later = WebhookDelivery.objects.order_by("pk")[0], timezone.now() + timedelta(days=31)
    deleted: list[int] = []

    @transaction.atomic
    def sweep() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
        deleted.append(delete_old_deliveries(now=later))

    with transaction.atomic():
        WebhookDelivery.objects.select_for_update().get(pk=held.pk)
        run_at_once([sweep])
    assert (deleted, WebhookDelivery.objects.get()) == ([1], held)
    sweep()
    assert (deleted, WebhookDelivery.objects.exists()) == ([1, 1], False)
