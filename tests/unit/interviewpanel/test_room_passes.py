"""Tokens into rooms, read again by the official library."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
import time_machine
from livekit import api
from livekit.protocol.room import RoomConfiguration
from pytest_django import Settings

from config.rooms import Rooms
from interviewpanel.engines.rooms.passes import make_agent_pass, make_candidate_pass

NOW = datetime(2031, 5, 5, 9, 0, tzinfo=UTC)
ROOMS = Rooms(url="wss://r.example.com", api_key="APIfernbrook", api_secret="a-secret-of-more-than-thirty-two-bytes")


@pytest.fixture(autouse=True)
def rooms(settings: Settings) -> None:
    settings.LIVEKIT = ROOMS


def read(token: str) -> api.access_token.Claims:
    return api.TokenVerifier(ROOMS.api_key, ROOMS.api_secret).verify(token)


@time_machine.travel(NOW, tick=False)
def test_a_candidate_may_speak_in_one_room_and_nothing_else() -> None:
    token = make_candidate_pass(room="interview-1", identity="candidate-1", has_camera=False)
    assert read(token) == api.access_token.Claims(
        identity="candidate-1",
        attributes={},
        sha256="",
        sip=api.SIPGrants(),
        video=api.VideoGrants(
            room_join=True,
            room="interview-1",
            can_publish=True,
            can_publish_sources=["microphone"],
            can_subscribe=True,
            can_publish_data=True,
            can_update_own_metadata=False,
        ),
        inference=api.access_token.InferenceGrants(),
        observability=api.access_token.ObservabilityGrants(),
        room_config=RoomConfiguration(name="interview-1", empty_timeout=600, departure_timeout=600, max_participants=2),
    )
    claims = jwt.decode(token, options={"verify_signature": False, "verify_exp": False})
    assert claims["exp"] == (NOW + timedelta(minutes=15)).timestamp()


def test_a_camera_is_let_in_where_the_panel_records_video() -> None:
    video = read(make_candidate_pass(room="interview-1", identity="candidate-1", has_camera=True)).video
    assert video is not None
    assert video.can_publish_sources == ["microphone", "camera"]


def test_the_interviewer_is_an_agent_without_rights_over_the_room() -> None:
    claims = read(make_agent_pass(room="interview-1"))
    video = claims.video
    assert video is not None
    assert (claims.identity, video.room, video.room_admin, video.room_create, video.room_record) == (
        "interviewer",
        "interview-1",
        None,
        None,
        None,
    )


def test_a_token_of_another_secret_opens_nothing(settings: Settings) -> None:
    settings.LIVEKIT = Rooms(url=ROOMS.url, api_key=ROOMS.api_key, api_secret="x" * 40)
    token = make_candidate_pass(room="interview-1", identity="candidate-1", has_camera=False)
    with pytest.raises(jwt.InvalidSignatureError):
        read(token)
