"""Interviews in rooms, for tests, and what a LiveKit server tells of them, signed as it signs."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from google.protobuf.json_format import MessageToJson
from livekit import api
from livekit.protocol import models
from livekit.protocol.webhook import WebhookEvent

from interviewpanel.models import InterviewPanelCandidate, InterviewSession, Room, RoomRecording
from interviewpanel.services import session_manager
from interviewpanel.services.room_passes import give_invited_pass
from tests.live_interviews import T0, invite, make_panel
from tests.room_servers import KEY, SECRET
from tests.work import do_due


def make_invited(*, now: datetime = T0, **changes: Any) -> InterviewPanelCandidate:
    return invite(make_panel(**{"door": "room", **changes}), now=now)


def make_room(invitation: InterviewPanelCandidate | None = None, *, now: datetime = T0) -> Room:
    """The candidate has asked for a pass."""
    give_invited_pass(invitation=invitation or make_invited(now=now), now=now)
    room: Room = Room.objects.get()
    return room


def find_session(room: Room) -> InterviewSession:
    session: InterviewSession = InterviewSession.objects.select_related("invitation__panel").get(pk=room.session_id)
    return session


def work(now: datetime) -> int:
    """What is due of rooms and their recordings."""
    return do_due(Room, RoomRecording, now=now)


def end(session: InterviewSession, now: datetime) -> None:
    session_manager.end_session(session_id=session.pk, now=now, reason="ended_by_candidate")


def write_event(
    kind: str,
    room: Room,
    *,
    room_sid: str = "RM_1",
    room_at: datetime = T0,
    sid: str = "PA_1",
    joined_at: datetime = T0,
    identity: str | None = None,
    **parts: Any,
) -> WebhookEvent:
    """`sid` empty: it is about the room alone."""
    event = WebhookEvent(event=kind, id=f"EV_{kind}", created_at=int(joined_at.timestamp()), **parts)
    event.room.CopyFrom(models.Room(name=room.name, sid=room_sid, creation_time_ms=int(room_at.timestamp() * 1000)))
    if sid:
        who = room.candidate_identity if identity is None else identity
        joined_ms = int(joined_at.timestamp() * 1000)
        event.participant.CopyFrom(models.ParticipantInfo(sid=sid, identity=who, joined_at_ms=joined_ms))
    return event


def sign(body: str, *, key: str = KEY, secret: str = SECRET, ttl: timedelta = timedelta(minutes=5)) -> str:
    """As the server does: a token with the body's hash."""
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    return str(api.AccessToken(key, secret).with_sha256(digest).with_ttl(ttl).to_jwt())


def send_event(event: WebhookEvent, *, token: str | None = None, client: Client | None = None) -> int:
    """The status that the site answers with."""
    body = MessageToJson(event)
    headers = {"Authorization": sign(body) if token is None else token}
    answer = (client or Client()).post(
        "/rooms/webhook/", body, content_type="application/webhook+json", headers=headers
    )
    return int(answer.status_code)
