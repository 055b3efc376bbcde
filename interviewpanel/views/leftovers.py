"""What the pages of an interview that is over give to the script that uploads what is left of its video on the device.

Used by join.py (a link that opens nothing any more) and privacy.py.
"""

from django.utils import translation

from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.views.strings import write_video_strings


def name_store(invitation: InterviewPanelCandidate) -> str:
    """Of the browser's databases for this invitation; not the token, which is a secret and would stay on the disk."""
    return f"interview-{invitation.uuid.hex[:16]}"


def write_leftover(invitation: InterviewPanelCandidate, token: str, language: str) -> dict[str, object] | None:
    """The data of leftover.js; None where the panel records no video."""
    if not invitation.panel.records_video:
        return None
    with translation.override(language):
        strings = write_video_strings()
    return {"storeName": name_store(invitation), "links": {"video": f"/i/{token}/video/"}, "strings": strings}
