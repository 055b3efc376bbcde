"""Whole banks by the API: looked at, written, refused with the place of everything that is wrong."""

import copy
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.response import Response
from rest_framework.test import APIClient

from organizations.models import Change
from questionbank.api.bank import ANSWER_EXAMPLE, BANK, QUESTION, REQUEST_EXAMPLE
from questionbank.models import Category, Question
from tests.api_banks import make_bank, sign_in_superadmin
from tests.integration.api.conftest import Callers
from tests.integration.api.examples import assert_as_told

PAGE = "/api/v1/questions/bulk/"


@pytest.fixture
def recruiter(callers: Callers) -> APIClient:
    return callers.sign_in("recruiter")


def send(client: APIClient, bank: Any = BANK, **more: Any) -> Response:
    return client.post(PAGE, {"bank": bank, **more}, format="json")


def change_bank(**values: Any) -> dict[str, Any]:
    bank = copy.deepcopy(BANK)
    bank["subtopics"][0]["questions"][0].update(values)
    return bank


def list_pointers(answer: Response) -> list[str]:
    assert answer.status_code == 400, answer.content
    return [one["pointer"] for one in answer.json()["errors"]]


def test_a_bank_is_looked_at_then_written_and_read_again(recruiter: APIClient) -> None:
    looked = recruiter.post(PAGE, REQUEST_EXAMPLE, format="json")
    assert looked.status_code == 200
    assert_as_told(looked.json(), ANSWER_EXAMPLE)
    assert [model.objects.exists() for model in (Question, Category)] == [False, False]
    written = send(recruiter, status="review").json()
    question = Question.objects.get()
    assert written == {
        **ANSWER_EXAMPLE,
        "dry_run": False,
        "written": True,
        "questions": [{**ANSWER_EXAMPLE["questions"][0], "id": str(question.uuid)}],
    }
    assert (question.status, question.organization and question.organization.slug) == ("review", "fernbrook")
    again = send(recruiter, [BANK]).json()
    assert (again["unchanged"], again["questions"][0]["outcome"]) == (1, "unchanged")
    renewed = send(recruiter, change_bank(text="Plainer?")).json()
    assert (renewed["changed"], renewed["questions"][0]["id"]) == (1, str(question.uuid))
    lines = Change.objects.filter(subject_type="questionbank.question").order_by("pk")
    told = "Imported from a file, question 1. By the API."
    assert [(line.action, line.message) for line in lines] == [("added", told), ("changed", told)]


def test_everything_that_is_wrong_is_told_by_its_place_and_nothing_is_written(recruiter: APIClient) -> None:
    second = {**QUESTION, "key": "second", "criteria": [{**QUESTION["criteria"][0], "weight": 0}]}
    bank = [BANK, {**BANK, "topic": "", "subtopics": [{"name": "", "questions": [QUESTION, second, {"text": "x"}]}]}]
    pointers = list_pointers(send(recruiter, bank))
    start = "#/bank/1/subtopics/0"
    assert {
        "#/bank/1/topic",
        f"{start}/name",
        f"{start}/questions/1/criteria/0/weight",
        f"{start}/questions/2/key",
        f"{start}/questions/2/expected_answer",
    } <= set(pointers)
    assert not Question.objects.exists()
    looked = send(recruiter, bank, dry_run=True).json()
    assert [one["outcome"] for one in looked["questions"]] == ["new", "error", "error", "error"]
    assert looked["questions"][2]["errors"][-1] == {
        "pointer": f"{start}/questions/1/criteria/0/weight",
        "detail": "0 is not a weight; write a number from above 0 to 100.",
        "code": "invalid",
    }
    twice = {**BANK, "subtopics": [{"name": "One", "questions": [QUESTION, QUESTION]}]}
    assert list_pointers(send(recruiter, twice)) == ["#/bank/subtopics/0/questions/1/key"]


def test_what_is_no_bank_is_refused(recruiter: APIClient) -> None:
    many = {**BANK, "subtopics": [{"name": "One", "questions": [{"key": "x"}] * 2001}]}
    for bank in (None, 5, "x", [], {}, [5], {"format": "other"}, {**BANK, "subtopics": [5]}, many):
        assert {one.split("/")[1] for one in list_pointers(send(recruiter, bank))} == {"bank"}, bank
    assert list_pointers(send(recruiter, status="retired", dry_run="x")) == ["#/status", "#/dry_run"]
    assert list_pointers(send(recruiter, change_bank(text="a\u0000"))) == ["#/bank/subtopics/0/questions/0/text"]
    assert list_pointers(send(recruiter, change_bank(expected_seconds=10**40))) == [
        "#/bank/subtopics/0/questions/0/expected_seconds"
    ]
    large = send(recruiter, change_bank(expected_answer="x" * 1_000_000))
    assert (large.status_code, large.json()["type"]) == (413, "urn:interviewbot:problem:too-large")
    assert not Question.objects.exists()


def test_a_dry_run_tells_what_asks_the_same(callers: Callers, recruiter: APIClient) -> None:
    bank = make_bank(callers.fernbrook, callers.elsewhere)
    told = send(recruiter, dry_run=True).json()["questions"][0]
    assert told["similar"] == [str(bank.question.uuid)]
    stranger = callers.sign_in("stranger")
    assert send(stranger, dry_run=True).json()["questions"][0]["similar"] == []


def test_only_who_may_write_and_publish_does(callers: Callers, recruiter: APIClient) -> None:
    for client in (callers.sign_in("reviewer"), callers.use_key("questions:read")):
        assert send(client, dry_run=True).status_code == 403
    assert list_pointers(send(recruiter, is_global=True)) == ["#/is_global"]
    assert list_pointers(send(recruiter, organization=str(callers.elsewhere.uuid))) == ["#/organization"]
    root = sign_in_superadmin()
    assert send(root, is_global=True, status="live").status_code == 200
    assert Question.objects.get().organization is None
    assert send(callers.use_key("questions:write"), status="live").json()["unchanged"] == 1, "it is there for all"


def test_many_cost_as_few_statements_as_a_few_do(recruiter: APIClient) -> None:
    def count(number: int) -> int:
        questions = [{**QUESTION, "key": f"q-{number}-{one}", "text": f"Is it {one}?"} for one in range(number)]
        with CaptureQueriesContext(connection) as queries:
            assert send(recruiter, {**BANK, "subtopics": [{"name": "One", "questions": questions}]}).status_code == 200
        return len(queries)

    few = count(2)
    assert count(60) <= few + 2 * 58 + 5, "a savepoint for each, all else together"


def test_a_repeated_call_writes_once(recruiter: APIClient) -> None:
    answers = [recruiter.post(PAGE, {"bank": BANK}, format="json", HTTP_IDEMPOTENCY_KEY="k").json() for _ in range(2)]
    assert (answers[0] == answers[1], answers[0]["new"]) == (True, 1)
