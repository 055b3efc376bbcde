"""The plan while it is typed: what the server says of it is what publishing would say, for the panel's organization."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviewpanel.domain.panel_plans import PlanRow
from interviewpanel.domain.selection import Difficulty
from interviewpanel.models import InterviewPanel
from interviewpanel.selectors.catalogue import load_catalogue, read_place
from interviewpanel.selectors.panel_plans import check_plan
from interviewpanel.selectors.question_supply import list_missing
from organizations.models import Organization
from questionbank.models import Question, Subtopic
from tests.interview_rows import World, make_world
from tests.panel_pages import PANELS, name_page
from tests.question_banks import fill_bank, make_subtopics
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def subtopics() -> list[Subtopic]:
    """Two topics of two subtopics each; every cell has two questions for everybody."""
    subtopics = make_subtopics("sql", 2, 2)
    fill_bank(subtopics, 2)
    return subtopics


@pytest.fixture
def recruiter(world: World) -> Client:
    return sign_in(make_member("recruiter@fernbrook.example", {world.organization: "hr"}))


def ask(client: Client, url: str, *rows: dict[str, object], **more: object) -> Any:
    plan = {"language": "en", "max_questions": 20, "max_minutes": 60, **more, "rows": list(rows)}
    response = client.post(url, json.dumps(plan), content_type="application/json")
    assert response.status_code == 200, response.content
    return response.json()


def test_rows_that_share_questions_are_served_together(
    world: World, recruiter: Client, subtopics: list[Subtopic]
) -> None:
    """Each row alone could be filled; both together want more hard questions of the subtopic than there are."""
    narrow, wide = f"subtopic:{subtopics[0].pk}", f"topic:{subtopics[0].topic_id}"
    url = name_page("check", world.panel)
    alone = [ask(recruiter, url, {"place": place, "hard": count}) for place, count in ((narrow, 2), (wide, 4))]
    assert [one["problems"] for one in alone] == [[], []]
    both = ask(recruiter, url, {"place": narrow, "hard": 2}, {"place": wide, "hard": 4, "easy": 1})
    topic = subtopics[0].topic.name
    assert both["problems"] == [f"2 of 4 hard {topic} questions missing"]
    assert both["rows"] == [
        {"easy": {"bank": 2, "lacking": 0}, "medium": {"bank": 2, "lacking": 0}, "hard": {"bank": 2, "lacking": 0}},
        {"easy": {"bank": 4, "lacking": 0}, "medium": {"bank": 4, "lacking": 0}, "hard": {"bank": 4, "lacking": 2}},
    ]
    assert (both["total"], both["totals"]) == (7, {"easy": 1, "medium": 0, "hard": 6})


def test_what_is_said_while_typing_is_what_publishing_says(world: World, subtopics: list[Subtopic]) -> None:
    places = load_catalogue([world.organization.pk])
    world.panel.distribution.all().delete()
    for subtopic, level, counts in ((subtopics[0], "subtopic", {"hard": 5}), (subtopics[1], "topic", {"hard": 3})):
        world.panel.distribution.create(
            category=subtopic.topic.category,
            topic=subtopic.topic,
            subtopic=subtopic if level == "subtopic" else None,
            **{f"{name}_count": count for name, count in counts.items()},
        )
    rows = [
        PlanRow(read_place(row), {one: row.count_of(one) for one in Difficulty})
        for row in world.panel.distribution.select_related("category", "topic", "subtopic")
    ]
    assert [row.place for row in rows] == [places[row.place.key] for row in rows]
    state = check_plan(rows, language="en", organization_id=world.organization.pk)
    assert list(state.missing) == list_missing(world.panel) != []


def test_the_language_and_the_limits_of_the_page_count(
    world: World, recruiter: Client, subtopics: list[Subtopic]
) -> None:
    row = {"place": f"subtopic:{subtopics[0].pk}", "medium": 2}
    url = name_page("check", world.panel)
    said = ask(recruiter, url, row, max_questions=1, max_minutes=1)
    assert said["warnings"][0].startswith("The plan has 2 questions, and the interview ends after 1.")
    assert said["warnings"][1].startswith("Answers take about")
    german = ask(recruiter, url, row, language="de")
    assert german["rows"][0]["medium"] == {"bank": 0, "lacking": 2}


def test_only_global_questions_and_ones_own_are_counted(world: World, subtopics: list[Subtopic]) -> None:
    Question.objects.filter(subtopic=subtopics[0]).update(organization=world.organization)
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    stranger = sign_in(make_member("stranger@elsewhere.example", {elsewhere: "hr"}))
    row, url = {"place": f"subtopic:{subtopics[0].pk}", "easy": 1}, reverse(f"{PANELS}_check_new")
    ours = sign_in(make_member("ours@fernbrook.example", {world.organization: "hr"}))
    assert ask(ours, url, row)["rows"][0]["easy"] == {"bank": 2, "lacking": 0}
    for claimed in (elsewhere.pk, world.organization.pk):
        assert ask(stranger, url, row, organization=str(claimed))["rows"][0]["easy"] == {"bank": 0, "lacking": 1}


def test_a_place_of_another_organization_is_no_row(world: World) -> None:
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    stranger = sign_in(make_member("stranger@elsewhere.example", {elsewhere: "hr"}))
    said = ask(stranger, reverse(f"{PANELS}_check_new"), {"place": f"subtopic:{world.row.subtopic_id}", "easy": 1})
    assert (said["rows"], said["total"]) == ([None], 0)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "This is no JSON."),
        (b"[]", "Give an object."),
        (b'{"rows": {}}', "Give the rows as a list of at most 100."),
        (json.dumps({"rows": [{}] * 101}).encode(), "Give the rows as a list of at most 100."),
        (b" " * 20_001, "The plan is too long: 20001 bytes, 20000 at most."),
    ],
)
def test_what_is_no_plan_is_refused(world: World, recruiter: Client, body: bytes, message: str) -> None:
    response = recruiter.post(name_page("check", world.panel), body, content_type="application/json")
    assert (response.status_code, response.json()) == (400, {"error": message})


def test_nonsense_in_a_row_counts_as_nothing(world: World, recruiter: Client) -> None:
    place = f"subtopic:{world.row.subtopic_id}"
    rows = ({"place": place, "easy": "x", "medium": -3, "hard": True}, {"place": 3}, {"place": place, "easy": 10**9})
    said = ask(recruiter, name_page("check", world.panel), *rows, max_questions="many", max_minutes=None)
    assert (said["total"], said["rows"][1], said["warnings"]) == (99, None, [])


def test_it_is_only_posted(world: World, recruiter: Client) -> None:
    assert recruiter.get(name_page("check", world.panel)).status_code == 405


def test_checking_takes_as_many_queries_for_many_rows_as_for_one(
    world: World, subtopics: list[Subtopic], django_assert_num_queries: Any
) -> None:
    places = load_catalogue(())
    rows = [PlanRow(places[f"subtopic:{one.pk}"], dict.fromkeys(Difficulty, 1)) for one in subtopics]
    for some in (rows[:1], rows):
        with django_assert_num_queries(3):
            check_plan(some, language="en", organization_id=world.organization.pk)


def test_a_panel_page_takes_as_many_queries_for_many_rows_as_for_one(
    world: World, recruiter: Client, subtopics: list[Subtopic]
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert recruiter.get(name_page("change", world.panel)).status_code == 200
        return len(queries)

    InterviewPanel.objects.update(status="draft")
    Question.objects.filter(pk=world.question.pk).update(status="live")
    count()  # content types are read once a process
    before = count()
    for subtopic in subtopics:
        world.panel.distribution.create(
            category=subtopic.topic.category, topic=subtopic.topic, subtopic=subtopic, easy_count=1
        )
    assert count() == before
