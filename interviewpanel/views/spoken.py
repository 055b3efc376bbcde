"""The interviewer's voice below a candidate's link, where this server speaks. Routed by candidate_urls.py."""

import uuid
from contextlib import suppress
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from config.ranges import measure_part, send_stored
from interviewpanel.models import InterviewSession, SpokenAudio
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.selectors.recordings import find_spoken
from interviewpanel.services.session_manager import foresee_session
from interviewpanel.services.spoken_lines import take_begun_sound, take_cut_sound
from interviewpanel.views.links import find_link, show_unknown_link
from interviewpanel.views.recordings import NotThere, behind_link


@csrf_exempt  # the secret is the address itself: no cookie is read, so that no other site can borrow one
@require_POST
def prepare_spoken(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page is shown to somebody: what is said first is said ahead. A script's deed, so that a mail program that
    looks at the link has nothing made. 204; also where the link opens nothing, which the page says itself."""
    invitation = find_link(token)
    if invitation is None:
        return show_unknown_link(request)
    with suppress(LinkRefused):
        foresee_session(invitation=invitation, now=timezone.now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_safe
@behind_link
def play_spoken(request: HttpRequest, session: InterviewSession, audio: uuid.UUID) -> HttpResponseBase:
    """What the interviewer has said in this interview, with ranges. Nothing that was only prepared."""
    found = _find(session, audio)
    part = measure_part(str(found.file.name))
    return send_stored(request, [part], content_type="audio/flac", filename="interviewer.flac", as_attachment=False)


@csrf_exempt
@require_POST
@behind_link
def take_begun(request: HttpRequest, session: InterviewSession, audio: uuid.UUID) -> HttpResponseBase:
    """The page plays it from now on: for the recording of both voices. 204."""
    take_begun_sound(session_id=session.pk, audio=_find(session, audio), now=timezone.now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@csrf_exempt
@require_POST
@behind_link
def take_cut(request: HttpRequest, session: InterviewSession, audio: uuid.UUID) -> HttpResponseBase:
    """The page does not play it any more, although there is more of it. 204."""
    take_cut_sound(session_id=session.pk, audio=_find(session, audio), now=timezone.now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _find(session: InterviewSession, audio: uuid.UUID) -> SpokenAudio:
    found = find_spoken(session, audio)
    if found is None:
        raise NotThere(gettext("There is no such sentence."))
    return found
