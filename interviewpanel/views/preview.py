"""The candidate's page as a panel would show it, for the people who set the panel up. Routed by preview_urls.py.

It is the page itself (join.py) of an invitation that is made nowhere: no row, no link, no session. What the page would
send goes nowhere: the addresses below it lead to nothing, and preview.js says so where somebody tries.
"""

from datetime import timedelta

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.selectors.consent import UnknownConsent, write_invitation_consent
from interviewpanel.services.trials import TRIAL_HOURS
from interviewpanel.views.join import describe_interview, write_page_data
from interviewpanel.views.links import choose_language, show_page
from organizations.models import Candidate

SOMEBODY = "Alex Example"


@require_safe
def show_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """To whoever may see the panel; for everyone else there is none."""
    panels = admin.site.get_model_admin(InterviewPanel)
    panel = panels.get_object(request, str(pk))
    if not isinstance(panel, InterviewPanel) or not panels.has_view_permission(request, panel):
        raise Http404("There is no such panel.")
    invitation = imagine_invitation(panel)
    language = choose_language(request, invitation)
    try:
        consent = write_invitation_consent(invitation, language)
    except UnknownConsent as error:
        raise Http404(f"{error} Choose another one on the panel's page.") from error
    context = describe_interview(invitation, language) | {
        "consent": consent,
        "is_preview": True,
        "page_data": write_page_data(invitation, None, consent, "preview", language),
    }
    return show_page(request, "join.html", context, language=language)


def imagine_invitation(panel: InterviewPanel) -> InterviewPanelCandidate:
    """As one that is sent now; stored nowhere."""
    organization = panel.organization
    expires_at = timezone.now() + timedelta(hours=TRIAL_HOURS)
    return InterviewPanelCandidate(
        organization=organization,
        panel=panel,
        candidate=Candidate(organization=organization, full_name=SOMEBODY),
        expires_at=min(expires_at, panel.closes_at) if panel.closes_at else expires_at,
        retention_days=organization.retention_days,
        recording_days=organization.recording_days,
    )
