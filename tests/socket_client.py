"""A candidate's socket in a test's own hands: says what it likes, also what no client would."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from interviewpanel.management.robot.connection import find_socket_url
from interviewpanel.management.robot.frames import FRAME_BYTES, build_frame

QUIET = bytes(FRAME_BYTES)
Message = dict[str, Any]


class Socket:
    """One connection. Reads only when it is asked to."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def say(self, type_: str, **fields: Any) -> None:
        self.connection.send(json.dumps({"type": type_, **fields}))

    def send_frame(self, answer: int, sequence: int, pcm: bytes = QUIET) -> None:
        self.connection.send(build_frame(answer, sequence, pcm))

    def hear(self, *types: str, seconds: float = 20.0) -> Message:
        """The next message of one of these types; raises AssertionError if the server closes, TimeoutError in vain."""
        while True:
            try:
                message: Message = json.loads(self.connection.recv(timeout=seconds))
            except ConnectionClosed as closed:
                raise AssertionError(f"closed with {closed.rcvd} while waiting for {types}") from None
            if message["type"] in types:
                return message

    def hear_closing(self, *, seconds: float = 20.0) -> tuple[int, list[Message]]:
        """The code that the server closes with, and what it said before."""
        messages: list[Message] = []
        try:
            while True:
                messages.append(json.loads(self.connection.recv(timeout=seconds)))
        except ConnectionClosed as closed:
            return (closed.rcvd.code if closed.rcvd else 1006), messages

    def begin(self) -> int:
        """Consent, and the first question's answer number."""
        state = self.hear("session_state")
        consent = {"document_version": state["consent"]["document_version"], "accepted": True}
        self.say("start", consent=consent)
        answer: int = self.hear("next_question")["answer"]
        return answer


@contextlib.contextmanager
def open_socket(link: str, *, origin: str | None = None, max_queue: int | None = 16) -> Iterator[Socket]:
    """With the usual `max_queue` it reads no more from the network than a few messages before they are heard."""
    url, own_origin = find_socket_url(link)
    # No close timeout: a test that has seen enough does not wait for a server it has annoyed.
    with connect(
        url,
        origin=Origin(origin or own_origin),
        compression=None,
        max_size=2**22,
        max_queue=max_queue,
        close_timeout=0.1,
    ) as connection:
        yield Socket(connection)


def find_token(link: str) -> str:
    return urlsplit(link).path.rstrip("/").rsplit("/", 1)[-1]
