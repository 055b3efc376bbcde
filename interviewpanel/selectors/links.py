"""Whether a candidate's link opens its interview, and why not. Asked by the join page, which shows it, and by
services/session_manager.py before it lets a socket in."""

from datetime import datetime

from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.places import find_asked_at
from interviewpanel.selectors.withdrawals import has_withdrawn_by_link

ERASED = "Everything about this interview was erased."
# Why a link opens nothing: what to say, and the socket's close code. The codes are the protocol's.
REFUSALS = {
    "link.withdrawn": ("This link was withdrawn. Please ask the people who invited you.", 4401),
    "link.withdrawn_by_candidate": ("You have withdrawn. This link opens no interview any more.", 4401),
    "link.expired": ("This link has expired. Please ask for a new one.", 4401),
    "link.erased": (ERASED, 4410),
    "link.over": ("This interview is over. Thank you for taking part.", 4410),
    "link.closed": ("This interview is closed. Please ask the people who invited you.", 4403),
    "link.not_open_yet": ("This interview is not open yet.", 4403),
}


class LinkRefused(Exception):
    """The link opens nothing, by one of `REFUSALS`. `close_code` is the socket's; `opens_at` is set where it will."""

    def __init__(self, code: str, *, opens_at: datetime | None = None) -> None:
        message, self.close_code = REFUSALS[code]
        super().__init__(message)
        self.code, self.opens_at = code, opens_at


def check_link(invitation: InterviewPanelCandidate, now: datetime) -> InterviewSession | None:
    """The session that the link opened before, if any. Raises LinkRefused where it opens nothing; changes nothing."""
    if invitation.erased_at is not None:
        raise LinkRefused("link.erased")
    if invitation.revoked_at is not None:
        is_own = has_withdrawn_by_link(invitation.pk)
        raise LinkRefused("link.withdrawn_by_candidate" if is_own else "link.withdrawn")
    # One that ended before it began leaves the way free: a link may be extended, or made anew after it was withdrawn.
    others = InterviewSession.objects.exclude(status__in=[SessionStatus.EXPIRED, SessionStatus.REVOKED])
    existing = others.filter(invitation=invitation).order_by("-id").first()
    if existing is None or existing.status == SessionStatus.PENDING:
        check_window(invitation, now if existing is None else find_asked_at(existing, now))
    elif existing.is_over:
        raise LinkRefused("link.over")
    return existing


def check_window(invitation: InterviewPanelCandidate, now: datetime) -> None:
    """Raises LinkRefused where the link or its panel is not open now."""
    panel = invitation.panel
    if invitation.expires_at <= now:
        raise LinkRefused("link.expired")
    if invitation.is_trial and panel.status != panel.Status.ARCHIVED:
        return  # a draft is tried before it is published, and a window before it opens
    if panel.status != panel.Status.PUBLISHED or (panel.closes_at and panel.closes_at <= now):
        raise LinkRefused("link.closed")
    if panel.opens_at and panel.opens_at > now:
        raise LinkRefused("link.not_open_yet", opens_at=panel.opens_at)


def check_not_over(session: InterviewSession) -> None:
    """Raises LinkRefused where the interview ended while its page was open."""
    if session.status in (SessionStatus.REVOKED, SessionStatus.EXPIRED):
        raise LinkRefused("link.withdrawn" if session.status == SessionStatus.REVOKED else "link.expired")
    if session.is_over:
        raise LinkRefused("link.over")
