"""Questions written by the API: new ones, next versions, and what is refused."""

from typing import Any

import pytest
from rest_framework.response import Response
from rest_framework.test import APIClient

from organizations.models import Change
from questionbank.api import question_serializers, questions
from questionbank.models import Question, QuestionVersion
from questionbank.services.versions import add_version
from tests.api_banks import Bank, make_bank, sign_in_superadmin
from tests.bank_desks import make_content
from tests.integration.api.conftest import Callers
from tests.integration.api.examples import assert_as_told, leave_out_own

PAGE = "/api/v1/questions/"
NEW = question_serializers.NEW_EXAMPLE
CHANGE = question_serializers.CHANGE_EXAMPLE


@pytest.fixture
def bank(callers: Callers) -> Bank:
    return make_bank(callers.fernbrook, callers.elsewhere)


@pytest.fixture
def recruiter(callers: Callers) -> APIClient:
    return callers.sign_in("recruiter")


def write(client: APIClient, bank: Bank, **values: Any) -> Response:
    return client.post(PAGE, {**NEW, "subtopic": str(bank.place.uuid), **values}, format="json")


def list_pointers(answer: Response) -> set[str]:
    assert answer.status_code == 400, answer.content
    return {one["pointer"] for one in answer.json()["errors"]}


def name_places(example: dict[str, Any]) -> dict[str, Any]:
    """The example, where the tests' bank has its places."""
    return {**example, **{level: {"id": "…", "name": "Databases"} for level in ("category", "topic", "subtopic")}}


def test_a_question_is_written_read_and_changed(bank: Bank, recruiter: APIClient) -> None:
    made = write(recruiter, bank)
    assert made.status_code == 201
    assert_as_told(made.json(), name_places(question_serializers.EXAMPLE))
    page = made["Location"]
    read = recruiter.get(page)
    assert read.json() == made.json()
    summary = recruiter.get(f"{PAGE}?key=composite-index").json()["results"][0]
    assert_as_told(summary, name_places(question_serializers.SUMMARY_EXAMPLE))
    version = recruiter.get(f"{page}versions/1/").json()
    assert_as_told(version, {**question_serializers.VERSION_EXAMPLE, **question_serializers.CONTENT})
    changed = recruiter.patch(page, CHANGE, format="json", HTTP_IF_MATCH=read["ETag"])
    told, promised = leave_out_own(changed.json()), leave_out_own(name_places(questions.CHANGED))
    assert ({**told, "versions": 0}, [one["number"] for one in told["versions"]]) == (
        {**promised, "versions": 0},
        [2, 1],
    )
    lines = Change.objects.filter(subject_type="questionbank.question").order_by("pk")
    assert [(line.action, line.message, [one["field"] for one in line.differences], line.reason) for line in lines] == [
        ("added", "By the API.", [], "First draft"),
        ("changed", "By the API.", ["current_version"], "Plainer"),
    ]


def test_who_changes_says_what_they_have_read(bank: Bank, recruiter: APIClient) -> None:
    page = f"{PAGE}{bank.question.uuid}/"
    tag = recruiter.get(page)["ETag"]
    unsaid = recruiter.patch(page, {"difficulty": "hard"}, format="json")
    assert (unsaid.status_code, unsaid.json()["type"]) == (428, "urn:interviewbot:problem:version-not-said")
    add_version(bank.question, make_content("Something else?"), user=None)
    late = recruiter.patch(page, {"text": "Mine?"}, format="json", HTTP_IF_MATCH=tag)
    also_late = recruiter.patch(page, {"text": "Mine?", "seen": 1}, format="json")
    assert (late.status_code, also_late.status_code) == (412, 409)
    assert also_late.json()["detail"] == "Version 2 was made meanwhile. Load the page again to see it."
    seen = recruiter.patch(page, {"text": "Mine?", "seen": 2}, format="json")
    assert (seen.status_code, seen.json()["version"], seen.json()["text"]) == (200, 3, "Mine?")


def test_what_is_not_of_the_content_makes_no_version(bank: Bank, recruiter: APIClient) -> None:
    page = f"{PAGE}{bank.question.uuid}/"
    places = {"subtopic": str(bank.common.subtopic.uuid), "difficulty": "hard", "seen": 1}
    moved = recruiter.patch(page, places, format="json").json()
    assert (moved["version"], moved["subtopic"]["name"], moved["category"]["name"]) == (1, *["Common ground"] * 2)
    line = Change.objects.get(subject_type="questionbank.question")
    assert {one["field"]: one["after"] for one in line.differences} == {
        **dict.fromkeys(("category", "topic"), "Common ground"),
        "subtopic": "Common ground › Common ground",
        "difficulty": "Hard",
    }
    assert recruiter.patch(page, {"difficulty": "hard", "seen": 1}, format="json").status_code == 200
    assert Change.objects.filter(subject_type="questionbank.question").count() == 1, "nothing was changed"


def test_what_cannot_be_scored_is_told_by_place(bank: Bank, recruiter: APIClient) -> None:
    criterion = question_serializers.CONTENT["criteria"][0]
    faults: list[tuple[dict[str, Any], set[str]]] = [
        ({"criteria": [{**criterion, "weight": 0}]}, {"#/criteria/0/weight"}),
        ({"criteria": [criterion, criterion]}, {"#/criteria/1/key"}),
        ({"criteria": []}, {"#/criteria"}),
        ({"criteria": [{"key": "Not A Key"}]}, {f"#/criteria/0/{one}" for one in criterion}),
        ({"type": "behavioral"}, {"#/criteria/0/component", "#/weights/technical"}),
        ({"weights": {"depth": 0}}, {"#/weights"}),
        ({"weights": {"depth": -1}}, {"#/weights/depth"}),
        ({"expected_elements": ["Same", "Same"]}, {"#/expected_elements"}),
        ({"expected_elements": ["a\u0000", 5, ""]}, {"#/expected_elements/0"}),
        ({"expected_elements": ["a", 5, ""]}, {"#/expected_elements/2"}),
        ({"text": "bell \u0007"}, {"#/text"}),
        (
            {"text": ["x"], "expected_seconds": 10**9, "think_seconds": "x"},
            {"#/text", "#/expected_seconds", "#/think_seconds"},
        ),
        ({"language": "english", "difficulty": "x", "key": "Not A Key"}, {"#/language", "#/difficulty", "#/key"}),
        ({"key": "own-index"}, {"#/key"}),
        ({"note": "x" * 201}, {"#/note"}),
        ({"red_flags": ["x"] * 51, "suggestions": "x"}, {"#/red_flags", "#/suggestions"}),
    ]
    for values, pointers in faults:
        assert list_pointers(write(recruiter, bank, **values)) == pointers, values
    page = f"{PAGE}{bank.question.uuid}/"
    partly = ({"criteria": [{"key": "plan"}]}, {f"#/criteria/0/{one}" for one in criterion} - {"#/criteria/0/key"})
    for values, pointers in (*faults[:3], partly, *faults[5:8]):
        assert list_pointers(recruiter.patch(page, {**values, "seen": 1}, format="json")) == pointers, values
    assert (Question.objects.count(), QuestionVersion.objects.count()) == (3, 3)
    assert recruiter.post(PAGE, [], format="json").status_code == 400
    assert recruiter.post(PAGE, '{"text": "\\udc00"}', content_type="application/json").status_code == 400


def test_a_question_stands_where_its_owner_may_put_it(callers: Callers, bank: Bank, recruiter: APIClient) -> None:
    theirs, nobodys = str(bank.theirs.subtopic.uuid), str(bank.theirs.uuid)
    answers = [write(recruiter, bank, subtopic=one) for one in (theirs, nobodys)]
    assert [list_pointers(one) for one in answers] == [{"#/subtopic"}] * 2
    assert answers[0].json() == answers[1].json(), "whether it is there is nobody's business"
    root = sign_in_superadmin()
    wrong = write(root, bank, is_global=True)
    assert list_pointers(wrong) == {"#/subtopic"}, "what is for all does not stand in one organization's catalogue"
    common = write(root, bank, is_global=True, subtopic=str(bank.common.subtopic.uuid))
    assert (common.status_code, common.json()["organization"], common.json()["is_global"]) == (201, None, True)
    assert list_pointers(write(recruiter, bank, is_global=True)) == {"#/is_global"}
    assert list_pointers(write(recruiter, bank, organization=str(callers.elsewhere.uuid))) == {"#/organization"}


def test_who_may_not_write_does_not(callers: Callers, bank: Bank) -> None:
    for client in (callers.sign_in("reviewer"), callers.use_key("questions:read")):
        assert write(client, bank).status_code == 403
    assert list_pointers(write(callers.sign_in("stranger"), bank)) == {"#/subtopic"}
    key = callers.use_key("questions:write")
    nameless = {name: value for name, value in NEW.items() if name != "key"}
    made = key.post(PAGE, {**nameless, "subtopic": str(bank.place.uuid)}, format="json")
    assert (made.status_code, made.json()["key"].startswith("why-is-a-composite-index-fast")) == (201, True)
    line = Change.objects.get(subject_type="questionbank.question")
    assert (line.actor, line.message.startswith("By the API key ATS (ib_")) == (None, True)
    assert made.json()["versions"][0]["created_by"] is None


def test_a_repeated_call_writes_one_question(bank: Bank, recruiter: APIClient) -> None:
    sent = {**NEW, "subtopic": str(bank.place.uuid)}
    answers = [recruiter.post(PAGE, sent, format="json", HTTP_IDEMPOTENCY_KEY="k").json() for _ in range(2)]
    assert (answers[0] == answers[1], Question.objects.count()) == (True, 4)
