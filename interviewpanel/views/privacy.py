"""The candidate's own page about their interview, `/i/<token>/privacy/`: what is stored, and what they can ask for.

It works by the private link for as long as anything is stored: after the interview, after the link's expiry, after a
withdrawal. Plain forms, without scripts. Routed by candidate_urls.py; `show_privacy` is also what a refused form shows.
"""

from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from config.json_stream import send_json
from interviewpanel.models import CandidateRequest, InterviewPanelCandidate, InterviewSession, Recording
from interviewpanel.selectors.calls import find_consent, has_opted_out
from interviewpanel.selectors.candidate_data import list_answers
from interviewpanel.selectors.consent import find_agreed_text
from interviewpanel.selectors.link_facts import list_messages
from interviewpanel.selectors.own_data import describe_stored
from interviewpanel.selectors.recordings import find_held_session, find_kind, find_recording, list_videos
from interviewpanel.views.labels import NEED_LABELS, RATING_LABELS, list_needs
from interviewpanel.views.leftovers import write_leftover
from interviewpanel.views.links import choose_language, find_link, show_page, show_unknown_link

# What is said at the top after a form was sent; the address names it.
SAID = {
    "accommodation_asked": gettext_lazy("Your request has arrived. A person will look at it and answer here."),
    "accommodation_granted": gettext_lazy("This is granted. It applies from now on."),
    "accommodation_granted_and_asked": gettext_lazy(
        "Part of this is granted and applies from now on. A person will look at the rest and answer here."
    ),
    "human_interview": gettext_lazy("Your request for an interview by a person has arrived. They will write to you."),
    "human_review": gettext_lazy("Your request for a review has arrived. A person will answer here."),
    "withdraw": gettext_lazy(
        "You have withdrawn. The interview is over. Whoever works on this application sees it in their list."
    ),
    "erasure": gettext_lazy("Your request for erasure has arrived. A person will answer here."),
    "calls_agreed": gettext_lazy("You may be called. You can take that back here at any time."),
    "calls_stopped": gettext_lazy("You will not be called any more."),
    "feedback": gettext_lazy("Thank you for telling us."),
    "correction": gettext_lazy("Your note is kept beside the answer."),
    "correction_removed": gettext_lazy("Your note is taken back."),
    "booked": gettext_lazy("Your time is booked. Please come back to this page then."),
    "booking_cancelled": gettext_lazy("The time is given back."),
}


@require_safe
def show_privacy_page(request: HttpRequest, token: str) -> HttpResponse:
    """It reads only."""
    invitation = find_link(token)
    if invitation is None:
        return show_unknown_link(request)
    return show_privacy(request, invitation, token)


@require_safe
def send_data(request: HttpRequest, token: str) -> HttpResponseBase:
    """Everything that is stored about the candidate, as a file to keep."""
    invitation = find_link(token)
    if invitation is None:
        return show_unknown_link(request)
    return send_json(request, describe_stored(invitation, timezone.now()), filename="my-interview.json")


@require_safe
def send_resume(request: HttpRequest, token: str) -> HttpResponseBase:
    """The candidate's own résumé, as it was uploaded. 404 where there is none."""
    invitation = find_link(token)
    if invitation is None:
        return show_unknown_link(request)
    try:
        file = invitation.candidate.resume.open("rb")
    except (ValueError, FileNotFoundError):
        return show_unknown_link(request)
    return FileResponse(file, as_attachment=True, filename=invitation.candidate.resume_name)


def show_privacy(
    request: HttpRequest,
    invitation: InterviewPanelCandidate,
    token: str,
    *,
    alert: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """The page; with `alert`, why a form that was sent is not kept."""
    session = find_held_session(invitation)
    language = choose_language(request, invitation)
    context = {
        "organization": invitation.organization,
        "panel": invitation.panel,
        "invitation": invitation,
        "token": token,
        "messages_count": list_messages(invitation).count(),
        "alert": alert,
        "said": SAID.get(request.GET.get("said", "")),
        "leftover": write_leftover(invitation, token, language) if session is not None and session.is_over else None,
        **_describe_asked(invitation, session),
        **_describe_calls(invitation),
        **(_describe_held(session) if session else {}),
    }
    return show_page(request, "privacy.html", context, language=language, status=status)


def _describe_asked(invitation: InterviewPanelCandidate, session: InterviewSession | None) -> dict[str, object]:
    """What was asked for and answered, and what can be asked for now."""
    requests = list(invitation.requests.all())
    accommodations = list(invitation.accommodations.all())
    asked = next((row for row in accommodations if row.is_open), None)
    is_over = session is not None and session.is_over
    has_withdrawn = any(row.kind == CandidateRequest.Kind.WITHDRAW for row in requests)
    return {
        "requests": requests,
        "open_kinds": {row.kind for row in requests if row.is_open},
        "has_withdrawn": has_withdrawn,
        "accommodations": [(row, [NEED_LABELS[need][0] for need in row.needs]) for row in accommodations],
        "asked_accommodation": asked,
        "needs": list_needs(asked.needs if asked is not None else ()),
        "can_go_on": not is_over and not has_withdrawn,
    }


def _describe_calls(invitation: InterviewPanelCandidate) -> dict[str, object]:
    """On a site that calls people: whether this candidate agreed to it, and the calls there were."""
    number = invitation.candidate.phone if settings.PHONE_CALL_PREFIXES else ""
    return {
        "call_number": number,
        "calls": list(invitation.calls.select_related("recording").order_by("requested_at")),
        "call_consent": find_consent(invitation) if number else None,
        "calls_stopped": has_opted_out(invitation.organization, number),
    }


def _describe_held(session: InterviewSession) -> dict[str, object]:
    return {
        "session": session,
        "agreed": find_agreed_text(session),
        "answers": list_answers(session),
        "whole_recording": find_recording(session, None),
        "mix": find_kind(session, Recording.Kind.MIX),
        "videos": list_videos(session),
        "erasure_at": session.kept_until,
        "notes_count": session.client_events.count(),
        "feedback": getattr(session, "feedback", None),
        "ratings": RATING_LABELS,
    }


def find_privacy_url(token: str, **query: str) -> str:
    address = reverse("candidate-privacy", args=[token])
    return f"{address}?{urlencode(query)}" if query else address
