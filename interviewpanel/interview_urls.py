"""The way to an interview in the admin: where one is watched while it goes on, else where it is reviewed
(reports/admin/review.py); its record is behind those. Lists, pages and templates that lead to an interview ask here.

The review page lies in an app above this one, so it is only named here.
"""

from typing import Any

from django.urls import reverse

from interviewpanel.domain.states import LIVE

REVIEW = "reports_interviewreport_review"
WATCH = "interviewpanel_interviewsession_watch"


def interview_url(session: Any, answer: int | None = None) -> str:
    """Of a session, or of what has its pk, uuid and status. `answer` is the number of one to be read there."""
    if session.status in LIVE:
        return reverse(f"admin:{WATCH}", args=[session.uuid])
    return review_url(session.pk, answer)


def review_url(session_id: int, answer: int | None = None) -> str:
    """The same of an interview that is over, by its key."""
    url = reverse(f"admin:{REVIEW}", args=[session_id])
    return url if answer is None else f"{url}#answer-{answer}"
