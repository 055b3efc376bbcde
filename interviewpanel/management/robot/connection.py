"""The robot's socket: connects, comes back after a fault, and repeats what the server does not have yet.

Called by `candidate.Candidate`. Messages come out of `messages()` each once and, where numbered, in order; the audio of
the outbox goes out by itself. The rules are those of docs/protocol.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Origin

from interviewpanel.management.robot.failures import explain_failure
from interviewpanel.management.robot.frames import Outbox

Message = dict[str, Any]

NORMAL, RESTARTING = 1000, 1012
FINAL_CLOSE_CODES = {
    4401: "the link is unknown, revoked or expired",
    4403: "the interview is not open now, or consent was declined",
    4409: "the interview was opened somewhere else",
    4410: "the interview is over",
    4413: "a frame was too large",
}
FIRST_DELAY_SECONDS = 0.25
LONGEST_DELAY_SECONDS = 4.0
STEADY_SECONDS = 10.0


class RobotError(Exception):
    """The interview cannot go on; the text says why."""


def find_socket_url(link: str) -> tuple[str, str]:
    """The socket of a candidate link, and the origin a browser would name: `http(s)://…/i/TOKEN/` or the socket itself.

    Raises RobotError for any other address.
    """
    parts = urlsplit(link)
    is_secure = parts.scheme in ("https", "wss")
    words = [word for word in parts.path.split("/") if word]
    if parts.scheme in ("http", "https") and len(words) >= 2 and words[-2] == "i":
        path = "/".join(["", *words[:-2], "ws", "interview", words[-1], ""])
    elif parts.scheme in ("ws", "wss") and len(words) >= 3 and words[-3:-1] == ["ws", "interview"]:
        path = parts.path
    else:
        raise RobotError(f"{link!r} is no interview link. Give http://HOST/i/TOKEN/ or ws://HOST/ws/interview/TOKEN/.")
    url = urlunsplit(("wss" if is_secure else "ws", parts.netloc, path, "", ""))
    return url, f"{'https' if is_secure else 'http'}://{parts.netloc}"


class Connection:
    """One interview's socket, through as many connections as it takes."""

    def __init__(
        self,
        link: str,
        outbox: Outbox,
        chance: random.Random,
        *,
        patience_seconds: float = 60.0,
        report_state: Callable[[str], None],
    ) -> None:
        self._url, self._origin = find_socket_url(link)
        self._host = "{0.scheme}://{0.netloc}".format(urlsplit(self._url))  # to be shown: no token is in it
        self._trouble = ""  # why it is not connected, as it was last told
        self._has_connected = False
        self._outbox = outbox
        self._chance = chance
        self._patience_seconds = patience_seconds
        self._report_state = report_state
        self._socket: ClientConnection | None = None
        self._has_news = asyncio.Event()
        self._is_finished = False
        self.is_ready = asyncio.Event()  # connected, and the server has said what it has
        self.last_sequence = 0
        self.reconnects = 0

    async def messages(self) -> AsyncIterator[Message]:
        """Every message of the server, until `finish` is called or the interview is over for good.

        Raises RobotError when a close code says that coming back is useless, or patience is at its end.
        """
        clock = asyncio.get_running_loop().time
        failures, lost_at, progress = 0, clock(), self._progress()
        while not self._is_finished:
            code, connected_at = None, clock()
            try:
                async with connect(
                    self._url, origin=Origin(self._origin), compression=None, max_size=2**22, open_timeout=10
                ) as socket:
                    async for message in self._use(socket):
                        yield message
                    code = socket.close_code
            except (OSError, InvalidHandshake, TimeoutError) as error:
                self._tell_failure(error)
            if self._is_finished or code == NORMAL:
                return
            if code is not None:
                self._check_close_code(code)
            # Merely being accepted is no progress: a server that fails each time must not be asked without end.
            if self._progress() != progress or (code is not None and clock() - connected_at > STEADY_SECONDS):
                failures, lost_at, progress = 0, clock(), self._progress()
            if clock() - lost_at > self._patience_seconds:
                raise RobotError(f"The server has not answered for {self._patience_seconds:.0f} s. {self._trouble}")
            await self._wait_before_retry(failures, code)
            failures += 1

    async def send(self, message: Message) -> bool:
        """Send now, or not at all: whoever sends must know what to repeat after a reconnect."""
        if self._socket is None:
            return False
        try:
            await self._socket.send(json.dumps(message))
        except ConnectionClosed:
            return False
        return True

    def announce_audio(self) -> None:
        """There is something in the outbox."""
        self._has_news.set()

    async def finish(self) -> None:
        """End `messages()`; nothing is sent after this."""
        self._is_finished = True
        if self._socket is not None:
            await self._socket.close()

    def _progress(self) -> tuple[int, int]:
        return self.last_sequence, self._outbox.counts.acknowledged

    async def _use(self, socket: ClientConnection) -> AsyncIterator[Message]:
        self._socket, self._has_connected, self._trouble = socket, True, ""
        self._report_state("connected")
        if self.last_sequence:
            await self.send({"type": "sync", "last_sequence": self.last_sequence})
        sender = asyncio.create_task(self._send_audio(socket))
        try:
            async for raw in socket:
                message: Message = json.loads(raw)
                if await self._take_in(message):
                    yield message
        except ConnectionClosed:
            pass  # the code is on the socket
        finally:
            self._socket = None
            self.is_ready.clear()
            sender.cancel()

    async def _take_in(self, message: Message) -> bool:
        """Keep the books of one message; False where it was seen before, or comes too early and is asked for again."""
        kind = message["type"]
        if kind == "session_state":
            for answer, through in read_stored_audio(message):
                self._outbox.acknowledge(answer, through)
            self._outbox.rewind()
            if not self.is_ready.is_set():
                await self._announce_backlog()
            if message.get("last_sequence", 0) > self.last_sequence == 0:
                await self.send({"type": "sync", "last_sequence": 0})  # another robot began this interview
            self.is_ready.set()
            self._has_news.set()
        elif kind == "audio_ack":
            self._outbox.acknowledge(message["answer"], message["through"])
        elif kind == "audio_nack":
            self._outbox.repeat(message["answer"], message["from"], message["to"])
            self._has_news.set()
        sequence = message.get("sequence")
        if sequence is None:
            return True
        if sequence == self.last_sequence + 1:
            self.last_sequence = sequence
            return True
        if sequence > self.last_sequence:
            await self.send({"type": "sync", "last_sequence": self.last_sequence})
        return False

    async def _announce_backlog(self) -> None:
        """What is sent again was recorded without a countdown in sight: no pause in it ends the answer."""
        newest = self._outbox.newest
        if newest is not None:
            await self.send({"type": "catch_up", "answer": newest[0], "through_sequence": newest[1]})

    async def _send_audio(self, socket: ClientConnection) -> None:
        try:
            while True:
                await self.is_ready.wait()
                await self._has_news.wait()
                self._has_news.clear()
                while (frame := self._outbox.take_unsent()) is not None:
                    await socket.send(frame)
        except ConnectionClosed:
            return  # the reader sees it too, and the outbox still has everything

    def _check_close_code(self, code: int) -> None:
        self._report_state(f"closed ({code})")
        self._trouble = f"{self._host} closes the socket with {code}."
        if code in FINAL_CLOSE_CODES:
            raise RobotError(f"The server closed the connection: {FINAL_CLOSE_CODES[code]} ({code}).")

    def _tell_failure(self, error: Exception) -> None:
        """Once for each cause; raises RobotError where trying again cannot help.

        A server that answers, but not with a socket, will not do so the next time either. An address that has worked
        before is right, though: its name server or its certificate may be back in a moment.
        """
        failure = explain_failure(error)
        trouble = f"Cannot connect to {self._host}: {failure.text}"
        if failure.is_final and (isinstance(error, InvalidStatus) or not self._has_connected):
            raise RobotError(trouble) from error
        if trouble != self._trouble:
            self._trouble = trouble
            self._report_state(trouble)

    async def _wait_before_retry(self, failures: int, code: int | None) -> None:
        """Come back at once when the server only restarts; otherwise double the wait, with jitter against crowds."""
        self.reconnects += failures == 0
        if failures == 0:
            self._report_state("reconnecting")
        if code == RESTARTING and failures == 0:
            return
        longest = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2**failures)
        await asyncio.sleep(longest * (0.5 + self._chance.random() / 2))


def read_stored_audio(state: Message) -> list[tuple[int, int]]:
    """(answer, last stored frame) of a `session_state`; nothing where no question was asked yet."""
    stored = state.get("acknowledged")
    return [(stored["answer"], stored["through"])] if stored else []
