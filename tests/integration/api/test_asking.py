"""What a list may be asked, and what is answered where nothing is: refused by name, never passed over."""

import json
from typing import Any

import pytest
from django.test import Client, RequestFactory
from rest_framework.test import APIClient

from config.api.views import tell_fault
from tests.integration.api.conftest import Callers

PAGE = "/api/v1/candidates/"
KNOWN = "created_after, created_before, has_resume, ordering, organization, page, page_size, search"


def ask(callers: Callers, query: str) -> tuple[int, dict[str, str]]:
    answer = callers.sign_in("recruiter").get(f"{PAGE}?{query}")
    return answer.status_code, {one["pointer"]: one["detail"] for one in answer.json().get("errors", [])}


def test_a_parameter_that_nobody_reads_is_refused_by_its_name(callers: Callers) -> None:
    assert ask(callers, "serch=a&page=1") == (400, {"#/serch": f"Nothing is asked by this name here, but by: {KNOWN}."})


def test_a_field_that_nobody_reads_is_refused_by_its_name(callers: Callers) -> None:
    wrong = callers.sign_in("recruiter").post(PAGE, {"full_name": "Amara", "e_mail": "a@example.com"}, format="json")
    (told,) = wrong.json()["errors"]
    assert (wrong.status_code, told["pointer"], told["code"]) == (400, "#/e_mail", "unknown")
    assert told["detail"].startswith("There is no such field here, but: id, organization, full_name, email,")


def test_an_order_that_there_is_not_is_refused(callers: Callers) -> None:
    assert ask(callers, "ordering=-full_name,email") == (
        400,
        {"#/ordering": "Lists are not ordered by email, but by full_name, created_at; -name is backwards."},
    )


@pytest.mark.parametrize("count", [2, 1500])
def test_no_column_is_ordered_by_over_and_over(callers: Callers, count: int) -> None:
    assert ask(callers, "ordering=" + ",".join(["full_name", "-created_at"] * count)) == (
        400,
        {"#/ordering": "A column is named twice. Name each at most once."},
    )


@pytest.mark.parametrize("order", ["", "full_name", "-full_name,created_at"])
def test_an_order_that_there_is_is_followed(callers: Callers, order: str) -> None:
    assert ask(callers, f"ordering={order}") == (200, {})


TOO_LONG = "Search for at most 10 words, of 200 characters together."


@pytest.mark.parametrize(
    "page", ["candidates", "members", "interviews", "standings", "questions", "topics", "catalogue"]
)
@pytest.mark.parametrize("text", ["+".join(f"w{n}" for n in range(1500)), "+".join("abcdefghijk"), "a" * 201])
def test_a_search_is_of_a_few_words(callers: Callers, page: str, text: str) -> None:
    answer = callers.sign_in("owner").get(f"/api/v1/{page}/?search={text}")
    assert (answer.status_code, [(one["pointer"], one["detail"]) for one in answer.json()["errors"]]) == (
        400,
        [("#/search", TOO_LONG)],
    )


@pytest.mark.parametrize("text", ["+".join("abcdefghij"), "a" * 200, ""])
def test_ten_words_are_looked_for(callers: Callers, text: str) -> None:
    assert ask(callers, f"search={text}") == (200, {})


@pytest.mark.parametrize("size", ["0", "201", "-1", "ten", "", "1&page_size=2", "9" * 5000, "%00"])
def test_a_size_that_no_page_has_is_refused(callers: Callers, size: str) -> None:
    assert ask(callers, f"page_size={size}") == (400, {"#/page_size": "Write one number from 1 to 200."})


@pytest.mark.parametrize("page", ["0", "-1", "9" * 5000, "x", "2"])
def test_a_page_that_there_is_not_is_not_found(callers: Callers, page: str) -> None:
    assert ask(callers, f"page={page}&page_size=200")[0] == 404


@pytest.mark.parametrize("value", ["%00", "\ud800".encode("utf-16-le", "surrogatepass").hex("%"), "%ff%fe", "a" * 5000])
@pytest.mark.parametrize("name", ["search", "created_after", "organization", "has_resume", "ordering"])
def test_strange_values_are_no_faults(callers: Callers, name: str, value: str) -> None:
    assert ask(callers, f"{name}={value}")[0] in (200, 400)


@pytest.mark.parametrize("name", ["full_name", "email", "phone", "organization"])
@pytest.mark.parametrize("value", ["\x00", "\ud800", 10**400, [], {}, None, True, "a" * 100_000, ""])
def test_strange_bodies_are_refused_or_taken(callers: Callers, name: str, value: object) -> None:
    body = {"full_name": "Amara Okafor", "email": "amara@example.com", name: value}
    assert send(callers, PAGE, json.dumps(body)).status_code in (201, 400)


def send(callers: Callers, path: str, text: str, who: str = "recruiter") -> Any:
    return callers.sign_in(who).post(path, text, content_type="application/json")


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        (r'{"full_name": "\ud800"}', "#/full_name"),
        (r'{"name": "x", "scopes": ["candidates:read", "\udfff"]}', "#/scopes/1"),
        (r'{"name": {"a": [0, {"b": "\u0000"}]}}', "#/name/a/1/b"),
        (r'{"\u0000": 1}', "#"),
        ('{"days": 1e400}', "#/days"),
        ('{"days": 9223372036854775808}', "#/days"),
        ('["\\ud83d"]', "#/0"),
    ],
)
def test_what_no_row_can_hold_is_refused_where_it_stands(callers: Callers, told: str, pointer: str) -> None:
    answer = send(callers, "/api/v1/api-keys/", told, "owner")
    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (400, [pointer])


@pytest.mark.parametrize(
    "text", ["", "[", "null", "5", "[]", "{}", "NaN", "[" * 100_000, "[" * 60 + "]" * 60, "1" * 5000, "\xff"]
)
def test_what_is_no_body_is_refused(callers: Callers, text: str) -> None:
    assert send(callers, PAGE, text).status_code == 400


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/candidates", "/api/v1/nothing/", "/api/v1/candidates/7/"])
def test_an_address_that_is_none_is_a_problem_too(method: str, path: str) -> None:
    answer = getattr(APIClient(), method)(path, {}, format="json") if method != "get" else APIClient().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["detail"].startswith("There is no such address. /api/v1/docs/ shows all;")


def test_a_fault_of_ours_is_a_problem_for_programs_and_a_page_for_people() -> None:
    told = tell_fault(RequestFactory().get("/api/v1/candidates/"))
    assert (told.status_code, told["Content-Type"]) == (500, "application/problem+json")
    page = tell_fault(RequestFactory().get("/admin/"))
    assert (page.status_code, page["Content-Type"].split(";")[0]) == (500, "text/html")


@pytest.mark.django_db
def test_pages_of_others_are_not_taken_for_the_apis() -> None:
    assert Client().get("/nothing/")["Content-Type"].split(";")[0] == "text/html"
