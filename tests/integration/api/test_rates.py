"""Who is counted with whom; credentials that are no good are counted too."""

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from authentication.services.token_families import open_family
from tests.integration.api.conftest import Callers, use
from tests.staff import make_member

PAGE = "/api/v1/organizations/"


@pytest.mark.django_db
@pytest.mark.parametrize("credential", ["Bearer ib_wrong", "Bearer wrong", "Bearer ib_" + "x" * 5000])
def test_bad_credentials_are_counted_by_address(settings: Settings, credential: str) -> None:
    settings.API_RATES = {**settings.API_RATES, "address": (3, 60)}
    client = APIClient(HTTP_AUTHORIZATION=credential)
    answers = [client.get(PAGE) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 21  # one comes free every 20 s, whatever the calls took
    elsewhere = APIClient(HTTP_AUTHORIZATION=credential, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.get(PAGE).status_code == 401


def test_bad_credentials_cost_nobody_else_of_the_address(callers: Callers, settings: Settings) -> None:
    settings.API_RATES = {**settings.API_RATES, "address": (2, 60)}
    person, key = callers.sign_in("owner"), callers.use_key("organization:read")
    assert [use("ib_wrong").get(PAGE).status_code for _ in range(3)] == [401, 401, 429]
    assert [client.get(PAGE).status_code for client in (person, key, person, key)] == [200] * 4
    signing_in = APIClient().post("/api/v1/auth/token/verify/", {"token": "x"}, format="json")
    assert signing_in.status_code == 401


def test_keys_as_user_names_are_counted_as_well(db: None, settings: Settings) -> None:
    settings.API_RATES = {**settings.API_RATES, "address": (2, 60)}
    client = APIClient(HTTP_AUTHORIZATION="Basic aWJfd3Jvbmc6")
    assert [client.get("/api/v1/ats/list_tests").status_code for _ in range(3)] == [401, 401, 429]


def test_who_belongs_to_several_takes_from_none_of_them(callers: Callers, settings: Settings) -> None:
    settings.API_RATES = {**settings.API_RATES, "tenant": (2, 60)}
    both = make_member("both@example.com", {callers.fernbrook: "admin", callers.elsewhere: "admin"})
    client = use(open_family(user=both, now=timezone.now()).access)
    assert [client.get(PAGE).status_code for _ in range(4)] == [200] * 4
    own = callers.sign_in("owner")
    assert [own.get(PAGE).status_code for _ in range(3)] == [200, 200, 429]
    assert callers.sign_in("stranger").get(PAGE).status_code == 200


def test_who_belongs_to_several_is_counted_by_account(callers: Callers, settings: Settings) -> None:
    settings.API_RATES = {**settings.API_RATES, "account": (2, 60)}
    both = make_member("both@example.com", {callers.fernbrook: "admin", callers.elsewhere: "admin"})
    client = use(open_family(user=both, now=timezone.now()).access)
    assert [client.get(PAGE).status_code for _ in range(3)] == [200, 200, 429]
