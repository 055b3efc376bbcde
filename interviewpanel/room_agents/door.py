"""`RoomDoor`: a LiveKit room as the way in of one live interview. It hears, tells and speaks; it decides nothing.

Whatever a client writes goes through the protocol's own reader, as on the socket; words written in the room's chat are
turned into the same messages, so that any LiveKit client will do.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from channels.layers import get_channel_layer

from interviewpanel.domain import protocol
from interviewpanel.domain.consent import ConsentText
from interviewpanel.domain.protocol import AudioFrame, ClientMessage
from interviewpanel.engines.rooms.lines import (
    CHAT_TOPIC,
    PROTOCOL_TOPIC,
    CandidateLeft,
    ConnectionQuality,
    LineFailed,
    LineLost,
    RoomLine,
    Sound,
    SoundLost,
    Text,
)
from interviewpanel.live import LiveInterview
from interviewpanel.live.clocks import WallClock
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.room_agents.hearing import RoomHearing
from interviewpanel.room_agents.noting import Notes
from interviewpanel.room_agents.phrases import read_chat
from interviewpanel.room_agents.saying import Saying
from interviewpanel.room_agents.speaking import Speak, Speaker

logger = logging.getLogger(__name__)

JOIN_GROUP_SECONDS = 2.0
GOODBYE_SECONDS = 60.0  # the closing words
WRITING_SECONDS = 5.0
MOST_UNSENT = 1_000
SLOW_NETWORK = "Your connection is weak just now; what you say may arrive with gaps."


def _give(frame: AudioFrame) -> AudioFrame:
    return frame


class RoomDoor:
    """`left_with`: the protocol's code with which we left; None: the candidate, or the line, is gone."""

    resends = False

    def __init__(
        self,
        line: RoomLine,
        speak: Speak,
        notes: Notes,
        consent: ConsentText,
        read_consent: Callable[[], Awaitable[ConsentText]],
        agreed: Callable[[], Awaitable[None]],
        clock: WallClock | None = None,
    ) -> None:
        """`agreed` is called once the candidate has given consent by this door, or had before. `read_consent` is asked
        where the text that was shown does not hold any more."""
        self.clock = clock or WallClock()
        self.has_left = False
        self.left_with: int | None = None
        self.is_lost = False  # the line, and not the candidate
        self.live = LiveInterview(self)
        self._line, self._read_consent, self._agreed = line, read_consent, agreed
        self._has_agreed = False
        self._gone = asyncio.Event()
        self._unsent: asyncio.Queue[tuple[str, str]] = asyncio.Queue(MOST_UNSENT)
        self._speaker = Speaker(line, speak, notes)
        self._hearing = RoomHearing()
        self._saying = Saying(self._speaker, self._chat, self.take_message, consent)
        self._tasks: list[asyncio.Task[None]] = []
        self._hints: asyncio.Task[None] | None = None
        self._channel = ""

    async def hold(self, invitation: InterviewPanelCandidate) -> None:
        """The whole connection: until the interview is over, the candidate or the line is gone, or `leave`."""
        self._begin(self._write(), self._speaker.run())
        try:
            await self.live.open(invitation)
            self._begin(self._read())
            await self._gone.wait()
            if self.left_with == protocol.CLOSE_NORMAL:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(GOODBYE_SECONDS):
                        await self._speaker.finish()
            await self._finish_writing()
        finally:
            self.has_left = True
            self._speaker.stop()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self.live.hang_up()  # nobody sends again what was said and not stored

    # --- What the live interview asks of a door ------------------------------------------------------------------

    async def tell(self, type_: str, *, at: datetime | None = None, **values: Any) -> None:
        if self.has_left:
            return
        message = {"type": type_, "at": protocol.write_time(at or self.clock.read_at()), **values}
        self._put(PROTOCOL_TOPIC, protocol.write_message(message))
        self._hearing.heed(message)
        self._saying.heed(message)
        is_given = type_ == "greeting" or (type_ == "session_state" and values["consent"]["is_given"])
        if is_given and not self._has_agreed:
            self._has_agreed = True
            self._begin(self._agreed())

    async def tell_error(
        self,
        code: str,
        message: str,
        *,
        re: object = None,
        is_fatal: bool = False,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        await self.tell("error", code=code, message=message, re=re, fatal=is_fatal, **(details or {}))
        if code == "consent.version":
            self._saying.show_consent_again(await self._read_consent())

    async def leave(self, code: int) -> None:
        if not self.has_left:
            self.has_left, self.left_with = True, code
            self._gone.set()

    async def join_group(self, group: str) -> None:
        """Hints are welcome, not needed: without Redis the connection looks for news by itself."""
        try:
            async with asyncio.timeout(JOIN_GROUP_SECONDS):
                layer = get_channel_layer()
                self._channel = await layer.new_channel()
                await layer.group_add(group, self._channel)
            self._hints = asyncio.create_task(self._read_hints(layer))
        except Exception:
            logger.warning("A room could not join its group; it looks for news by itself.", exc_info=True)

    async def leave_group(self, group: str) -> None:
        if self._hints is not None:
            self._hints.cancel()
            await asyncio.gather(self._hints, return_exceptions=True)
        with contextlib.suppress(Exception):
            async with asyncio.timeout(JOIN_GROUP_SECONDS):
                await get_channel_layer().group_discard(group, self._channel)

    async def _read_hints(self, layer: Any) -> None:
        while True:
            await self.live.take_hint(await layer.receive(self._channel))

    # --- What the room brings --------------------------------------------------------------------------------------

    async def _read(self) -> None:
        async for event in self._line.events():
            match event:
                case Sound(frame):
                    await self._take_frames(self._hearing.take(frame, is_listening=self._saying.is_listening))
                case SoundLost(seconds):
                    self._hearing.lose(seconds)
                case Text(topic, text) if topic == CHAT_TOPIC:
                    await self._take_chat(text)
                case Text(_, text):
                    await self._take_text(text)
                case ConnectionQuality(is_poor) if is_poor:
                    await self.tell("notice", code="slow_network", message=SLOW_NETWORK)
                case CandidateLeft() | LineLost():
                    self.has_left, self.is_lost = True, isinstance(event, LineLost)
        self._gone.set()

    async def _take_frames(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            await self.live.receive_frame(partial(_give, frame))

    async def _take_text(self, text: str) -> None:
        taken: list[ClientMessage] = []

        def read() -> ClientMessage:
            taken.append(protocol.read_message(text))
            return taken[0]

        await self.live.receive_message(read)
        if taken:
            await self._saying.note_taken(taken[0])

    async def _take_chat(self, text: str) -> None:
        """Words that are an order; all else that is written there is not read."""
        type_ = read_chat(text)
        if type_ is not None:
            fields = {"consent": self._saying.write_consent()} if type_ == "start" else {}
            await self.take_message(ClientMessage(type_, "chat", fields))

    async def take_message(self, message: ClientMessage) -> None:
        """What the candidate has said by this door, as the protocol has it."""
        await self.live.receive_message(lambda: message)
        await self._saying.note_taken(message)

    # --- What goes out ---------------------------------------------------------------------------------------------

    def _chat(self, text: str) -> None:
        self._put(CHAT_TOPIC, text)

    def _put(self, topic: str, text: str) -> None:
        """Never waits. A client that takes nothing is told all again when it comes back."""
        try:
            self._unsent.put_nowait((topic, text))
        except asyncio.QueueFull:
            self.has_left, self.is_lost = True, True
            self._gone.set()

    async def _write(self) -> None:
        while True:
            topic, text = await self._unsent.get()
            try:
                await self._line.send(topic, text)
            except LineFailed as failure:
                logger.info("A room's client is not told something: %s", failure)
            finally:
                self._unsent.task_done()

    async def _finish_writing(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WRITING_SECONDS):
                await self._unsent.join()

    def _begin(self, *works: Awaitable[None]) -> None:
        for work in works:
            self._tasks.append(asyncio.create_task(self._guard(work)))

    async def _guard(self, work: Awaitable[None]) -> None:
        """Whatever fails here ends the connection, and never dies unheard; another agent, or this one, comes back."""
        try:
            await work
        except Exception:
            await self.live.fail()
