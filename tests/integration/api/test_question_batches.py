"""Batches of questions by the API: asked for, followed by their parts, refused in words."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from organizations.models import Change, Organization
from questionbank.api import batches as examples
from questionbank.models import Generation, Question
from tests.integration.api.conftest import Callers
from tests.models_at_hand import model_at_hand
from tests.question_writers import TOKENS, QuestionWriter, name_text
from tests.work import do_due

PAGE = "/api/v1/question-batches/"
ROW = examples.ROW


@pytest.fixture(autouse=True)
def writer(settings: Settings) -> Iterator[QuestionWriter]:
    with model_at_hand(settings) as server:
        yield QuestionWriter(server)


def kinds(told: Any) -> Any:
    """Which fields there are, and of which kind, all the way down."""
    if isinstance(told, dict):
        return {name: kinds(value) for name, value in told.items()}
    return [kinds(told[0])] if isinstance(told, list) and told else type(told).__name__


def test_the_example_is_asked_for_and_told(callers: Callers, writer: QuestionWriter) -> None:
    client = callers.use_key("generation:write")
    answer = client.post(PAGE, examples.REQUEST_EXAMPLE, format="json")
    accepted = answer.json()
    batch = Generation.objects.get(kind="batch")
    assert (answer.status_code, answer["Location"]) == (202, f"{site.PUBLIC_URL}/api/v1/generations/{batch.uuid}/")
    assert (accepted["id"], accepted["operation"], accepted["steps"], accepted["status"]) == (
        str(batch.uuid),
        "batch",
        5,
        "in_progress",
    )
    line = Change.objects.get(subject_type="questionbank.generation")
    assert line.message.startswith("Asked for 5 questions. By the API key ATS")
    writer.say([name_text(1), name_text(1)])
    do_due(Generation)
    told = client.get(f"{PAGE}{batch.uuid}/").json()
    assert [told[name] for name in ("asked", "made", "missing", "from_cache", "to_review")] == [5, 5, 0, 0, 5]
    assert told["generation"]["status"] == "success"
    assert told["generation"]["tokens"] == 6 * TOKENS
    first, second = told["parts"]
    assert {name: first[name] for name in ROW} == ROW
    assert (first["made"], first["missing"], first["status"], first["error"]) == (3, 0, "success", "")
    question = Question.objects.get(uuid=first["questions"][0]["id"])
    assert first["questions"][0] == {
        "id": str(question.uuid),
        "text": name_text(1),
        "question_status": "review",
        "from_cache": False,
        "copy_of": None,
    }
    assert first["refused"] == [
        {
            "text": name_text(1),
            "why": f"it asks what “{name_text(1)}” (review) asks.",
            "duplicate_of": str(question.uuid),
            "percent": 100,
            "from_cache": False,
        }
    ]
    assert (second["difficulty"], second["count"], second["refused"]) == ("hard", 2, [])
    example = {name: value for name, value in examples.BATCH_EXAMPLE.items() if name not in ("parts", "generation")}
    assert kinds({name: told[name] for name in example}) == kinds(example)
    assert kinds({**first, "error": ""}) == kinds({**examples.PART_EXAMPLE, "error": ""})
    assert set(told["generation"]) == set(examples.BATCH_EXAMPLE["generation"])


def test_part_by_part_and_only_the_missing_again(callers: Callers, writer: QuestionWriter) -> None:
    client = callers.use_key("generation:write")
    writer.say([name_text(1)] * 12)
    asked = {"rows": [{**ROW, "count": 2}, {**ROW, "subtopic": "Keys", "count": 1}], "use_cache": False}
    ident = client.post(PAGE, asked, format="json").json()["id"]
    do_due(Generation)
    told = client.get(f"{PAGE}{ident}/").json()
    assert [(part["made"], part["missing"], part["status"]) for part in told["parts"]] == [
        (1, 1, "failed"),
        (0, 1, "failed"),
    ]
    assert (told["made"], told["missing"]) == (1, 2)
    assert told["parts"][0]["error"].startswith("1 of 2 were made: the model wrote 5 that could not be taken")
    assert client.post(f"/api/v1/generations/{ident}/retry/").status_code == 202
    do_due(Generation)
    told = client.get(f"{PAGE}{ident}/").json()
    assert (told["made"], told["missing"], told["generation"]["status"]) == (3, 0, "success")
    assert Question.objects.filter(status="review").count() == 3


@pytest.mark.parametrize(
    ("sent", "pointer", "detail"),
    [
        ({}, "#/rows", "This field is required."),
        ({"rows": []}, "#/rows", "This list may not be empty."),
        ({"rows": [{**ROW, "count": 21}]}, "#/rows/0/count", "Ensure this value is less than or equal to 20."),
        ({"rows": [{**ROW, "topic": "a\u0000b"}]}, "#/rows/0/topic", "Null characters are not allowed."),
        ({"rows": [{**ROW, "topic": ""}]}, "#/rows/0/topic", "This field may not be blank."),
        ({"rows": [ROW], "kinds": []}, "#/kinds", "This list may not be empty."),
        ({"rows": [ROW], "language": "english"}, "#/language", "Write a language code such as en or de."),
        (
            {"rows": [{**ROW, "subtopic": f"S{number}", "count": 20} for number in range(11)]},
            "#/rows",
            "These are 220 questions in all; at most 200 go at once. Make two batches of it.",
        ),
        (
            {"rows": [ROW, {**ROW, "category": "DATABASES"}]},
            "#/rows/1/subtopic",
            "The same place and difficulty stand in row 1. Put the numbers together there.",
        ),
    ],
)
def test_what_is_wrong_is_told_where(callers: Callers, sent: dict[str, Any], pointer: str, detail: str) -> None:
    answer = callers.use_key("generation:write").post(PAGE, sent, format="json")
    assert answer.status_code == 400
    assert {"pointer": pointer, "detail": detail}.items() <= answer.json()["errors"][0].items()
    assert not Generation.objects.exists()


def test_at_the_limit_of_the_month(callers: Callers, writer: QuestionWriter) -> None:
    client = callers.use_key("generation:write")
    client.post(PAGE, {"rows": [{**ROW, "count": 1}]}, format="json")
    do_due(Generation)
    Organization.objects.filter(pk=callers.fernbrook.pk).update(monthly_tokens=TOKENS)
    answer = client.post(PAGE, {"rows": [ROW]}, format="json")
    assert answer.status_code == 409
    assert "Fernbrook has used 120 of its 120 tokens" in answer.json()["detail"]


def test_who_may(callers: Callers) -> None:
    sent = {"rows": [ROW]}
    made = callers.sign_in("recruiter").post(PAGE, sent, format="json")
    assert made.status_code == 202
    page = f"{PAGE}{made.json()['id']}/"
    assert callers.sign_in("reviewer").post(PAGE, sent, format="json").status_code == 403
    assert callers.sign_in("stranger").get(page).status_code == 404
    reader = callers.use_key("generation:read")
    assert reader.get(page).status_code == 200
    assert reader.post(PAGE, sent, format="json").status_code == 403
    theirs = {**sent, "organization": str(callers.elsewhere.uuid)}
    refused = callers.use_key("generation:write").post(PAGE, theirs, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "#/organization")


def test_sent_twice_under_one_key_it_is_asked_once(callers: Callers) -> None:
    client = callers.use_key("generation:write")
    first, second = (
        client.post(PAGE, {"rows": [ROW]}, format="json", HTTP_IDEMPOTENCY_KEY="one").json()["id"] for _ in range(2)
    )
    assert (first == second, Generation.objects.filter(kind="batch").count()) == (True, 1)


def test_a_batch_is_read_in_the_same_queries_however_large(callers: Callers) -> None:
    client = callers.use_key("generation:write")
    counts = []
    for rows in ([{**ROW, "count": 1}], [{**ROW, "subtopic": f"S{number}", "count": 2} for number in range(4)]):
        ident = client.post(PAGE, {"rows": rows, "use_cache": False}, format="json").json()["id"]
        do_due(Generation)
        client.get(f"{PAGE}{ident}/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"{PAGE}{ident}/").json()["missing"] == 0
        counts.append(len(queries))
    assert counts[0] == counts[1]
