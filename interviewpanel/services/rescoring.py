"""Answers are scored again because a person asks for it: a better model, another prompt, a doubt. Called by the review
page and the API.

Nothing is overwritten: each scoring is a row of its own, the last one that is done counts, the earlier ones stay to be
read. What people rated or overrode stays as it is. A scoring that fails changes nothing.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from authentication.models import User
from config.work.rows import WorkItem
from config.work.transports import enqueue
from interviewpanel.domain.human_ratings import RatingRefused, check_reason
from interviewpanel.domain.states import AnswerStatus
from interviewpanel.models import Answer, AnswerScore, InterviewSession
from interviewpanel.selectors.withdrawals import has_withdrawn
from interviewpanel.services.events import lock_session

SCORABLE = (AnswerStatus.SCORED, AnswerStatus.TECHNICAL_FAILURE)
OPEN_WORK = (WorkItem.WorkStatus.QUEUED, WorkItem.WorkStatus.RUNNING)
MOST_SCORINGS = 20
"""Of one answer. Who needs more is looking for a number that suits."""


@transaction.atomic
def rescore_answers(
    *,
    session_id: int,
    numbers: Collection[int] | None,
    user: User | None,
    asked_by: str,
    reason: str,
    now: datetime,
) -> list[AnswerScore]:
    """Have these answers of an interview, or all that have words (None), scored once more.

    `asked_by` is who asks, in words: a person, or another system by its key. Effects: a row for each answer, which says
    who and why; its work, announced after commit. When it is done the report is made again (services/scores.py). Raises
    RatingRefused where there is nothing to score, or it is being done already.
    """
    session = lock_session(session_id)
    check_session(session)
    why = check_reason(reason, "have it scored again")
    answers = choose_answers(session, numbers)
    check_work(answers)
    made = [
        AnswerScore(
            answer=answer,
            number=last_number(answer) + 1,
            follow_ups=count_scored_follow_ups(answer),
            asked_by=user,
            asked_by_name=asked_by[:254],
            asked_reason=why,
            due_at=now,
        )
        for answer in answers
    ]
    for score in made:
        score.save()
        enqueue(score)
    return made


def check_session(session: InterviewSession) -> None:
    if has_withdrawn(session):
        raise RatingRefused("The candidate has withdrawn. Nothing more is scored of this interview.")
    if session.invitation.erased_at is not None:
        raise RatingRefused("Everything that was said here was erased. There is nothing to score.")
    if not session.is_over:
        raise RatingRefused("The interview goes on. Its answers are scored as they come; score again when it is over.")


def list_scorable(session: InterviewSession) -> QuerySet[Answer]:
    """Answers with words that were scored, or whose scoring has failed."""
    return session.answers.filter(status__in=SCORABLE, scores__isnull=False).exclude(transcript="").distinct()


def choose_answers(session: InterviewSession, numbers: Collection[int] | None) -> list[Answer]:
    scorable = {answer.number: answer for answer in list_scorable(session).order_by("number")}
    if numbers is None:
        if not scorable:
            raise RatingRefused("No answer of this interview has words that could be scored.")
        return list(scorable.values())
    if missing := sorted(set(numbers) - set(scorable)):
        named = ", ".join(map(str, missing))
        raise RatingRefused(f"Answer {named} cannot be scored again: it has no words, or was not scored yet.")
    return [scorable[number] for number in sorted(set(numbers))]


def check_work(answers: Collection[Answer]) -> None:
    open_work = AnswerScore.objects.filter(answer__in=answers, work_status__in=OPEN_WORK)
    busy = sorted(set(open_work.values_list("answer__number", flat=True)))
    if busy:
        raise RatingRefused(
            f"Answer {', '.join(map(str, busy))} is being scored just now. Read that first, then decide again."
        )
    for answer in answers:
        if last_number(answer) >= MOST_SCORINGS:
            raise RatingRefused(f"Answer {answer.number} was scored {MOST_SCORINGS} times. Rate it yourself.")


def count_scored_follow_ups(answer: Answer) -> int:
    """How many follow-ups belong to the answer: so many are scored again with it, also where that has failed before."""
    found: int | None = answer.scores.aggregate(most=Max("follow_ups"))["most"]
    return found or 0


def last_number(answer: Answer) -> int:
    found: int | None = answer.scores.aggregate(last=Max("number"))["last"]
    return found or 0
