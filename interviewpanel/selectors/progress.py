"""How a session stands: the best score known of each answer. Read by services/questions to choose what comes next."""

from interviewpanel.domain.states import AnswerStatus
from interviewpanel.models import InterviewSession

ZERO = frozenset({AnswerStatus.SKIPPED, AnswerStatus.NO_SPEECH})


def list_best_scores(session: InterviewSession) -> list[int | None]:
    """Composites in the order of asking: the final one, else the provisional one, else None; 0 for skipped or silent.

    Two queries.
    """
    scores: list[int | None] = []
    for answer in session.answers.order_by("number").prefetch_related("scores"):
        finals = [one for one in answer.scores.all() if one.work_status == "done"]
        if answer.status in ZERO:
            scores.append(0)
        elif finals:
            scores.append(max(finals, key=lambda one: one.number).composite)
        else:
            scores.append((answer.provisional or {}).get("composite"))
    return scores
