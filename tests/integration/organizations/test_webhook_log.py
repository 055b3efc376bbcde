"""The log of what other systems were told is no way round rating first, and shows of a call no more than was sent.

Named people: Olga, who administers Fernbrook and is to rate first; the root, who sees everything.
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from authentication.models import User
from authentication.services.token_families import open_family
from interviewpanel.models import Answer, AnswerRating
from organizations.api.webhook_deliveries import EXAMPLE, HIDDEN
from organizations.domain.webhook_events import ONLY_A_CALL, RATE_FIRST
from organizations.models import WebhookDelivery
from organizations.services.api_keys import make_key
from organizations.services.webhook_endpoints import make_endpoint, set_callback
from organizations.services.webhooks import announce
from tests.integration.api.conftest import use
from tests.interview_rows import World, make_interview, make_report, make_world
from tests.staff import make_member, sign_in
from tests.webhook_servers import WebhookServer, reply, run_webhook_server
from tests.work import do_due

pytestmark = pytest.mark.django_db
ANSWERED = "filed: overall 71, technical 74"


@pytest.fixture
def server(settings: Settings) -> Iterator[WebhookServer]:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with run_webhook_server() as server:
        yield server


@pytest.fixture
def world(server: WebhookServer) -> World:
    world = make_world("Fernbrook")
    server.replies = [reply(200, ANSWERED.encode())]
    make_endpoint(
        organization=world.organization, url=server.url, event_types=["interview.completed"], now=timezone.now()
    )
    return world


@pytest.fixture
def olga(world: World) -> User:
    return make_member("olga@fernbrook.example", {world.organization: "admin"})


def tell_of_scorecard(world: World, rates_blind: str) -> WebhookDelivery:
    """An interview that was held and scored, of a panel that asks these to rate first; its scorecard was sent."""
    type(world.panel).objects.update(rates_blind=rates_blind)
    make_report(make_interview(world))
    do_due(WebhookDelivery)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.event, json.loads(delivery.payload)["data"]["overall"] is None) == ("interview.completed", False)
    return delivery


def read_by_the_api(user: User, delivery: WebhookDelivery) -> dict[str, Any]:
    client = use(open_family(user=user, now=timezone.now()).access)
    told: dict[str, Any] = client.get(f"/api/v1/webhook-deliveries/{delivery.uuid}/").json()
    return told


def read_page(user: User, delivery: WebhookDelivery) -> str:
    client: Client = sign_in(user)
    return client.get(reverse("admin:organizations_webhookdelivery_change", args=[delivery.pk])).text


def rate(user: User, answer: Answer) -> None:
    AnswerRating.objects.create(
        answer=answer, rated_by=user, rated_by_name="Olga", composite=70, is_blind=True, at=timezone.now()
    )


def test_who_is_to_rate_first_reads_neither_what_was_sent_nor_what_was_answered(world: World, olga: User) -> None:
    delivery = tell_of_scorecard(world, "everyone")
    told, page = read_by_the_api(olga, delivery), read_page(olga, delivery)
    assert (told["payload"], told["note"], [one["answer"] for one in told["attempts"]]) == (None, RATE_FIRST, [""])
    assert (set(told), told["state"], told["attempts"][0]["status"]) == (set(HIDDEN), "delivered", 200)
    shown = [
        words
        for words in ("&quot;overall&quot;", "&quot;technical&quot;", ANSWERED, str(world.panel.uuid))
        if words in page
    ]
    assert (shown, RATE_FIRST in page, "It was taken." in page) == ([], True, True)


def test_it_is_read_once_everything_was_rated(world: World, olga: User) -> None:
    delivery = tell_of_scorecard(world, "everyone")
    first, second = Answer.objects.exclude(transcript="").order_by("number")
    rate(olga, first)
    assert read_by_the_api(olga, delivery)["note"] == RATE_FIRST
    rate(olga, second)
    told, page = read_by_the_api(olga, delivery), read_page(olga, delivery)
    assert told["payload"] == json.loads(delivery.payload)
    assert (told["note"], told["attempts"][0]["answer"]) == ("", ANSWERED)
    assert (ANSWERED in page, "&quot;overall&quot;" in page, RATE_FIRST in page) == (True, True, False)


def test_others_and_other_systems_read_it(world: World, olga: User) -> None:
    """A panel may ask reviewers alone; the root rates nothing; a key reads what systems like it are sent anyway."""
    delivery = tell_of_scorecard(world, "reviewers")
    sent = json.loads(delivery.payload)
    assert read_by_the_api(olga, delivery)["payload"] == sent
    type(world.panel).objects.update(rates_blind="everyone")
    root = User.objects.create_superuser("root@demo.example", "correct horse")
    assert read_by_the_api(root, delivery)["payload"] == sent
    assert ANSWERED in read_page(root, delivery)
    now = timezone.now()
    _, key = make_key(organization=world.organization, name="ATS", scopes=["webhooks:write"], made_by=olga, now=now)
    told = use(key).get(f"/api/v1/webhook-deliveries/{delivery.uuid}/").json()
    assert (told["payload"], told["note"], set(told)) == (sent, "", set(EXAMPLE))


def test_of_a_call_no_more_is_kept_than_was_sent(world: World, olga: User, server: WebhookServer) -> None:
    about, now = uuid4(), timezone.now()
    key, secret = make_key(
        organization=world.organization, name="ATS", scopes=["assessments:write"], made_by=olga, now=now
    )
    set_callback(key=key, secret=secret, subject=about, url=server.url, now=now)
    owner, event = world.organization.pk, "interview.completed"
    assert announce(organization_id=owner, event=event, about=about, data={"overall": 71}, now=now) == 2
    do_due(WebhookDelivery)
    signed, called = WebhookDelivery.objects.order_by("endpoint")
    assert (json.loads(signed.payload)["data"], called.payload) == ({"overall": 71}, "{}")
    assert sorted((one.method, one.body == b"") for one in server.taken) == [("PATCH", True), ("POST", False)]
    told = read_by_the_api(olga, called)
    assert (told["payload"], told["note"]) == ({}, ONLY_A_CALL)
    assert (ONLY_A_CALL in read_page(olga, called), ONLY_A_CALL in read_page(olga, signed)) == (True, False)
