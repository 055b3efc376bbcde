"""One turn of the robot: listen to the question, do what the plan says, until the server says that the turn is closed.

Called by `candidate.Candidate`. Sound is counted in samples and paced at `speed` times real time, as a recording would
be; while the connection is lost the robot holds its breath.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from itertools import islice

from interviewpanel.management.robot.connection import Connection, Message
from interviewpanel.management.robot.frames import FRAME_SECONDS, Outbox, cut_frames
from interviewpanel.management.robot.script import Plan, Question, Step
from interviewpanel.management.robot.voice import Voice, stay_quiet

LISTEN_SECONDS = 1.0  # of its own time, for a question that nobody reads aloud to it
LATE_SECONDS = 0.5  # further behind than this, the pace starts anew instead of catching up in a burst


class Microphone:
    """Puts frames into the outbox at the pace of speech, `speed` times as fast."""

    def __init__(self, connection: Connection, outbox: Outbox, *, speed: float) -> None:
        self._connection = connection
        self._outbox = outbox
        self._frame_seconds = FRAME_SECONDS / speed
        self.is_open = asyncio.Event()  # cleared while the interview is paused
        self.is_open.set()

    async def record(self, answer: int, frames: Iterable[bytes]) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        for frame in frames:
            await self._connection.is_ready.wait()
            await self.is_open.wait()
            self._outbox.record(answer, frame)
            self._connection.announce_audio()
            due = max(due + self._frame_seconds, clock() - LATE_SECONDS)
            await asyncio.sleep(max(0.0, due - clock()))

    async def wait_until_sent(self) -> None:
        """Until nothing recorded is still waiting to be sent for the first time or again."""
        while self._outbox.has_unsent:
            await self._connection.is_ready.wait()
            await asyncio.sleep(self._frame_seconds)


class Turn:
    """The robot's side of one question."""

    def __init__(
        self, question: Question, plan: Plan, connection: Connection, microphone: Microphone, voice: Voice
    ) -> None:
        self.question = question
        self.plan = plan
        self.reference = plan.text or ""  # what is said, word for word
        if plan.recording is not None:
            self.reference = voice.read_words(plan.recording, plan.parts)
        self.is_closed = asyncio.Event()
        self._connection = connection
        self._microphone = microphone
        self._voice = voice
        self._said: list[Message] = []

    async def hold(self, chance: random.Random) -> None:
        """Listen, then act; returns when the turn is closed."""
        quiet = stay_quiet(chance)
        if self.plan.step not in (Step.SKIP, Step.TYPED):
            await self._record(islice(quiet, round(LISTEN_SECONDS / FRAME_SECONDS)))
        await self._say({"type": "playback_finished", "sequence": self.question.sequence})
        if self.plan.step is Step.SKIP:
            await self._say({"type": "skip_question"})
        elif self.plan.step is Step.TYPED:
            await self._say({"type": "answer_text", "text": self.reference})
        else:
            await self._speak(quiet)
        await self.is_closed.wait()

    async def repeat_words(self) -> None:
        """After a reconnect: the server may not have heard the last of what was said here.

        The audio goes first, as it did the first time: an end that overtakes it would cut the answer short.
        """
        for message in list(self._said):
            if message["type"] == "end_turn":
                await self._microphone.wait_until_sent()
            if self.is_closed.is_set():
                return
            await self._connection.send(message)

    async def _speak(self, quiet: Iterable[bytes]) -> None:
        assert self.plan.recording is not None, "a plan that speaks has a recording"
        speech = self._voice.load_speech(self.plan.recording, self.plan.parts)
        await self._record(cut_frames(speech.pcm))
        if self.plan.step is Step.SILENCE:
            await self._record(quiet)
        if not self.is_closed.is_set():
            await self._microphone.wait_until_sent()
            await self._say({"type": "end_turn"})

    async def _record(self, frames: Iterable[bytes]) -> None:
        """Record until the frames end or the turn is closed, whichever comes first."""

        def until_closed() -> Iterable[bytes]:
            for frame in frames:
                if self.is_closed.is_set():
                    return
                yield frame

        await self._microphone.record(self.question.answer, until_closed())

    async def _say(self, message: Message) -> None:
        """Send, and remember to send it again: every one of these means the same when heard twice."""
        self._said.append(message)
        await self._connection.send(message)
