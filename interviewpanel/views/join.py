"""The page behind a candidate's link, `/i/<token>/`. Routed by urls.py.

It reads and never writes: a mail program that looks at the link begins no interview. Like the socket, it tells a
stranger nothing: whatever is not a link of ours gets one and the same page.
"""

from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from interviewpanel.domain import protocol
from interviewpanel.domain.consent import ConsentText
from interviewpanel.models import AccommodationRequest, CandidateRequest, InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.consent import write_invitation_consent
from interviewpanel.selectors.links import LinkRefused, check_link
from interviewpanel.selectors.panel_facts import count_planned_questions
from interviewpanel.selectors.places import is_in_line
from interviewpanel.services.bookings import find_booking, list_free_slots
from interviewpanel.services.phone_pins import show_pin
from interviewpanel.services.spoken_audio import is_spoken_here
from interviewpanel.views.labels import RATING_LABELS, list_needs
from interviewpanel.views.leftovers import name_store, write_leftover
from interviewpanel.views.links import choose_language, find_link, show_page, show_unknown_link
from interviewpanel.views.strings import write_strings, write_video_strings

# The socket's close codes, as HTTP says the same.
STATUS_OF_REFUSAL = {
    protocol.CLOSE_TOKEN: HTTPStatus.GONE,
    protocol.CLOSE_OVER: HTTPStatus.GONE,
    protocol.CLOSE_FORBIDDEN: HTTPStatus.FORBIDDEN,
}
# What a refusal says, for the translators; the sentences are services/session_manager's.
REASONS = (
    gettext_noop("This link was withdrawn. Please ask the people who invited you."),
    gettext_noop("You have withdrawn. This link opens no interview any more."),
    gettext_noop("This link has expired. Please ask for a new one."),
    gettext_noop("This interview is over. Thank you for taking part."),
    gettext_noop("Everything about this interview was erased."),
    gettext_noop("This interview is closed. Please ask the people who invited you."),
    gettext_noop("This interview is not open yet."),
)


@require_safe
def show_join_page(request: HttpRequest, token: str) -> HttpResponse:
    """What the interview is, or why the link opens nothing. 404 for what is no link of ours, 403 and 410 as refused."""
    invitation = find_link(token)
    if invitation is None:
        return show_unknown_link(request)
    language, now = choose_language(request, invitation), timezone.now()
    try:
        session = check_link(invitation, now)
    except LinkRefused as refusal:
        status = STATUS_OF_REFUSAL[refusal.close_code]
        context = _describe_refusal(invitation, refusal, language, now)
        context["leftover"] = write_leftover(invitation, token, language)
        return show_page(request, "link_refused.html", context, language=language, status=status)
    consent = write_invitation_consent(invitation, language)
    context = describe_interview(invitation, language) | {
        **_describe_asked(invitation),
        "slots": list_free_slots(invitation, now),
        "booked_at": find_booking(invitation, now),
        "pin": show_pin(invitation),
        "phone_number": settings.TWILIO_VOICE_NUMBER,
        "consent": consent,
        "page_data": write_page_data(invitation, session, consent, token, language),
    }
    return show_page(request, "join.html", context, language=language)


def describe_interview(invitation: InterviewPanelCandidate, language: str) -> dict[str, object]:
    """What the page says of the interview. The invitation need not be stored: views/preview.py shows the page too."""
    panel = invitation.panel
    return {
        "organization": invitation.organization,
        "retention_days": invitation.retention_days,
        "recording_days": invitation.recording_days,
        "panel": panel,
        "first_name": invitation.candidate.first_name,
        "minutes": round(invitation.talking_limit_seconds / 60),
        "pause_minutes": round(invitation.pause_budget_seconds / 60),
        "questions": count_planned_questions(panel),
        "panel_language": _name_language(panel.language, language),
        "expires_at": invitation.expires_at,
        "needs": list_needs(),
        "ratings": RATING_LABELS,
        "is_trial": invitation.is_trial,
        "languages": [(code, name) for code, name in settings.LANGUAGES if code != language],
    }


def _describe_asked(invitation: InterviewPanelCandidate) -> dict[str, object]:
    """What the candidate has asked of people."""
    requests = CandidateRequest.objects.filter(invitation=invitation)
    return {
        "accommodations": list(AccommodationRequest.objects.filter(invitation=invitation)),
        "asked_for_person": requests.filter(kind=CandidateRequest.Kind.HUMAN_INTERVIEW).exists(),
    }


def _name_language(code: str, language: str) -> str:
    """As speakers of `language` call it; by its code where nobody here knows its name."""
    with translation.override(language):
        try:
            return str(translation.get_language_info(code)["name_translated"])
        except KeyError:
            return code


def _describe_refusal(
    invitation: InterviewPanelCandidate, refusal: LinkRefused, language: str, now: datetime
) -> dict[str, object]:
    """Its template leads to the privacy page: what is stored, what was asked and the replies can be seen for as long as
    they are stored, whatever has become of the link and whether or not an interview was begun."""
    opens_at = invitation.panel.opens_at
    with translation.override(language):
        reason = translation.gettext(str(refusal))
    return {
        "organization": invitation.organization,
        "reason": reason,
        "is_over": refusal.close_code == protocol.CLOSE_OVER,
        "store_name": None if refusal.close_code == protocol.CLOSE_FORBIDDEN else name_store(invitation),
        "opens_at": opens_at if opens_at is not None and opens_at > now else None,
    }


def write_page_data(
    invitation: InterviewPanelCandidate,
    session: InterviewSession | None,
    consent: ConsentText,
    token: str,
    language: str,
) -> dict[str, object]:
    """What the scripts of the page know before they have spoken to the socket."""
    panel, address = invitation.panel, f"/i/{token}/"
    with translation.override(language):
        strings = write_strings() | (write_video_strings() if panel.records_video else {})
    return {
        "token": token,
        "storeName": name_store(invitation),
        "pageLanguage": language,
        "socketPath": f"/ws/interview/{token}/",
        "language": panel.language,
        "hasBegun": session is not None and session.is_live,
        "isWaiting": session is not None and is_in_line(session, consent.hash),
        "isVideo": panel.records_video,
        "isSpokenHere": invitation.pk is not None and is_spoken_here(panel),
        "prefersTyping": invitation.prefers_typing,
        "consentVersion": consent.version,
        "consentLanguage": consent.language,
        "consentHash": consent.hash,
        "links": {
            "privacy": f"{address}privacy/",
            "feedback": f"{address}feedback/",
            "video": f"{address}video/",
        },
        "strings": strings,
    }
