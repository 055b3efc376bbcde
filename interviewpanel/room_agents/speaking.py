"""Speaks in a room, one text after the other, and can be interrupted. A part of RoomDoor."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from interviewpanel.engines.rooms.lines import RoomLine
from interviewpanel.room_agents.noting import Notes
from interviewpanel.room_agents.sounds import cut_speech
from interviewpanel.room_agents.voices import Speech

logger = logging.getLogger(__name__)

Then = Callable[[], Awaitable[None]]
Speak = Callable[[str], Awaitable[Speech | None]]


MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class Utterance:
    text: str
    begin: Callable[[], None] | None = None  # as its turn comes
    then: Then | None = None  # once it was heard to its end; not where it was stopped, nor where nothing can speak


class Speaker:
    def __init__(self, line: RoomLine, speak: Speak, notes: Notes) -> None:
        self._line, self._speak, self._notes = line, speak, notes
        self._waiting: deque[Utterance] = deque()
        self._has_work, self._is_idle = asyncio.Event(), asyncio.Event()
        self._is_idle.set()
        self._stops = 0  # how often it was interrupted: whatever began before the last one is over

    @property
    def is_speaking(self) -> bool:
        return not self._is_idle.is_set()

    def say(self, utterance: Utterance) -> None:
        """Behind what is being said. Whoever asks for too much at once has it in the chat."""
        if len(self._waiting) >= MOST_WAITING:
            return
        self._waiting.append(utterance)
        self._is_idle.clear()
        self._has_work.set()

    def stop(self) -> None:
        """Say no more of what was to be said until now."""
        self._stops += 1
        self._waiting.clear()
        self._line.stop_playing()

    async def finish(self) -> None:
        """Until nothing is left to be said."""
        await self._is_idle.wait()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._has_work.wait()
            while self._waiting:
                await self._say(self._waiting.popleft())
            self._has_work.clear()
            self._is_idle.set()

    async def _say(self, utterance: Utterance) -> None:
        stops = self._stops
        if utterance.begin is not None:
            utterance.begin()
        try:
            speech = await self._speak(utterance.text)
        except Exception:  # the text is in the chat and on the screen; the interview does not depend on a voice
            logger.exception("A sentence could not be spoken.")
            return
        if speech is None or stops != self._stops:
            return
        noted, is_heard = self._notes.begin(utterance.text, speech), False
        try:
            is_heard = await self._play(speech, stops)
        finally:  # also where the interviewer leaves in the middle of it
            noted.finish(is_cut=not is_heard)
        if is_heard and utterance.then is not None:
            await utterance.then()

    async def _play(self, speech: Speech, stops: int) -> bool:
        """Whether it was heard to its end."""
        for piece in cut_speech(speech.pcm):
            if stops != self._stops:
                return False
            await self._line.play(piece)
        await self._line.wait_played()
        return stops == self._stops
