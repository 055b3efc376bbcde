"""A room in the test's own process: the candidate's end of a `RoomLine`, with LiveKit's own audio frames.

What a client is sent is held against docs/protocol/asyncapi.yaml, as on the socket.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
from livekit import rtc

from interviewpanel.engines.flac import Pcm
from interviewpanel.engines.rooms.lines import (
    CHAT_TOPIC,
    PROTOCOL_TOPIC,
    SPOKEN_RATE,
    LineEvent,
    Sound,
    Text,
)
from interviewpanel.models import InterviewSession
from interviewpanel.room_agents.voices import Speech
from interviewpanel.selectors.rooms import is_bank_text
from tests.protocol_document import CANDIDATE, check_received, check_sent
from tests.sockets import TIMEOUT_SECONDS, Message, VirtualClock
from tests.spoken_interviews import make_sound

FRAME_SAMPLES = 480  # 10 ms, as a track brings them


class InProcessRoom:
    """`heard` is what the interviewer has said so far, in frames; `chat` what was written."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[LineEvent | None] = asyncio.Queue()
        self._sent: asyncio.Queue[Message] = asyncio.Queue()
        self._unread: dict[str, list[Message]] = defaultdict(list)
        self.received: list[Message] = []
        self.chat: list[str] = []
        self.heard: list[rtc.AudioFrame] = []
        self.stops = 0
        self._has_sounded = asyncio.Event()
        self.has_left = asyncio.Event()
        self.is_quick = asyncio.Event()  # whoever listens has heard what was played
        self.is_quick.set()

    # --- The interviewer's end: a RoomLine --------------------------------------------------------------------------

    async def events(self) -> AsyncIterator[LineEvent]:
        while (event := await self._events.get()) is not None:
            yield event

    async def send(self, topic: str, text: str) -> None:
        if topic == CHAT_TOPIC:
            self.chat.append(text)
            return
        assert topic == PROTOCOL_TOPIC
        message: Message = json.loads(text)
        check_received(message, CANDIDATE)
        self._sent.put_nowait(message)

    async def play(self, pcm: bytes) -> None:
        self.heard.append(rtc.AudioFrame(pcm, SPOKEN_RATE, 1, len(pcm) // 2))
        self._has_sounded.set()
        await asyncio.sleep(0)

    async def wait_played(self) -> None:
        await self.is_quick.wait()

    def stop_playing(self) -> None:
        self.stops += 1
        self.is_quick.set()

    async def leave(self) -> None:
        self.has_left.set()

    # --- The candidate's end ----------------------------------------------------------------------------------------

    async def say(self, type_: str, **fields: object) -> None:
        message = {"type": type_, **fields}
        check_sent(message, CANDIDATE)
        await self.write(PROTOCOL_TOPIC, json.dumps(message))

    async def write(self, topic: str, text: str) -> None:
        self._events.put_nowait(Text(topic, text))

    async def speak(self, pcm: Pcm, *, rate: int = SPOKEN_RATE, channels: int = 1) -> None:
        """16 kHz mono samples, as a track of this rate brings them."""
        for frame in make_track(pcm, rate=rate, channels=channels):
            self._events.put_nowait(Sound(frame))

    def give(self, event: LineEvent, *, is_last: bool = False) -> None:
        self._events.put_nowait(event)
        if is_last:
            self._events.put_nowait(None)

    async def expect(self, type_: str, **fields: object) -> Message:
        """The next message of that type which has these fields; what comes before it is kept for later."""

        def fits(message: Message) -> bool:
            return all(message.get(name) == value for name, value in fields.items())

        while not any(map(fits, self._unread[type_])):
            async with asyncio.timeout(TIMEOUT_SECONDS):
                message = await self._sent.get()
            self.received.append(message)
            self._unread[message["type"]].append(message)
        message = next(filter(fits, self._unread[type_]))
        self._unread[type_].remove(message)
        return message

    async def settle(self) -> None:
        """All that was said before this has been answered."""
        await self.say("ping", id="settle")
        await self.expect("pong", re="settle")

    async def rest(self) -> None:
        """All that was heard before this is stored."""
        await self.say("client_event", kind="any")  # behind everything that is queued
        await self.settle()

    async def listen(self) -> None:
        """Until the interviewer's voice sounds."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await self._has_sounded.wait()

    async def expect_in_time(self, clock: VirtualClock, type_: str, *, seconds: int, **fields: object) -> Message:
        """As `expect`, within so many seconds of the virtual clock, let pass one by one."""
        for _ in range(seconds):
            await clock.wait_for_sleeper()
            await self.settle()
            if any(all(one.get(name) == value for name, value in fields.items()) for one in self._unread[type_]):
                break
            clock.advance(1)
        return await self.expect(type_, **fields)


def make_track(pcm: Pcm, *, rate: int = SPOKEN_RATE, channels: int = 1) -> list[rtc.AudioFrame]:
    """10 ms frames of LiveKit's own, at any rate, the same in each channel."""
    times = np.arange(round(len(pcm) * rate / 16_000)) * (16_000 / rate)
    samples = np.interp(times, np.arange(len(pcm)), pcm).astype("<i2")
    size = rate // 100
    samples = np.resize(np.pad(samples, (0, -len(samples) % size)), (-(-len(samples) // size), size))
    return [rtc.AudioFrame(np.repeat(one, channels).tobytes(), rate, channels, size) for one in samples]


class Voice:
    """An interviewer's voice for tests: a tone as long as the text, so that a test can see what was said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, bool]] = []  # with whether they are the bank's words

    def __call__(self, text: str, session: InterviewSession) -> Speech | None:
        self.said.append((text, is_bank_text(session, text)))
        sound = make_sound(len(text) / 100)
        return Speech(sound.pcm, sound)


def be_mute(text: str, session: InterviewSession) -> Any:
    return None
