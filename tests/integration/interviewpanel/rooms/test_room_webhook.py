"""What the LiveKit server tells of its rooms: who may tell it, and that neither order nor number of times matters."""

import itertools
from datetime import timedelta

import pytest
from django.test import Client
from google.protobuf.json_format import MessageToJson
from livekit.protocol import models
from pytest_django import Settings

from config.rooms import Rooms
from interviewpanel.models import Room
from tests.live_interviews import T0, after
from tests.room_servers import RoomServer
from tests.rooms import make_invited, make_room, send_event, sign, write_event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("server")]


def reload(room: Room) -> Room:
    found: Room = Room.objects.get(pk=room.pk)
    return found


def describe(room: Room) -> dict[str, object]:
    row = reload(room)
    return {
        "sid": row.candidate_sid,
        "joined": row.candidate_joined_at,
        "is_there": row.is_candidate_there,
        "needs_agent": row.needs_agent,
    }


def test_a_candidate_who_comes_in_needs_an_interviewer() -> None:
    room = make_room()
    assert send_event(write_event("participant_joined", room, joined_at=after(3))) == 204
    assert describe(room) == {"sid": "PA_1", "joined": after(3), "is_there": True, "needs_agent": True}
    assert send_event(write_event("participant_left", room, joined_at=after(3))) == 204
    assert describe(room) == {"sid": "PA_1", "joined": after(3), "is_there": False, "needs_agent": False}


def test_whatever_order_two_visits_are_told_in_the_last_one_counts() -> None:
    """Each of them twice, and in every order."""
    told = [
        ("participant_joined", "PA_1", after(1)),
        ("participant_left", "PA_1", after(1)),
        ("participant_joined", "PA_2", after(60)),
    ]
    invitation = make_invited()
    for order in itertools.permutations(told):
        Room.objects.all().delete()
        room = make_room(invitation)
        for kind, sid, joined_at in [*order, *order]:
            assert send_event(write_event(kind, room, sid=sid, joined_at=joined_at)) == 204
        assert describe(room) == {"sid": "PA_2", "joined": after(60), "is_there": True, "needs_agent": True}


def test_that_somebody_has_left_may_be_told_before_that_they_came() -> None:
    room = make_room()
    for kind in ("participant_left", "participant_joined"):
        send_event(write_event(kind, room, joined_at=after(5)))
    assert describe(room) == {"sid": "PA_1", "joined": after(5), "is_there": False, "needs_agent": False}


def test_nobody_but_the_candidate_needs_an_interviewer() -> None:
    room = make_room()
    for identity in ("interviewer", "EG_recorder", "candidate-of-another-room"):
        assert send_event(write_event("participant_joined", room, identity=identity)) == 204
    assert describe(room)["needs_agent"] is False


def test_a_room_is_open_until_the_newest_of_its_name_has_finished() -> None:
    room = make_room()
    send_event(write_event("room_started", room, sid="", room_sid="RM_2", room_at=after(100)))
    send_event(write_event("room_finished", room, sid="", room_sid="RM_1", room_at=after(10)))  # of before, and late
    send_event(write_event("room_started", room, sid="", room_sid="RM_1", room_at=after(10)))
    row = reload(room)
    assert (row.state, row.sid, row.opened_at, row.closed_at) == ("open", "RM_2", after(100), None)
    send_event(write_event("participant_joined", room, joined_at=after(110)))
    send_event(write_event("room_finished", room, sid="", room_sid="RM_2", room_at=after(100)))
    row = reload(room)
    assert (row.state, row.is_candidate_there, row.needs_agent) == ("closed", False, False)
    send_event(write_event("room_started", room, sid="", room_sid="RM_2", room_at=after(100)))
    assert reload(room).state == "closed"


def test_when_a_microphone_was_first_offered_is_kept() -> None:
    room = make_room()
    camera = models.TrackInfo(sid="TR_1", source=models.TrackSource.CAMERA)
    send_event(write_event("track_published", room, track=camera))
    assert reload(room).microphone_at is None
    voice = models.TrackInfo(sid="TR_2", source=models.TrackSource.MICROPHONE)
    send_event(write_event("track_published", room, track=voice))
    first = reload(room).microphone_at
    assert first is not None
    send_event(write_event("track_published", room, track=voice))
    assert reload(room).microphone_at == first


def test_only_the_server_itself_is_believed() -> None:
    room = make_room()
    event = write_event("participant_joined", room)
    body = MessageToJson(event)
    refused = {
        "none": send_event(event, token=""),
        "junk": send_event(event, token="a.b.c"),
        "another secret": send_event(event, token=sign(body, secret="another-secret-of-thirty-two-bytes-or-so")),
        "another key": send_event(event, token=sign(body, key="APIelsewhere")),
        "another body": send_event(event, token=sign(body + " ")),
        "too old": send_event(event, token=sign(body, ttl=timedelta(minutes=-5))),
    }
    assert refused == dict.fromkeys(refused, 401)
    assert describe(room)["needs_agent"] is False


def test_what_is_signed_and_is_no_event_is_refused() -> None:
    for body in ("", "{", "nonsense", '{"event": 7}'):
        answer = Client().post(
            "/rooms/webhook/", body, content_type="application/webhook+json", headers={"Authorization": sign(body)}
        )
        assert answer.status_code == 401, body


def test_too_large_is_not_read_and_another_rooms_news_are_taken_without_a_word(server: RoomServer) -> None:
    room = make_room()
    answer = Client().post("/rooms/webhook/", "x" * 70_000, content_type="application/webhook+json")
    assert answer.status_code == 413
    assert Client().get("/rooms/webhook/").status_code == 405
    elsewhere = Room(name="somebody-elses")
    assert send_event(write_event("participant_joined", elsewhere)) == 204
    assert describe(room)["needs_agent"] is False


def test_without_rooms_there_is_no_such_address(settings: Settings) -> None:
    room = make_room()
    settings.LIVEKIT = Rooms()
    assert send_event(write_event("participant_joined", room)) == 404
    assert room.due_at == T0
