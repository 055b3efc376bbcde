"""The same question in several interviews of one panel: which there are, and the answers to one.

Answers come from their rows, as they do for a report, so that both show the same. Read by admin/compare.py.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet

from interviewpanel.models import Answer, InterviewPanel, Recording
from questionbank.models import QuestionVersion
from reports.domain.answer_cards import AnswerCard
from reports.domain.decisions import apply_override
from reports.selectors.answers import load_for_cards, make_card
from reports.selectors.comparisons import filter_not_withdrawn, list_interviews


@dataclass(frozen=True)
class SharedQuestion:
    """A question in one wording that several candidates were asked."""

    version: QuestionVersion
    asked: int


@dataclass(frozen=True)
class Answered:
    """One candidate's answer to it. `has_sound`: its recording is joined and can be played."""

    session_id: int
    card: AnswerCard
    has_sound: bool


def list_own_answers(panel: InterviewPanel, chosen: Collection[int] = ()) -> QuerySet[Answer]:
    """The answers that can be compared; of the chosen interviews only, where any are."""
    sessions = filter_not_withdrawn(list_interviews(panel))
    if chosen:
        sessions = sessions.filter(pk__in=chosen)
    return Answer.objects.filter(session__in=sessions.order_by(), kind=Answer.Kind.QUESTION)


def list_shared_questions(panel: InterviewPanel, chosen: Collection[int] = ()) -> list[SharedQuestion]:
    """What two or more were asked, the most often asked first: two queries."""
    counts = (
        list_own_answers(panel, chosen)
        .order_by()
        .values("question_version")
        .annotate(asked=Count("session", distinct=True))
        .filter(asked__gte=2)
    )
    asked = {row["question_version"]: row["asked"] for row in counts}
    versions = QuestionVersion.objects.filter(pk__in=asked).select_related(
        "question__category", "question__topic", "question__subtopic"
    )
    found = [SharedQuestion(version, asked[version.pk]) for version in versions]
    return sorted(found, key=lambda one: (-one.asked, one.version.question.category.name, one.version.pk))


def list_answers_to(panel: InterviewPanel, version: QuestionVersion, chosen: Collection[int] = ()) -> QuerySet[Answer]:
    """The answers to one question that are over, with all that their cards need: six queries, and five more where
    somebody was followed up."""
    answers = list_own_answers(panel, chosen).filter(question_version=version)
    told = load_for_cards(Answer.objects.order_by("number"))
    joined = answers.select_related("session__invitation__candidate", "recording").prefetch_related(
        Prefetch("follow_ups", told)
    )
    return load_for_cards(joined).order_by("session_id", "number")


def read_answers_to(answers: Sequence[Answer]) -> list[Answered]:
    return [
        Answered(
            session_id=answer.session_id,
            card=apply_override(make_card(answer, list(answer.follow_ups.all()))),
            has_sound=has_sound(answer),
        )
        for answer in answers
    ]


def has_sound(answer: Answer) -> bool:
    recording = getattr(answer, "recording", None)
    return recording is not None and recording.work_status == Recording.WorkStatus.DONE


def list_points(answered: Sequence[Answered], version: QuestionVersion) -> list[str]:
    """The expected points as the question has them, then those that only a score names."""
    return list(
        dict.fromkeys([*version.expected_elements, *(one.text for each in answered for one in each.card.elements)])
    )
