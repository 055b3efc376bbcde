"""The catalogue on one page: what stands where, in how many queries, for whom, and what may be changed in place."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviewpanel.models import InterviewPanelQuestionDistribution
from questionbank.models import Category, Question, Subtopic, Topic
from tests.bank_desks import BankDesk, add_question, make_place
from tests.history_lines import list_lines

URL = "/admin/questionbank/category/tree/"


def list_names(response: object) -> list[str]:
    """Of all levels, as they stand on the page."""

    def walk(parts: list[dict]) -> list[str]:
        return [name for part in parts for name in (part["node"].name, *walk(part["children"]))]

    return walk(response.context["tree"])  # type: ignore[attr-defined]


def count_queries(client: Client) -> int:
    client.get(URL)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(URL).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("person", "names"),
    [
        ("recruiter", ["Common ground"] * 3 + ["Databases", "Relational databases", "Indexing"]),
        ("stranger", ["Common ground"] * 3 + ["Secret plans"] * 3),
        (
            "root",
            ["Common ground"] * 3 + ["Databases", "Relational databases", "Indexing"] + ["Secret plans"] * 3,
        ),
    ],
)
def test_the_tree_is_cut_to_ones_own_and_what_is_for_all(desk: BankDesk, person: str, names: list[str]) -> None:
    assert list_names(desk.client(person).get(URL)) == names


def test_who_has_no_catalogue_sees_no_tree(desk: BankDesk) -> None:
    assert desk.client("reviewer").get(URL).status_code == 403
    assert Client().get(URL).status_code == 302


def test_questions_are_counted_by_difficulty_and_status_with_links(desk: BankDesk) -> None:
    place = desk.world.row.subtopic
    for number, (difficulty, status) in enumerate((("easy", "live"), ("easy", "draft"), ("hard", "retired"))):
        add_question(place, f"q{number}", f"Question {number}", difficulty=difficulty, status=status)
    response = desk.client("recruiter").get(URL)
    category = response.context["tree"][1]
    for part in (category, category["children"][0], category["children"][0]["children"][0]):
        assert [(name, live, [(s, n) for s, n, _ in others]) for name, live, _, others in part["cells"]] == [
            ("easy", 1, [("draft", 1)]),
            ("medium", 1, []),
            ("hard", 0, [("retired", 1)]),
        ]
    assert [(status, count) for status, count, _ in response.context["totals"]] == [
        *(("draft", 1), ("review", 0), ("live", 3), ("retired", 1)),
    ]
    link = category["children"][0]["children"][0]["cells"][0][3][0][2]
    listed = desk.client("recruiter").get(link).context["cl"]
    assert [one.key for one in listed.result_list] == ["q1"]


def test_ten_and_a_thousand_subtopics_take_the_same_queries(desk: BankDesk) -> None:
    client = desk.client("owner")
    topic = desk.world.row.topic
    counts = []
    for wanted in (10, 1000):
        have = topic.subtopics.count()
        Subtopic.objects.bulk_create(
            Subtopic(topic=topic, name=f"Subtopic {number}", slug=f"s-{number}") for number in range(have, wanted)
        )
        counts.append(count_queries(client))
    assert counts == [12, 12]


def test_a_search_keeps_what_is_above_and_below(desk: BankDesk) -> None:
    Topic.objects.create(category=desk.world.row.category, name="Key-value stores", slug="kv")
    client = desk.client("recruiter")
    assert list_names(client.get(URL, {"q": "index"})) == ["Databases", "Relational databases", "Indexing"]
    assert list_names(client.get(URL, {"q": "KEY stores"})) == ["Databases", "Key-value stores"]
    assert "Nothing is called “zebra”" in client.get(URL, {"q": "zebra"}).content.decode()


def change(desk: BankDesk, person: str, **data: object) -> str:
    response = desk.client(person).post(URL, {key: str(value) for key, value in data.items()}, follow=True)
    return response.content.decode() if response.status_code == 200 else str(response.status_code)


def test_places_are_added_renamed_and_recorded(desk: BankDesk) -> None:
    own = desk.world.organization.pk
    assert "“Our stack” is there." in change(
        desk, "owner", act="add", level="category", name="Our  stack", organization=own
    )
    category = Category.objects.get(name="Our stack")
    change(desk, "owner", act="add", level="topic", parent=category.pk, name="C++")
    change(desk, "owner", act="add", level="topic", parent=category.pk, name="C#")
    topic = Topic.objects.get(name="C#")
    change(desk, "owner", act="add", level="subtopic", parent=topic.pk, name="Records")
    assert (category.organization_id, topic.slug, topic.subtopics.get().name) == (own, "c-2", "Records")
    page = change(desk, "owner", act="rename", level="topic", pk=topic.pk, name="C sharp")
    assert "“C#” is called “C sharp” now." in page
    said = list_lines()[-1]
    assert (said.message, said.subject_name) == ("Renamed; it was “C#”.", "C sharp")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"act": "add", "level": "topic", "name": "relational DATABASES"}, "is there already. Choose another name."),
        ({"act": "add", "level": "topic", "name": "  "}, "The name is empty."),
        ({"act": "add", "level": "topic", "name": "x" * 101}, "Shorten it to 100."),
    ],
)
def test_a_name_that_cannot_be_is_refused(desk: BankDesk, data: dict[str, str], said: str) -> None:
    assert said in change(desk, "owner", parent=desk.world.row.category_id, **data)
    assert Topic.objects.filter(category=desk.world.row.category).count() == 1


def test_a_subtopic_moves_with_its_questions_and_the_plans_that_name_it(desk: BankDesk) -> None:
    row = desk.world.row
    other = make_place("Elsewhere in it", desk.world.organization)
    page = change(desk, "recruiter", act="move", level="subtopic", pk=row.subtopic_id, parent=other.topic_id)
    assert "“Indexing” stands in “Elsewhere in it” now, with its questions." in page
    assert "1 row of a plan names it and moved with it." in page
    question = Question.objects.get(pk=desk.world.question.pk)
    planned = InterviewPanelQuestionDistribution.objects.get(pk=row.pk)
    for one in (question, planned):
        assert (one.subtopic_id, one.topic_id, one.category_id) == (
            *(row.subtopic_id, other.topic_id, other.topic.category_id),
        )
    assert "Moved from “Relational databases” to “Elsewhere in it”." in [one.message for one in list_lines()]


def test_a_topic_moves_with_all_that_is_in_it(desk: BankDesk) -> None:
    row = desk.world.row
    other = make_place("Storage", desk.world.organization).topic.category
    change(desk, "recruiter", act="move", level="topic", pk=row.topic_id, parent=other.pk)
    question = Question.objects.get(pk=desk.world.question.pk)
    planned = InterviewPanelQuestionDistribution.objects.get(pk=row.pk)
    assert {(one.topic_id, one.category_id) for one in (question, planned)} == {(row.topic_id, other.pk)}


def test_a_move_that_leaves_a_panel_short_says_so(desk: BankDesk) -> None:
    row = desk.world.row
    InterviewPanelQuestionDistribution.objects.filter(pk=row.pk).update(
        topic=None, subtopic=None, medium_count=1, hard_count=0
    )
    other = make_place("Storage", desk.world.organization)
    page = change(desk, "recruiter", act="move", level="subtopic", pk=row.subtopic_id, parent=other.topic_id)
    assert "The bank does not fill the panel “Backend screening” now: 1 of 1 medium Databases question missing." in page


@pytest.mark.parametrize(
    ("person", "which", "said"),
    [
        ("recruiter", "own", "is called"),
        ("recruiter", "common", "403"),
        ("recruiter", "theirs", "404"),
        ("reviewer", "own", "403"),
        ("between", "own", "404"),
        ("stranger", "own", "404"),
        ("root", "common", "is called"),
    ],
)
def test_who_may_rename_what(desk: BankDesk, person: str, which: str, said: str) -> None:
    question = {"own": desk.world.question, "common": desk.common, "theirs": desk.theirs}[which]
    assert said in change(desk, person, act="rename", level="topic", pk=question.topic_id, name="Renamed")


def test_nothing_moves_from_one_owner_to_another(desk: BankDesk) -> None:
    theirs, own = desk.theirs.subtopic, desk.world.row.topic
    assert change(desk, "recruiter", act="move", level="subtopic", pk=theirs.pk, parent=own.pk) == "404"
    assert "belongs to somebody else" in change(desk, "root", act="move", level="subtopic", pk=theirs.pk, parent=own.pk)
    assert change(desk, "root", act="move", level="category", pk=own.category_id, parent=own.pk) == "404"
    assert change(desk, "root", act="melt", level="topic", pk=own.pk) == "404"


def test_a_recruiter_adds_no_category_for_all_or_for_others(desk: BankDesk) -> None:
    for organization in ("", desk.elsewhere.pk):
        assert change(desk, "recruiter", act="add", level="category", name="Mine", organization=organization) == "403"
    assert "is there" in change(desk, "root", act="add", level="category", name="For all", organization="")
    assert Category.objects.get(name="For all").organization is None


def test_the_sidebar_leads_to_the_tree(desk: BankDesk) -> None:
    page = desk.client("recruiter").get(reverse("admin:index")).content.decode()
    assert f'href="{URL}"' in page
    assert f'href="{URL}"' not in desk.client("reviewer").get(reverse("admin:index")).content.decode()
