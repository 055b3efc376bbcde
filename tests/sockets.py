"""A candidate's page for tests: speaks the socket's protocol to the application in the test's own loop.

Every message that is sent or received is held against docs/protocol/asyncapi.yaml.
"""

import asyncio
import json
import struct
from collections import defaultdict
from typing import Any

import numpy as np
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.db import connections
from django.urls import path

from config.channel_layer import send_group
from interviewpanel.consumers import InterviewConsumer
from interviewpanel.live.clocks import WallClock
from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.services.invitations import make_token
from tests.protocol_document import CANDIDATE, check_received, check_sent

TIMEOUT_SECONDS = 8.0
FRAME_BYTES = 3072
Message = dict[str, Any]


class VirtualClock(WallClock):
    """Stands still until the test moves it on; who sleeps wakes when the clock has come to their time."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._sleepers: list[tuple[float, asyncio.Event]] = []
        self._is_slept = asyncio.Event()

    def read(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        awake = asyncio.Event()
        self._sleepers.append((self._now + seconds, awake))
        self._is_slept.set()
        await awake.wait()

    def advance(self, seconds: float) -> None:
        self._now += seconds
        due = [awake for at, awake in self._sleepers if at <= self._now]
        self._sleepers = [(at, awake) for at, awake in self._sleepers if at > self._now]
        for awake in due:
            awake.set()
        if not self._sleepers:
            self._is_slept.clear()

    async def wait_for_sleeper(self) -> None:
        """Until the connection has done what its last second asked for and waits for the next."""
        await self._is_slept.wait()


def make_application(clock: WallClock | None = None) -> URLRouter:
    """The app's socket route, with a clock of the test's choosing."""
    return URLRouter([path("ws/interview/<path:token>/", InterviewConsumer.as_asgi(clock=clock))])


class Messages:
    """What is said on a socket, each message held against `document`. What a test did not ask for yet waits."""

    document = CANDIDATE

    def __init__(self, socket: WebsocketCommunicator) -> None:
        self._socket = socket
        self.closed_with: int | None = None
        self.received: list[Message] = []
        self._unread: dict[str, list[Message]] = defaultdict(list)

    async def connect(self) -> None:
        is_accepted, _ = await self._socket.connect(timeout=TIMEOUT_SECONDS)
        assert is_accepted

    async def say(self, type_: str, **fields: object) -> None:
        message = {"type": type_, **fields}
        check_sent(message, self.document)
        await self._socket.send_to(text_data=json.dumps(message))

    async def say_raw(self, text: str) -> None:
        await self._socket.send_to(text_data=text)

    async def expect(self, type_: str, **fields: object) -> Message:
        """The next message of that type which has these fields; what comes before it is kept for later."""

        def fits(message: Message) -> bool:
            return all(message.get(name) == value for name, value in fields.items())

        waiting = self._unread[type_]
        while not any(map(fits, waiting)):
            await self._receive()
        message = next(filter(fits, waiting))
        waiting.remove(message)
        return message

    async def expect_close(self) -> int:
        while self.closed_with is None:
            await self._receive()
        return self.closed_with

    async def settle(self) -> None:
        """All that was said before this has been answered."""
        await self.say("ping", id="settle")
        await self.expect("pong", re="settle")

    async def leave(self) -> None:
        await self._socket.disconnect(timeout=TIMEOUT_SECONDS)

    async def _receive(self) -> None:
        output = await self._socket.receive_output(timeout=TIMEOUT_SECONDS)
        if output["type"] == "websocket.close":
            self.closed_with = output["code"]
            return
        assert self.closed_with is None, "something was said after the close"
        message: Message = json.loads(output["text"])
        check_received(message, self.document)
        self.received.append(message)
        self._unread[message["type"]].append(message)


class Page(Messages):
    """One tab of a candidate's browser."""

    def __init__(self, token: str, clock: WallClock | None = None, application: object = None) -> None:
        headers = [(b"origin", b"http://localhost")]
        place = f"/ws/interview/{token}/"
        super().__init__(WebsocketCommunicator(application or make_application(clock), place, headers=headers))

    @classmethod
    async def open(cls, invitation: InterviewPanelCandidate, clock: WallClock | None = None) -> "Page":
        """Connected, with the first session_state received (and in `received`)."""
        page = cls(make_token(invitation), clock)
        await page.connect()
        await page.expect("session_state")
        return page

    async def send_audio(self, answer: int, sequence: int, pcm: bytes | None = None) -> None:
        pcm = make_frame(sequence) if pcm is None else pcm
        await self.send_bytes(struct.pack(">II", answer, sequence) + pcm)

    async def send_bytes(self, data: bytes) -> None:
        await self._socket.send_to(bytes_data=data)

    async def take_hints(self, session: InterviewSession) -> None:
        """Every hint that was sent to the session's sockets before this has arrived: a later one is answered."""
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(session.audience_group_name, channel)
        await asyncio.to_thread(send_group, session.group_name, {"type": "session.watched"})
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while (await layer.receive(channel))["type"] != "audience.moment":
                pass
        await layer.group_discard(session.audience_group_name, channel)

    async def expect_in_time(self, clock: VirtualClock, type_: str, *, seconds: int, **fields: object) -> Message:
        """As `expect`, within so many seconds of the virtual clock, let pass one by one."""
        for _ in range(seconds):
            await clock.wait_for_sleeper()
            await self.settle()
            if any(all(one.get(name) == value for name, value in fields.items()) for one in self._unread[type_]):
                break
            clock.advance(1)
        return await self.expect(type_, **fields)


def make_frame(sequence: int) -> bytes:
    """96 ms of a quiet room, the same for the same number."""
    return np.random.default_rng(sequence).normal(0, 6, FRAME_BYTES // 2).astype("<i2").tobytes()


async def in_database(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Run something synchronous on the database, and give the thread's connection back."""

    def run() -> Any:
        try:
            return function(*args, **kwargs)
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)
