"""A question bank and the people who keep it, of two organizations; for the tests of its pages."""

from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from authentication.models import User
from interviewpanel.models import Answer, AnswerScore, InterviewPanel
from interviewpanel.services.panels import publish_panel
from organizations.models import Organization
from questionbank.models import Category, Question, QuestionVersion, Subtopic, Topic
from questionbank.services.similar_questions import index_questions
from tests.interview_rows import World, add_answer, add_score, make_session, make_world
from tests.staff import make_member, sign_in

LEDGER_QUESTION = "Why is a composite index fast for this query?"


@dataclass(frozen=True)
class BankDesk:
    """Fernbrook with its world, whose one question is live; Elsewhere with a question of its own; one for all."""

    world: World
    elsewhere: Organization
    theirs: Question
    common: Question
    people: dict[str, User]

    def client(self, person: str) -> Client:
        return sign_in(self.people[person])


def make_desk() -> BankDesk:
    world = make_world("Fernbrook")
    make_live(world.question)
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    people = {
        "owner": make_member("owner@fernbrook.example", {world.organization: "admin"}),
        "recruiter": make_member("recruiter@fernbrook.example", {world.organization: "hr"}),
        "reviewer": make_member("reviewer@fernbrook.example", {world.organization: "reviewer"}),
        "stranger": make_member("stranger@elsewhere.example", {elsewhere: "admin"}),
        "between": make_member("between@both.example", {world.organization: "reviewer", elsewhere: "admin"}),
        "root": User.objects.create_superuser("root@example.com", "correct horse"),
    }
    theirs = add_question(make_place("Secret plans", elsewhere), "theirs", "What are the secret plans?")
    common = add_question(make_place("Common ground", None), "common", "How do you give feedback?")
    return BankDesk(world, elsewhere, theirs, common, people)


def make_place(name: str, organization: Organization | None) -> Subtopic:
    """A category with one topic with one subtopic, all of this name."""
    slug = name.lower().replace(" ", "-")
    category = Category.objects.create(organization=organization, name=name, slug=slug)
    topic = Topic.objects.create(category=category, name=name, slug=slug)
    return Subtopic.objects.create(topic=topic, name=name, slug=slug)


def make_content(text: str, **changes: Any) -> dict[str, Any]:
    return {
        "text": text,
        "assesses": "What is known of it",
        "expected_answer": "A composite index with the customer first makes the query fast.",
        "expected_elements": ["A composite index is used", "The customer column comes first"],
        "criteria": [
            {"key": "index", "name": "Index", "description": "Names it", "component": "technical", "weight": 1}
        ],
        "red_flags": [],
        "suggestions": [],
        "expected_seconds": 90,
        "think_seconds": 30,
        "weights": {},
        **changes,
    }


def add_question(
    place: Subtopic, key: str, text: str, *, status: str = "live", difficulty: str = "medium", **content: Any
) -> Question:
    """A question of the place's owner, found as a similar one by its words."""
    question = Question.objects.create(
        organization=place.topic.category.organization,
        key=key,
        category=place.topic.category,
        topic=place.topic,
        subtopic=place,
        difficulty=difficulty,
    )
    question.current_version = QuestionVersion.objects.create(
        question=question, number=1, **make_content(text, **content)
    )
    question.status = status
    question.save()
    index_questions([(question, text)])
    return question


def make_live(question: Question) -> None:
    Question.objects.filter(pk=question.pk).update(status="live")
    question.refresh_from_db()
    assert question.current_version is not None
    index_questions([(question, question.current_version.text)])


def hold_interview(
    world: World, number: int, composites: dict[Question, int | None], *, is_trial: bool = False, **answer: Any
) -> list[Answer]:
    """An interview that asked these questions; a composite of None is an answer that was skipped."""
    session = make_session(world, candidate=f"P{number:04}")
    if is_trial:
        type(session.invitation).objects.filter(pk=session.invitation_id).update(is_trial=True)
    answers = []
    for place, (question, composite) in enumerate(composites.items(), 1):
        fields = {"status": "skipped", "closed_reason": "skipped", "transcript": ""} if composite is None else {}
        asked = World(world.organization, world.panel, world.row, question)
        answers.append(add_answer(session, asked, place, **{**fields, **answer}))
        if composite is not None:
            add_score(answers[-1], composite)
    return answers


def rescore(answer: Answer, composite: int) -> AnswerScore:
    return add_score(answer, composite, number=2)


def page_of(question: Question, name: str, *args: Any) -> str:
    return reverse(f"admin:questionbank_question_{name}", args=[question.pk, *args])


def make_ledgers() -> None:
    """In the one organization there is: two questions of its own, thirteen interviews, and a panel that needs both."""
    organization = Organization.objects.get()
    place = make_place("Ledgers", organization)
    question = add_question(place, "own-index", LEDGER_QUESTION, difficulty="hard")
    other = add_question(place, "own-other", "What is a foreign key good for?")
    panel = InterviewPanel.objects.create(organization=organization, title="Ledger engineer", job_title="Engineer")
    row = panel.distribution.create(
        category=place.topic.category, topic=place.topic, subtopic=place, medium_count=1, hard_count=1
    )
    publish_panel(panel)
    world = World(organization, panel, row, question)
    for number in range(12):
        hold_interview(world, number, {question: 40 + 3 * number, other: 50 + 2 * (number % 7)})
    hold_interview(world, 90, {question: None, other: 60})
