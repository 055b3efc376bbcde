"""The settings of rooms: off unless all three are there, and what stops the start with a sentence."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from config.checks import check_rooms
from config.env import Environment
from config.rooms import Bucket, Rooms, read_rooms

ON = {"LIVEKIT_URL": "wss://rooms.example.com/", "LIVEKIT_API_KEY": "k", "LIVEKIT_API_SECRET": "s3cret"}


def read(**values: str) -> Rooms:
    return read_rooms(Environment(values))


def test_nothing_configured_is_off() -> None:
    found = read()
    assert (found, found.is_on) == (Rooms(recording_folder="/out"), False)
    assert found.missing == ["LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"]


def test_all_three_are_on_and_the_secret_is_not_shown() -> None:
    found = read(**ON)
    assert (found.is_on, found.url, found.recording) == (True, "wss://rooms.example.com", "off")
    assert "s3cret" not in repr(found)


def test_recordings_go_where_they_are_told() -> None:
    found = read(LIVEKIT_RECORDING="s3", LIVEKIT_S3_BUCKET="b", LIVEKIT_S3_REGION="eu-1", LIVEKIT_S3_SECRET="s3cret")
    assert found.bucket == Bucket("b", "eu-1", secret="s3cret")
    assert "s3cret" not in repr(found)
    found = read(LIVEKIT_RECORDING="file", LIVEKIT_RECORDING_FOLDER="/rec/", LIVEKIT_RECORDING_MOUNT="/mnt/rec")
    assert (found.recording_folder, found.recording_mount) == ("/rec", "/mnt/rec")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"LIVEKIT_URL": "rooms.example.com"}, "LIVEKIT_URL is 'rooms.example.com'"),
        ({"LIVEKIT_CLIENT_URL": "https://meet.example.com/"}, "with {url} and {token} in it"),
        ({"LIVEKIT_RECORDING": "tape"}, "LIVEKIT_RECORDING is 'tape'"),
        ({"LIVEKIT_RECORDING": "file"}, "LIVEKIT_RECORDING_MOUNT names no folder"),
        ({"LIVEKIT_RECORDING": "s3"}, "LIVEKIT_S3_BUCKET is empty"),
        ({"LIVEKIT_PASS_MINUTES": "0"}, "LIVEKIT_PASS_MINUTES is 0"),
    ],
)
def test_what_makes_no_sense_stops_the_start(values: dict[str, str], words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        read(**values)


def test_half_of_it_is_told_by_the_check(settings: Settings) -> None:
    settings.LIVEKIT = Rooms()
    assert check_rooms(None) == []
    settings.LIVEKIT = Rooms(url="wss://rooms.example.com", api_key="k")
    (warning,) = check_rooms(None)
    assert (warning.id, warning.msg) == (
        "config.W002",
        "There are no rooms: LIVEKIT_API_SECRET is not set, while the rest of LiveKit is.",
    )
    settings.LIVEKIT = Rooms(url="wss://rooms.example.com", api_key="k", api_secret="s")
    assert check_rooms(None) == []
