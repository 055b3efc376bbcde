"""The ways between what belongs to one invitation: its candidate, panel and interview, what is recorded, the report,
the comparison. One line at the head of each of their pages, without the page itself and what its reader may not see.

The report and the comparison lie in an app above this one, so they are only named here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from interviewpanel.admin.blind import list_hidden
from interviewpanel.interview_urls import interview_url
from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from organizations.admin.scope import get_reach

TEMPLATE = "admin/interviewpanel/ways.html"
REPORTS = "reports.view_interviewreport"


@dataclass(frozen=True)
class Way:
    text: str
    url: str
    is_live: bool = False


def list_ways(request: HttpRequest, invitation: InterviewPanelCandidate) -> list[Way]:
    """For the page that is asked for: all but itself."""
    session = find_session(invitation)
    pages = [*_list_set_up(request, invitation), *(_list_held(request, session) if session else ())]
    return [way for way in pages if way.url != request.path]


def find_session(invitation: InterviewPanelCandidate) -> InterviewSession | None:
    """The last that was opened by its link, with its report, if there is any. One query."""
    rows = invitation.sessions.select_related("report", "invitation").defer("report__document")
    return rows.order_by("-pk").first()


def _list_set_up(request: HttpRequest, invitation: InterviewPanelCandidate) -> Iterator[Way]:
    reach, organization = get_reach(request), invitation.organization_id
    if reach.may("organizations.view_candidate", organization) and invitation.candidate_id is not None:
        yield Way("Candidate", reverse("admin:organizations_candidate_change", args=[invitation.candidate_id]))
    if reach.may("interviewpanel.view_interviewpanelcandidate", organization):
        yield Way("Invitation", reverse("admin:interviewpanel_interviewpanelcandidate_change", args=[invitation.pk]))
    if reach.may("interviewpanel.view_interviewpanel", organization):
        yield Way("Panel", reverse("admin:interviewpanel_interviewpanel_change", args=[invitation.panel_id]))


def _list_held(request: HttpRequest, session: InterviewSession) -> Iterator[Way]:
    reach, organization = get_reach(request), session.organization_id
    if reach.may("interviewpanel.view_interviewsession", organization):
        record = reverse("admin:interviewpanel_interviewsession_change", args=[session.pk])
        yield Way("Watch live" if session.is_live else "Review", interview_url(session), is_live=session.is_live)
        yield Way("Everything recorded", record)
    if not reach.may(REPORTS, organization):
        return
    report: Any = getattr(session, "report", None)
    if report is not None and not list_hidden(request, session):
        yield Way("Report", reverse("admin:reports_interviewreport_change", args=[report.pk]))
    if session.started_at is not None and not session.invitation.is_trial:
        yield Way("Compare", reverse("compare", args=[session.invitation.panel_id]))
