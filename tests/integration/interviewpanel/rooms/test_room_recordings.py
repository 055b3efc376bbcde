"""What the LiveKit server records of a room: begun after consent, kept with the session, erased with it."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from livekit.protocol import egress
from pytest_django import Settings

from config.rooms import Bucket
from interviewpanel.models import FileRemoval, InterviewSession, Room, RoomRecording
from interviewpanel.selectors.withdrawals import NOTHING_MORE
from interviewpanel.services.candidate_requests import ask_people
from interviewpanel.services.erasure import erase_interview
from interviewpanel.services.invitations import make_token
from interviewpanel.services.recording_retention import erase_recordings
from interviewpanel.services.room_recordings import begin_recording
from interviewpanel.services.session_manager import pause_session, resume_session
from tests.live_interviews import T0, after, begin
from tests.room_servers import RoomServer
from tests.rooms import end, make_room, send_event, work, write_event
from tests.work import do_due

pytestmark = pytest.mark.django_db


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


def test_it_ends_with_a_pause_and_another_begins_behind_it(server: RoomServer, mount: Path) -> None:
    first = record(server, mount)
    room, session = first.room, first.room.session
    Room.objects.update(agent_until=after(600))
    pause_session(session_id=session.pk, epoch=None, now=after(30))
    assert begin_recording(room_id=room.pk, now=after(31)) is None  # who comes back in a pause
    work(after(31))
    assert server.recordings[first.egress_id].status == egress.EgressStatus.EGRESS_ENDING
    resume_session(session_id=session.pk, epoch=None, now=after(40))
    work(after(40))
    second = room.recordings.exclude(pk=first.pk).get()
    assert (second.egress_id in server.recordings, second.egress_id != first.egress_id) == (True, True)
    server.end_recording(first.egress_id, seconds=20)
    work(after(50))
    first.refresh_from_db()
    assert (first.work_status, first.seconds, first.file.name) == ("done", 20.0, first.wanted_name)
    assert server.recordings[second.egress_id].status == egress.EgressStatus.EGRESS_ACTIVE


def test_behind_a_short_pause_another_begins_though_the_first_still_goes_on(server: RoomServer, mount: Path) -> None:
    """No work was done between the two: the first is not taken for the second, and ends."""
    first = record(server, mount)
    room = first.room
    Room.objects.update(agent_until=after(600))
    pause_session(session_id=room.session_id, epoch=None, now=after(30))
    resume_session(session_id=room.session_id, epoch=None, now=after(31))
    second = room.recordings.exclude(pk=first.pk).get()
    RoomRecording.objects.filter(pk=first.pk).update(due_at=after(33))
    work(after(31))
    work(after(34))
    second.refresh_from_db()
    states = [server.recordings[one.egress_id].status for one in (first, second)]
    assert states == [egress.EgressStatus.EGRESS_ENDING, egress.EgressStatus.EGRESS_ACTIVE]


def test_who_comes_into_a_room_in_a_pause_is_recorded_behind_it(server: RoomServer, mount: Path) -> None:
    room = make_room()
    work(T0)
    begin(room.session.invitation)
    pause_session(session_id=room.session_id, epoch=None, now=after(10))
    Room.objects.update(agent_until=after(600))
    assert begin_recording(room_id=room.pk, now=after(11)) is None
    resume_session(session_id=room.session_id, epoch=None, now=after(20))
    work(after(20))
    assert [one.status for one in server.recordings.values()] == [egress.EgressStatus.EGRESS_ACTIVE]


def test_a_room_that_was_left_for_the_page_is_not_recorded_again(server: RoomServer, mount: Path) -> None:
    first = record(server, mount)
    Room.objects.update(agent_until=None)
    pause_session(session_id=first.room.session_id, epoch=None, now=after(30))
    resume_session(session_id=first.room.session_id, epoch=None, now=after(40))
    assert list(RoomRecording.objects.all()) == [first]


def test_one_that_had_not_begun_when_the_interview_was_paused_never_does(server: RoomServer, mount: Path) -> None:
    room = make_room()
    work(T0)
    begin(room.session.invitation)
    begin_recording(room_id=room.pk, now=after(10))
    pause_session(session_id=room.session_id, epoch=None, now=after(11))
    work(after(12))
    row = RoomRecording.objects.get()
    assert (row.work_status, server.recordings) == ("failed", {})
    assert row.last_error == "The interview was paused or over before its recording could begin."


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


def test_it_is_erased_before_the_interview_where_sound_is_kept_for_less_time(server: RoomServer, mount: Path) -> None:
    row = record(server, mount)
    session = row.room.session
    end(session, after(60))
    server.end_recording(row.egress_id)
    work(after(80))
    row.refresh_from_db()
    assert (row.work_status, default_storage.exists(row.wanted_name)) == ("done", True)
    assert erase_recordings(session_id=session.pk, now=after(90)) is True
    do_due(FileRemoval, now=after(90))
    assert (RoomRecording.objects.count(), Room.objects.count()) == (0, 1)
    assert default_storage.exists(row.wanted_name) is False


def test_what_egress_wrote_and_nobody_took_goes_with_the_interview(server: RoomServer, mount: Path) -> None:
    row = record(server, mount)
    session = row.room.session
    other = mount / "recordings" / "of-another-interview" / "room.ogg"
    other.parent.mkdir()
    other.write_bytes(b"OggS")
    end(session, after(60))
    erase_interview(invitation_id=session.invitation_id, reason="operator", now=after(61))
    mount.rename(mount.with_name("away"))
    do_due(FileRemoval, now=after(61))
    removal = next(one for one in FileRemoval.objects.all() if f"recordings/{session.uuid}" in one.folders)
    assert (removal.work_status, removal.last_error) == (
        "queued",
        "Recordings in LIVEKIT_RECORDING_MOUNT could not be removed: there is no such folder on this machine.",
    )
    mount.with_name("away").rename(mount)
    assert (mount / row.wanted_name).exists()
    do_due(FileRemoval, now=after(200))
    assert ((mount / row.wanted_name).parent.exists(), other.exists()) == (False, True)


def test_after_a_withdrawal_it_is_ended_and_not_taken(server: RoomServer, mount: Path) -> None:
    row = record(server, mount)
    session = row.room.session
    Room.objects.update(agent_until=after(600))  # the interviewer is still there
    ask_people(invitation=session.invitation, kind="withdraw", note="", now=after(60))
    work(after(80))
    assert server.recordings[row.egress_id].status == egress.EgressStatus.EGRESS_ENDING
    assert (mount / row.wanted_name).exists()
    server.end_recording(row.egress_id)
    work(after(90))
    row.refresh_from_db()
    assert (row.work_status, row.last_error, row.file.name) == ("failed", NOTHING_MORE, "")
    assert ((mount / row.wanted_name).exists(), default_storage.exists(row.wanted_name)) == (False, False)


def test_what_was_uploaded_to_the_bucket_is_removed_after_a_withdrawal(server: RoomServer, settings: Settings) -> None:
    settings.LIVEKIT = server.settings(recording="s3", bucket=Bucket("interviews"))
    room = make_room()
    work(T0)
    begin(room.session.invitation)
    begin_recording(room_id=room.pk, now=after(10))
    work(after(10))
    row = RoomRecording.objects.get()
    default_storage.save(row.wanted_name, ContentFile(b"OggS"))
    server.end_recording(row.egress_id)
    ask_people(invitation=room.session.invitation, kind="withdraw", note="", now=after(60))
    work(after(200))
    row.refresh_from_db()
    assert (row.work_status, row.last_error) == ("failed", NOTHING_MORE)
    assert default_storage.exists(row.wanted_name) is False


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


def test_what_was_uploaded_to_the_sites_own_bucket_is_there_already(server: RoomServer, settings: Settings) -> None:
    settings.LIVEKIT = server.settings(recording="s3", bucket=Bucket("interviews"))
    room = make_room()
    work(T0)
    begin(room.session.invitation)
    begin_recording(room_id=room.pk, now=after(10))
    work(after(10))
    row = RoomRecording.objects.get()
    server.end_recording(row.egress_id)
    work(after(200))
    row.refresh_from_db()
    assert (row.work_status, row.last_error) == (
        "queued",
        "The recording is not in this site's storage. LIVEKIT_S3_BUCKET must be the bucket of that storage.",
    )
    default_storage.save(row.wanted_name, ContentFile(b"OggS"))  # as egress does
    work(after(400))
    row.refresh_from_db()
    assert (row.work_status, row.file.name) == ("done", row.wanted_name)
