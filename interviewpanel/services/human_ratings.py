"""People rate answers, and put a score in the place of the measured one. Called by the review page (reports/admin).

What was measured is never touched: a rating or an override is a row beside it. What it does to the scorecard is the
report's, which hears of it (`interview_judged`) in the same transaction and is made again.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from authentication.models import User
from interviewpanel.domain.human_ratings import (
    RatingRefused,
    check_components,
    check_length,
    check_number,
    check_reason,
    read_ratings,
    total_of,
)
from interviewpanel.domain.score_calculator import merge_weights
from interviewpanel.domain.states import TERMINAL_ANSWER, AnswerStatus
from interviewpanel.models import Answer, AnswerRating, AnswerScore, InterviewSession, ScoreOverride
from interviewpanel.selectors.withdrawals import has_withdrawn
from interviewpanel.services.events import lock_session
from interviewpanel.signals import interview_judged

# A rating does not wait for the score beside which it will stand.
RATABLE = TERMINAL_ANSWER | {AnswerStatus.TRANSCRIBED}
MEANWHILE = "Somebody has changed this score meanwhile. Read it on this page, then decide again."


@transaction.atomic
def rate_answer(
    *,
    answer_id: int,
    user: User,
    ratings: Mapping[str, int | None],
    composite: int | None,
    reason: str,
    is_blind: bool,
    now: datetime,
) -> AnswerRating:
    """Keep a person's rating: parts from 0 to 4, and a score from 0 to 100, computed from the parts if it is not given.

    Effects: a row; an earlier one of the same person stays, and counts no more; the report is told. Raises
    RatingRefused.
    """
    answer = _lock_answer(answer_id, RATABLE)
    components = read_ratings(ratings)
    if composite is None:
        question = answer.question_version.question
        weights = merge_weights(answer.question_version.weights, answer.session.invitation.panel.score_weights)
        composite = total_of(components, is_technical=question.is_technical, weights=weights)
    rating = AnswerRating.objects.create(
        answer=answer,
        rated_by=user,
        rated_by_name=str(user),
        composite=check_number(composite),
        components=components,
        reason=check_length(reason.strip()),
        is_blind=is_blind,
        at=now,
    )
    _tell_report(answer, now)
    return rating


@transaction.atomic
def override_score(
    *,
    answer_id: int,
    user: User,
    composite: int | None,
    components: Mapping[str, float],
    reason: str,
    seen: int,
    now: datetime,
) -> ScoreOverride:
    """Let a person's score count in the place of the measured one. `seen`: the number of the last override on the page.

    Effects: a row, the newest, which is in force; the report is told. Raises RatingRefused, also if somebody was
    quicker.
    """
    answer = _lock_answer(answer_id, TERMINAL_ANSWER)
    value, parts = check_number(composite), check_components(components)
    why = check_reason(reason, "override the score")
    last = answer.overrides.order_by("-number").first()
    if (last.number if last else 0) != seen:
        raise RatingRefused(MEANWHILE)
    measured = answer.scores.filter(work_status=AnswerScore.WorkStatus.DONE).order_by("-number").first()
    override = ScoreOverride.objects.create(
        answer=answer,
        number=seen + 1,
        score=measured,
        measured=measured.composite if measured else None,
        composite=value,
        components=parts,
        reason=why,
        decided_by=user,
        decided_by_name=str(user),
        decided_at=now,
    )
    _tell_report(answer, now)
    return override


@transaction.atomic
def withdraw_override(*, answer_id: int, user: User, reason: str, seen: int, now: datetime) -> ScoreOverride:
    """Take back the override in force: what was measured counts again, not what an earlier override said.

    Effects: the row says who, when and why; the report is told. Raises RatingRefused, also where none is in force.
    """
    answer = _lock_answer(answer_id, TERMINAL_ANSWER)
    why = check_reason(reason, "take back the override")
    last = answer.overrides.order_by("-number").first()
    if last is None or last.number != seen or last.is_withdrawn:
        raise RatingRefused(MEANWHILE)
    last.withdrawn_by, last.withdrawn_by_name = user, str(user)
    last.withdrawn_at, last.withdrawal_reason = now, why
    last.save(update_fields=["withdrawn_by", "withdrawn_by_name", "withdrawn_at", "withdrawal_reason"])
    _tell_report(answer, now)
    return last


def _tell_report(answer: Answer, now: datetime) -> None:
    interview_judged.send(sender=InterviewSession, session=answer.session, now=now)


def _lock_answer(answer_id: int, statuses: frozenset[AnswerStatus]) -> Answer:
    """The answer with its session locked. Raises RatingRefused while there is nothing to judge, or nobody may."""
    answer = Answer.objects.select_related("session__invitation__panel", "question_version__question").get(pk=answer_id)
    session = lock_session(answer.session_id)
    _check_is_over(session)
    if answer.is_follow_up:
        raise RatingRefused("A follow-up is rated with its question. Rate the answer that it completes.")
    if answer.status not in statuses:
        raise RatingRefused("This answer is not transcribed and scored yet. Load the page again in a moment.")
    return answer


def _check_is_over(session: InterviewSession) -> None:
    if has_withdrawn(session):
        raise RatingRefused("The candidate has withdrawn. Nothing more is rated of this interview.")
    if not session.is_over:
        raise RatingRefused("The interview goes on. Rate it when it is over.")
