"""A small real WebSocket server that speaks the candidate's protocol and keeps all it got, for tests of the robot."""

import io
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from rich.console import Console
from websockets.asyncio.server import ServerConnection, serve

from interviewpanel.management.robot.candidate import Candidate
from interviewpanel.management.robot.display import Display, View
from interviewpanel.management.robot.script import Answers, Script, Step
from interviewpanel.management.robot.voice import Voice

QUESTION = "What is a primary key?"
ANSWERS = Answers(
    {"db-primary-foreign-key": "Written.", "fallback": "F.", "dont-know": "D."},
    {QUESTION.casefold(): "db-primary-foreign-key"},
)
ACK_EVERY = 5
SILENCE_AFTER_FRAMES = 90


class Interviewer:
    """The server's side: asks `questions` times the same question. The tests' subclasses each break one thing."""

    def __init__(self, questions: int = 1) -> None:
        self.questions = questions
        self.events: list[dict[str, Any]] = []
        self.frames: dict[int, dict[int, bytes]] = defaultdict(dict)
        self.heard: list[list[Any]] = []  # per connection: messages, and (answer, sequence) of frames
        self.origins: list[str | None] = []
        self.answer = 0
        self.is_open = False
        self.status = "pending"

    async def __call__(self, socket: ServerConnection) -> None:
        self.heard.append([])
        self.origins.append(socket.request.headers.get("Origin") if socket.request else None)
        await self.say(socket, "session_state", **self.describe())
        async for raw in socket:
            if isinstance(raw, bytes):
                answer, sequence = int.from_bytes(raw[:4]), int.from_bytes(raw[4:8])
                self.heard[-1].append((answer, sequence))
                await self.take_frame(socket, answer, sequence, raw[8:])
            else:
                message = json.loads(raw)
                self.heard[-1].append(message)
                await self.answer_message(socket, message)

    def describe(self) -> dict[str, Any]:
        newest = {"answer": self.answer, "through": self.stored(self.answer), "is_open": self.is_open}
        return {
            "status": self.status,
            "last_sequence": len(self.events),
            "consent": {"document_version": "7"},
            "question": {"answer": self.answer} if self.is_open else None,
            "acknowledged": newest if self.answer else None,
        }

    def stored(self, answer: int) -> int:
        """The last frame of the unbroken run from 0, in whole groups of ACK_EVERY; -1 where there is none."""
        through = -1
        while through + 1 in self.frames[answer]:
            through += 1
        return (through + 1) // ACK_EVERY * ACK_EVERY - 1

    async def take_frame(self, socket: ServerConnection, answer: int, sequence: int, samples: bytes) -> None:
        self.frames[answer][sequence] = samples
        await self.say(socket, "audio_ack", answer=answer, through=self.stored(answer))
        is_silence = self.answer % 2 == 0 and len(self.frames[answer]) > SILENCE_AFTER_FRAMES
        if is_silence and self.is_open and answer == self.answer:
            await self.close_turn(socket, "silence")

    async def answer_message(self, socket: ServerConnection, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "start" and self.status == "pending":
            self.status = "greeting"
            await self.emit(socket, "greeting", message="Hello.")
        elif kind == "playback_finished" and self.status == "greeting":
            self.status = "in_progress"
            await self.ask(socket)
        elif kind == "sync":
            for event in self.events[message["last_sequence"] :]:
                await socket.send(json.dumps(event))
        elif kind in ("end_turn", "skip_question", "answer_text") and self.is_open:
            await self.close_turn(socket, {"end_turn": "done", "skip_question": "skipped"}.get(kind, "typed"))

    async def ask(self, socket: ServerConnection) -> None:
        self.answer, self.is_open = self.answer + 1, True
        await self.emit(
            socket, "next_question", answer=self.answer, answer_uuid=f"u{self.answer}", message=QUESTION,
            number=self.answer, of=self.questions, kind="question",
        )  # fmt: skip

    async def close_turn(self, socket: ServerConnection, reason: str) -> None:
        self.is_open = False
        await self.say(socket, "turn_update", state="closed", reason=reason)
        await self.go_on(socket)

    async def go_on(self, socket: ServerConnection) -> None:
        await self.emit(
            socket,
            "transcription_update",
            answer_uuid=f"u{self.answer}",
            message="a key",
            is_partial=False,
            segments=[],
        )
        await self.emit(socket, "scoring_update", answer_uuid=f"u{self.answer}", status="scored")
        if self.answer < self.questions:
            await self.ask(socket)
        else:
            self.status = "completed"
            await self.emit(socket, "interview_completed", message="Goodbye.")
            await socket.close(1000)

    async def emit(self, socket: ServerConnection, kind: str, /, **payload: Any) -> None:
        self.events.append({"type": kind, "at": "now", "sequence": len(self.events) + 1, **payload})
        await socket.send(json.dumps(self.events[-1]))

    async def say(self, socket: ServerConnection, kind: str, /, **payload: Any) -> None:
        await socket.send(json.dumps({"type": kind, "at": "now", **payload}))


@asynccontextmanager
async def run_server(interviewer: Interviewer) -> AsyncIterator[str]:
    async with serve(interviewer, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"http://127.0.0.1:{port}/i/secret/"


def make_candidate(
    link: str, *steps: Step, output: io.StringIO | None = None, patience_seconds: float = 20
) -> Candidate:
    voice = Voice()
    display = Display(Console(file=output or io.StringIO(), width=100), View())
    script = Script(steps, ANSWERS, voice.keys)
    return Candidate(link, script, voice, display, random.Random(1), speed=100, patience_seconds=patience_seconds)


def list_words(heard: list[Any]) -> list[str]:
    """The types of the text messages of one connection."""
    return [item["type"] for item in heard if isinstance(item, dict)]
