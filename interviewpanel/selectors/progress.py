"""How a session stands: the best that is known of each question. Read by services/questions, to choose what is next."""

from collections.abc import Mapping, Sequence
from typing import Any

from interviewpanel.domain.follow_ups import Standing
from interviewpanel.domain.states import AnswerStatus
from interviewpanel.models import Answer, AnswerScore, InterviewSession

ZERO = frozenset({AnswerStatus.SKIPPED, AnswerStatus.NO_SPEECH})
Row = Mapping[str, Any]


def list_standings(session: InterviewSession) -> list[Standing]:
    """The planned questions in the order of asking, each with its follow-ups: the final score, else the provisional
    one, of as much of the answer as there is; 0 for skipped or silent.

    A follow-up that was skipped or met with silence changes nothing. Two queries, of the columns that are read only: a
    candidate waits for this.
    """
    columns = ("answer_id", "follow_ups", "composite", "components", "elements", "flags")
    done = AnswerScore.objects.filter(answer__session=session, work_status="done").order_by("number")
    finals = {row["answer_id"]: row for row in done.values(*columns)}  # the last of each answer stays
    answers = session.answers.order_by("number").values("pk", "status", "provisional", "follow_up_of", "transcript")
    rows = list(answers)
    follow_ups: dict[int, list[Row]] = {}
    for row in rows:
        if row["follow_up_of"]:
            follow_ups.setdefault(row["follow_up_of"], []).append(row)
    return [
        _find_standing(row, follow_ups.get(row["pk"], ()), finals.get(row["pk"]))
        for row in rows
        if not row["follow_up_of"]
    ]


def _find_standing(answer: Row, follow_ups: Sequence[Row], final: Row | None) -> Standing:
    if answer["status"] in ZERO:
        return Standing(score=0, follow_ups=len(follow_ups))
    told = [row for row in follow_ups if row["transcript"]]
    provisional = (
        next((row["provisional"] for row in reversed(told) if row["provisional"]), answer["provisional"]) or {}
    )
    if final is not None and final["follow_ups"] >= len(told):
        return _read_final(final, provisional, len(follow_ups))
    return _read_provisional(provisional, len(follow_ups))


def _read_final(final: Row, provisional: Row, follow_ups: int) -> Standing:
    """A language model's score names no elements: what was heard of them is still the provisional one's."""
    elements = final["elements"]
    missing = [one["element"] for one in elements if not one["is_covered"]] if elements else provisional.get("missing")
    components = final["components"]
    return Standing(
        score=final["composite"],
        depth=components.get("depth"),
        relevance=components.get("relevance"),
        covered=_share(missing, len(elements) or provisional.get("expected", 0)),
        missing=tuple(missing or ()),
        flags=frozenset(final["flags"]),
        follow_ups=follow_ups,
    )


def _read_provisional(provisional: Row, follow_ups: int) -> Standing:
    components = provisional.get("components", {})
    missing = provisional.get("missing")
    return Standing(
        score=provisional.get("composite"),
        depth=components.get("depth"),
        relevance=components.get("relevance"),
        covered=_share(missing, provisional.get("expected", 0)),
        missing=tuple(missing or ()),
        flags=frozenset(provisional.get("flags", ())),
        follow_ups=follow_ups,
    )


def _share(missing: Sequence[str] | None, expected: int) -> float | None:
    return None if missing is None or not expected else 1 - len(missing) / expected


def count_asked_questions(answer: Answer) -> int:
    """Which of the planned questions it belongs to, from 1: a follow-up is told with its question's number."""
    earlier = Answer.objects.filter(session=answer.session_id, kind=Answer.Kind.QUESTION, number__lte=answer.number)
    return earlier.count()
