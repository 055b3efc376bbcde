"""Administrators see to webhooks: endpoints made with a secret that is shown once, tried, switched off and on, and what
was sent to them.

Named people: Olga, who administers Fernbrook; the boss of Elsewhere.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from authentication.models import User
from organizations.models import Change, Organization, WebhookDelivery, WebhookEndpoint
from organizations.services.webhook_endpoints import (
    change_endpoint,
    make_endpoint,
    read_secret,
    set_single_endpoint,
)
from organizations.services.webhooks import announce
from tests.panel_pages import list_messages
from tests.staff import sign_in
from tests.webhook_servers import WebhookServer, reply, run_webhook_server
from tests.work import do_due

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.com/interviews"
ENDPOINTS, DELIVERIES = "organizations_webhookendpoint", "organizations_webhookdelivery"


@pytest.fixture
def server(settings: Settings) -> Iterator[WebhookServer]:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with run_webhook_server() as server:
        yield server


@pytest.fixture
def fernbrook(organizations: tuple[Organization, Organization]) -> Organization:
    return organizations[0]


@pytest.fixture
def client(olga: User) -> Client:
    return sign_in(olga)


def name(page: str, *args: Any, of: str = ENDPOINTS) -> str:
    return reverse(f"admin:{of}_{page}", args=args)


def add(client: Client, organization: Organization, **changes: Any) -> Any:
    data = {"organization": organization.pk, "url": URL, "description": "Our tracker", "event_types": [], **changes}
    return client.post(name("add"), data)


def make(organization: Organization, url: str = URL) -> WebhookEndpoint:
    return make_endpoint(organization=organization, url=url, description="Our tracker", now=timezone.now())[0]


def test_a_secret_is_shown_once_and_kept_in_no_line(client: Client, fernbrook: Organization) -> None:
    response = add(client, fernbrook, event_types=["report.updated", "interview.completed"])
    row = WebhookEndpoint.objects.get()
    assert (response["Location"], row.event_types) == (
        name("secret", row.pk),
        ["interview.completed", "report.updated"],
    )
    shown = client.get(response["Location"])
    secret = read_secret(row, timezone.now())
    assert (secret in shown.content.decode(), "no-store" in shown["Cache-Control"]) == (True, True)
    again = client.get(response["Location"])
    assert (again["Location"], list_messages(again)) == (
        name("change", row.pk),
        ["A secret is shown once. If it is lost, make a new one."],
    )
    rotated = client.post(name("rotate", row.pk))
    row.refresh_from_db()
    new = read_secret(row, timezone.now())
    assert (new != secret, new in client.get(rotated["Location"]).content.decode()) == (True, True)
    pages = [client.get(url).content.decode() for url in (name("change", row.pk), name("history", row.pk))]
    kept = f"{pages}{list(Change.objects.values())}{list(WebhookEndpoint.objects.values())}{dict(client.session)}"
    assert not [one for one in (secret, new) if one[6:] in kept]
    lines = Change.objects.filter(subject_type="organizations.webhookendpoint").order_by("pk")
    assert [(line.action, line.message) for line in lines] == [("added", ""), ("changed", "A new secret was made.")]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.example.com/", "must begin with https://"),
        ("https://10.0.0.1/", "private network"),
        ("https://me:secret@hooks.example.com/", "no user and no password"),
        ("", "This field is required."),
    ],
)
def test_a_url_that_nothing_is_sent_to_is_refused(
    client: Client, fernbrook: Organization, url: str, words: str
) -> None:
    assert words in add(client, fernbrook, url=url).content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_the_twenty_first_is_refused(client: Client, fernbrook: Organization) -> None:
    for _ in range(20):
        make(fernbrook)
    refused = add(client, fernbrook)
    told = "An organization has at most 20 endpoints. Delete one that is not used."
    assert (list_messages(refused), WebhookEndpoint.objects.count()) == ([told], 20)
    assert not Change.objects.filter(subject_type="organizations.webhookendpoint").exists()


def test_what_is_changed_is_told_with_before_and_after(client: Client, fernbrook: Organization) -> None:
    row = make(fernbrook)
    WebhookEndpoint.objects.update(failing_since=timezone.now())
    data = {"organization": fernbrook.pk, "url": f"{URL}/new", "description": "Our tracker", "change_reason": "Moved"}
    assert client.post(name("change", row.pk), data).status_code == 302
    row.refresh_from_db()
    assert (row.url, row.failing_since) == (f"{URL}/new", None)
    line = Change.objects.get(action="changed", subject_type="organizations.webhookendpoint")
    assert [(one["field"], one["before"], one["after"]) for one in line.differences] == [("url", URL, f"{URL}/new")]
    assert line.reason == "Moved"


def test_who_changes_the_words_leaves_how_it_is_doing_as_the_sending_says(fernbrook: Organization) -> None:
    """It was taken again between the moment the row was read and the one it is written."""
    row = make(fernbrook)
    row.failing_since = timezone.now()
    change_endpoint(endpoint=row, url=row.url, description="Our tracker")
    row.refresh_from_db()
    assert (row.description, row.failing_since) == ("Our tracker", None)


def test_a_test_is_sent_seen_and_sent_again(client: Client, fernbrook: Organization, server: WebhookServer) -> None:
    row = make(fernbrook, server.url)
    server.replies = [reply(200, b"<b>thanks</b>")]
    page = client.post(name("test", row.pk))["Location"]
    do_due(WebhookDelivery)
    seen = client.get(page).content.decode()
    assert "&lt;b&gt;thanks&lt;/b&gt;" in seen
    assert "It was taken." in seen
    assert "Send again" in seen
    delivery = WebhookDelivery.objects.get()
    replayed = client.post(name("replay", delivery.pk, of=DELIVERIES))
    assert list_messages(replayed)[-1].startswith("It is on its way again")
    refused = client.post(name("replay", delivery.pk, of=DELIVERIES))
    assert list_messages(refused)[-1] == "This is on its way already. See whether it arrives."
    do_due(WebhookDelivery)
    assert [one.said["type"] for one in server.taken] == ["webhook.test"] * 2
    lines = Change.objects.filter(subject_type="organizations.webhookendpoint").order_by("pk")
    assert [line.message for line in lines] == [
        "A test event was sent.",
        f"webhook.test {delivery.event_id} was sent again.",
    ]


def test_it_is_switched_off_with_a_reason_and_on(client: Client, fernbrook: Organization) -> None:
    row = make(fernbrook)
    asked = client.get(name("disable", row.pk)).content.decode()
    assert "It is sent nothing any more." in asked
    assert client.post(name("disable", row.pk), {"confirmed": "yes", "reason": ""}).status_code == 200
    client.post(name("disable", row.pk), {"confirmed": "yes", "reason": "Moved house"})
    row.refresh_from_db()
    assert row.disabled_because == "person"
    assert "This endpoint is sent nothing." in client.get(name("change", row.pk)).content.decode()
    assert list_messages(client.post(name("test", row.pk)))[-1].startswith("This endpoint is switched off.")
    client.post(name("enable", row.pk))
    row.refresh_from_db()
    assert row.is_enabled
    lines = Change.objects.filter(action="changed").order_by("pk").values_list("message", "reason")
    assert list(lines) == [("Switched off.", "Moved house"), ("Switched on.", "")]


def test_the_log_is_filtered_and_shows_ones_own(
    client: Client, fernbrook: Organization, organizations: tuple[Organization, Organization], boss: User
) -> None:
    row, now, about = make(fernbrook), timezone.now(), uuid4()
    single, _ = set_single_endpoint(organization=fernbrook, subject=about, url=URL, secret=None, now=now)
    for event, told in (("interview.started", about), ("interview.ended", None)):
        announce(organization_id=fernbrook.pk, event=event, data={}, about=told, now=now)
    WebhookDelivery.objects.filter(event="interview.ended").update(work_status="dead")
    listed = name("changelist", of=DELIVERIES)

    def count(**asked: Any) -> int:
        return int(client.get(listed, asked).context["cl"].result_count)

    assert (count(), count(state="failed"), count(state="waiting"), count(event="interview.started")) == (3, 1, 2, 2)
    assert (count(endpoint=row.pk), count(endpoint="single"), count(endpoint="9" * 30)) == (2, 1, 3)
    own = client.get(name("changelist")).context["cl"].result_list
    assert [one.pk for one in own] == [row.pk]
    assert client.get(name("change", single.pk)).status_code == 302
    assert "an address that one interview brought" in client.get(listed).content.decode()
    stranger = sign_in(boss)
    assert stranger.get(listed).context["cl"].result_count == 0
    assert stranger.post(name("rotate", row.pk)).status_code in (302, 404)
    assert WebhookEndpoint.objects.get(pk=row.pk).previous_secret == ""


def test_the_home_page_tells_what_was_switched_off_by_failures(client: Client, fernbrook: Organization) -> None:
    lost, off, on = make(fernbrook), make(fernbrook), make(fernbrook)
    now = timezone.now()
    WebhookEndpoint.objects.filter(pk=lost.pk).update(disabled_at=now, disabled_because="failing")
    WebhookEndpoint.objects.filter(pk=off.pk).update(disabled_at=now, disabled_because="person")
    (card,) = client.get("/admin/").context["cards"]
    assert (card.kind, card.count) == ("webhook", 1)
    assert [one.pk for one in client.get(card.url).context["cl"].result_list] == [lost.pk]
    assert client.get(name("changelist"), {"health": "on"}).context["cl"].result_list[0].pk == on.pk
