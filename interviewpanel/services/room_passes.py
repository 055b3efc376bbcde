"""Passes into an interview's room, for a candidate's client. Called by the API and by the candidate's link.

A pass lets somebody in for a few minutes only, so it is asked for when it is used, and as often as it is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import transaction

from interviewpanel.domain.states import MoveRefused
from interviewpanel.engines.rooms import check_set_up
from interviewpanel.engines.rooms.passes import make_candidate_pass
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession, Room
from interviewpanel.selectors.links import check_link
from interviewpanel.services.events import lock_session
from interviewpanel.services.rooms import ask_room
from interviewpanel.services.session_manager import prepare_session

NO_ROOM = "This panel's interviews are held on the candidate's page, not in a room."


@dataclass(frozen=True, slots=True)
class RoomPass:
    """What a candidate's client needs to come in. `token` is a secret of theirs, `expires_at` the end of joining."""

    name: str
    url: str
    token: str
    expires_at: datetime
    client_url: str  # empty: no client is set up


def give_pass(*, session_id: int, now: datetime) -> RoomPass:
    """Effects: the room is there, and announced to be opened.

    Raises RoomsNotSetUp; MoveRefused `room.none` for a panel without rooms, `room.over` when it is over;
    LinkRefused where the candidate's link opens nothing now.
    """
    check_set_up()
    with transaction.atomic():
        session = lock_session(session_id)
        if session.invitation.panel.door != InterviewPanel.Door.ROOM:
            raise MoveRefused(NO_ROOM, "room.none")
        if session.is_over:
            raise MoveRefused("This interview is over; nobody can come in any more.", "room.over")
        check_link(session.invitation, now)
        room = ask_room(session, now)
    return _make_pass(session, room, now)


def give_invited_pass(*, invitation: InterviewPanelCandidate, now: datetime) -> RoomPass:
    """As `give_pass`, by the candidate's link; the session is made on the first visit. Raises LinkRefused as well."""
    check_set_up()
    with transaction.atomic():
        invitation = InterviewPanelCandidate.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if invitation.panel.door != InterviewPanel.Door.ROOM:
            raise MoveRefused(NO_ROOM, "room.none")
        session = check_link(invitation, now) or prepare_session(invitation=invitation)
    return give_pass(session_id=session.pk, now=now)


def _make_pass(session: InterviewSession, room: Room, now: datetime) -> RoomPass:
    token = make_candidate_pass(
        room=room.name, identity=room.candidate_identity, has_camera=session.invitation.panel.records_video
    )
    url = settings.LIVEKIT.url
    return RoomPass(
        name=room.name,
        url=url,
        token=token,
        expires_at=now + timedelta(minutes=settings.LIVEKIT.pass_minutes),
        client_url=settings.LIVEKIT.client_url.replace("{url}", quote(url, safe="")).replace("{token}", token),
    )
