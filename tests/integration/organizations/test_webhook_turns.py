"""One endpoint's deliveries take turns: what waits for a silent system holds no worker, and is not forgotten."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from django.utils import timezone
from pytest_django import Settings

from config.work.tasks import perform, perform_in_thread
from config.work.transports import EmbeddedPool
from organizations.domain.webhook_retries import LONGEST_TURN, SHORTEST_TURN
from organizations.models import Organization, WebhookDelivery, WebhookEndpoint
from organizations.services.webhook_endpoints import disable_endpoint, make_endpoint
from organizations.services.webhooks import announce, replay_delivery
from tests.processes import wait_until
from tests.webhook_servers import Reply, WebhookServer, reply, run_webhook_server
from tests.work_rows import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings: Settings) -> Iterator[WebhookServer]:
    settings.WEBHOOKS_ALLOW_PRIVATE, settings.WORK_TRANSPORT = True, "sweeper"
    with run_webhook_server() as server:
        yield server


@pytest.fixture
def fernbrook() -> Organization:
    return Organization.objects.create(name="Fernbrook", slug="fernbrook")


@pytest.fixture
def endpoint(server: WebhookServer, fernbrook: Organization) -> WebhookEndpoint:
    return make_endpoint(organization=fernbrook, url=server.url, now=timezone.now())[0]


def tell(organization: Organization, times: int = 1) -> list[WebhookDelivery]:
    for _ in range(times):
        announce(organization_id=organization.pk, event="interview.ended", data={}, about=None, now=timezone.now())
    return list(WebhookDelivery.objects.filter(organization=organization).order_by("pk"))


def send(delivery: WebhookDelivery) -> bool:
    return perform(delivery.task_name, delivery.pk)


def answer_late(may_answer: threading.Event, status: int) -> Reply:
    answer = reply(status)

    def wait(handler: BaseHTTPRequestHandler) -> None:
        may_answer.wait(30)
        answer(handler)

    return wait


def hold(*deliveries: WebhookDelivery) -> None:
    """As if workers were sending them now."""
    until = timezone.now() + timedelta(seconds=30)
    rows = WebhookDelivery.objects.filter(pk__in=[one.pk for one in deliveries])
    rows.update(work_status="running", claimed_until=until, attempts=1)


def list_states() -> list[tuple[str, int]]:
    return list(WebhookDelivery.objects.order_by("pk").values_list("work_status", "attempts"))


def list_due() -> list[WebhookDelivery]:
    return list(WebhookDelivery.objects.filter(work_status="queued", due_at__lte=timezone.now()))


def test_a_third_waits_for_its_turn_and_no_attempt_is_counted(
    server: WebhookServer, fernbrook: Organization, endpoint: WebhookEndpoint
) -> None:
    first, second, third = tell(fernbrook, 3)
    hold(first, second)
    began = timezone.now()
    assert (send(third), server.taken) == (False, [])
    assert list_states() == [("running", 1), ("running", 1), ("queued", 0)]
    third.refresh_from_db()
    assert SHORTEST_TURN <= third.due_at - began <= SHORTEST_TURN + timedelta(seconds=10)
    assert (third.claimed_until, third.claimed_by) == (None, "")


def test_while_it_fails_one_goes_at_a_time_and_the_older_wait_longer(
    server: WebhookServer, fernbrook: Organization, endpoint: WebhookEndpoint
) -> None:
    first, second = tell(fernbrook, 2)
    WebhookEndpoint.objects.update(failing_since=timezone.now())
    WebhookDelivery.objects.filter(pk=second.pk).update(created_at=timezone.now() - timedelta(days=2))
    hold(first)
    began = timezone.now()
    assert send(second) is False
    second.refresh_from_db()
    assert LONGEST_TURN <= second.due_at - began <= LONGEST_TURN + timedelta(seconds=10)
    WebhookDelivery.objects.filter(pk=first.pk).update(claimed_until=began - timedelta(seconds=1))
    WebhookDelivery.objects.filter(pk=second.pk).update(due_at=began)
    assert send(second) is True, "the first one's worker is dead"


def test_what_waited_follows_at_once_when_one_is_taken(
    server: WebhookServer, fernbrook: Organization, endpoint: WebhookEndpoint
) -> None:
    first, second, *others = tell(fernbrook, 6)
    hold(first, second)
    assert [send(one) for one in others] == [False] * 4
    later = timezone.now() + timedelta(hours=2)
    WebhookDelivery.objects.filter(pk=others[0].pk).update(attempts=3)  # it failed before, and keeps its time
    WebhookDelivery.objects.filter(pk=others[1].pk).update(due_at=later)
    WebhookDelivery.objects.filter(pk=first.pk).update(work_status="queued", claimed_until=None, attempts=0)
    assert send(first) is True
    assert list_due() == [others[2]], "the second is under way still, so one may go"
    assert send(others[2]) is True
    assert list_due() == [others[3]]


def test_what_waits_for_an_endpoint_that_was_switched_off_is_given_up(
    server: WebhookServer, fernbrook: Organization, endpoint: WebhookEndpoint
) -> None:
    first, second, third = tell(fernbrook, 3)
    hold(first, second)
    disable_endpoint(endpoint=endpoint, now=timezone.now())
    assert (send(third), server.taken) == (True, [])
    third.refresh_from_db()
    assert (third.work_status, third.last_error) == ("failed", "The endpoint is switched off.")


@pytest.mark.parametrize(("is_failing", "most"), [(False, 2), (True, 1)])
def test_however_many_workers_come_together_only_so_many_send(
    server: WebhookServer, fernbrook: Organization, endpoint: WebhookEndpoint, is_failing: bool, most: int
) -> None:
    WebhookEndpoint.objects.update(failing_since=timezone.now() if is_failing else None)
    may_answer = threading.Event()
    server.replies = [answer_late(may_answer, 500)] * 6
    deliveries = tell(fernbrook, 6)
    waited: list[int] = []

    def come(delivery: WebhookDelivery) -> bool:
        began = WebhookDelivery.objects.filter(pk=delivery.pk)
        done = send(delivery)
        if began.filter(attempts=0).exists():
            waited.append(delivery.pk)
            if len(waited) == len(deliveries) - most:
                may_answer.set()
        return done

    assert run_at_once([lambda one=one: come(one) for one in deliveries]) == [False] * 6  # type: ignore[misc]
    assert (len(server.taken), len(waited)) == (most, 6 - most)
    assert sorted(list_states()) == [("queued", 0)] * (6 - most) + [("queued", 1)] * most


def test_one_silent_system_does_not_hold_up_the_events_of_others(
    server: WebhookServer, fernbrook: Organization, endpoint: WebhookEndpoint
) -> None:
    may_answer = threading.Event()
    server.replies = [answer_late(may_answer, 204)] * 20
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    pool = EmbeddedPool()
    with run_webhook_server() as other:
        make_endpoint(organization=elsewhere, url=other.url, now=timezone.now())
        pool.start(perform_in_thread, 2)
        for delivery in [*tell(fernbrook, 20), *tell(elsewhere)]:
            pool.submit(delivery.task_name, delivery.queue, delivery.pk)
        wait_until("the other's event is taken", lambda: other.taken, seconds=8)
        assert len(server.taken) <= 2
        may_answer.set()
        pool.stop()
    assert WebhookDelivery.objects.get(organization=elsewhere).work_status == "done"


def test_what_waits_for_its_next_attempt_may_be_sent_now(
    endpoint: WebhookEndpoint, server: WebhookServer, fernbrook: Organization
) -> None:
    server.replies = [reply(500)]
    (delivery,) = tell(fernbrook)
    send(delivery)
    delivery.refresh_from_db()
    now = timezone.now()
    assert (delivery.work_status, delivery.due_at > now) == ("queued", True)
    replay_delivery(delivery=delivery, now=now)
    send(delivery)
    assert (len(server.taken), WebhookDelivery.objects.get().work_status) == (2, "done")
