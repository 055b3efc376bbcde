"""A panel's consent text. Read by the join page, which shows it, and by `start`, which keeps its hash."""

from interviewpanel.domain.consent import ConsentText, write_consent
from interviewpanel.models import InterviewPanel


def write_panel_consent(panel: InterviewPanel, language: str) -> ConsentText:
    organization = panel.organization
    return write_consent(
        panel.consent_version,
        language,
        organization=organization.name,
        retention_days=organization.retention_days,
        is_video=panel.records_video,
    )
