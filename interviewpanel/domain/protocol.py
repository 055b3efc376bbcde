"""What may come over the candidate's socket, read and refused. `docs/protocol/asyncapi.yaml` describes the same.

Called by the consumer on every message. Nothing here knows the session: only whether a message is well formed.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

FRAME_HEADER = struct.Struct(">II")  # answer number, sequence of the frame within that answer
MAX_FRAME_BYTES = 64 * 1024
MAX_TEXT_CHARACTERS = 32 * 1024
MOST_UNSIGNED = 2**32 - 1  # answer and sequence of a frame

# Close codes of the protocol.
CLOSE_TOKEN = 4401
CLOSE_FORBIDDEN = 4403
CLOSE_REPLACED = 4409
CLOSE_OVER = 4410
CLOSE_TOO_LARGE = 4413
CLOSE_FLOOD = 4429
CLOSE_ERROR = 1011
CLOSE_RESTARTING = 1012
CLOSE_NORMAL = 1000

Fields = Mapping[str, type | tuple[type, ...]]

# Required fields of each message a client may send.
CLIENT_MESSAGES: Mapping[str, Fields] = {
    "start": {"consent": dict},
    "leave_queue": {},
    "tell_me": {"channel": str},
    "playback_finished": {"sequence": int},
    "end_turn": {},
    "need_time": {},
    "more_time": {},
    "catch_up": {"answer": int, "through_sequence": int},
    "set_waiting": {"until_done": bool},
    "answer_text": {"text": str},
    "skip_question": {},
    "repeat_question": {},
    "rephrase_question": {},
    "pause": {},
    "resume": {},
    "client_event": {"kind": str},
    "end_interview": {},
    "sync": {"last_sequence": int},
    "ping": {},
}


# Of a monitor: docs/protocol/monitor.yaml.
MONITOR_MESSAGES: Mapping[str, Fields] = {"watch_list": {}, "watch_session": {"session": str}, "ping": {}}


class ProtocolError(Exception):
    """A message that changes nothing. `close_code` is set where the connection must end."""

    def __init__(self, code: str, message: str, *, re: object = None, close_code: int | None = None) -> None:
        super().__init__(message)
        self.code, self.re, self.close_code = code, re, close_code


@dataclass(frozen=True, slots=True)
class ClientMessage:
    type: str
    id: object = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AudioFrame:
    answer: int
    sequence: int
    pcm: bytes

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 32_000


def read_frame(data: bytes) -> AudioFrame:
    """Raises ProtocolError: too large (which also closes), too short, or half a sample."""
    if len(data) > MAX_FRAME_BYTES:
        raise ProtocolError(
            "audio.too_large",
            f"A frame has {len(data)} bytes; at most {MAX_FRAME_BYTES} are allowed. Send 96 ms at a time.",
            close_code=CLOSE_TOO_LARGE,
        )
    if len(data) <= FRAME_HEADER.size:
        raise ProtocolError("audio.malformed", "A frame needs 8 bytes of header and then audio.")
    if (len(data) - FRAME_HEADER.size) % 2:
        raise ProtocolError("audio.malformed", "A frame must hold whole 16-bit samples: an even number of bytes.")
    answer, sequence = FRAME_HEADER.unpack_from(data)
    return AudioFrame(answer, sequence, data[FRAME_HEADER.size :])


def read_message(text: str, known: Mapping[str, Fields] = CLIENT_MESSAGES) -> ClientMessage:
    """`known` are the messages that this socket takes.

    Raises ProtocolError; `re` is the message's id where it could be read.
    """
    if len(text) > MAX_TEXT_CHARACTERS:
        raise ProtocolError("message.too_large", f"A message may have {MAX_TEXT_CHARACTERS} characters at most.")
    try:
        values = json.loads(text)
        is_text = _is_text(values)
    except (ValueError, RecursionError):
        raise ProtocolError("message.malformed", "The message is not JSON.") from None
    if not is_text:
        raise ProtocolError("message.malformed", "The message holds characters that are no text: NUL, or half a pair.")
    if not isinstance(values, dict) or not isinstance(values.get("type"), str):
        raise ProtocolError("message.malformed", 'A message is a JSON object with a "type".')
    reference = values.get("id")
    if isinstance(reference, bool) or not isinstance(reference, str | int | None):
        raise ProtocolError("message.malformed", "An id is a text or a number.")
    wanted = known.get(values["type"])
    if wanted is None:
        raise ProtocolError("message.unknown_type", f"There is no message {values['type'][:40]!r}.", re=reference)
    for name, kind in wanted.items():
        value = values.get(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ProtocolError("message.malformed", f"{values['type']} needs {name}.", re=reference)
    return ClientMessage(values["type"], reference, values)


def _is_text(value: object) -> bool:
    """False if any text of a JSON value cannot be stored (NUL) or sent again (half of a surrogate pair)."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return all(_is_text(name) and _is_text(one) for name, one in value.items())
    return all(map(_is_text, value)) if isinstance(value, list) else True


def write_time(at: datetime) -> str:
    """As every time of the sockets: UTC, in milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_message(values: Mapping[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


class FloodGuard:
    """Audio may come at four times real time, with ten seconds of that in advance; messages at ten a second.

    `credit_seconds` is audio that may be sent again after an outage; it is not held against the client.
    """

    SPEED = 4.0
    BURST_SECONDS = 40.0
    MESSAGES_PER_SECOND = 10.0
    MESSAGE_BURST = 100.0
    PATIENCE_SECONDS = 10.0

    def __init__(self, now: float, credit_seconds: float = 0.0) -> None:
        self._audio = self.BURST_SECONDS + credit_seconds
        self._messages = self.MESSAGE_BURST
        self._at = now
        self._throttled_since: float | None = None

    def take_audio(self, seconds: float, now: float) -> float:
        """Seconds to wait before reading on; 0 when all is well. Raises ProtocolError after 10 s of waiting."""
        self._refill(now)
        self._audio -= seconds
        if self._audio >= 0:
            self._throttled_since = None
            return 0.0
        self._throttled_since = now if self._throttled_since is None else self._throttled_since
        if now - self._throttled_since > self.PATIENCE_SECONDS:
            raise ProtocolError("flood", "Audio comes faster than anybody can speak.", close_code=CLOSE_FLOOD)
        return min(1.0, -self._audio / self.SPEED)

    def take_message(self, now: float) -> None:
        """Raises ProtocolError when there are too many."""
        self._refill(now)
        self._messages -= 1
        if self._messages < 0:
            raise ProtocolError("flood", "Too many messages.", close_code=CLOSE_FLOOD)

    def _refill(self, now: float) -> None:
        passed, self._at = max(0.0, now - self._at), now
        if self._audio < self.BURST_SECONDS:
            self._audio = min(self.BURST_SECONDS, self._audio + passed * self.SPEED)
        self._messages = min(self.MESSAGE_BURST, self._messages + passed * self.MESSAGES_PER_SECOND)
