"""What Twilio says on the media socket of a call, read and refused (Media Streams: JSON in text frames).

Called by consumers/phone.py on every message. A stream that is only listened to (`<Start><Stream>`) brings `connected`,
`start`, `media` and `stop`; what else there is, or will be, is passed over.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_MESSAGE_CHARACTERS = 32 * 1024
MOST_PAYLOAD_BYTES = 16_000  # two seconds of sound; Twilio sends 20 ms at a time
SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}


class MediaError(ValueError):
    """The message is none of Twilio's; it changes nothing."""


@dataclass(frozen=True, slots=True)
class StreamStarted:
    """`token` is the single-use parameter that our own document gave to this stream."""

    stream_sid: str
    call_sid: str
    token: str


@dataclass(frozen=True, slots=True)
class Sound:
    """µ-law at 8 kHz. `number` counts the stream's chunks from 1."""

    stream_sid: str
    number: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class StreamStopped:
    stream_sid: str


Media = StreamStarted | Sound | StreamStopped | None


def read_media(text: str) -> Media:
    """None for what is well formed and of no interest. Raises MediaError; it names nothing that was in the message."""
    if len(text) > MOST_MESSAGE_CHARACTERS:
        raise MediaError("The message is too long.")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise MediaError("The message is not JSON.") from None
    if not isinstance(message, dict) or not isinstance(message.get("event"), str):
        raise MediaError("A message is an object with an event.")
    match message["event"]:
        case "start":
            return _read_start(message)
        case "media":
            return _read_sound(message)
        case "stop":
            return StreamStopped(_read_sid(message, "streamSid", "MZ"))
        case _:
            return None


def _read_start(message: Mapping[str, Any]) -> StreamStarted:
    start = _read_part(message, "start")
    if start.get("mediaFormat") != FORMAT:
        raise MediaError("The stream is not 8 kHz µ-law with one channel.")
    token = _read_part(start, "customParameters").get("token")
    if not isinstance(token, str) or not 0 < len(token) <= 100:
        raise MediaError("The stream has no token.")
    return StreamStarted(_read_sid(message, "streamSid", "MZ"), _read_sid(start, "callSid", "CA"), token)


def _read_sound(message: Mapping[str, Any]) -> Sound:
    media = _read_part(message, "media")
    number, payload = media.get("chunk"), media.get("payload")
    if not isinstance(number, str | int) or not str(number).isascii() or not re.fullmatch(r"\d{1,12}", str(number)):
        raise MediaError("A chunk of sound has a number.")
    if not isinstance(payload, str) or len(payload) > MOST_PAYLOAD_BYTES * 4 // 3 + 4:
        raise MediaError("A chunk of sound has a payload of two seconds at most.")
    try:
        sound = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        raise MediaError("The payload is not base64.") from None
    return Sound(_read_sid(message, "streamSid", "MZ"), int(number), sound)


def _read_part(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = message.get(name)
    if not isinstance(part, dict):
        raise MediaError(f"The message has no {name}.")
    return part


def _read_sid(message: Mapping[str, Any], name: str, kind: str) -> str:
    sid = message.get(name)
    if not isinstance(sid, str) or not SID.fullmatch(sid) or not sid.startswith(kind):
        raise MediaError(f"The message has no {name}.")
    return sid
