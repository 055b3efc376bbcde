"""The page of a panel: filled in field by field, its plan as a grid, published from it, and fixed from then on."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from interviewpanel.models import InterviewPanel, InterviewPanelQuestionDistribution
from interviewpanel.selectors.consent import list_versions
from interviewpanel.services.panels import PanelInUse, PanelNotReady, copy_panel, publish_panel, reopen_panel
from organizations.models import Organization
from questionbank.models import Category, Question
from tests.interview_rows import World, make_interview, make_world
from tests.panel_pages import PANELS, list_messages, name_page, post_data
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world(time_zone="Europe/Berlin")
    Question.objects.filter(pk=world.question.pk).update(status="live")
    return world


@pytest.fixture
def recruiter(world: World) -> Client:
    return sign_in(make_member("recruiter@fernbrook.example", {world.organization: "hr"}))


@pytest.fixture
def draft(world: World) -> InterviewPanel:
    InterviewPanel.objects.filter(pk=world.panel.pk).update(status="draft")
    world.panel.refresh_from_db()
    return world.panel


def subtopic(world: World, **counts: int) -> dict[str, object]:
    return {"place": f"subtopic:{world.row.subtopic_id}", **{f"{name}_count": count for name, count in counts.items()}}


def stored_row(world: World, **changes: object) -> dict[str, object]:
    """As the page has the row of the world's panel."""
    row = world.row
    return {"id": row.pk, "panel": world.panel.pk, "medium_count": 2, "hard_count": 1, "weightage": 2, **changes}


def list_plan(panel: InterviewPanel) -> list[tuple[object, ...]]:
    columns = ("category", "topic", "subtopic", "easy_count", "medium_count", "hard_count", "weightage")
    return list(panel.distribution.values_list(*columns))


# --- Setting up -------------------------------------------------------------------------------------------------------


def test_a_panel_is_planned_by_subtopic_and_published_in_one_go(world: World, recruiter: Client) -> None:
    data = post_data(world, subtopic(world, medium=1), {"place": ""}, _publish="on")
    response = recruiter.post(reverse(f"{PANELS}_add"), data)
    assert list_messages(response) == ["“Data engineers”: published. Candidates can be invited."]
    panel = InterviewPanel.objects.get(title="Data engineers")
    assert panel.status == "published"
    assert list_plan(panel) == [(world.row.category_id, world.row.topic_id, world.row.subtopic_id, 0, 1, 0, 1.0)]
    assert (panel.turn_settings, panel.score_weights) == ({}, {})


def test_rows_may_be_whole_topics_and_categories(world: World, recruiter: Client) -> None:
    topic = {"place": f"topic:{world.row.topic_id}", "easy_count": 1}
    category = {"place": f"category:{world.row.category_id}", "hard_count": 2, "weightage": 1.5}
    recruiter.post(reverse(f"{PANELS}_add"), post_data(world, topic, category))
    assert list_plan(InterviewPanel.objects.get(title="Data engineers")) == [
        (world.row.category_id, world.row.topic_id, None, 1, 0, 0, 1.0),
        (world.row.category_id, None, None, 0, 0, 2, 1.5),
    ]


def test_publishing_says_what_the_bank_lacks_and_keeps_what_was_entered(world: World, recruiter: Client) -> None:
    row = {"place": f"topic:{world.row.topic_id}", "medium_count": 2, "hard_count": 3}
    response = recruiter.post(reverse(f"{PANELS}_add"), post_data(world, row, _publish="on"))
    assert list_messages(response) == [
        "“Data engineers” is saved, but not published:",
        "1 of 2 medium Relational databases questions missing",
        "3 of 3 hard Relational databases questions missing",
    ]
    panel = InterviewPanel.objects.get(title="Data engineers")
    assert panel.status == "draft"
    page = recruiter.get(name_page("change", panel)).content.decode()
    assert "<li>3 of 3 hard Relational databases questions missing</li>" in page
    assert "of 1, 1 missing" in page


def test_numbers_of_the_turn_and_weights_are_stored_as_they_are_filled_in(world: World, recruiter: Client) -> None:
    numbers = {"silence_seconds": "6", "think_seconds": "45", "turn_others": '{"countdown_seconds": 3}'}
    weights = {"weight_technical": "60", "weight_depth": "20", "weight_dimensions": "teamwork: 20"}
    recruiter.post(reverse(f"{PANELS}_add"), post_data(world, subtopic(world, medium=1), **numbers, **weights))
    panel = InterviewPanel.objects.get(title="Data engineers")
    assert panel.turn_settings == {"silence_seconds": 6.0, "think_seconds": 45.0, "countdown_seconds": 3}
    assert panel.score_weights == {"technical": 60.0, "depth": 20.0, "teamwork": 20.0}
    page = recruiter.get(name_page("change", panel)).content.decode()
    assert 'name="silence_seconds" value="6.0"' in page
    assert "teamwork: 20" in page


def test_weights_of_another_scale_stay_until_somebody_changes_one(
    world: World, recruiter: Client, draft: InterviewPanel
) -> None:
    InterviewPanel.objects.update(score_weights={"technical": 2, "depth": 1, "clarity": 1})
    shown = {"weight_technical": "50.0", "weight_depth": "25.0", "weight_clarity": "25.0"}
    for changes, stored in (
        (shown, {"technical": 2, "depth": 1, "clarity": 1}),
        ({**shown, "weight_clarity": "", "weight_depth": "50"}, {"technical": 50.0, "depth": 50.0}),
    ):
        recruiter.post(name_page("change", draft), post_data(world, stored_row(world), stored=1, **changes))
        draft.refresh_from_db()
        assert draft.score_weights == stored


def test_times_are_those_of_the_organization(world: World, recruiter: Client) -> None:
    times = {"opens_at_0": "2026-07-01", "opens_at_1": "09:00", "closes_at_0": "2026-12-01", "closes_at_1": "09:00"}
    recruiter.post(reverse(f"{PANELS}_add"), post_data(world, subtopic(world, medium=1), **times))
    panel = InterviewPanel.objects.get(title="Data engineers")
    assert panel.opens_at == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
    assert panel.closes_at == datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    page = recruiter.get(name_page("change", panel)).content.decode()
    assert 'name="opens_at_1" value="09:00:00"' in page
    assert "Times are those of Fernbrook: Europe/Berlin." in page
    listed = recruiter.get(reverse(f"{PANELS}_changelist")).content.decode()
    assert "from 1 Jul 2026, 09:00 until 1 Dec 2026, 09:00 (Europe/Berlin)" in listed


def test_rows_are_changed_and_removed(world: World, recruiter: Client, draft: InterviewPanel) -> None:
    topic = {"place": f"topic:{world.row.topic_id}", "easy_count": 1}
    data = post_data(world, stored_row(world, medium_count=1, hard_count=""), topic, stored=1)
    recruiter.post(name_page("change", draft), data)
    row, added = InterviewPanelQuestionDistribution.objects.filter(panel=draft)
    assert (row.count_of("medium"), row.count_of("hard"), added.count_of("easy")) == (1, 0, 1)
    data = post_data(
        world, stored_row(world, DELETE="on"), {"id": added.pk, "panel": draft.pk, "easy_count": 2}, stored=2
    )
    recruiter.post(name_page("change", draft), data)
    assert list(draft.distribution.values_list("pk", "easy_count")) == [(added.pk, 2)]


# --- Refused, with a reason -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"distribution-0-medium_count": 0}, "This row asks nothing."),
        ({"distribution-0-medium_count": 100}, "Ensure this value is less than or equal to 99."),
        ({"distribution-0-place": ""}, "Choose what to ask on"),
        ({"distribution-0-place": "subtopic:99999"}, "Choose what to ask on"),
        ({"opens_at_0": "2026-05-02", "opens_at_1": "9:00", "closes_at_0": "2026-05-01", "closes_at_1": "9:00"},
         "The panel closes before it opens."),
        ({"turn_others": '{"silence": 3}'}, "There is no turn setting"),
        ({"turn_others": "[1]"}, "Write an object of names and seconds."),
        ({"silence_seconds": "400"}, "“Silence that ends an answer” is 400, above “Longest answer” (300)"),
        ({"consent_version": "2027-9"}, "Select a valid choice. 2027-9 is not one of the available choices."),
        ({"weight_technical": "-1"}, "greater than or equal to 0"),
        ({"weight_technical": "90"}, "The weights add up to 90. Make them 100 together"),
        ({"weight_dimensions": "teamwork"}, "“teamwork” is no dimension."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_reason(
    world: World, recruiter: Client, changes: dict[str, object], message: str
) -> None:
    page = recruiter.post(reverse(f"{PANELS}_add"), post_data(world, subtopic(world, medium=1), **changes))
    assert page.status_code == 200
    assert message in page.content.decode()
    assert InterviewPanel.objects.count() == 1


def test_nothing_is_asked_by_two_rows(world: World, recruiter: Client) -> None:
    rows = (subtopic(world, medium=1), subtopic(world, hard=1))
    page = recruiter.post(reverse(f"{PANELS}_add"), post_data(world, *rows)).content.decode()
    assert "“Relational databases › Indexing” is in the plan twice. Put its counts in one row." in page


def test_another_organizations_catalogue_is_no_place_to_ask_on(world: World) -> None:
    """Neither for a stranger's, nor for one's own in the other organization."""
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    theirs = Category.objects.create(organization=elsewhere, name="Theirs", slug="theirs")
    both = sign_in(make_member("both@both.example", {world.organization: "hr", elsewhere: "hr"}))
    ours = sign_in(make_member("ours@fernbrook.example", {world.organization: "hr"}))
    row = {"place": f"category:{theirs.pk}", "easy_count": 1}
    pages = [one.post(reverse(f"{PANELS}_add"), post_data(world, row)).content.decode() for one in (both, ours)]
    assert "“Theirs” belongs to another organization than this panel." in pages[0]
    assert "Theirs" not in pages[1]
    assert "Choose what to ask on" in pages[1]
    assert InterviewPanel.objects.count() == 1


def test_a_panel_whose_agreement_has_no_text_is_not_published(world: World, recruiter: Client) -> None:
    InterviewPanel.objects.update(consent_version="2027-9", status="draft")
    with pytest.raises(PanelNotReady) as refusal:
        publish_panel(InterviewPanel.objects.get())
    told = "Text of the agreement: there is none of version “2027-9”. Choose of: 2026-1."
    assert told in refusal.value.problems
    assert list_versions() == ("2026-1",)
    assert "There is no text of this version." in recruiter.get(name_page("change", world.panel)).content.decode()


# --- Fixed, and only to be looked at ----------------------------------------------------------------------------------


def test_the_plan_of_a_published_panel_is_shown_and_not_changed(world: World, recruiter: Client) -> None:
    changes = {"max_minutes": 99, "silence_seconds": 3, "weight_technical": 100, "consent_addition": "More."}
    data = post_data(world, stored_row(world, medium_count=9), stored=1, **changes)
    assert recruiter.post(name_page("change", world.panel), data).status_code == 302
    world.panel.refresh_from_db()
    assert (world.panel.title, world.panel.max_minutes, world.panel.consent_addition) == ("Data engineers", 30, "")
    assert (world.panel.turn_settings, world.panel.score_weights) == ({}, {})
    assert list(world.panel.distribution.values_list("medium_count", flat=True)) == [2]
    page = recruiter.get(name_page("change", world.panel)).content.decode()
    assert "The plan, the agreement and the scoring are fixed." in page
    assert name_page("copy", world.panel) in page
    assert name_page("reopen", world.panel) in page


def test_a_panel_that_has_interviewed_keeps_its_plan(world: World, recruiter: Client) -> None:
    make_interview(world)
    with pytest.raises(PanelInUse, match="Duplicate it and change the duplicate"):
        reopen_panel(world.panel)
    world.panel.refresh_from_db()
    assert world.panel.status == "published"
    assert copy_panel(world.panel).invitations.count() == 0
    page = recruiter.get(name_page("change", world.panel)).content.decode()
    assert "Interviews were held by this panel" in page
    assert name_page("reopen", world.panel) not in page


def test_a_reviewer_looks_at_a_panel_and_changes_nothing(world: World, draft: InterviewPanel) -> None:
    InterviewPanel.objects.update(turn_settings={"silence_seconds": 7}, score_weights={"technical": 3, "depth": 1})
    reviewer = sign_in(make_member("reviewer@fernbrook.example", {world.organization: "reviewer"}))
    url = name_page("change", draft)
    page = reviewer.get(url).content.decode()
    assert "Silence that ends an answer 7 s" in page
    assert "depth 25 %, technical 75 %" in page
    assert "Indexing" in page
    assert 'name="distribution-0-medium_count"' not in page
    assert 'name="_publish"' not in page
    assert "Try it yourself" not in page
    assert reviewer.post(url, post_data(world, stored_row(world), stored=1)).status_code == 403
    assert InterviewPanel.objects.get().title == "Backend screening"


def test_the_agreement_is_shown_whole_with_the_organizations_own_words(
    world: World, recruiter: Client, draft: InterviewPanel
) -> None:
    added = "Our works council\nmay listen.\n\nAsk us."
    recruiter.post(name_page("change", draft), post_data(world, stored_row(world), stored=1, consent_addition=added))
    page = recruiter.get(name_page("change", draft)).content.decode()
    assert "<p>A computer program of Fernbrook will interview you." in page
    assert "<p>Our works council may listen.</p><p>Ask us.</p>" in page
