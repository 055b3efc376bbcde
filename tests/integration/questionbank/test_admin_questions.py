"""Questions in the admin: written, checked by the bank's own format, and given a next version by an edit."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from questionbank.models import Question, QuestionVersion
from tests.interview_rows import World, make_world
from tests.staff import HASHER, make_member, sign_in

pytestmark = pytest.mark.django_db

CRITERION = {"key": "plan", "name": "Plan", "description": "Reads the plan", "component": "technical", "weight": 2}


@pytest.fixture(autouse=True)
def quick_hashing(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = HASHER


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def recruiter(world: World) -> Client:
    return sign_in(make_member("recruiter@fernbrook.example", {world.organization: "hr"}))


def question_data(world: World, **changes: object) -> dict[str, object]:
    data: dict[str, object] = {
        "organization": world.organization.pk,
        "subtopic": world.row.subtopic_id,
        "kind": "technical",
        "difficulty": "hard",
        "language": "en",
        "status": "live",
        "text": "When does an index make a query slower?",
        "assesses": "Costs of an index",
        "expected_answer": "When rows are written often, or most rows match.",
        "expected_elements": "Writes cost more\n\n  Most rows match  \nThe planner ignores it",
        "criteria": json.dumps([CRITERION]),
        "red_flags": "",
        "suggestions": "",
        "expected_seconds": 90,
        "think_seconds": 20,
        "weights": "{}",
        "versions-TOTAL_FORMS": 0,
        "versions-INITIAL_FORMS": 0,
    }
    return {**data, **changes}


def add(client: Client, data: dict[str, object]) -> str:
    response = client.post(reverse("admin:questionbank_question_add"), data)
    return response.content.decode() if response.status_code == 200 else ""


def test_a_new_question_is_live_with_its_first_version(world: World, recruiter: Client) -> None:
    assert add(recruiter, question_data(world)) == ""
    question = Question.objects.get(difficulty="hard")
    version = question.current_version
    assert version is not None
    assert (question.status, question.topic, question.category) == ("live", world.row.topic, world.row.category)
    assert question.key.startswith("when-does-an-index-make-a-query-slower-")
    assert (version.number, version.expected_elements, version.criteria) == (
        1,
        ["Writes cost more", "Most rows match", "The planner ignores it"],
        [CRITERION],
    )
    assert version.created_by is not None
    assert version.created_by.email == "recruiter@fernbrook.example"


def test_an_edit_makes_the_next_version_and_leaves_the_last_as_it_was(world: World, recruiter: Client) -> None:
    add(recruiter, question_data(world))
    question = Question.objects.get(difficulty="hard")
    url = reverse("admin:questionbank_question_change", args=[question.pk])
    same = question_data(world, key=question.key)
    assert recruiter.post(url, same).status_code == 302
    assert question.versions.count() == 1
    assert recruiter.post(url, {**same, "think_seconds": 45, "status": "retired"}).status_code == 302
    question.refresh_from_db()
    assert question.current_version is not None
    assert (question.status, question.current_version.number, question.current_version.think_seconds) == (
        "retired",
        2,
        45,
    )
    assert list(question.versions.order_by("number").values_list("think_seconds", flat=True)) == [20, 45]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"criteria": "[]"}, "criteria"),
        ({"criteria": json.dumps([{**CRITERION, "component": "charm"}])}, "component"),
        ({"kind": "behavioral"}, "has no technical component"),
        ({"weights": '{"charm": 1}'}, "charm"),
        ({"think_seconds": -1}, "think_seconds"),
        ({"expected_elements": " "}, "This field is required."),
    ],
)
def test_a_question_that_cannot_be_scored_is_refused_with_a_reason(
    world: World, recruiter: Client, changes: dict[str, object], message: str
) -> None:
    assert message in add(recruiter, question_data(world, **changes))
    assert (Question.objects.count(), QuestionVersion.objects.count()) == (1, 1)


def test_two_questions_of_an_organization_have_two_keys(world: World, recruiter: Client) -> None:
    assert "already exists" in add(recruiter, question_data(world, key=world.question.key))


def test_a_question_for_all_does_not_stand_in_ones_own_catalogue(world: World) -> None:
    root = sign_in(make_member("root@example.com", {}))
    user = world.organization.memberships.model._meta.get_field("user").related_model
    user.objects.filter(email="root@example.com").update(is_staff=True, is_superuser=True)
    assert "belongs to one organization" in add(root, question_data(world, organization=""))
    assert Question.objects.count() == 1


def test_criteria_are_read_as_a_table_and_changed_below_it(world: World, recruiter: Client) -> None:
    page = recruiter.get(reverse("admin:questionbank_question_change", args=[world.question.pk])).content.decode()
    cells = ("Looks at the query plan", "Reads the plan before changing anything", "technical", "1.0")
    row = f"<tr><td>{'</td><td>'.join(cells)}</td></tr>"
    assert page.count(row) == 2, "in the form, and in the version below"
    assert "<summary>Change the criteria</summary>" in page
    assert "<li>Composite index</li>" in page
    empty = recruiter.get(reverse("admin:questionbank_question_add")).content.decode()
    assert "<summary>" not in empty


def test_criteria_that_cannot_be_read_are_shown_as_they_were_entered(world: World, recruiter: Client) -> None:
    page = add(recruiter, question_data(world, criteria="[{oops"))
    assert "[{oops</textarea>" in page
    assert "<summary>" not in page


def test_the_list_begins_with_the_question_itself(world: World, recruiter: Client) -> None:
    response = recruiter.get(reverse("admin:questionbank_question_changelist"))
    assert response.context["cl"].list_display[:2] == ("spoken", "place")
    assert "A query has become slow" in response.content.decode()
