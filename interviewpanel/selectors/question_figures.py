"""How questions did in the interviews that a user may see: the sums of domain/question_statistics, by the database.

Called by the admin's pages of questions. `organizations` are those whose interviews count (None: all); a question for
all is asked by many tenants, and nobody learns how it did at another. `hidden` are the answers that the user has to
rate first (selectors/blind_ratings): they are in no count, sum or list. Left out for everybody: trials of staff, and
follow-up questions, which judge no question of the bank. Of erased interviews no answer is left to count.

An answer's score is its last that came to an end. Measured on PostgreSQL with 100,000 answers, two shared cores: 0.3 s
for the columns of 50 questions, 0.06 s for a question asked 400 times, 0.8 s for one asked 10,000 times.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias

from django.db.models import (
    Avg,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Cast

from interviewpanel.domain.question_statistics import BINS, Sums, add_pairs
from interviewpanel.domain.states import OPEN_ANSWER, AnswerStatus
from interviewpanel.models import Answer, AnswerScore

QUESTION, VERSION = "question_version__question", "question_version__number"
ANSWERED = (AnswerStatus.CLOSED, AnswerStatus.TRANSCRIBED, AnswerStatus.SCORED)
TOP = 100
Organizations: TypeAlias = Collection[int] | None
Hidden: TypeAlias = QuerySet[Answer] | None


def list_counted(organizations: Organizations, hidden: Hidden = None) -> QuerySet[Answer]:
    """The answers that say something about a question."""
    answers = Answer.objects.filter(kind=Answer.Kind.QUESTION, session__invitation__is_trial=False)
    answers = answers.exclude(status__in=sorted(OPEN_ANSWER)).order_by()
    if hidden is not None:
        answers = answers.exclude(Exists(hidden.filter(pk=OuterRef("pk"))))
    return answers if organizations is None else answers.filter(session__organization__in=organizations)


def list_last_scores(organizations: Organizations, hidden: Hidden = None) -> QuerySet[AnswerScore]:
    """One score for each counted answer that has one."""
    later = AnswerScore.objects.filter(answer=OuterRef("answer"), work_status="done", number__gt=OuterRef("number"))
    scores = AnswerScore.objects.filter(~Exists(later), work_status="done", answer__kind=Answer.Kind.QUESTION).filter(
        answer__session__invitation__is_trial=False
    )
    scores = scores.order_by()
    if hidden is not None:
        scores = scores.exclude(Exists(hidden.filter(pk=OuterRef("answer"))))
    return scores if organizations is None else scores.filter(answer__session__organization__in=organizations)


def load_list_sums(questions: Collection[int], organizations: Organizations, hidden: Hidden = None) -> dict[int, Sums]:
    """By question: asked, skipped and what the scores add up to, for the columns of a list. Two queries."""
    sums: dict[int, Sums] = {}
    for row in _count_answers(list_counted(organizations, hidden).filter(**{f"{QUESTION}__in": questions}), QUESTION):
        sums[row[QUESTION]] = _read_answers(row)
    for row in _count_scores(
        list_last_scores(organizations, hidden).filter(**{f"answer__{QUESTION}__in": questions}), f"answer__{QUESTION}"
    ):
        number = row[f"answer__{QUESTION}"]
        sums[number] = _join(sums.get(number, Sums()), row)
    return sums


def load_version_sums(question: int, organizations: Organizations, hidden: Hidden = None) -> dict[int, Sums]:
    """By version number everything that is added up of one question. Three queries."""
    sums: dict[int, Sums] = {}
    for row in _count_answers(list_counted(organizations, hidden).filter(**{QUESTION: question}), VERSION):
        sums[row[VERSION]] = _read_answers(row)
    scores = list_last_scores(organizations, hidden).filter(**{f"answer__{QUESTION}": question})
    for row in _count_scores(scores, f"answer__{VERSION}"):
        number = row[f"answer__{VERSION}"]
        sums[number] = _join(sums.get(number, Sums()), row)
    for number, pairs in _list_pairs(scores, list_last_scores(organizations, hidden)).items():
        sums[number] = add_pairs(sums.get(number, Sums()), pairs)
    return sums


def list_interviews(question: int, organizations: Organizations, hidden: Hidden = None) -> QuerySet[Answer]:
    """The answers to a question with their interviews, the last first; for pages that link to each."""
    return (
        list_counted(organizations, hidden)
        .filter(**{QUESTION: question})
        .select_related("session__invitation__candidate", "session__invitation__panel", "question_version")
        .order_by("-asked_at", "-pk")
    )


def count_asked(question: int, organizations: Organizations, hidden: Hidden = None) -> dict[int, int]:
    """By version number, how many interviews asked it. One query."""
    counted = list_counted(organizations, hidden).filter(**{QUESTION: question})
    return dict(counted.values_list(VERSION).annotate(count=Count("session", distinct=True)))


def _count_answers(answers: QuerySet[Answer], by: str) -> QuerySet[Any, Any]:
    spent = ExpressionWrapper(F("closed_at") - F("turn_started_at"), output_field=DurationField())
    is_timed = Q(status__in=ANSWERED, closed_at__isnull=False, turn_started_at__isnull=False)
    counted: QuerySet[Any, Any] = answers.values(by).annotate(
        asked=Count("pk"),
        answered=Count("pk", filter=Q(status__in=ANSWERED)),
        skipped=Count("pk", filter=Q(status=AnswerStatus.SKIPPED)),
        no_speech=Count("pk", filter=Q(status=AnswerStatus.NO_SPEECH)),
        failed=Count("pk", filter=Q(status=AnswerStatus.TECHNICAL_FAILURE)),
        timed=Count("pk", filter=is_timed),
        spent=Sum(spent, filter=is_timed),
        expected=Sum("question_version__expected_seconds", filter=is_timed),
    )
    return counted


def _read_answers(row: Mapping[str, Any]) -> Sums:
    names = ("asked", "answered", "skipped", "no_speech", "failed", "timed")
    return Sums(
        **{name: row[name] for name in names},
        seconds=(row["spent"] or timedelta()).total_seconds(),
        expected_seconds=float(row["expected"] or 0),
    )


def _count_scores(scores: QuerySet[AnswerScore], by: str) -> QuerySet[Any, Any]:
    width = TOP // BINS
    bins = {
        f"bin_{place}": Count(
            "pk",
            filter=Q(composite__gte=place * width, composite__lt=TOP + 1 if place == BINS - 1 else (place + 1) * width),
        )
        for place in range(BINS)
    }
    as_float = Cast("composite", FloatField())
    counted: QuerySet[Any, Any] = scores.values(by).annotate(
        judged=Count("pk"),
        needs_human=Count("pk", filter=Q(state=AnswerScore.State.NEEDS_HUMAN)),
        scored=Count("composite"),
        total=Sum("composite"),
        # Not F("composite") ** 2: a small integer times itself is beyond its type on PostgreSQL.
        squares=Sum(as_float * as_float),
        **bins,
    )
    return counted


def _join(sums: Sums, row: Mapping[str, Any]) -> Sums:
    return replace(
        sums,
        judged=row["judged"],
        needs_human=row["needs_human"],
        scored=row["scored"],
        total=float(row["total"] or 0),
        squares=float(row["squares"] or 0),
        bins=tuple(row[f"bin_{place}"] for place in range(BINS)),
    )


def _list_pairs(scores: QuerySet[AnswerScore], counted: QuerySet[AnswerScore]) -> dict[int, list[tuple[float, float]]]:
    """By version: the composite, and the mean composite of the other answers of the interview, where there are any."""
    others = counted.filter(answer__session=OuterRef("answer__session"), composite__isnull=False)
    others = others.exclude(answer=OuterRef("answer"))
    mean = others.values("answer__session").annotate(mean=Avg("composite")).values("mean")
    rows = scores.filter(composite__isnull=False).annotate(rest=Subquery(mean))
    pairs: dict[int, list[tuple[float, float]]] = {}
    for number, composite, rest in rows.values_list(f"answer__{VERSION}", "composite", "rest"):
        if rest is not None:
            pairs.setdefault(number, []).append((float(composite), float(rest)))
    return pairs
