"""Questions in the admin: written, checked by the bank's own format, and given a next version by an edit."""

import pytest
from django.test import Client
from django.urls import reverse

from authentication.models import User
from organizations.models import Organization
from questionbank.models import Question, QuestionVersion
from questionbank.services.similar_questions import index_questions
from tests.history_lines import read_lines
from tests.interview_rows import World, make_world
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db

CRITERION = {"key": "reads_the_plan", "name": "Reads the plan", "description": "First", "component": "technical"}
STORED = {**CRITERION, "weight": 2}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def recruiter(world: World) -> Client:
    return sign_in(make_member("recruiter@fernbrook.example", {world.organization: "hr"}))


def write_criteria(*rows: dict[str, object]) -> dict[str, object]:
    """As the form sends them: a column for each field."""
    names = ("key", "name", "description", "component", "weight", "position")
    return {f"criteria-{name}": [row.get(name, "") for row in rows] for name in names}


def question_data(world: World, **changes: object) -> dict[str, object]:
    data: dict[str, object] = {
        "organization": world.organization.pk,
        "subtopic": world.row.subtopic_id,
        "kind": "technical",
        "difficulty": "hard",
        "language": "en",
        "text": "When does an index make a query slower?",
        "assesses": "Costs of an index",
        "expected_answer": "When rows are written often,\r\nor most rows match.",
        "expected_elements": "Writes cost more\n\n  Most rows match  \nThe planner ignores it",
        **write_criteria({**CRITERION, "key": "", "weight": "2"}),
        "red_flags": "",
        "suggestions": "",
        "expected_seconds": 90,
        "think_seconds": 20,
        "note": "",
    }
    return {**data, **changes}


def add(client: Client, data: dict[str, object]) -> str:
    response = client.post(reverse("admin:questionbank_question_add"), data)
    return response.content.decode() if response.status_code == 200 else ""


def change_url(question: Question) -> str:
    return reverse("admin:questionbank_question_change", args=[question.pk])


def test_a_new_question_is_a_draft_with_its_first_version(world: World, recruiter: Client) -> None:
    assert add(recruiter, question_data(world)) == ""
    question = Question.objects.get(difficulty="hard")
    version = question.current_version
    assert version is not None
    assert (question.status, question.topic, question.category) == ("draft", world.row.topic, world.row.category)
    assert question.key.startswith("when-does-an-index-make-a-query-slower-")
    assert (version.number, version.expected_elements, version.criteria, version.weights) == (
        1,
        ["Writes cost more", "Most rows match", "The planner ignores it"],
        [STORED],
        {},
    )
    assert version.expected_answer == "When rows are written often,\nor most rows match."
    assert version.created_by is not None
    assert version.created_by.email == "recruiter@fernbrook.example"


def test_an_edit_makes_the_next_version_and_leaves_the_last_as_it_was(world: World, recruiter: Client) -> None:
    add(recruiter, question_data(world))
    question = Question.objects.get(difficulty="hard")
    same = question_data(world, key=question.key)
    assert recruiter.post(change_url(question), same).status_code == 302
    assert question.versions.count() == 1
    edit = {**same, "think_seconds": 45, "note": "People asked for time"}
    assert recruiter.post(change_url(question), edit).status_code == 302
    question.refresh_from_db()
    assert question.current_version is not None
    assert (question.status, question.current_version.number, question.current_version.note) == (
        "draft",
        2,
        "People asked for time",
    )
    assert list(question.versions.order_by("number").values_list("think_seconds", flat=True)) == [20, 45]
    assert read_lines(question)[-1] == ("Changed think seconds.", "People asked for time")


def test_the_status_cannot_be_written_into_the_form(world: World, recruiter: Client) -> None:
    add(recruiter, question_data(world, status="live"))
    assert Question.objects.get(difficulty="hard").status == "draft"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (write_criteria(), "This field is required."),
        (write_criteria({**STORED, "component": "charm"}), "Component &quot;charm&quot; is not known"),
        (write_criteria({**STORED, "weight": "heavy"}), "Weight &quot;heavy&quot; is not a weight"),
        ({"kind": "behavioral"}, "has no technical component"),
        ({"weights-depth": "-1"}, "Depth -1 is not a weight"),
        ({"think_seconds": -1}, "greater than or equal to 0"),
        ({"expected_elements": " "}, "This field is required."),
        ({"expected_elements": "Twice\nTwice"}, "is listed twice"),
    ],
)
def test_a_question_that_cannot_be_scored_is_refused_with_a_reason(
    world: World, recruiter: Client, changes: dict[str, object], message: str
) -> None:
    assert message in add(recruiter, question_data(world, **changes))
    assert (Question.objects.count(), QuestionVersion.objects.count()) == (1, 1)


def test_what_is_wrong_with_a_criterion_stands_at_its_row(world: World, recruiter: Client) -> None:
    rows = ({"name": "Good", "description": "D", "component": "depth", "weight": "1"}, {"name": "", "description": "X"})
    page = add(recruiter, question_data(world, **write_criteria(*rows)))
    before, _, wrong = page.partition('<li class="bank-criterion is-wrong"')
    assert 'value="Good"' in before
    assert "Name is missing or empty; write a text." in wrong.partition("</li>")[0]


def test_criteria_are_placed_removed_and_given_keys_without_a_script(world: World, recruiter: Client) -> None:
    """Two of one name have two keys; one that is renamed keeps its key; an empty row is none."""
    line = {"description": "D", "component": "depth", "weight": "1.5"}
    rows = (
        {**line, "name": "Same name", "position": "3"},
        {**line, "name": "Gone", "position": "2"},
        {**line, "name": "Called otherwise", "key": "old_key", "position": "1"},
        {**line, "name": "Same name", "position": "4"},
        {"component": "technical", "weight": "1", "position": "5"},
    )
    add(recruiter, question_data(world, **write_criteria(*rows), **{"criteria-remove": ["1"]}))
    version = Question.objects.get(difficulty="hard").current_version
    assert version is not None
    assert [(one["key"], one["name"], one["weight"]) for one in version.criteria] == [
        ("old_key", "Called otherwise", 1.5),
        ("same_name", "Same name", 1.5),
        ("same_name_2", "Same name", 1.5),
    ]


def test_weights_are_numbers_and_empty_ones_are_the_panels(world: World, recruiter: Client) -> None:
    add(recruiter, question_data(world, **{"weights-technical": "60", "weights-relevance": "40", "weights-depth": ""}))
    version = Question.objects.get(difficulty="hard").current_version
    assert version is not None
    assert version.weights == {"relevance": 40, "technical": 60}


def test_the_editor_shows_rows_counts_and_lengths(world: World, recruiter: Client) -> None:
    page = recruiter.get(change_url(world.question)).content.decode()
    assert page.count('name="criteria-name"') == 3, "one row, one empty one, and one for the script"
    assert 'value="Looks at the query plan"' in page
    assert "9 words, about 4 s to say." in page
    assert ">3 lines</output>" in page
    assert "{&quot;" not in page, "nobody writes JSON"


def test_two_questions_of_an_organization_have_two_keys(world: World, recruiter: Client) -> None:
    assert "already exists" in add(recruiter, question_data(world, key=world.question.key))


def test_a_question_for_all_does_not_stand_in_ones_own_catalogue(world: World) -> None:
    root = sign_in(User.objects.create_superuser("root@example.com", "correct horse"))
    assert "belongs to one organization" in add(root, question_data(world, organization=""))
    assert Question.objects.count() == 1


def test_who_may_only_look_reads_the_current_content(world: World) -> None:
    reviewer = sign_in(make_member("reviewer@fernbrook.example", {world.organization: "reviewer"}))
    page = reviewer.get(change_url(world.question)).content.decode()
    cells = ("Looks at the query plan", "Reads the plan before changing anything", "technical", "1.0")
    assert f"<tr><td>{'</td><td>'.join(cells)}</td></tr>" in page
    assert "<li>Composite index</li>" in page
    assert "criteria-name" not in page
    assert "Retire" not in page


def test_a_question_for_all_is_copied_to_be_changed(world: World, recruiter: Client) -> None:
    for model, pk in ((type(world.row.category), world.row.category.pk), (Question, world.question.pk)):
        model.objects.filter(pk=pk).update(organization=None)
    url = reverse("admin:questionbank_question_copy", args=[world.question.pk])
    assert recruiter.get(url).status_code == 404
    stranger = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    assert recruiter.post(url, {"organization": stranger.pk}).status_code == 404
    assert recruiter.post(url, {"organization": world.organization.pk}).status_code == 302
    copy = Question.objects.get(organization=world.organization)
    assert copy.current_version is not None
    assert world.question.current_version is not None
    assert (copy.status, copy.current_version.text) == ("draft", world.question.current_version.text)
    again = recruiter.post(url, {"organization": world.organization.pk}, follow=True).content.decode()
    assert "of its own already" in again


def test_a_question_that_asks_the_same_is_named_with_a_link(world: World, recruiter: Client) -> None:
    version = world.question.current_version
    assert version is not None
    index_questions([(world.question, version.text)])
    data = question_data(world, text="A query became slow. What do you do? (query)", difficulty="hard")
    page = recruiter.post(reverse("admin:questionbank_question_add"), data, follow=True).content.decode()
    assert "much like" not in page
    same = question_data(world, text="Queries have become slow: what would you do?", difficulty="easy")
    page = recruiter.post(reverse("admin:questionbank_question_add"), same, follow=True).content.decode()
    assert "This question is much like another" in page
    assert f'href="{change_url(world.question)}">A query has become slow' in page


def test_the_list_begins_with_the_question_itself(world: World, recruiter: Client) -> None:
    response = recruiter.get(reverse("admin:questionbank_question_changelist"))
    assert list(response.context["cl"].list_display)[1:3] == ["spoken", "place"]
    assert "A query has become slow" in response.content.decode()
