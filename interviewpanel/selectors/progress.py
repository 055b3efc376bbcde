"""How a session stands: the best score known of each answer. Read by services/questions to choose what comes next."""

from interviewpanel.domain.states import AnswerStatus
from interviewpanel.models import AnswerScore, InterviewSession

ZERO = frozenset({AnswerStatus.SKIPPED, AnswerStatus.NO_SPEECH})


def list_best_scores(session: InterviewSession) -> list[int | None]:
    """Composites in the order of asking: the final one, else the provisional one, else None; 0 for skipped or silent.

    Two queries, of the columns that are read only: a candidate waits for this.
    """
    done = AnswerScore.objects.filter(answer__session=session, work_status="done").order_by("number")
    finals = dict(done.values_list("answer_id", "composite"))  # the last of each answer stays
    answers = session.answers.order_by("number").values_list("pk", "status", "provisional")
    return [_find_best(finals, pk, status, provisional) for pk, status, provisional in answers]


def _find_best(
    finals: dict[int, int | None], pk: int, status: str, provisional: dict[str, int | None] | None
) -> int | None:
    if status in ZERO:
        return 0
    if pk in finals:
        return finals[pk]
    return (provisional or {}).get("composite")
