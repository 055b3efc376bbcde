"""The consent text behind a link. Read by the join page, which shows it, and by `start`, which keeps its hash."""

from interviewpanel.domain.consent import ConsentText, write_consent
from interviewpanel.models import InterviewPanelCandidate


def write_invitation_consent(invitation: InterviewPanelCandidate, language: str) -> ConsentText:
    """With the days that were fixed with the link: what is agreed to is what was read."""
    panel = invitation.panel
    return write_consent(
        panel.consent_version,
        language,
        organization=invitation.organization.name,
        retention_days=invitation.retention_days,
        is_video=panel.records_video,
    )
