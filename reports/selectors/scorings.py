"""Every scoring of an answer and what came of it, and whether it can be scored again. Called by review.py."""

from interviewpanel.domain.score_origins import tell_origin
from interviewpanel.models import Answer, AnswerScore
from interviewpanel.services.rescoring import MOST_SCORINGS, SCORABLE
from reports.domain.review import Scoring


def read_scorings(answer: Answer) -> tuple[Scoring, ...]:
    """All of them, the newest first, also one that is under way or has failed; the newest that is done is in force."""
    rows = list(answer.scores.all())
    done = [row for row in rows if row.work_status == AnswerScore.WorkStatus.DONE]
    return tuple(
        Scoring(
            number=row.number,
            state=row.state,
            composite=row.composite,
            scored_at=row.finished_at,
            origin=tell_origin(row.provenance),
            is_last=bool(done) and row is done[-1],
            is_over=row.is_over,
            asked_by=row.asked_by_name,
            asked_why=row.asked_reason,
            said=" ".join(row.reasons) if row not in done else "",
        )
        for row in reversed(rows)
        if row.is_over or row.number > 1
    )


def is_scorable(answer: Answer) -> bool:
    """Whether it can be scored again now. Without a query: its scores are read."""
    scores = answer.scores.all()
    is_settled = bool(scores) and all(score.is_over for score in scores)
    return is_settled and answer.status in SCORABLE and bool(answer.transcript) and len(scores) < MOST_SCORINGS
