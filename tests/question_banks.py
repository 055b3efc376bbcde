"""Makes question banks of any size, quickly, for the tests and the benchmark of selection."""

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db.models import OuterRef, Subquery

from interviewpanel.domain.selection import Difficulty
from organizations.models import Organization
from questionbank.models import Category, Question, QuestionVersion, Subtopic, Topic

BATCH_ROWS = 2000


def make_subtopics(category: str, topics: int, subtopics: int) -> list[Subtopic]:
    """A global category with so many topics of so many subtopics each; topic by topic."""
    parent = Category.objects.create(name=category, slug=category)
    return [
        Subtopic.objects.create(topic=topic, name=f"Subtopic {topic.slug}-{number}", slug=f"{topic.slug}-{number}")
        for topic in [
            Topic.objects.create(category=parent, name=f"Topic {number}", slug=f"{category}-{number}")
            for number in range(topics)
        ]
        for number in range(subtopics)
    ]


def plan_question(
    key: str,
    subtopic: Subtopic,
    difficulty: str,
    *,
    times_asked: int = 0,
    organization: Organization | None = None,
    language: str = "en",
) -> Question:
    """A question that is not saved yet; `subtopic.topic` must be loaded."""
    return Question(
        key=key,
        organization=organization,
        category_id=subtopic.topic.category_id,
        topic_id=subtopic.topic_id,
        subtopic=subtopic,
        difficulty=difficulty,
        language=language,
        times_asked=times_asked,
    )


def save_live_questions(questions: Iterable[Question]) -> None:
    """Save planned questions with a version each, and put them live; a few statements for every 2,000."""
    waiting = iter(questions)
    while batch := list(islice(waiting, BATCH_ROWS)):
        put_live(Question.objects.bulk_create(batch))


def put_live(questions: Sequence[Question]) -> None:
    QuestionVersion.objects.bulk_create(
        QuestionVersion(
            question=question,
            number=1,
            text=f"What do you know about {question.key}?",
            assesses="Whether it is known.",
            expected_answer="All that matters. " * 20,
        )
        for question in questions
    )
    version = QuestionVersion.objects.filter(question=OuterRef("pk")).values("pk")[:1]
    numbers = [question.pk for question in questions]
    Question.objects.filter(pk__in=numbers).update(status=Question.Status.LIVE, current_version=Subquery(version))


def fill_bank(subtopics: list[Subtopic], count: int) -> None:
    """`count` live questions for each subtopic and difficulty, all equally exposed."""
    save_live_questions(
        plan_question(f"{subtopic.slug}-{difficulty}-{number}", subtopic, difficulty)
        for subtopic in subtopics
        for difficulty in Difficulty
        for number in range(count)
    )
