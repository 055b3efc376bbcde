"""Signing in, refreshing, verifying, signing out; what a copied refresh token does; and who is locked out."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from authentication.models import User
from authentication.services.sessions import sign_out_everywhere
from authentication.services.token_families import TokenRefused, rotate
from tests.integration.api.conftest import use

PASSWORD = "a long password of Anna's"


@pytest.fixture
def anna(transactional_db: None) -> User:
    return User.objects.create_user("anna@fernbrook.example", PASSWORD)


def post(name: str, **data: str) -> Response:
    return APIClient().post(f"/api/v1/auth/token/{name}", data, format="json")


def obtain() -> dict[str, str]:
    answer = post("", email="Anna@fernbrook.example", password=PASSWORD)
    assert answer.status_code == 200
    return dict(answer.json())


def read_as(access: str) -> int:
    return use(access).get("/api/v1/organizations/").status_code


def test_tokens_open_the_api_until_signed_out(anna: User) -> None:
    tokens = obtain()
    assert set(tokens) == {"access", "refresh", "expires_at"}
    assert (post("verify/", token=tokens["access"]).status_code, read_as(tokens["access"])) == (204, 403)
    assert post("sign-out/", refresh=tokens["refresh"]).status_code == 204
    assert (post("verify/", token=tokens["access"]).status_code, read_as(tokens["access"])) == (401, 401)
    assert post("refresh/", refresh=tokens["refresh"]).status_code == 401


def test_a_refresh_token_is_good_once_and_its_copy_ends_the_sign_in(anna: User) -> None:
    first = obtain()
    other = obtain()
    second = post("refresh/", refresh=first["refresh"]).json()
    assert post("verify/", token=second["access"]).status_code == 204
    reused = post("refresh/", refresh=first["refresh"])
    assert (reused.status_code, reused.json()["detail"]) == (
        401,
        "This refresh token is not good any more. Sign in again.",
    )
    assert post("refresh/", refresh=second["refresh"]).status_code == 401
    assert post("verify/", token=second["access"]).status_code == 401
    assert post("refresh/", refresh=other["refresh"]).status_code == 200, "another sign-in of the same person"


def test_of_twelve_at_once_one_is_refreshed_and_stays_signed_in(anna: User) -> None:
    first, now, together = obtain()["refresh"], timezone.now(), threading.Barrier(12)

    def refresh(_: int) -> str:
        try:
            together.wait()
            return rotate(token=first, received_at=now, now=now).refresh
        except TokenRefused:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        (good,) = filter(None, pool.map(refresh, range(12)))
    assert post("refresh/", refresh=good).status_code == 200


def test_signing_out_everywhere_ends_tokens_too(anna: User) -> None:
    tokens = obtain()
    sign_out_everywhere(anna)
    assert read_as(tokens["access"]) == 401
    assert post("refresh/", refresh=tokens["refresh"]).status_code == 401


@pytest.mark.parametrize("token", ["x", "", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_opens_nothing(anna: User, token: str) -> None:
    assert post("refresh/", refresh=token).status_code in ({400} if not token else {401})
    assert use(token or "-").get("/api/v1/organizations/").status_code == 401


def test_a_refresh_token_is_no_access_token(anna: User) -> None:
    tokens = obtain()
    assert (read_as(tokens["refresh"]), post("refresh/", refresh=tokens["access"]).status_code) == (401, 401)


def test_after_too_many_wrong_passwords_the_right_one_does_not_help(anna: User, settings: object) -> None:
    settings.AXES_FAILURE_LIMIT = 3  # type: ignore[attr-defined]
    email = "anna@fernbrook.example"
    assert [post("", email=email, password="wrong").status_code for _ in range(3)] == [401, 401, 429]
    locked = post("", email=email, password=PASSWORD)
    assert (locked.status_code, locked.json().get("detail", locked.content)) == (
        429,
        "Too many wrong passwords. Try again in 15 minutes, or ask whoever runs this site.",
    )
    assert (
        APIClient(REMOTE_ADDR="198.51.100.7")
        .post("/api/v1/auth/token/", {"email": email, "password": PASSWORD}, format="json")
        .status_code
        == 200
    ), "from elsewhere"


def test_who_asks_too_often_is_told_when_to_come_again(anna: User, settings: object) -> None:
    settings.API_RATES = {"address": (3, 60)}  # type: ignore[attr-defined]
    answers = [post("verify/", token="x") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert int(answers[-1]["Retry-After"]) in range(15, 22)
