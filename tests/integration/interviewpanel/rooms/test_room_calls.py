"""The calls to a LiveKit server, over HTTP in its own wire format, and what is made of each failure."""

from datetime import UTC, datetime

import pytest
from livekit.protocol import egress
from pytest_django import Settings

from config.rooms import Bucket, Rooms
from interviewpanel.engines.rooms import RoomsNotSetUp, RoomsRefused, RoomsUnavailable
from interviewpanel.engines.rooms.calls import RoomNotFound, create_room, delete_room, list_occupied
from interviewpanel.engines.rooms.passes import Limits
from interviewpanel.engines.rooms.recording import Recorded, find_recording, start_recording, stop_recording
from tests.room_servers import RoomServer

LIMITS = Limits(empty_seconds=600)
BEGAN_AT = datetime.fromtimestamp(1_900_000_000, UTC)


def test_a_room_is_made_once_with_its_limits_and_taken_away(server: RoomServer) -> None:
    sid = create_room("interview-1", LIMITS)
    assert create_room("interview-1", LIMITS) == sid
    _, asked = server.calls[0]
    assert (asked.name, asked.empty_timeout, asked.departure_timeout, asked.max_participants) == (
        "interview-1",
        600,
        600,
        2,
    )
    assert [delete_room("interview-1"), delete_room("interview-1")] == [True, False]
    assert server.rooms == {}


def test_only_rooms_that_somebody_is_in_are_occupied(server: RoomServer) -> None:
    for name in ("interview-1", "interview-2"):
        create_room(name, LIMITS)
    server.rooms["interview-2"].num_participants = 1
    assert list_occupied(["interview-1", "interview-2", "interview-3"]) == ["interview-2"]


@pytest.mark.parametrize("trouble", ["unavailable", "internal", "resource_exhausted", "hang up", "unauthenticated"])
def test_what_may_do_later(server: RoomServer, trouble: str) -> None:
    server.troubles = [trouble]
    with pytest.raises(RoomsUnavailable):
        create_room("interview-1", LIMITS)
    assert create_room("interview-1", LIMITS)


def test_a_server_that_hangs_is_not_waited_for(server: RoomServer, settings: Settings) -> None:
    settings.LIVEKIT = server.settings(timeout_seconds=0.2)
    server.troubles = ["hang"]
    with pytest.raises(RoomsUnavailable, match="does not answer: TimeoutError"):
        create_room("interview-1", LIMITS)


def test_a_wrong_key_is_told_by_the_names_of_the_settings(server: RoomServer, settings: Settings) -> None:
    settings.LIVEKIT = server.settings(api_secret="another-secret-of-more-than-thirty-two-bytes")
    with pytest.raises(RoomsUnavailable, match="does not take LIVEKIT_API_KEY and LIVEKIT_API_SECRET"):
        create_room("interview-1", LIMITS)


def test_what_can_never_do(server: RoomServer) -> None:
    server.troubles = ["invalid_argument", "not_found"]
    with pytest.raises(RoomsRefused, match="as the test wants it"):
        create_room("interview-1", LIMITS)
    with pytest.raises(RoomNotFound):
        create_room("interview-1", LIMITS)


def test_without_settings_nothing_is_called(settings: Settings) -> None:
    settings.LIVEKIT = Rooms(url="wss://rooms.example.com")
    with pytest.raises(RoomsNotSetUp, match="sets LIVEKIT_API_KEY, LIVEKIT_API_SECRET"):
        create_room("interview-1", LIMITS)


def test_sound_is_recorded_with_a_voice_in_each_channel(server: RoomServer, settings: Settings) -> None:
    settings.LIVEKIT = server.settings(recording="file", recording_folder="/out")
    begun = start_recording(room="interview-1", name="recordings/a/b.ogg", has_video=False)
    assert begun == Recorded(begun.egress_id, "interview-1", "running", BEGAN_AT, wanted_file="/out/recordings/a/b.ogg")
    assert start_recording(room="interview-1", name="recordings/a/b.ogg", has_video=False) == begun
    assert server.list_calls() == ["ListEgress", "StartRoomCompositeEgress", "ListEgress"]
    _, asked = server.calls[1]
    assert asked == egress.RoomCompositeEgressRequest(
        room_name="interview-1",
        audio_only=True,
        audio_mixing=egress.AudioMixing.DUAL_CHANNEL_AGENT,
        file_outputs=[
            egress.EncodedFileOutput(
                file_type=egress.EncodedFileType.OGG, filepath="/out/recordings/a/b.ogg", disable_manifest=True
            )
        ],
    )


def test_video_goes_to_the_bucket_of_the_settings(server: RoomServer, settings: Settings) -> None:
    bucket = Bucket("interviews", "eu-1", "https://s3.example.com", "key", "secret")
    settings.LIVEKIT = server.settings(recording="s3", bucket=bucket)
    start_recording(room="interview-1", name="recordings/a/b.mp4", has_video=True)
    _, asked = server.calls[1]
    assert asked.file_outputs[0] == egress.EncodedFileOutput(
        file_type=egress.EncodedFileType.MP4,
        filepath="recordings/a/b.mp4",
        disable_manifest=True,
        s3=egress.S3Upload(
            bucket="interviews",
            region="eu-1",
            endpoint="https://s3.example.com",
            access_key="key",
            secret="secret",
            force_path_style=True,
        ),
    )


def test_a_recording_is_stopped_once_and_told_as_it_ended(server: RoomServer, settings: Settings) -> None:
    settings.LIVEKIT = server.settings(recording="file")
    egress_id = start_recording(room="interview-1", name="b.ogg", has_video=False).egress_id
    stop_recording(egress_id)
    server.end_recording(egress_id, seconds=12.5)
    stop_recording(egress_id)
    assert server.list_calls().count("StopEgress") == 1
    assert find_recording(egress_id) == Recorded(egress_id, "interview-1", "done", BEGAN_AT, 12.5, wanted_file="/b.ogg")
    assert find_recording("EG_unknown") is None
    stop_recording("EG_unknown")
    assert "key" not in repr(Bucket("b", access_key="key"))
