"""How a test stands that an applicant tracking system has sent: in its words, flat. Read by the API."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from interviewpanel.domain.hiring_terms import name_advice, name_decision
from interviewpanel.domain.states import LIVE, SessionStatus
from interviewpanel.interview_urls import review_url
from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.blind_ratings import has_hidden_scores
from interviewpanel.selectors.decisions import find_decision
from interviewpanel.selectors.withdrawals import has_withdrawn, has_withdrawn_by_link
from organizations.selectors import Reach
from organizations.services.webhooks import write_time
from reports.models import InterviewReport

COMPLETE = "complete"
TOO_LITTLE = "Too little was measured for a score."


@dataclass(frozen=True)
class Assessment:
    """`path` is where members of the organization read more. `score` is None where too little was measured."""

    status: str
    path: str
    score: int | None
    metadata: dict[str, Any]


def describe_assessment(invitation: InterviewPanelCandidate, reach: Reach) -> Assessment:
    """What another system is told of scores here is what it is told everywhere: nothing of who has withdrawn, and
    nothing before somebody has rated, where everybody rates first. Six queries at most.
    """
    sessions = InterviewSession.objects.filter(invitation=invitation).order_by("-pk")
    session = sessions.select_related("report").defer("report__document").first()
    told: dict[str, Any] = {"Panel": invitation.panel.title}
    report = getattr(session, "report", None)
    status = _name_status(invitation, session, reach)
    if session is None or report is None or status != COMPLETE:
        page = reverse("admin:interviewpanel_interviewpanelcandidate_change", args=[invitation.pk])
        return Assessment(status, page, None, told)
    told.update(_describe_report(session, report))
    return Assessment(COMPLETE, review_url(session.pk), report.overall, told)


def _name_status(invitation: InterviewPanelCandidate, session: InterviewSession | None, reach: Reach) -> str:
    if has_withdrawn_by_link(invitation.pk) if session is None else has_withdrawn(session):
        return "withdrawn"
    if session is not None and session.is_over and session.started_at:
        if (report := getattr(session, "report", None)) is None or not report.made_at:
            return "scoring"
        return "in_review" if has_hidden_scores(session, None, reach) else COMPLETE
    if invitation.revoked_at is not None:
        return "revoked"
    if session is None or session.status == SessionStatus.PENDING:
        return "sent"
    if session.status in LIVE:
        return "in_progress"
    return "expired"


def _describe_report(session: InterviewSession, report: InterviewReport) -> dict[str, Any]:
    decision = find_decision(session.pk)
    return {
        "Grade": report.grade or None,
        "Technical": report.technical,
        "Communication": report.communication,
        "Problem solving": report.problem_solving,
        "Role fit": report.role_fit,
        "Advice": name_advice(report.overall).value,
        "Decided by a person": name_decision(decision.stage if decision else "").value,
        "Started at": write_time(session.started_at) if session.started_at else None,
        "Ended at": write_time(session.ended_at) if session.ended_at else None,
        "Notes": TOO_LITTLE if report.overall is None else "",
    }
