"""A room from the first pass to its end, and who is in it: rows, with a server that may be away."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from livekit import api
from pytest_django import Settings

from config.work.owners import current_owner
from interviewpanel.models import Room
from interviewpanel.services.invitations import make_token
from interviewpanel.services.room_agents import (
    Leaving,
    claim_room,
    leave_room,
    list_waiting,
    look_for_candidates,
    renew_hold,
)
from interviewpanel.services.room_passes import give_invited_pass
from tests.live_interviews import T0, after, begin
from tests.room_servers import KEY, SECRET, RoomServer
from tests.rooms import end, make_invited, make_room, send_event, work, write_event

pytestmark = pytest.mark.django_db


# --- The room -------------------------------------------------------------------------------------------------------


def test_a_pass_opens_the_room_and_the_end_closes_it(server: RoomServer) -> None:
    invitation = make_invited()
    with time_machine.travel(T0, tick=False):
        given = give_invited_pass(invitation=invitation, now=T0)
        claims = api.TokenVerifier(KEY, SECRET).verify(given.token)
    room = Room.objects.get()
    assert claims.video is not None
    assert (given.name, given.url, claims.video.room, claims.identity) == (
        room.name,
        server.url,
        room.name,
        f"candidate-{room.uuid}",
    )
    assert "Priya" not in given.token
    assert given.expires_at == T0 + timedelta(minutes=15)
    assert work(T0) == 0  # it is open, and looked at again
    room.refresh_from_db()
    assert (room.state, room.sid, room.work_status) == ("open", server.rooms[room.name].sid, "queued")
    session = begin(invitation)
    end(session, after(60))
    assert work(after(61)) == 1
    room.refresh_from_db()
    assert (room.state, room.work_status, server.rooms) == ("closed", "done", {})


def test_the_room_waits_for_the_interviewers_last_words(server: RoomServer) -> None:
    room = make_room()
    work(T0)
    session = begin(room.session.invitation)
    Room.objects.update(needs_agent=True)
    hold = claim_room(room_id=room.pk, owner=current_owner(), now=after(50))
    end(session, after(60))
    assert hold is not None
    assert work(after(61)) == 0
    assert list(server.rooms) == [room.name]
    leave_room(hold=hold, leaving=Leaving.DONE, now=after(65))
    assert work(after(75)) == 1
    assert server.rooms == {}


def test_a_server_that_is_away_is_asked_again_and_one_that_refuses_is_not(server: RoomServer) -> None:
    room = make_room()
    server.troubles = ["unavailable", "hang up"]
    assert [work(T0), work(after(5)), work(after(30))] == [0, 0, 0]
    room.refresh_from_db()
    assert (room.state, server.list_calls()) == ("open", ["CreateRoom"])
    Room.objects.update(state="closed")
    server.troubles = ["invalid_argument"]
    give_invited_pass(invitation=room.session.invitation, now=after(60))
    assert work(after(60)) == 1
    room.refresh_from_db()
    assert (room.work_status, room.last_error) == (
        "failed",
        "The LiveKit server refuses: as the test wants it (invalid_argument, HTTP 400)",
    )
    give_invited_pass(invitation=room.session.invitation, now=after(90))
    work(after(90))
    room.refresh_from_db()
    assert (room.state, room.work_status) == ("open", "queued")


def test_a_link_gives_a_pass_or_leads_to_a_client(server: RoomServer, settings: Settings) -> None:
    invitation = make_invited(now=datetime.now(tz=T0.tzinfo))  # noqa: TID251
    address = f"/i/{make_token(invitation)}/room/"
    told = Client().post(address).json()
    room = Room.objects.get()
    assert {**told, "token": "", "expires_at": ""} == {
        "name": room.name,
        "url": server.url,
        "token": "",
        "expires_at": "",
        "client_url": "",
    }
    settings.LIVEKIT = server.settings(client_url="https://meet.example.com/custom?liveKitUrl={url}&token={token}")
    leads_to = Client().get(address)["Location"]
    assert leads_to.startswith("https://meet.example.com/custom?liveKitUrl=http%3A%2F%2F127.0.0.1")
    assert api.TokenVerifier(KEY, SECRET).verify(leads_to.rpartition("=")[2]).identity == room.candidate_identity
    assert Room.objects.count() == 1


# --- Who is in it -----------------------------------------------------------------------------------------------------


def test_one_agent_a_room_and_another_when_its_lease_ran_out(server: RoomServer) -> None:
    room = make_room()
    assert list_waiting(T0) == []
    Room.objects.update(needs_agent=True, candidate_joined_at=T0)
    assert list_waiting(T0) == [room.pk]
    first = claim_room(room_id=room.pk, owner="elsewhere:1:1", now=T0)
    assert first is not None
    assert (claim_room(room_id=room.pk, owner="elsewhere:2:2", now=after(1)), list_waiting(after(1))) == (None, [])
    assert renew_hold(hold=first, now=after(20)) is True
    assert list_waiting(after(40)) == []
    assert list_waiting(after(51)) == [room.pk]
    second = claim_room(room_id=room.pk, owner="elsewhere:2:2", now=after(51))
    assert second is not None
    assert renew_hold(hold=first, now=after(52)) is False
    leave_room(hold=first, leaving=Leaving.DONE, now=after(53))  # it has no say any more
    assert Room.objects.get().agent_owner == "elsewhere:2:2"


def test_what_a_dead_agent_held_is_free_at_once(server: RoomServer) -> None:
    room = make_room()
    Room.objects.update(needs_agent=True)
    host = current_owner().rsplit(":", 2)[0]
    assert claim_room(room_id=room.pk, owner=f"{host}:999999:1", now=T0) is not None
    assert list_waiting(after(1)) == [room.pk]


def test_handed_over_is_free_at_once_done_is_not_asked_for_and_failed_waits_longer_each_time(
    server: RoomServer,
) -> None:
    room = make_room()
    Room.objects.update(needs_agent=True)

    def hold_and_leave(leaving: Leaving, seconds: float) -> None:
        hold = claim_room(room_id=room.pk, owner=current_owner(), now=after(seconds))
        assert hold is not None
        leave_room(hold=hold, leaving=leaving, now=after(seconds))

    hold_and_leave(Leaving.HANDED_OVER, 0)
    assert list_waiting(after(0)) == [room.pk]
    hold_and_leave(Leaving.FAILED, 1)
    hold_and_leave(Leaving.FAILED, 2)
    assert [list_waiting(after(seconds)) for seconds in (3, 4)] == [[], [room.pk]]
    hold_and_leave(Leaving.DONE, 5)
    assert list_waiting(after(100)) == []


def test_who_came_back_while_the_agent_left_is_not_forgotten(server: RoomServer) -> None:
    room = make_room()
    send_event(write_event("participant_joined", room, sid="PA_1", joined_at=after(1)))
    hold = claim_room(room_id=room.pk, owner=current_owner(), now=after(2))
    assert hold is not None
    send_event(write_event("participant_joined", room, sid="PA_2", joined_at=after(9)))
    leave_room(hold=hold, leaving=Leaving.DONE, now=after(10))
    assert list_waiting(after(10)) == [room.pk]


def test_a_candidate_whose_coming_nobody_told_is_found_by_asking(server: RoomServer) -> None:
    room = make_room()
    assert look_for_candidates(now=T0) == 0
    work(T0)
    server.rooms[room.name].num_participants = 1
    assert look_for_candidates(now=after(5)) == 1
    assert list_waiting(after(5)) == [room.pk]
    assert look_for_candidates(now=after(6)) == 0  # and asked of no more
    send_event(write_event("participant_left", room, joined_at=after(4)))  # of the same visit, later than its end
    assert Room.objects.get().candidate_joined_at == after(5)
