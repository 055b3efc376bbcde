"""Small bodies that would be large work: counted before anything else is done with them."""

import json
import tracemalloc

import pytest
from rest_framework.test import APIClient

from config.api.unfit import MOST_LEVELS, MOST_VALUES, TooMuch, find_unfit
from tests.integration.api.conftest import Callers

TOO_MANY = "More than 100000 values, lists and objects. Send it in parts."


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "refresh/", "verify/", "sign-out/"])
def test_who_signs_in_has_little_to_say(path: str) -> None:
    body = b'{"email": "' + b"a" * 64_000 + b'"}'
    answer = APIClient().post(f"/api/v1/auth/token/{path}", body, content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (413, "More than 64 kB.")


@pytest.mark.parametrize(
    "text", [b"[" + b"0," * 500_000 + b"0]", b"[" + b"[]," * 500_000 + b"[]]", b'{"a":[' + b"{}," * 200_000 + b"{}]}"]
)
def test_of_many_values_none_is_kept(callers: Callers, text: bytes) -> None:
    answer = callers.sign_in("owner").post("/api/v1/candidates/bulk/", text, content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (400, TOO_MANY)


def test_looking_through_values_takes_no_memory() -> None:
    data = [[] for _ in range(MOST_VALUES)]  # type: ignore[var-annotated]
    tracemalloc.start()
    assert list(find_unfit(data)) == []
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < 100_000
    with pytest.raises(TooMuch):
        list(find_unfit([*data, 0]))


def test_so_deep_and_no_deeper() -> None:
    fits = json.loads("[" * MOST_LEVELS + "]" * MOST_LEVELS)
    assert list(find_unfit(fits)) == []
    with pytest.raises(TooMuch):
        list(find_unfit([fits]))


@pytest.mark.parametrize(
    ("path", "name", "most"),
    [("candidates/bulk/", "candidates", 500), ("panel-candidates/bulk/revoke/", "ids", 500)],
)
def test_a_list_that_is_too_long_is_not_looked_at(callers: Callers, path: str, name: str, most: int) -> None:
    sent = {name: [0] * 90_000, "reason": "Too many"}
    answer = callers.sign_in("owner").post(f"/api/v1/{path}", sent, format="json")
    assert answer.json()["errors"] == [
        {
            "pointer": f"#/{name}",
            "detail": f"Ensure this field has no more than {most} elements.",
            "code": "max_length",
        }
    ]


def test_of_many_errors_the_first_hundred_are_named(callers: Callers) -> None:
    answer = callers.sign_in("owner").post("/api/v1/candidates/bulk/", {"candidates": [0] * 300}, format="json").json()
    assert len(answer["errors"]) == 100
    assert answer["detail"] == (
        "Some fields are not right; errors names each. Only the first 100 are named; there are 200 more."
    )
