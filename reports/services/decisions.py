"""People judge answers, and the report says so: it is made again as durable work. Called by the review page.

Each is one transaction: the row of interviewpanel, and the report put back to work. A report that is being made just
then finds out before it is stored (`reports.check_judgements`), so that none is left that says less than the rows.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from authentication.models import User
from interviewpanel.models import Answer, AnswerRating, ScoreOverride
from interviewpanel.services.human_ratings import override_score, rate_answer, withdraw_override
from reports.models import InterviewReport
from reports.services.reports import remake_report


@transaction.atomic
def rate(
    *,
    answer: Answer,
    user: User,
    ratings: Mapping[str, int | None],
    composite: int | None,
    reason: str,
    is_blind: bool,
    now: datetime,
) -> AnswerRating:
    """Effects: the rating; the report is made again. Raises RatingRefused."""
    rating = rate_answer(
        answer_id=answer.pk,
        user=user,
        ratings=ratings,
        composite=composite,
        reason=reason,
        is_blind=is_blind,
        now=now,
    )
    make_again(answer, now)
    return rating


@transaction.atomic
def override(
    *,
    answer: Answer,
    user: User,
    composite: int | None,
    components: Mapping[str, float],
    reason: str,
    seen: int,
    now: datetime,
) -> ScoreOverride:
    """Effects: the override, in force; the report is made again with it. Raises RatingRefused."""
    made = override_score(
        answer_id=answer.pk,
        user=user,
        composite=composite,
        components=components,
        reason=reason,
        seen=seen,
        now=now,
    )
    make_again(answer, now)
    return made


@transaction.atomic
def withdraw(*, answer: Answer, user: User, reason: str, seen: int, now: datetime) -> ScoreOverride:
    """Effects: the override in force is withdrawn; the report is made again. Raises RatingRefused."""
    taken_back = withdraw_override(answer_id=answer.pk, user=user, reason=reason, seen=seen, now=now)
    make_again(answer, now)
    return taken_back


def make_again(answer: Answer, now: datetime) -> None:
    for report_id in InterviewReport.objects.filter(session=answer.session_id).values_list("pk", flat=True):
        remake_report(report_id=report_id, now=now)
