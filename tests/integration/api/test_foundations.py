"""What every operation has in common: keys and roles, problems, ETags, calls that are made twice, rates in Redis."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from pytest_django import Settings
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory

from config.api.rates import Rate, hit
from organizations.api.idempotency import create_once
from organizations.models import ApiKey, Organization, StoredAnswer
from tests.integration.api.conftest import Callers, use

PAGE = "/api/v1/organizations/"


def test_each_sees_their_own(callers: Callers) -> None:
    found = {
        "recruiter": callers.sign_in("recruiter"),
        "stranger": callers.sign_in("stranger"),
        "our key": callers.use_key("organization:read"),
        "their key": callers.use_key("organization:read", organization=callers.elsewhere),
    }
    names = {who: [row["name"] for row in client.get(PAGE).json()["results"]] for who, client in found.items()}
    assert names == {
        "recruiter": ["Fernbrook"],
        "stranger": ["Elsewhere"],
        "our key": ["Fernbrook"],
        "their key": ["Elsewhere"],
    }
    theirs = f"{PAGE}{callers.elsewhere.uuid}/"
    assert found["recruiter"].get(theirs).status_code == found["our key"].get(theirs).status_code == 404


def test_a_key_does_what_its_scopes_say_while_it_is_good(callers: Callers) -> None:
    assert callers.use_key("candidates:read").get(PAGE).status_code == 403
    client = callers.use_key("organization:read")
    assert client.get(PAGE).status_code == 200
    key = ApiKey.objects.get(scopes=["organization:read"])
    assert key.last_used_at is not None
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(PAGE).status_code == 401
    ApiKey.objects.filter(pk=key.pk).update(expires_at=None, revoked_at=timezone.now())
    assert client.get(PAGE).status_code == 401
    assert use("ib_wrong").get(PAGE).status_code == 401


def test_problems_say_what_where_and_what_to_do(callers: Callers) -> None:
    nobody = APIClient().get(PAGE)
    assert (nobody.status_code, nobody["Content-Type"], nobody["WWW-Authenticate"], nobody.json()) == (
        401,
        "application/problem+json",
        'Bearer realm="api"',
        {
            "type": "urn:interviewbot:problem:not-authenticated",
            "title": "Sign in first",
            "status": 401,
            "detail": "Send an API key or an access token in the header: `Authorization: Bearer …`.",
        },
    )
    page = f"{PAGE}{callers.fernbrook.uuid}/"
    wrong = callers.sign_in("owner").patch(page, {"primary_colour": "red", "retention_days": 0}, format="json")
    assert (wrong.status_code, wrong.json()) == (
        400,
        {
            "type": "urn:interviewbot:problem:invalid",
            "title": "What was sent cannot be used",
            "status": 400,
            "detail": "Some fields are not right; errors names each.",
            "errors": [
                {
                    "pointer": "#/primary_colour",
                    "detail": "Write a colour as # and six hexadecimal digits, such as #1f5fa8.",
                    "code": "invalid",
                },
                {
                    "pointer": "#/retention_days",
                    "detail": "Ensure this value is greater than or equal to 1.",
                    "code": "min_value",
                },
            ],
        },
    )
    assert callers.sign_in("reviewer").patch(page, {}, format="json").status_code == 403
    assert callers.sign_in("stranger").patch(page, {}, format="json").status_code == 404


def test_what_was_read_is_not_sent_again_and_not_overwritten(callers: Callers) -> None:
    owner, page = callers.sign_in("owner"), f"{PAGE}{callers.fernbrook.uuid}/"
    tag = owner.get(page)["ETag"]
    again = owner.get(page, HTTP_IF_NONE_MATCH=f'"other", {tag}')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    changed = owner.patch(page, {"name": "Fernbrook Ltd"}, format="json", HTTP_IF_MATCH=tag)
    assert (changed.status_code, changed["ETag"] == tag) == (200, False)
    late = owner.patch(page, {"name": "Fern"}, format="json", HTTP_IF_MATCH=tag)
    assert (late.status_code, late.json()["type"]) == (412, "urn:interviewbot:problem:changed-meanwhile")
    assert Organization.objects.get(pk=callers.fernbrook.pk).name == "Fernbrook Ltd"


# --- A call that is made twice ---------------------------------------------------------------------------------------


def call(callers: Callers, key: str, name: str, *, fails: bool = False) -> Response:
    """A creating call as a view makes it, by Fernbrook's key."""
    from rest_framework.views import APIView

    class View(APIView):
        def post(self, request: object) -> Response:
            def create() -> Response:
                row = Organization.objects.create(name=name, slug=name)
                if fails:
                    raise ZeroDivisionError
                return Response({"id": row.uuid, "name": name}, 201, headers={"Location": f"/{name}/"})

            return create_once(request, create)  # type: ignore[arg-type]

    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    request = APIRequestFactory().post("/things/", {"name": name}, format="json", **headers)
    request.META["HTTP_AUTHORIZATION"] = f"Bearer {KEY[0]}"
    return View.as_view()(request)


KEY: list[str] = []


@pytest.fixture
def known(callers: Callers) -> Callers:
    client = callers.use_key("organization:read")
    KEY[:] = [client._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")]
    return callers


def test_a_repeated_call_creates_nothing_more_and_is_told_the_same(known: Callers) -> None:
    first, again = call(known, "one", "new"), call(known, "one", "new")
    assert (first.status_code, again.status_code, again.data["id"], again["Location"]) == (
        *(201, 201, str(first.data["id"])),
        "/new/",
    )
    assert (again["Idempotency-Replayed"], Organization.objects.filter(name="new").count()) == ("true", 1)
    assert b"new" not in bytes(StoredAnswer.objects.get().answer), "encrypted"
    other = call(known, "one", "newer")
    assert (other.status_code, Organization.objects.filter(name="newer").exists()) == (422, False)


def test_a_call_that_failed_may_be_made_again(known: Callers) -> None:
    with pytest.raises(ZeroDivisionError):
        call(known, "two", "new", fails=True)
    assert not Organization.objects.filter(name="new").exists()
    assert call(known, "two", "new").status_code == 201


def test_while_the_first_is_under_way_the_second_is_refused(known: Callers) -> None:
    call(known, "three", "new")
    StoredAnswer.objects.update(status=None)
    assert call(known, "three", "new").status_code == 409
    StoredAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert call(known, "three", "newest").status_code == 201, "a day later it is another call"


# --- Rates -----------------------------------------------------------------------------------------------------------


def test_of_many_at_once_exactly_as_many_pass_as_may() -> None:
    """On the full stack: in Redis, whoever asks."""
    with ThreadPoolExecutor(16) as pool:
        passed = list(pool.map(lambda _: hit(f"test:{id(pool)}", Rate(40, 3600)).passes, range(200)))
    assert sum(passed) == 40


@pytest.mark.skipif(django_settings.STACK == "embedded", reason="there is no Redis on this stack")
def test_without_redis_everything_passes(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    assert [hit("test:nowhere", Rate(1, 3600)).passes for _ in range(3)] == [True] * 3


def test_keys_and_tenants_have_rates_of_their_own(callers: Callers, settings: Settings) -> None:
    settings.API_RATES = {"key": (2, 60), "tenant": (3, 60), "account": (9, 60), "address": (9, 60)}
    one, two = callers.use_key("organization:read"), callers.use_key("organization:read", "results:read")
    other = callers.use_key("organization:read", organization=callers.elsewhere)
    assert [client.get(PAGE).status_code for client in (one, one, one, two, two, other)] == [
        *(200, 200, 429),
        *(200, 429),
        200,
    ]


# --- What is sent ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["[" * 100_000, '{"full_name":' + "[" * 500 + "]" * 500 + "}", b"\xff", "1" * 5000])
def test_what_cannot_be_read_is_refused(callers: Callers, body: str | bytes) -> None:
    answer = callers.sign_in("owner").post("/api/v1/candidates/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_what_is_too_large_is_not_read(callers: Callers) -> None:
    body = '{"full_name": "' + "x" * 5_000_000 + '"}'
    answer = callers.sign_in("owner").post("/api/v1/candidates/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:interviewbot:problem:too-large")


def test_a_time_that_no_calendar_holds_is_refused_by_name(callers: Callers) -> None:
    query = "created_after=0001-01-01T00:00:00%2B14:00"
    wrong = callers.sign_in("owner").get(f"/api/v1/candidates/?{query}")
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["#/created_after"]
