"""Interviews as other systems are told of them: which there are, and for whom. Read by api/ here and in the app above.

What is known of the report is read by its name, since the app that makes it lies above this one. Trials and what was
erased are not there.
"""

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from interviewpanel.models import CandidateRequest, InterviewSession, TranscriptEntry
from interviewpanel.selectors.blind_ratings import list_hidden_answers
from interviewpanel.selectors.speech import hide_time_granted
from organizations.selectors import Reach

REPORT = ("kind", "state", "work_status", "made_at", "overall", "grade", "recommendation")


def list_kept() -> QuerySet[InterviewSession]:
    """Every interview that is told of, with whom and what it is about."""
    kept = InterviewSession.objects.filter(invitation__is_trial=False, invitation__erased_at__isnull=True)
    return kept.select_related("invitation__candidate", "invitation__panel", "organization")


def tell_results(sessions: QuerySet[Any], user_id: int | None, reach: Reach) -> QuerySet[Any]:
    """Adds the numbers of the report as `report_…`, whether the candidate `has_withdrawn`, and whether this reader is
    to rate an answer first (`hides_scores`). No query more for it."""
    withdrawn = CandidateRequest.objects.filter(invitation=OuterRef("invitation"), kind=CandidateRequest.Kind.WITHDRAW)
    hidden = list_hidden_answers(user_id, reach).filter(session=OuterRef("pk"))
    told: QuerySet[Any] = sessions.annotate(
        has_withdrawn=Exists(withdrawn),
        hides_scores=Exists(hidden),
        **{f"report_{name}": F(f"report__{name}") for name in REPORT},
    )
    return told


def list_said(session: InterviewSession) -> QuerySet[TranscriptEntry]:
    """By the time it was said: an answer is written down when it is transcribed, perhaps after the next question."""
    entries = TranscriptEntry.objects.filter(session=session).select_related("answer__correction")
    return entries.order_by("started_at", "sequence")


def write_said(entry: TranscriptEntry) -> str:
    """As it is shown to everybody: how long somebody has, which the greeting says, tells of an accommodation."""
    return hide_time_granted(entry.text) if entry.kind == TranscriptEntry.Kind.GREETING else entry.text
