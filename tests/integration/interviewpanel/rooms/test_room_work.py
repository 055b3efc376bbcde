"""A room from the first pass to its end, its recording, and who is in it: rows, with a server that may be away."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from livekit import api
from livekit.protocol import egress
from pytest_django import Settings

from config.work.owners import current_owner
from interviewpanel.models import FileRemoval, InterviewSession, Room, RoomRecording
from interviewpanel.services import session_manager
from interviewpanel.services.erasure import erase_interview
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
from interviewpanel.services.room_recordings import begin_recording
from tests.live_interviews import T0, after, begin
from tests.room_servers import KEY, SECRET, RoomServer
from tests.rooms import make_invited, make_room, send_event, write_event
from tests.work import do_due

pytestmark = pytest.mark.django_db


def work(now: datetime) -> int:
    return do_due(Room, RoomRecording, now=now)


def end(session: InterviewSession, now: datetime) -> None:
    session_manager.end_session(session_id=session.pk, now=now, reason="ended_by_candidate")


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


# --- Its recording ----------------------------------------------------------------------------------------------------


@pytest.fixture
def mount(server: RoomServer, settings: Settings, tmp_path: Path) -> Path:
    settings.LIVEKIT = server.settings(recording="file", recording_folder="/out", recording_mount=str(tmp_path))
    return tmp_path


def record(server: RoomServer, mount: Path) -> RoomRecording:
    """An interview under way whose recording has begun; the egress server writes its file."""
    room = make_room()
    work(T0)
    begin(room.session.invitation)
    begin_recording(room_id=room.pk, now=after(10))
    work(after(10))
    row = RoomRecording.objects.get()
    file = mount / row.wanted_name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"OggS of both voices")
    return row


def test_a_recording_is_begun_ended_and_kept_with_the_session(server: RoomServer, mount: Path) -> None:
    row = record(server, mount)
    session = row.room.session
    assert (row.egress_id in server.recordings, row.started_at is not None) == (True, True)
    begin_recording(room_id=row.room_id, now=after(20))
    assert RoomRecording.objects.count() == 1
    end(session, after(60))
    work(after(80))
    assert server.recordings[row.egress_id].status == egress.EgressStatus.EGRESS_ENDING
    info = server.end_recording(row.egress_id, seconds=50.25)
    info.file_results[0].filename = f"/out/{row.wanted_name}"
    assert send_event(write_event("egress_ended", row.room, sid="", egress_info=info)) == 204
    RoomRecording.objects.update(due_at=after(90))  # the webhook's clock is the machine's
    work(after(90))
    row.refresh_from_db()
    assert (row.work_status, row.seconds, row.file.name) == ("done", 50.25, row.wanted_name)
    with default_storage.open(row.wanted_name) as file:
        assert file.read() == b"OggS of both voices"
    assert row.wanted_name.startswith(f"recordings/{session.uuid}/")
    told = Client().get(f"/i/{make_token(session.invitation)}/room/{row.uuid}")
    assert (told.status_code, told["Content-Type"], told.getvalue()) == (200, "audio/ogg", b"OggS of both voices")


def test_it_is_erased_with_the_interview_also_where_it_comes_late(server: RoomServer, mount: Path) -> None:
    row = record(server, mount)
    session, name = row.room.session, row.wanted_name
    end(session, after(60))
    erase_interview(invitation_id=session.invitation_id, reason="operator", now=after(61))
    assert (Room.objects.count(), RoomRecording.objects.count()) == (0, 0)
    assert any(f"recordings/{session.uuid}" in one.folders for one in FileRemoval.objects.all())
    info = server.end_recording(row.egress_id)
    info.file_results[0].filename = f"/out/{name}"
    event = write_event("egress_ended", Room(name="gone"), sid="", egress_info=info)
    assert (mount / name).exists()
    assert send_event(event) == 204
    assert not (mount / name).exists()
    info.file_results[0].filename = "/out/recordings/../secret"  # of somebody else's
    assert send_event(event) == 204


def test_nothing_is_recorded_before_consent_nor_where_it_is_off(
    server: RoomServer, mount: Path, settings: Settings
) -> None:
    room = make_room()
    assert begin_recording(room_id=room.pk, now=T0) is None
    begin(room.session.invitation)
    settings.LIVEKIT = server.settings()
    assert begin_recording(room_id=room.pk, now=T0) is None
    assert RoomRecording.objects.count() == 0


def test_a_recording_that_failed_says_so_and_the_interview_goes_on(server: RoomServer, mount: Path) -> None:
    row = record(server, mount)
    server.end_recording(row.egress_id, error="no space left")
    work(after(200))
    row.refresh_from_db()
    assert (row.work_status, row.last_error) == ("failed", "The LiveKit server could not record: no space left")
    assert InterviewSession.objects.get().status == "in_progress"


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_not_there_yet_is_looked_for_again(server: RoomServer, mount: Path) -> None:
    row = record(server, mount)
    (mount / row.wanted_name).rename(mount / "elsewhere")
    server.end_recording(row.egress_id)
    work(after(200))
    row.refresh_from_db()
    assert (row.work_status, row.last_error) == (
        "queued",
        "The recording cannot be read in LIVEKIT_RECORDING_MOUNT: No such file or directory.",
    )
    (mount / "elsewhere").rename(mount / row.wanted_name)
    work(after(400))
    row.refresh_from_db()
    assert (row.work_status, (mount / row.wanted_name).exists()) == ("done", False)


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
