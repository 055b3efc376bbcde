"""Where the questions of a published interview are to stand: what is offered, what may be chosen, what is refused."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviewpanel.models import InterviewPanel
from interviewpanel.selectors.generated_places import NamedPlace, suggest_place
from interviewpanel.services.panels_from_interviews import make_panel_from_interview
from questionbank.models import Category, EnhancedDescription, GeneratedInterview, Question, Topic
from questionbank.services.catalogue import add_category, add_topic
from questionbank.services.generated_interviews import make_version, publish_interview
from tests.bank_desks import BankDesk, make_desk
from tests.generated_texts import add_description, make_document, make_questions
from tests.html_forms import read_form

pytestmark = pytest.mark.django_db
OWN = NamedPlace(
    "REQ-2026-014 Backend engineer",
    "First interview",
    "None of its competencies has a topic in your bank yet: this one is named after the requisition.",
)


@pytest.fixture
def desk(db: None) -> BankDesk:
    return make_desk()


@pytest.fixture
def interview(desk: BankDesk) -> GeneratedInterview:
    """Published; it asks about Query analysis and Service design twice, and about Operations twice."""
    description = add_description(desk.world.organization)
    enhancement = EnhancedDescription.objects.create(
        organization=description.organization,
        description=description,
        number=1,
        source={},
        document=make_document(),
        started_at=timezone.now(),
    )
    return GeneratedInterview.objects.create(
        organization=description.organization,
        description=description,
        enhancement=enhancement,
        name="First interview",
        status="published",
        level="mid",
        questions=make_questions(),
    )


def page(interview: GeneratedInterview, name: str = "change") -> str:
    return reverse(f"admin:questionbank_generatedinterview_{name}", args=[interview.pk])


def read_offer(client: Client, interview: GeneratedInterview, query: str = "") -> tuple[str, str]:
    shown = client.get(page(interview) + query).content.decode()
    form = read_form(shown, "panel-form")
    return form["category"][0], form["topic"][0]


def name_places(interview: GeneratedInterview) -> set[tuple[str, str, str]]:
    questions = Question.objects.filter(generated_interview=interview).select_related("subtopic__topic__category")
    assert len(questions) == 5
    return {(one.subtopic.topic.category.name, one.subtopic.topic.name, one.subtopic.name) for one in questions}


def test_named_after_the_requisition_where_nothing_fits(desk: BankDesk, interview: GeneratedInterview) -> None:
    theirs = add_category(name="Theirs", organization=desk.elsewhere)
    common = add_category(name="Common", organization=None)
    for category in (theirs, common):
        add_topic(name="Query analysis", category=category)
    assert suggest_place(interview) == OWN
    assert read_offer(desk.client("recruiter"), interview) == (OWN.category, OWN.topic)


def test_an_own_topic_with_the_name_of_a_competency(desk: BankDesk, interview: GeneratedInterview) -> None:
    """The one that is asked about most; names are compared by eye."""
    category = add_category(name="Engineering", organization=desk.world.organization)
    add_topic(name="Operations", category=category)
    add_topic(name="QUERY ANALYSIS", category=category)
    why = "A topic of your bank that has the name of one of its competencies."
    assert suggest_place(interview) == NamedPlace("Engineering", "QUERY ANALYSIS", why)
    GeneratedInterview.objects.filter(pk=interview.pk).update(enhancement=None)
    interview.refresh_from_db()
    assert suggest_place(interview) == NamedPlace(OWN.category, OWN.topic)


def test_where_the_version_before_stands(desk: BankDesk, interview: GeneratedInterview) -> None:
    place = NamedPlace("Engineering", "Backend")
    make_panel_from_interview(interview=interview, place=place, user=None, now=timezone.now())
    second = make_version(interview=interview, user=None)
    publish_interview(interview=second, now=timezone.now())
    assert suggest_place(second) == NamedPlace(
        "Engineering", "Backend", "Questions of REQ-2026-014 stand there already."
    )
    make_panel_from_interview(interview=second, user=None, now=timezone.now())
    assert name_places(interview) == {("Engineering", "Backend", "First interview, version 1")}
    assert name_places(second) == {("Engineering", "Backend", "First interview, version 2")}


def test_the_offer_takes_the_same_queries_however_many_there_are(
    desk: BankDesk, interview: GeneratedInterview, django_assert_num_queries: Any
) -> None:
    category = add_category(name="Engineering", organization=desk.world.organization)
    for count in (1, 20):
        for number in range(count):
            add_topic(name=f"Topic {count} {number}", category=category)
        with django_assert_num_queries(2):
            suggest_place(interview)


def test_another_place_is_chosen_on_the_page(desk: BankDesk, interview: GeneratedInterview) -> None:
    client = desk.client("recruiter")
    add_category(name="Engineering", organization=desk.world.organization)
    before = Category.objects.count(), Topic.objects.count()
    sent = {"category": " engineering ", "topic": "Backend  services"}
    answer = client.post(page(interview, "panel"), sent)
    panel = InterviewPanel.objects.get(made_from__interview=interview)
    assert answer["Location"] == reverse("admin:interviewpanel_interviewpanel_change", args=[panel.pk])
    assert name_places(interview) == {("Engineering", "Backend services", "First interview, version 1")}
    assert (Category.objects.count(), Topic.objects.count()) == (before[0], before[1] + 1)
    shown = client.get(page(interview)).content.decode()
    assert "Open its panel" in shown
    assert "Where in the question bank" not in shown


def test_what_is_refused_stays_in_the_fields(desk: BankDesk, interview: GeneratedInterview) -> None:
    client = desk.client("recruiter")
    answer = client.post(page(interview, "panel"), {"category": "Engineering", "topic": " "})
    assert answer["Location"] == f"{page(interview)}?category=Engineering&topic="
    shown = client.get(answer["Location"]).content.decode()
    assert "Write both, the category and the topic where the questions are to stand." in shown
    assert read_offer(client, interview, "?category=Engineering&topic=") == ("Engineering", "")
    long = client.post(page(interview, "panel"), {"category": "Engineering", "topic": "x" * 101}, follow=True)
    assert "The name has 101 characters. Shorten it to 100." in long.content.decode()
    assert not InterviewPanel.objects.filter(made_from__interview=interview).exists()
    assert not Category.objects.filter(name="Engineering").exists(), "nothing is left of what was refused"


def test_nothing_said_is_as_offered(desk: BankDesk, interview: GeneratedInterview) -> None:
    assert desk.client("recruiter").post(page(interview, "panel")).status_code == 302
    assert name_places(interview) == {(OWN.category, OWN.topic, "First interview, version 1")}


def test_others_names_are_not_offered(desk: BankDesk, interview: GeneratedInterview) -> None:
    shown = desk.client("recruiter").get(page(interview)).content.decode()
    assert "Secret plans" not in shown
    assert "Where in the question bank" not in desk.client("reviewer").get(page(interview)).content.decode()
