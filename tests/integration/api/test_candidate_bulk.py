"""Many candidates in one call: each row has an outcome of its own, and all good ones are one transaction."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from organizations.api.candidate_bulk import BULK_ANSWER, BULK_EXAMPLE
from organizations.models import Candidate, Change
from organizations.services.candidates import NO_CANDIDATES
from tests.integration.api.conftest import Callers
from tests.integration.api.examples import assert_as_told

PAGE = "/api/v1/candidates/bulk/"


@pytest.fixture
def owner(callers: Callers) -> APIClient:
    return callers.sign_in("owner")


def send(client: APIClient, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = client.post(PAGE, {"candidates": rows, **more}, format="json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def make_rows(count: int) -> list[dict[str, str]]:
    return [{"full_name": f"Person {number}", "email": f"person{number}@example.com"} for number in range(count)]


def test_each_row_is_told_what_became_of_it(owner: APIClient) -> None:
    answer = owner.post(PAGE, BULK_EXAMPLE, format="json").json()
    assert_as_told(answer, BULK_ANSWER)
    amara = Candidate.objects.get()
    assert answer["candidates"][0]["id"] == str(amara.uuid)
    rows = [{"full_name": "", "email": "x@example.com"}, {"full_name": "A. Okafor", "email": "AMARA@example.com"}]
    rows += [{"full_name": "Kim", "email": "kim@example.com", "phone": "12"}, {"email": "kim@example.com"}]
    told = send(owner, *rows)["candidates"]
    assert [(one["outcome"], [error["pointer"] for error in one["errors"]]) for one in told] == [
        ("error", ["#/candidates/0/full_name"]),
        ("known", []),
        ("error", ["#/candidates/2/phone"]),
        ("error", ["#/candidates/3/full_name", "#/candidates/3/email"]),
    ]
    assert (told[1]["id"], Candidate.objects.get().full_name) == (str(amara.uuid), "Amara Okafor")


def test_who_is_known_gets_the_new_name_where_that_is_wanted(owner: APIClient) -> None:
    owner.post(PAGE, BULK_EXAMPLE, format="json")
    told = send(owner, {"full_name": "A. Okafor", "email": "amara@example.com"}, updates=True)
    assert (told["changed"], Candidate.objects.get().full_name) == (1, "A. Okafor")
    lines = Change.objects.filter(subject_type="organizations.candidate").order_by("pk")
    assert [line.message for line in lines] == [
        "Imported. By the API.",
        "Changed by an import: name: Amara Okafor → A. Okafor. By the API.",
    ]


def test_an_address_of_staff_who_try_panels_is_no_candidates(callers: Callers, owner: APIClient) -> None:
    Candidate.objects.create(organization=callers.fernbrook, full_name="Omar", email="omar@x.example", is_trial=True)
    rows = [{"full_name": "Mine", "email": "OMAR@x.example"}, *make_rows(1), *make_rows(1)]
    answer = send(owner, *rows, updates=True)
    assert (answer["created"], answer["failed"]) == (1, 2)
    assert [(one["outcome"], one["id"] is None, one["errors"]) for one in answer["candidates"]] == [
        ("error", True, [tell(0, "Nobody can be invited at this address: it is no candidate's.")]),
        ("created", False, []),
        ("error", True, [tell(2, "The same address stands in row 2 already.")]),
    ]
    one = owner.post("/api/v1/candidates/", rows[0], format="json").json()["errors"]
    assert one == [{**tell(0, NO_CANDIDATES), "pointer": "#/email", "code": "no_candidates"}]
    assert Candidate.objects.get(is_trial=True).full_name == "Omar"


def tell(row: int, told: str) -> dict[str, str]:
    return {"pointer": f"#/candidates/{row}/email", "detail": told, "code": "invalid"}


def test_five_hundred_cost_as_few_statements_as_a_few_do(callers: Callers) -> None:
    key = callers.use_key("candidates:write")
    counts = []
    for rows in (make_rows(2), make_rows(500)):
        Candidate.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            assert send(key, *rows)["created"] == len(rows)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 15, "inserts of many are cut in parts"
    line = Change.objects.filter(subject_type="organizations.candidate", action="added").latest("pk")
    assert (line.actor, line.message.startswith("Imported. By the API key ATS (ib_")) == (None, True)


def test_what_is_no_list_of_rows_is_refused_whole(owner: APIClient) -> None:
    wrong: list[tuple[Any, str]] = [
        ([], "#"),
        ({"candidates": []}, "#/candidates"),
        ({"candidates": make_rows(501)}, "#/candidates"),
        ({"candidates": [{"full_name": "Kim\u0000", "email": 5}]}, "#/candidates/0/full_name"),
        ({"candidates": ["Kim"]}, "#/candidates/0"),
        ({"candidates": make_rows(1), "updates": "perhaps"}, "#/updates"),
    ]
    for body, pointer in wrong:
        answer = owner.post(PAGE, body, format="json")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
    surrogate = owner.post(PAGE, '{"candidates": [{"full_name": "\\ud800"}]}', content_type="application/json")
    assert surrogate.status_code == 400
    assert not Candidate.objects.exists()


def test_only_who_may_add_candidates_does(callers: Callers) -> None:
    for client in (callers.sign_in("reviewer"), callers.use_key("candidates:read")):
        assert client.post(PAGE, BULK_EXAMPLE, format="json").status_code == 403
    theirs = {**BULK_EXAMPLE, "organization": str(callers.fernbrook.uuid)}
    assert callers.sign_in("stranger").post(PAGE, theirs, format="json").status_code == 400
    adder = callers.use_key("interviews:write")  # who invites adds, and changes nobody
    assert adder.post(PAGE, {**BULK_EXAMPLE, "updates": True}, format="json").status_code == 403
    assert not Candidate.objects.exists()


def test_a_repeated_call_adds_nobody_twice(owner: APIClient) -> None:
    answers = [owner.post(PAGE, BULK_EXAMPLE, format="json", HTTP_IDEMPOTENCY_KEY="k").json() for _ in range(2)]
    assert (answers[0] == answers[1], Candidate.objects.count()) == (True, 1)
