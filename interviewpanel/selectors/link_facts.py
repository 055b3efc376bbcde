"""How invitations stand: begun, over, withdrawn, and what became of the last message. Read by the admin's lists and by
the services that send and remind; one query, however many rows.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from interviewpanel.domain.link_acts import LinkFacts
from interviewpanel.models import CandidateRequest, InterviewPanel, InterviewPanelCandidate, InterviewSession
from organizations.models import Candidate, Message

Invitations = QuerySet[InterviewPanelCandidate]


def annotate_link_facts(rows: Invitations) -> Invitations:
    """Adds has_begun, is_over, has_withdrawn."""
    sessions = InterviewSession.objects.filter(invitation=OuterRef("pk"))
    withdrawals = CandidateRequest.objects.filter(invitation=OuterRef("pk"), kind=CandidateRequest.Kind.WITHDRAW)
    return rows.annotate(
        has_begun=Exists(sessions.filter(started_at__isnull=False)),
        is_over=Exists(sessions.filter(started_at__isnull=False, ended_at__isnull=False)),
        has_withdrawn=Exists(withdrawals),
    )


def annotate_last_message(rows: Invitations) -> Invitations:
    """Adds message_kind, message_channel, message_state, message_reason, message_at of the newest message."""
    last = Message.objects.filter(about=OuterRef("uuid")).order_by("-id")

    def pick(name: str) -> Subquery:
        return Subquery(last.values(name)[:1])

    return rows.annotate(
        message_kind=pick("kind"),
        message_channel=pick("channel"),
        message_state=pick("state"),
        message_reason=pick("reason"),
        message_queued_at=pick("created_at"),
        message_sent_at=pick("sent_at"),
        message_reported_at=pick("reported_at"),
    )


def read_link_facts(invitation: InterviewPanelCandidate, now: datetime) -> LinkFacts:
    """Of a row of `annotate_link_facts`, with its panel. No query."""
    annotated = vars(invitation)
    return LinkFacts(
        is_erased=invitation.erased_at is not None,
        is_revoked=invitation.revoked_at is not None,
        has_withdrawn=annotated["has_withdrawn"],
        has_begun=annotated["has_begun"],
        is_over=annotated["is_over"],
        expires_at=invitation.expires_at,
        panel_refusal=explain_panel(invitation.panel, now),
    )


def explain_panel(panel: InterviewPanel, now: datetime) -> str:
    """Why nobody can be invited to the panel now; empty where one can."""
    if panel.status != InterviewPanel.Status.PUBLISHED:
        return f"The panel “{panel.title}” is {panel.status}. Publish it first, then invite."
    if panel.closes_at is not None and panel.closes_at <= now:
        return f"The panel “{panel.title}” closed on {panel.closes_at:%Y-%m-%d %H:%M} UTC."
    return ""


def list_messages(invitation: InterviewPanelCandidate) -> QuerySet[Message]:
    """Everything that was sent about the invitation, or is to be, the newest first."""
    return Message.objects.filter(about=invitation.uuid).order_by("-id")


def list_open_links(panel: InterviewPanel, candidates: Iterable[Candidate]) -> list[str]:
    """The names of those candidates who have a link to the panel that they may still use, or use just now."""
    return [row.candidate.full_name for row in find_open_links(panel, candidates)]


def find_open_links(panel: InterviewPanel, candidates: Iterable[Candidate]) -> list[InterviewPanelCandidate]:
    now = timezone.now()
    rows = InterviewPanelCandidate.objects.filter(
        panel=panel, candidate__in=list(candidates), is_trial=False, erased_at__isnull=True, revoked_at__isnull=True
    )
    facts = annotate_link_facts(rows).filter(Q(is_over=False), Q(has_withdrawn=False))
    usable = facts.filter(Q(expires_at__gt=now) | Q(has_begun=True))
    return list(usable.select_related("candidate").order_by("candidate__full_name"))
