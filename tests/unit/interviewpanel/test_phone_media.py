"""What Twilio says on a media socket, as captured; and what nobody there would say."""

import base64
import json
from typing import Any

import pytest

from interviewpanel.domain.phone_media import MediaError, Sound, StreamStarted, StreamStopped, read_media

STREAM, CALL, ACCOUNT = "MZ" + "1" * 32, "CA" + "2" * 32, "AC" + "0" * 32
CONNECTED = {"event": "connected", "protocol": "Call", "version": "1.0.0"}
START: dict[str, Any] = {
    "event": "start",
    "sequenceNumber": "1",
    "start": {
        "accountSid": ACCOUNT,
        "streamSid": STREAM,
        "callSid": CALL,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": "secret"},
    },
    "streamSid": STREAM,
}
MEDIA: dict[str, Any] = {
    "event": "media",
    "sequenceNumber": "4",
    "media": {"track": "inbound", "chunk": "2", "timestamp": "5", "payload": base64.b64encode(b"\xff\x7f").decode()},
    "streamSid": STREAM,
}
STOP = {"event": "stop", "sequenceNumber": "5", "stop": {"accountSid": ACCOUNT, "callSid": CALL}, "streamSid": STREAM}


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (CONNECTED, None),
        (START, StreamStarted(STREAM, CALL, "secret")),
        (MEDIA, Sound(STREAM, 2, b"\xff\x7f")),
        (STOP, StreamStopped(STREAM)),
        ({"event": "mark", "streamSid": STREAM, "mark": {"name": "x"}}, None),
        ({"event": "dtmf", "streamSid": STREAM, "dtmf": {"digit": "1"}}, None),  # keys come by their own requests
        ({"event": "something of next year"}, None),
    ],
)
def test_each_message_is_read(said: dict[str, Any], wanted: object) -> None:
    assert read_media(json.dumps(said)) == wanted


def change(message: dict[str, Any], part: str, **values: object) -> dict[str, Any]:
    return {**message, part: {**message[part], **values}}


@pytest.mark.parametrize(
    "said",
    [
        change(START, "start", mediaFormat={"encoding": "audio/l16", "sampleRate": 16000, "channels": 1}),
        change(START, "start", customParameters={}),
        change(START, "start", customParameters={"token": "x" * 101}),
        change(START, "start", customParameters={"token": 7}),
        change(START, "start", callSid="CA1"),
        {**START, "streamSid": CALL},
        {**START, "start": "now"},
        change(MEDIA, "media", payload="%%%%"),
        change(MEDIA, "media", payload="A" * 30_000),
        change(MEDIA, "media", payload=None),
        change(MEDIA, "media", chunk="-1"),
        change(MEDIA, "media", chunk="٣"),
        change(MEDIA, "media", chunk="9" * 13),
        {**MEDIA, "streamSid": None},
        {"event": 1},
        ["media"],
    ],
)
def test_what_is_no_message_of_twilios_is_refused(said: object) -> None:
    with pytest.raises(MediaError):
        read_media(json.dumps(said))


@pytest.mark.parametrize("text", ["", "{", "[" * 20_000, '"' + "x" * 40_000 + '"'])
def test_what_is_no_json_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(MediaError):
        read_media(text)
