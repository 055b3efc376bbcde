"""The page behind a candidate's link, `/i/<token>/`. Routed by urls.py.

It reads and never writes: a mail program that looks at the link begins no interview. Like the socket, it tells a
stranger nothing: whatever is not a link of ours gets one and the same page.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from interviewpanel.domain import protocol
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.services.invitations import find_invitation, join_url
from interviewpanel.services.session_manager import LinkRefused, check_link

# The socket's close codes, as HTTP says the same.
STATUS_OF_REFUSAL = {
    protocol.CLOSE_TOKEN: HTTPStatus.GONE,
    protocol.CLOSE_OVER: HTTPStatus.GONE,
    protocol.CLOSE_FORBIDDEN: HTTPStatus.FORBIDDEN,
}
# The address of this page is a secret: it is kept by no cache, told to no other site, listed by no search engine.
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
}


@require_safe
def show_join_page(request: HttpRequest, token: str) -> HttpResponse:
    """What the interview is, or why the link opens nothing. 404 for what is no link of ours, 403 and 410 as refused."""
    invitation = find_invitation(token)
    if invitation is None:
        return _show(request, "link_unknown.html", {}, HTTPStatus.NOT_FOUND)
    context = _describe(invitation)
    try:
        session = check_link(invitation, timezone.now())
    except LinkRefused as refusal:
        status = STATUS_OF_REFUSAL[refusal.close_code]
        return _show(request, "link_refused.html", {**context, "reason": str(refusal)}, status)
    return _show(request, "join.html", {**context, "has_begun": session is not None and session.is_live})


def _describe(invitation: InterviewPanelCandidate) -> dict[str, object]:
    return {
        "organization": invitation.organization,
        "panel": invitation.panel,
        "minutes": round(invitation.panel.max_minutes * invitation.time_multiplier),
        "expires_at": invitation.expires_at,
        "link": join_url(invitation),
    }


def _show(
    request: HttpRequest, template: str, context: dict[str, object], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    page = render_to_string(f"interviewpanel/{template}", context, request)
    return HttpResponse(page, status=status, headers=PRIVATE_HEADERS)
