"""Webhooks by the API: endpoints with secrets shown once, deliveries with their attempts, sent to a real server.

Named people: the owner of Fernbrook, and a stranger who administers Elsewhere.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from organizations.api import webhook_deliveries, webhooks
from organizations.models import Change, WebhookDelivery, WebhookEndpoint
from organizations.services.webhook_endpoints import make_endpoint, set_single_endpoint
from organizations.services.webhooks import announce
from tests.integration.api.conftest import Callers
from tests.webhook_servers import WebhookServer, reply, run_webhook_server
from tests.work import do_due

PAGE, SENT = "/api/v1/webhooks/", "/api/v1/webhook-deliveries/"
LATER = timedelta(seconds=1)


@pytest.fixture
def server(settings: Settings) -> Iterator[WebhookServer]:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with run_webhook_server() as server:
        yield server


@pytest.fixture
def owner(callers: Callers) -> APIClient:
    return callers.sign_in("owner")


def make(client: APIClient, **changes: Any) -> dict[str, Any]:
    made = client.post(PAGE, {**webhooks.EXAMPLE, **changes}, format="json")
    assert made.status_code == 201, made.content
    told: dict[str, Any] = made.json()
    return told


def send() -> None:
    do_due(WebhookDelivery)


def look_alike(example: Any, real: Any) -> bool:
    """The same keys below each other, and values of the same kind; what is null in one may be told in the other."""
    if isinstance(example, dict) and isinstance(real, dict):
        return set(example) == set(real) and all(look_alike(value, real[name]) for name, value in example.items())
    if isinstance(example, list) and isinstance(real, list):
        return not (example and real) or look_alike(example[0], real[0])
    return example is None or real is None or type(example) is type(real)


# --- Endpoints -------------------------------------------------------------------------------------------------------


def test_one_is_made_shown_changed_and_deleted(callers: Callers, owner: APIClient) -> None:
    response = owner.post(PAGE, webhooks.EXAMPLE, format="json")
    made = response.json()
    row = WebhookEndpoint.objects.get()
    page = f"{PAGE}{row.uuid}/"
    assert (response.status_code, response["Location"], response["Cache-Control"]) == (201, page, "no-store")
    secret = made.pop("secret")
    expected = {
        **webhooks.ROW,
        "id": str(row.uuid),
        "organization": str(callers.fernbrook.uuid),
        "created_at": made["created_at"],
    }
    assert (made, secret[:6], look_alike(webhooks.MADE, {**made, "secret": secret})) == (expected, "whsec_", True)
    read = owner.get(page)
    assert read.json() == expected
    assert secret[6:] not in f"{read.content!r}{list(WebhookEndpoint.objects.values())}{list(Change.objects.values())}"
    changed = owner.patch(page, {"event_types": ["interview.completed"]}, format="json", HTTP_IF_MATCH=read["ETag"])
    assert changed.json() == {**expected, "event_types": ["interview.completed"]}
    late = owner.patch(page, {"description": "Late"}, format="json", HTTP_IF_MATCH=read["ETag"])
    assert (late.status_code, owner.patch(page, {}, format="json").status_code) == (412, 200)
    assert owner.delete(page, {"reason": "Moved"}, format="json").status_code == 204
    assert owner.get(page).status_code == 404
    lines = Change.objects.filter(subject_type="organizations.webhookendpoint").order_by("pk")
    assert [(line.action, line.message, line.reason) for line in lines] == [
        ("added", "By the API.", ""),
        ("changed", "Changed: event_types. By the API.", ""),
        ("deleted", "By the API.", "Moved"),
    ]


def test_a_call_that_is_repeated_shows_the_same_secret(owner: APIClient) -> None:
    answers = [owner.post(PAGE, webhooks.EXAMPLE, format="json", HTTP_IDEMPOTENCY_KEY="one") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert (answers[1]["Cache-Control"], WebhookEndpoint.objects.count()) == ("no-store", 1)
    page = f"{PAGE}{answers[0].json()['id']}/rotate-secret/"
    rotated = [owner.post(page, HTTP_IDEMPOTENCY_KEY="two").json()["secret"] for _ in range(2)]
    assert rotated[0] == rotated[1] != answers[0].json()["secret"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "http://hooks.example.com/"}, "#/url"),
        ({"url": "https://10.0.0.1/"}, "#/url"),
        ({"url": "https://hooks.example.com/\0"}, "#/url"),
        ({"url": ""}, "#/url"),
        ({"url": 7}, "#/url"),
        ({}, "#/url"),
        ({"event_types": ["webhook.test"]}, "#/event_types/0"),
        ({"event_types": "interview.completed"}, "#/event_types"),
        ({"event_types": ["interview.ended"] * 50}, "#/event_types"),
        ({"description": "x" * 201}, "#/description"),
        ({"organization": str(uuid4())}, "#/organization"),
        ({"organization": "mine"}, "#/organization"),
    ],
)
def test_what_is_wrong_is_said_by_field(owner: APIClient, body: dict[str, Any], pointer: str) -> None:
    sent = {**webhooks.EXAMPLE, **body} if body else {}
    wrong = owner.post(PAGE, sent, format="json")
    assert (wrong.status_code, [one["pointer"] for one in wrong.json()["errors"]]) == (400, [pointer])
    for odd in ([], [1], "x", None):
        assert owner.post(PAGE, odd, format="json").status_code == 400


ODD: list[Any] = [None, True, 0, 10**400, 1e308, "", "\0", "\ud800", "x" * 100_000, [], [None], [[]], {}, {"": None}]


def test_nothing_odd_is_a_fault_of_ours(owner: APIClient) -> None:
    page = f"{PAGE}{make(owner)['id']}/"
    fields = ("url", "description", "event_types", "organization", "reason")
    for odd in ODD:
        for body in (odd, *({**webhooks.EXAMPLE, name: odd} for name in fields)):
            try:
                sent = json.dumps(body)
            except ValueError:
                continue
            for method, url in (("post", PAGE), ("patch", page), ("post", f"{page}disable/"), ("post", f"{page}test/")):
                answer = getattr(owner, method)(url, sent, content_type="application/json")
                assert answer.status_code < 500, (method, url, body)
                WebhookEndpoint.objects.exclude(uuid=page.split("/")[-2]).delete()
    for asked in ("page=0", "page=x", "page_size=-1", "ordering=secret", "search=%00", "search=%ED%A0%80", "state=%00"):
        for url in (PAGE, SENT):
            assert owner.get(f"{url}?{asked}").status_code < 500, asked


def test_there_are_so_many_and_no_more(callers: Callers, owner: APIClient) -> None:
    for _ in range(20):
        make_endpoint(organization=callers.fernbrook, url=webhooks.EXAMPLE["url"], now=timezone.now())  # type: ignore[arg-type]
    refused = owner.post(PAGE, webhooks.EXAMPLE, format="json")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "An organization has at most 20 endpoints. Delete one that is not used.",
    )


def test_administrators_and_keys_of_that_scope_see_their_own(callers: Callers, owner: APIClient) -> None:
    made = make(owner)
    page = f"{PAGE}{made['id']}/"
    key, stranger = callers.use_key("webhooks:write"), callers.sign_in("stranger")
    assert [one["id"] for one in key.get(PAGE).json()["results"]] == [made["id"]]
    assert stranger.get(PAGE).json()["results"] == []
    tried = [stranger.get(page), stranger.patch(page, {}, format="json"), stranger.delete(page)]
    tried += [stranger.post(f"{page}{deed}/") for deed in ("rotate-secret", "test", "enable", "disable")]
    assert {one.status_code for one in tried} == {404}
    for client in (callers.sign_in("recruiter"), callers.sign_in("reviewer"), callers.use_key("results:read")):
        assert (client.get(PAGE).status_code, client.get(SENT).status_code, client.get(page).status_code) == (403,) * 3
    assert WebhookEndpoint.objects.get().is_enabled


def test_an_interviews_own_endpoint_stands_in_no_list(callers: Callers, owner: APIClient) -> None:
    row, _ = set_single_endpoint(
        organization=callers.fernbrook, subject=uuid4(), url="https://a.example/", secret=None, now=timezone.now()
    )
    assert (owner.get(PAGE).json()["results"], owner.get(f"{PAGE}{row.uuid}/").status_code) == ([], 404)


def test_switched_off_and_on(owner: APIClient) -> None:
    page = f"{PAGE}{make(owner)['id']}/"
    off = owner.post(f"{page}disable/", {"reason": "Moved to another system"}, format="json")
    assert (off.json()["is_enabled"], off.json()["disabled_because"]) == (False, "person")
    assert owner.post(f"{page}disable/").status_code == 409
    refused = owner.post(f"{page}test/")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "This endpoint is switched off. Switch it on, then send a test.",
    )
    on = owner.post(f"{page}enable/")
    assert (on.json()["is_enabled"], look_alike(webhooks.ROW, on.json())) == (True, True)
    assert owner.post(f"{page}enable/").status_code == 409


# --- Deliveries ------------------------------------------------------------------------------------------------------


def test_a_test_is_sent_signed_by_both_secrets_after_a_rotation(owner: APIClient, server: WebhookServer) -> None:
    made = make(owner, url=server.url)
    rotated = owner.post(f"{PAGE}{made['id']}/rotate-secret/")
    assert (rotated.status_code, rotated["Cache-Control"]) == (201, "no-store")
    assert look_alike(webhooks.ROTATED, rotated.json())
    sent = owner.post(f"{PAGE}{made['id']}/test/")
    assert (sent.status_code, sent.json()["state"], sent.json()["event"]) == (202, "waiting", "webhook.test")
    assert look_alike(webhook_deliveries.WAITING, sent.json())
    send()
    (taken,) = server.taken
    assert [taken.is_signed_by(one) for one in (made["secret"], rotated.json()["secret"])] == [True, True]
    read = owner.get(f"{SENT}{sent.json()['id']}/")
    assert (read.json()["state"], read.json()["payload"]) == ("delivered", taken.said)
    assert owner.get(f"{SENT}{sent.json()['id']}/", HTTP_IF_NONE_MATCH=read["ETag"]).status_code == 304


def test_a_delivery_is_read_with_its_attempts_and_sent_again(
    callers: Callers, owner: APIClient, server: WebhookServer
) -> None:
    make(owner, url=server.url)
    server.replies = [reply(400, b"no such application")] * 2
    said = dict(webhook_deliveries.PAYLOAD["data"])
    announce(
        organization_id=callers.fernbrook.pk, event="interview.completed", data=said, about=uuid4(), now=timezone.now()
    )
    send()
    (row,) = owner.get(SENT).json()["results"]
    assert look_alike(webhook_deliveries.ROW, row)
    assert (row["state"], row["error"], row["next_attempt_at"] > row["event_at"]) == (
        "waiting",
        "It answered 400.",
        True,
    )
    page = f"{SENT}{row['id']}/"
    WebhookDelivery.objects.update(work_status="running", claimed_by="a worker", claimed_until=timezone.now())
    assert owner.post(f"{page}replay/").status_code == 409
    WebhookDelivery.objects.update(work_status="dead")
    assert owner.get(SENT, {"state": "failed"}).json()["count"] == 1
    again = owner.post(f"{page}replay/", HTTP_IDEMPOTENCY_KEY="again")
    assert (again.status_code, again.json()["state"], again.json()["error"]) == (202, "waiting", "")
    send()
    WebhookDelivery.objects.update(due_at=timezone.now())
    send()
    read = owner.get(page).json()
    assert look_alike(webhook_deliveries.EXAMPLE, read)
    assert read["payload"]["data"] == said
    assert [(one["status"], one["answer"], one["error"]) for one in read["attempts"]] == [
        (400, "no such application", "It answered 400."),
        (400, "no such application", "It answered 400."),
        (204, "", ""),
    ]
    assert callers.sign_in("stranger").get(page).status_code == 404
    line = Change.objects.filter(message__contains="was sent again").get()
    assert line.subject_type == "organizations.webhookendpoint"


def test_deliveries_are_filtered_and_take_as_many_queries_for_many(
    callers: Callers, owner: APIClient, django_assert_num_queries: Any
) -> None:
    first, second = make(owner, event_types=[]), make(owner, event_types=["interview.ended"])
    abouts = [uuid4() for _ in range(5)]

    def tell(event: str, about: Any) -> None:
        announce(organization_id=callers.fernbrook.pk, event=event, data={}, about=about, now=timezone.now())

    def count(**asked: Any) -> int:
        return int(owner.get(SENT, asked).json()["count"])

    tell("interview.started", abouts[0])
    owner.get(SENT)
    with django_assert_num_queries(5):
        owner.get(SENT)
    for about in abouts:
        tell("interview.ended", about)
    with django_assert_num_queries(5):
        assert count() == 11
    assert (count(endpoint=first["id"]), count(endpoint=second["id"]), count(about=str(abouts[0]))) == (6, 5, 3)
    assert (count(event="interview.started"), count(state="waiting"), count(state="delivered")) == (1, 11, 0)
    assert (count(created_after=timezone.now().isoformat()), count(search="msg_nothing")) == (0, 0)
    assert count(search=WebhookDelivery.objects.order_by("pk")[0].event_id) == 1
    wrong = owner.get(SENT, {"state": "lost", "endpoint": "x", "event": "x", "about": "\0"})
    assert {one["pointer"] for one in wrong.json()["errors"]} == {"#/state", "#/endpoint", "#/event", "#/about"}
