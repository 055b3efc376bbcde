"""What the LiveKit server tells of its rooms, checked by the official `WebhookReceiver`. Called by views/rooms.py."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings

from interviewpanel.engines.rooms import check_set_up
from interviewpanel.engines.rooms.recording import Recorded, read_recorded

if TYPE_CHECKING:
    from livekit.protocol.models import ParticipantInfo


class EventRefused(Exception):
    """It is not the server's: no token, a wrong key, an old token, or another body than the one that was signed."""


@dataclass(frozen=True, slots=True)
class Participant:
    """`sid` is of one connection: who comes back has another."""

    identity: str
    sid: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """`kind` as LiveKit names it. `room_at`: when the room of this `room_sid` was made."""

    kind: str
    room: str
    room_sid: str
    room_at: datetime
    participant: Participant | None = None
    track_source: str = ""  # microphone, camera …
    recorded: Recorded | None = None


def read_event(body: bytes, authorization: str) -> RoomEvent:
    """Raises EventRefused, or RoomsNotSetUp."""
    check_set_up()
    from google.protobuf.json_format import ParseError
    from jwt import InvalidTokenError
    from livekit import api
    from livekit.protocol.models import TrackSource

    receiver = api.WebhookReceiver(api.TokenVerifier(settings.LIVEKIT.api_key, settings.LIVEKIT.api_secret))
    try:
        event = receiver.receive(body.decode(), authorization.removeprefix("Bearer "))
    except (InvalidTokenError, ParseError, ValueError, TypeError, AttributeError) as error:
        raise EventRefused(type(error).__name__) from None
    except Exception as error:  # what the receiver raises for a body that is another than the one that was signed
        if type(error) is not Exception:
            raise
        raise EventRefused(str(error)) from None
    has_participant = event.HasField("participant")
    return RoomEvent(
        kind=event.event,
        room=event.room.name or event.egress_info.room_name,
        room_sid=event.room.sid,
        room_at=_read_at(event.room.creation_time_ms, event.room.creation_time),
        participant=_read_participant(event.participant) if has_participant else None,
        track_source=TrackSource.Name(event.track.source).lower() if event.HasField("track") else "",
        recorded=read_recorded(event.egress_info) if event.HasField("egress_info") else None,
    )


def _read_participant(info: "ParticipantInfo") -> Participant:
    return Participant(info.identity, info.sid, _read_at(info.joined_at_ms, info.joined_at))


def _read_at(milliseconds: int, seconds: int) -> datetime:
    """Newer servers tell milliseconds, older ones seconds only."""
    return datetime.fromtimestamp(milliseconds / 1000 if milliseconds else float(seconds), UTC)
