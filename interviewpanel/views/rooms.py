"""The way into a room by a candidate's link, and what the LiveKit server tells of its rooms."""

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from interviewpanel.domain.protocol import write_time
from interviewpanel.domain.states import MoveRefused
from interviewpanel.engines.rooms import RoomsNotSetUp
from interviewpanel.engines.rooms.events import EventRefused, read_event
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.services.room_events import take_event
from interviewpanel.services.room_passes import RoomPass, give_invited_pass
from interviewpanel.views.links import find_link, show_unknown_link

logger = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024  # an event has two or three; one of a room with many tracks some more


@csrf_exempt  # signed by the LiveKit server instead
@require_POST
def take_webhook(request: HttpRequest) -> HttpResponse:
    """204, also for what is known already or concerns no room of ours, else the server sends it again and again.

    404 where rooms are off, 413 for what is too large, 401 unless the server has signed this very body.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _say("An event has 64 KiB at most.\n", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return _say("An event has 64 KiB at most.\n", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        event = read_event(body, request.headers.get("Authorization", ""))
    except RoomsNotSetUp:
        return _say("There are no rooms on this site.\n", HTTPStatus.NOT_FOUND)
    except EventRefused as refusal:
        logger.warning("An event of a LiveKit server was refused: %s", refusal)
        return _say("The token does not fit the body.\n", HTTPStatus.UNAUTHORIZED)
    take_event(event, now=timezone.now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _say(words: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain")


@require_http_methods(["GET", "POST"])
@csrf_exempt  # the link itself is the secret, and nothing is done but to let its holder in
def enter_room(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET: to the LiveKit client that is set up, with a new pass; where there is none, to the candidate's page.
    POST: the pass itself, for a client of the organization's own. 409 with the reason where there is none."""
    invitation = find_link(token)
    if invitation is None:
        return show_unknown_link(request)
    page = reverse("join", args=[token])
    try:
        given = give_invited_pass(invitation=invitation, now=timezone.now())
    except (RoomsNotSetUp, MoveRefused, LinkRefused) as refusal:
        code = getattr(refusal, "code", "room.none")
        if request.method == "GET":
            return HttpResponseRedirect(page)  # which says how things stand, or holds the interview
        return JsonResponse({"code": code, "message": str(refusal)}, status=HTTPStatus.CONFLICT)
    if request.method == "GET":
        return HttpResponseRedirect(given.client_url or page)
    return JsonResponse(describe_pass(given))


def describe_pass(given: RoomPass) -> dict[str, object]:
    return {
        "name": given.name,
        "url": given.url,
        "token": given.token,
        "expires_at": write_time(given.expires_at),
        "client_url": given.client_url,
    }
