"""Tokens that let one participant into one room, with no grant that is not needed there. No call is made for them."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from interviewpanel.engines.rooms import check_set_up

INTERVIEWER = "interviewer"  # the identity of ours in every room
MOST_PARTICIPANTS = 2
AGENT_PASS = timedelta(minutes=5)  # used at once


@dataclass(frozen=True, slots=True)
class Limits:
    """What a room is made with, by us or by the server as the first one joins."""

    empty_seconds: int
    most_participants: int = MOST_PARTICIPANTS


def read_limits() -> Limits:
    return Limits(empty_seconds=settings.LIVEKIT.empty_minutes * 60)


def make_candidate_pass(*, room: str, identity: str, has_camera: bool) -> str:
    """To join this room, be heard (and seen, where the panel records video), hear, and send controls.

    Neither name nor metadata: whoever else reads the token or the room's events learns nothing of a person. It carries
    the room's limits, so that a room which had closed is made with them again. Raises RoomsNotSetUp.
    """
    check_set_up()
    from livekit import api
    from livekit.protocol.room import RoomConfiguration

    limits = read_limits()
    grants = api.VideoGrants(
        room_join=True,
        room=room,
        can_publish=True,
        can_publish_sources=["microphone", "camera"] if has_camera else ["microphone"],
        can_subscribe=True,
        can_publish_data=True,
        can_update_own_metadata=False,
    )
    token = api.AccessToken(settings.LIVEKIT.api_key, settings.LIVEKIT.api_secret)
    token = token.with_identity(identity).with_ttl(timedelta(minutes=settings.LIVEKIT.pass_minutes))
    configuration = RoomConfiguration(
        name=room,
        empty_timeout=limits.empty_seconds,
        departure_timeout=limits.empty_seconds,
        max_participants=limits.most_participants,
    )
    return str(token.with_grants(grants).with_room_config(configuration).to_jwt())


def make_agent_pass(*, room: str) -> str:
    """For the interviewer of this room. Raises RoomsNotSetUp."""
    check_set_up()
    from livekit import api

    grants = api.VideoGrants(
        room_join=True,
        room=room,
        can_publish=True,
        can_publish_sources=["microphone"],
        can_subscribe=True,
        can_publish_data=True,
        can_update_own_metadata=False,
    )
    token = api.AccessToken(settings.LIVEKIT.api_key, settings.LIVEKIT.api_secret)
    token = token.with_identity(INTERVIEWER).with_kind("agent").with_ttl(AGENT_PASS)
    return str(token.with_grants(grants).to_jwt())
