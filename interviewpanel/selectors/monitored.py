"""What a monitor reads of live interviews: the list, one interview's connection and work, and its events as rows.

Called by services/monitoring.py, which adds the clocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery

from interviewpanel.domain.states import AnswerStatus
from interviewpanel.models import Answer, AnswerScore, AudioSegment, InterviewSession, SessionEvent
from interviewpanel.selectors.speech import hide_time_granted
from interviewpanel.selectors.waiting import list_live as list_ongoing
from interviewpanel.selectors.watchers import list_watchable
from organizations.selectors import Reach

Facts = dict[str, object]

MOST_LISTED = 100
WAITING = ("queued", "running")
# Of an event's payload, what a monitor is told. What else the candidate's page is told of times depends on what they
# were granted. An event that is not here is not told.
TOLD: dict[str, tuple[str, ...]] = {
    "greeting": ("message",),
    "next_question": ("answer", "answer_uuid", "message", "number", "of", "kind"),
    "question_rephrased": ("answer", "answer_uuid", "message", "is_slow"),
    "transcription_update": ("answer_uuid", "message", "is_partial"),
    "scoring_update": ("answer_uuid", "status"),
    "paused": ("reason",),
    "resumed": ("reason",),
    "time_added": ("minutes",),
    "interview_completed": ("message", "reason"),
}
TOLD_WITH_TERMS = frozenset({"time_added"})  # raters are not told that somebody was given time


def list_live(reach: Reach) -> QuerySet[InterviewSession]:
    """The interviews that go on, the newest first; trials are none. `asked`: how many questions were. Two queries."""
    own = Answer.objects.filter(session=OuterRef("pk"), kind=Answer.Kind.QUESTION)
    asked = own.order_by().values("session").annotate(count=Count("pk"))
    live = list_ongoing(list_watchable(reach))
    with_asked: QuerySet[InterviewSession] = live.annotate(asked=Subquery(asked.values("count")))
    return with_asked.prefetch_related("invitation__panel__distribution").order_by("-started_at", "-pk")


@dataclass(frozen=True)
class Progress:
    """What of an interview is still being heard, when sound was last stored, and each answer's number and status."""

    unheard: int
    unheard_since: datetime | None
    stored_at: datetime | None
    answers: tuple[tuple[int, str], ...]

    @property
    def unscored(self) -> int:
        return sum(status == AnswerStatus.TRANSCRIBED for _, status in self.answers)


def load_progress(session_id: int) -> Progress:
    """Two queries."""
    is_waiting = Q(work_status__in=WAITING, has_speech=True, is_answer=True)
    segments = AudioSegment.objects.filter(answer__session=session_id).aggregate(
        unheard=Count("pk", filter=is_waiting),
        unheard_since=Min("created_at", filter=is_waiting),
        stored_at=Max("created_at"),
    )
    answers = Answer.objects.filter(session=session_id).order_by("number").values_list("number", "status")
    return Progress(answers=tuple(answers), **segments)


def load_scores(session_id: int, events: Sequence[SessionEvent]) -> dict[str, AnswerScore]:
    """The newest score of each answer that the events say was scored, by the answer's uuid. One query, or none."""
    scored = {str(event.payload["answer_uuid"]) for event in events if event.type == "scoring_update"}
    if not scored:
        return {}
    rows = AnswerScore.objects.filter(answer__session=session_id, answer__uuid__in=scored, work_status="done")
    done = rows.select_related("answer").order_by("number")
    return {str(score.answer.uuid): score for score in done}


def describe_event(
    event: SessionEvent, scores: dict[str, AnswerScore], *, sees_scores: bool, sees_terms: bool
) -> Facts | None:
    """The event for a monitor, less its type and time; None for one that it is not told."""
    if event.type not in TOLD or (event.type in TOLD_WITH_TERMS and not sees_terms):
        return None
    facts: Facts = {name: event.payload.get(name) for name in TOLD[event.type]}
    if event.type == "greeting" and not sees_terms:
        facts["message"] = hide_time_granted(str(facts["message"]))
    if event.type == "transcription_update":
        facts["is_rough"] = any(one.get("is_rough") for one in event.payload.get("segments", []))
    if event.type == "scoring_update":
        facts |= _describe_score(scores.get(str(facts["answer_uuid"])), is_shown=sees_scores)
    return facts


def _describe_score(score: AnswerScore | None, *, is_shown: bool) -> Facts:
    if score is None or not is_shown:
        return {"is_hidden": not is_shown, "score": None, "rationale": "", "reasons": []}
    return {
        "is_hidden": False,
        "score": score.composite,
        "rationale": score.rationale,
        "reasons": score.reasons,
    }
