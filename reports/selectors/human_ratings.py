"""What people said of an answer, from rows to the values of a card. Called by `answers.py`."""

from collections.abc import Iterable

from interviewpanel.models import AnswerRating, AnswerScore, InterviewSession, ScoreOverride
from reports.domain.answer_cards import HumanRating, Override
from reports.selectors.components import read_components

# How many ratings, overrides, withdrawals and scorings there are: rows are only added, so equal counts are equal rows.
Judgements = tuple[int, int, int, int]


def read_ratings(rows: Iterable[AnswerRating], *, is_technical: bool) -> tuple[HumanRating, ...]:
    """In the order in which they were given; of several by one person the last counts."""
    ratings = list(rows)
    last = {row.rated_by_id or row.rated_by_name: row.pk for row in ratings}
    return tuple(
        HumanRating(
            by=row.rated_by_name,
            at=row.at,
            composite=row.composite,
            components=read_components(row.components, is_technical=is_technical),
            reason=row.reason,
            is_blind=row.is_blind,
            is_last=row.pk in last.values(),
        )
        for row in ratings
    )


def read_override(row: ScoreOverride, *, is_technical: bool) -> Override:
    return Override(
        number=row.number,
        by=row.decided_by_name,
        at=row.decided_at,
        composite=row.composite,
        reason=row.reason,
        measured=row.measured,
        components=read_components(row.components, is_technical=is_technical),
        withdrawn_by=row.withdrawn_by_name,
        withdrawn_at=row.withdrawn_at,
        withdrawal_reason=row.withdrawal_reason,
    )


def count_judgements(session: InterviewSession) -> Judgements:
    """Four counts; what a report was made from, to be compared where it is stored."""
    ratings = AnswerRating.objects.filter(answer__session=session)
    overrides = ScoreOverride.objects.filter(answer__session=session)
    withdrawn = overrides.filter(withdrawn_at__isnull=False)
    again = AnswerScore.objects.filter(answer__session=session, work_status=AnswerScore.WorkStatus.DONE, number__gt=1)
    return ratings.count(), overrides.count(), withdrawn.count(), again.count()
