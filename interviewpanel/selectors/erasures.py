"""What has been kept as long as was told, and what an erasure would take. Read by services/erasure.py and the admin."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from interviewpanel.domain.states import LIVE, SessionStatus
from interviewpanel.models import CandidateRequest, InterviewPanelCandidate, InterviewSession, Recording
from organizations.models import Candidate


def list_due_invitations(now: datetime, *, most: int) -> list[int]:
    """Invitations to erase: of interviews whose time is over, then of those that were never held.

    Not while an interview goes on, and not before a review that the candidate asked for is answered. Two queries, each
    by a partial index that holds only what is not erased.
    """
    held = InterviewSession.objects.filter(kept_until__lte=now).exclude(Exists(_open_reviews("invitation_id")))
    due = list(held.order_by("kept_until").values_list("invitation_id", flat=True)[:most])
    if len(due) < most:
        due += _list_never_held(now).order_by("kept_until").values_list("pk", flat=True)[: most - len(due)]
    return due


def list_due_recordings(now: datetime, *, most: int) -> list[int]:
    """Interviews whose sound and video were kept as long as was told, while the rest is kept longer.

    Left alone while it goes on, and while a review that the candidate asked for is open: a person has to hear it.
    """
    due = InterviewSession.objects.filter(
        recordings_kept_until__lte=now, recordings_erased_at__isnull=True, invitation__erased_at__isnull=True
    )
    left = due.exclude(status__in=sorted({SessionStatus.PENDING, *LIVE})).exclude(
        Exists(_open_reviews("invitation_id"))
    )
    return list(left.order_by("recordings_kept_until").values_list("pk", flat=True)[:most])


def _list_never_held(now: datetime) -> QuerySet[InterviewPanelCandidate]:
    begun = InterviewSession.objects.filter(invitation=OuterRef("pk"), consented_at__isnull=False)
    open_ones = InterviewSession.objects.filter(
        invitation=OuterRef("pk"), status__in=sorted({SessionStatus.PENDING, *LIVE})
    )
    due = InterviewPanelCandidate.objects.filter(erased_at__isnull=True, kept_until__lte=now)
    return due.exclude(Exists(begun)).exclude(Exists(open_ones)).exclude(Exists(_open_reviews("pk")))


def _open_reviews(invitation: str) -> QuerySet[CandidateRequest]:
    return CandidateRequest.objects.filter(
        invitation=OuterRef(invitation), kind=CandidateRequest.Kind.HUMAN_REVIEW, answered_at__isnull=True
    )


@dataclass(frozen=True)
class Loss:
    """One interview of a candidate, as it is now; `answers` and the others are numbers of what will be gone."""

    panel: str
    status: str
    ended_at: datetime | None
    answers: int
    recordings: int
    videos: int
    has_report: bool

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


def list_losses(candidate: Candidate) -> list[Loss]:
    """What would be gone, for each invitation that is not erased, the newest first."""
    invitations = candidate.invitations.filter(erased_at__isnull=True).select_related("panel")
    return [_describe_loss(invitation) for invitation in invitations]


def _describe_loss(invitation: InterviewPanelCandidate) -> Loss:
    session = invitation.sessions.order_by("-id").first()
    title = invitation.panel.title
    if session is None:
        return Loss(title, "", None, 0, 0, 0, has_report=False)
    recordings = session.recordings.filter(work_status=Recording.WorkStatus.DONE)
    return Loss(
        title,
        session.status,
        session.ended_at,
        session.answers.count(),
        recordings.count(),
        session.videos.count(),
        has_report=hasattr(session, "report"),
    )
