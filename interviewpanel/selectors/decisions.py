"""What people decided about interviews, and which finished interviews still wait for a person.

Read by services/decisions.py, the admin's lists and pages, the home page and the reports.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import CandidateRequest, Decision, InterviewSession
from interviewpanel.selectors.blind_ratings import list_hidden_answers
from organizations.selectors import Reach

RATE_FIRST = "This panel asks you to rate first. What was decided is shown once you have rated the answers."
HELD = (SessionStatus.COMPLETED, SessionStatus.ABANDONED)


def find_decision(session_id: int) -> Decision | None:
    """The last decision about an interview, also one that takes back; None where nobody has decided yet."""
    return Decision.objects.filter(session=session_id).select_related("decided_by").order_by("-id").first()


def list_decisions(session_id: int) -> QuerySet[Decision]:
    """All of them, the last first."""
    return Decision.objects.filter(session=session_id).select_related("decided_by").order_by("-id")


def latest_stage(session: str = "pk") -> Coalesce:
    """The stage in force as a column: `session` leads from the row to its interview. `to_review` without a decision."""
    latest = Decision.objects.filter(session=OuterRef(session)).order_by("-id")
    return Coalesce(Subquery(latest.values("stage")[:1]), Value(Decision.Stage.TO_REVIEW.value))


def latest_id(session: str = "pk") -> Subquery:
    """The id of the last decision as a column, so that somebody who decides later is noticed."""
    return Subquery(Decision.objects.filter(session=OuterRef(session)).order_by("-id").values("id")[:1])


def filter_decidable(sessions: QuerySet[InterviewSession]) -> QuerySet[InterviewSession]:
    """Of these, the interviews that were held and are over, and about which a person may decide.

    Not those of staff who tried a panel, not what was erased, not of candidates who have withdrawn.
    """
    withdrawn = CandidateRequest.objects.filter(invitation=OuterRef("invitation"), kind=CandidateRequest.Kind.WITHDRAW)
    held = sessions.filter(
        status__in=HELD,
        started_at__isnull=False,
        invitation__is_trial=False,
        invitation__erased_at__isnull=True,
    )
    return held.exclude(Exists(withdrawn))


def filter_to_review(sessions: QuerySet[InterviewSession]) -> QuerySet[InterviewSession]:
    """Of these, the interviews that wait for a person's decision: nobody has decided, or it was taken back.

    Whether their report is made, or could not be, changes nothing: the one rule of figures, lists and pages. What was
    reviewed before there were decisions has a report that says so, and no decision.
    """
    undecided = filter_decidable(sessions.filter(report__reviewed_at=None)).alias(stage_in_force=latest_stage())
    return undecided.filter(stage_in_force=Decision.Stage.TO_REVIEW)


def list_to_rate(sessions: QuerySet[InterviewSession], user_id: int | None, reach: Reach) -> QuerySet[InterviewSession]:
    """Of these, the interviews that are over and that wait for this person's ratings before they see a score."""
    hidden = list_hidden_answers(user_id, reach).filter(session=OuterRef("pk"))
    return filter_decidable(sessions).filter(Exists(hidden))


def find_decisions(session_ids: Collection[int]) -> dict[int, Decision]:
    """The last decision about each of these interviews, by the interview: one query."""
    rows = Decision.objects.filter(session__in=session_ids).select_related("decided_by").order_by("id")
    return {row.session_id: row for row in rows}
