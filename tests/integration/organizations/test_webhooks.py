"""Events announced and sent to a real server that takes them, refuses them, or is not there; each checked by the
official library.

Named people: Olga, who administers Fernbrook.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import transaction
from pytest_django import Settings

from config.work.tasks import perform
from organizations.models import Organization, StaffMail, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from organizations.services.webhook_endpoints import (
    WebhookRefused,
    disable_endpoint,
    enable_endpoint,
    make_endpoint,
    rotate_secret,
    set_single_endpoint,
)
from organizations.services.webhooks import (
    ReplayRefused,
    announce,
    delete_old_deliveries,
    forget_deliveries,
    replay_delivery,
    send_test,
)
from tests.mail_servers import run_mail_server
from tests.sent_messages import use_server
from tests.staff import make_member
from tests.webhook_servers import WebhookServer, hang_up, reply, run_webhook_server
from tests.work import do_due

pytestmark = pytest.mark.django_db
T0 = datetime(2031, 5, 5, 9, 0, tzinfo=UTC)
ABOUT = UUID("5f0c1c0e-8f5b-4a56-9f2a-0c5a3e7f9b11")
SAID = {"invitation_id": str(ABOUT), "metadata": {"Straße": "é 日本"}}


@pytest.fixture
def server(settings: Settings) -> Iterator[WebhookServer]:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with run_webhook_server() as server:
        yield server


@pytest.fixture
def fernbrook() -> Organization:
    return Organization.objects.create(name="Fernbrook", slug="fernbrook")


@pytest.fixture
def endpoint(server: WebhookServer, fernbrook: Organization) -> tuple[WebhookEndpoint, str]:
    return make_endpoint(organization=fernbrook, url=server.url, now=T0)


def tell(organization: Organization, about: UUID | None = ABOUT, event: str = "candidate.invited", **said: Any) -> int:
    return announce(organization_id=organization.pk, event=event, data={**SAID, **said}, about=about, now=T0)


def send(now: datetime = T0) -> int:
    return do_due(WebhookDelivery, now=now)


def read_tries() -> list[tuple[int | None, str, str]]:
    return list(WebhookAttempt.objects.values_list("status", "answer", "error"))


# --- Announced -------------------------------------------------------------------------------------------------------


def test_an_event_arrives_signed_as_the_official_library_checks_it(
    server: WebhookServer, fernbrook: Organization, endpoint: tuple[WebhookEndpoint, str]
) -> None:
    server.replies = [reply(200, b"thanks")]
    assert tell(fernbrook) == 1
    with time_machine.travel(T0, tick=False):
        assert send() == 1
        (taken,) = server.taken
        told = taken.verify(endpoint[1])
    assert told == {"type": "candidate.invited", "timestamp": "2031-05-05T09:00:00Z", "data": SAID}
    assert (taken.path, taken.headers["content-type"]) == ("/events?from=interviews", "application/json")
    delivery = WebhookDelivery.objects.get()
    assert (taken.headers["webhook-id"], delivery.work_status) == (delivery.event_id, "done")
    assert read_tries() == [(200, "thanks", "")]
    endpoint[0].refresh_from_db()
    assert (endpoint[0].last_success_at, endpoint[0].failing_since) == (T0, None)


def test_an_endpoint_hears_what_it_listens_to_and_nothing_of_others(
    server: WebhookServer, fernbrook: Organization
) -> None:
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    for owner, kinds in ((fernbrook, ["interview.started"]), (fernbrook, []), (elsewhere, [])):
        make_endpoint(organization=owner, url=server.url, event_types=kinds, now=T0)
    assert tell(fernbrook, event="interview.started") == 2
    assert tell(fernbrook, event="interview.ended") == 1
    ids = list(WebhookDelivery.objects.order_by("pk").values_list("event_id", flat=True))
    assert (ids[0] == ids[1], ids[1] == ids[2]) == (True, False), "one id for one event at every endpoint"
    assert not WebhookDelivery.objects.filter(organization=elsewhere).exists()


def test_where_nobody_listens_it_costs_one_select(
    fernbrook: Organization, django_assert_num_queries: Any, server: WebhookServer
) -> None:
    row, _ = make_endpoint(organization=fernbrook, url=server.url, now=T0)
    disable_endpoint(endpoint=row, now=T0)
    with django_assert_num_queries(1):
        assert tell(fernbrook) == 0


def test_what_is_taken_back_is_not_told(
    server: WebhookServer, fernbrook: Organization, endpoint: tuple[WebhookEndpoint, str]
) -> None:
    with transaction.atomic():
        assert tell(fernbrook) == 1
        transaction.set_rollback(True)
    assert (send(), server.taken) == (0, [])


def test_an_interviews_own_endpoint_hears_of_that_interview_alone(
    server: WebhookServer, fernbrook: Organization
) -> None:
    given = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    row, secret = set_single_endpoint(organization=fernbrook, subject=ABOUT, url=server.url, secret=given, now=T0)
    assert secret == given
    assert given[6:] not in str(WebhookEndpoint.objects.values()), "encrypted"
    assert [tell(fernbrook, about) for about in (ABOUT, uuid4(), None)] == [1, 0, 0]
    with time_machine.travel(T0, tick=False):
        assert send() == 1
        assert server.taken[0].is_signed_by(given)
    again, other = set_single_endpoint(organization=fernbrook, subject=ABOUT, url=server.url, secret=None, now=T0)
    assert (again.pk, other != given, other.startswith("whsec_")) == (row.pk, True, True)


@pytest.mark.parametrize("secret", ["", "whsec_", "secret", "whsec_c2hvcnQ=", "whsec_ä", "whsec_" + "A" * 120])
def test_a_weak_secret_is_refused(server: WebhookServer, fernbrook: Organization, secret: str) -> None:
    with pytest.raises(WebhookRefused) as refused:
        set_single_endpoint(organization=fernbrook, subject=ABOUT, url=server.url, secret=secret, now=T0)
    assert refused.value.field == "secret"


# --- Sent ------------------------------------------------------------------------------------------------------------


def test_what_fails_is_tried_again_until_it_is_taken(
    server: WebhookServer, fernbrook: Organization, endpoint: tuple[WebhookEndpoint, str]
) -> None:
    server.replies = [reply(500, b"oops"), hang_up, reply(503, Retry_After="3600")]
    tell(fernbrook)
    moments = [T0]
    for _ in range(4):
        send(moments[-1])
        moments.append(WebhookDelivery.objects.get().due_at)
    waits = [(later - earlier).total_seconds() for earlier, later in pairwise(moments[:-1])]
    for wait, (least, most) in zip(waits, [(5, 5.5), (300, 330), (3600, 3600)], strict=True):
        assert least <= wait <= most
    assert [one[0] for one in read_tries()] == [500, None, 503, 204]
    assert [(one.said, one.headers["webhook-id"]) for one in server.taken[1:]] == [
        (server.taken[0].said, server.taken[0].headers["webhook-id"])
    ] * 3
    with time_machine.travel(moments[2], tick=False):
        assert server.taken[2].is_signed_by(endpoint[1]), "signed anew each time: an old signature is refused"
    endpoint[0].refresh_from_db()
    assert (endpoint[0].last_success_at, endpoint[0].failing_since) == (moments[3], None)


def test_after_three_days_it_is_given_up_and_may_be_sent_again(
    server: WebhookServer, fernbrook: Organization, endpoint: tuple[WebhookEndpoint, str]
) -> None:
    server.replies = [reply(500)] * 10
    tell(fernbrook)
    while (delivery := WebhookDelivery.objects.get()).work_status == "queued":
        send(delivery.due_at)
    assert (delivery.work_status, delivery.last_error, len(server.taken)) == ("dead", "It answered 500.", 10)
    assert timedelta(days=3) < delivery.due_at - T0 < timedelta(days=4)
    replay_delivery(delivery=delivery, now=delivery.due_at)
    with pytest.raises(ReplayRefused, match="on its way"):
        replay_delivery(delivery=delivery, now=delivery.due_at)
    assert send(delivery.due_at) == 1
    assert {one.headers["webhook-id"] for one in server.taken} == {delivery.event_id}
    assert [one[0] for one in read_tries()] == [500] * 10 + [204]


def test_both_secrets_sign_for_a_day_after_a_rotation(
    server: WebhookServer, fernbrook: Organization, endpoint: tuple[WebhookEndpoint, str]
) -> None:
    row, old = endpoint
    new = rotate_secret(endpoint=row, now=T0)
    signed = []
    for now in (T0 + timedelta(hours=23), T0 + timedelta(hours=24)):
        tell(fernbrook)
        with time_machine.travel(now, tick=False):
            send(now)
            signed.append([server.taken[-1].is_signed_by(one) for one in (old, new)])
    assert signed == [[True, True], [False, True]]


def test_a_secret_that_cannot_be_read_any_more_says_what_to_do(
    settings: Settings, server: WebhookServer, fernbrook: Organization, endpoint: tuple[WebhookEndpoint, str]
) -> None:
    tell(fernbrook)
    settings.SECRET_KEY = "another"
    send()
    delivery = WebhookDelivery.objects.get()
    told = "The secret cannot be read since SECRET_KEY was changed. Make a new one."
    assert (delivery.work_status, delivery.last_error, server.taken) == ("failed", told, [])


# --- Switched off ----------------------------------------------------------------------------------------------------


def test_who_is_gone_is_switched_off_at_once_and_its_administrators_are_told(
    settings: Settings, server: WebhookServer, fernbrook: Organization, endpoint: tuple[WebhookEndpoint, str]
) -> None:
    make_member("olga@fernbrook.example", {fernbrook: "admin"})
    make_member("rosa@fernbrook.example", {fernbrook: "hr"})
    server.replies = [reply(410)]
    with run_mail_server() as mails:
        use_server(settings, mails.port)
        tell(fernbrook)
        tell(fernbrook)
        send()
        endpoint[0].refresh_from_db()
        assert (endpoint[0].disabled_at, endpoint[0].disabled_because, len(server.taken)) == (T0, "gone", 1)
        assert [one.last_error for one in WebhookDelivery.objects.order_by("pk")] == [
            "It answered 410. It is gone, and was switched off.",
            "The endpoint is switched off.",
        ]
        do_due(StaffMail, now=T0)
        (mail,) = mails.taken
    assert (mail["To"], mail["Subject"]) == ("olga@fernbrook.example", "Events of Fernbrook are not sent any more")
    words = mail.get_content()
    assert server.url in words
    assert "Why: Its server said that it is gone (410)." in words
    assert f"/admin/organizations/webhookendpoint/{endpoint[0].pk}/change/" in words
    assert "/api/v1/interviews/?ended_after=2031-05-05T09:00:00Z" in words


def test_five_days_of_nothing_but_failures_switch_it_off(
    server: WebhookServer, fernbrook: Organization, endpoint: tuple[WebhookEndpoint, str]
) -> None:
    row = endpoint[0]
    server.replies = [reply(500), reply(200), reply(500), reply(500), reply(500)]
    off = []
    for days in (0, 1, 2, 6.9, 7):
        tell(fernbrook)
        delivery = WebhookDelivery.objects.order_by("-pk")[0]
        with time_machine.travel(T0 + timedelta(days=days), tick=False):
            perform(delivery.task_name, delivery.pk)
        row.refresh_from_db()
        off.append(row.disabled_because)
    assert (off, row.failing_since) == (["", "", "", "", "failing"], T0 + timedelta(days=2))
    assert tell(fernbrook) == 0
    assert (enable_endpoint(endpoint=row), enable_endpoint(endpoint=row), row.failing_since) == (True, False, None)
    assert tell(fernbrook) == 1


def test_what_is_off_is_sent_no_test_and_nothing_again(
    server: WebhookServer, fernbrook: Organization, endpoint: tuple[WebhookEndpoint, str]
) -> None:
    row = endpoint[0]
    delivery = send_test(endpoint=row, now=T0)
    assert (send(), server.taken[0].said["type"]) == (1, "webhook.test")
    assert server.taken[0].said["data"] == {"endpoint_id": str(row.uuid), "words": "This is a test."}
    assert (disable_endpoint(endpoint=row, now=T0), row.disabled_because) == (True, "person")
    for deed in (lambda: send_test(endpoint=row, now=T0), lambda: replay_delivery(delivery=delivery, now=T0)):
        with pytest.raises(ReplayRefused, match="switched off"):
            deed()


# --- Forgotten -------------------------------------------------------------------------------------------------------


def test_what_was_told_goes_with_what_it_is_about_and_after_a_month(
    server: WebhookServer, fernbrook: Organization, endpoint: tuple[WebhookEndpoint, str]
) -> None:
    set_single_endpoint(organization=fernbrook, subject=ABOUT, url=server.url, secret=None, now=T0)
    other = uuid4()
    assert (tell(fernbrook), tell(fernbrook, other)) == (2, 1)
    forget_deliveries(about=ABOUT)
    assert WebhookDelivery.objects.get().about == other
    assert WebhookEndpoint.objects.get() == endpoint[0]
    made_at = WebhookDelivery.objects.get().created_at
    assert delete_old_deliveries(now=made_at + timedelta(days=30)) == 0
    assert delete_old_deliveries(now=made_at + timedelta(days=30, seconds=1)) == 1
