"""The robot against a small real WebSocket server that speaks the candidate's protocol and keeps all it got."""

import io
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from rich.console import Console
from websockets.asyncio.server import ServerConnection, serve

from interviewpanel.management.robot.candidate import Candidate
from interviewpanel.management.robot.connection import RobotError, find_socket_url
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


async def test_a_whole_interview_with_every_kind_of_answer() -> None:
    interviewer = Interviewer(questions=5)
    output = io.StringIO()
    async with run_server(interviewer) as link:
        steps = (Step.PARTIAL, Step.SILENCE, Step.SKIP, Step.DONT_KNOW, Step.TYPED)
        result = await make_candidate(link, *steps, output=output).hold_interview()

    assert [(a.answer, a.step, a.closed_reason, a.heard, a.is_final) for a in result.answers] == [
        (1, "partial", "done", "a key", True),
        (2, "silence", "silence", "a key", True),
        (3, "skip", "skipped", "a key", True),
        (4, "dont-know", "done", "a key", True),
        (5, "typed", "typed", "a key", True),
    ]
    assert result.is_completed
    assert (result.closing, result.reconnects, result.frames.resent) == ("Goodbye.", 0, 0)
    assert result.answers[0].reference == Voice().read_words("db-primary-foreign-key", 1)
    assert interviewer.heard[0][0] == {"type": "start", "consent": {"document_version": "7", "accepted": True}}
    assert {"type": "answer_text", "text": "Written."} in interviewer.heard[0]
    assert interviewer.origins == [link.removesuffix("/i/secret/")]
    assert [line.strip() for line in output.getvalue().splitlines() if "Question 1" in line] == [
        f"Question 1 of 5  {QUESTION}"
    ]


class CutsTheLine(Interviewer):
    """Loses two frames, each with its connection."""

    lost_at: list[int]

    async def take_frame(self, socket: ServerConnection, answer: int, sequence: int, samples: bytes) -> None:
        if self.lost_at and sequence == self.lost_at[0]:
            self.lost_at.pop(0)
            socket.transport.abort()
        else:
            await super().take_frame(socket, answer, sequence, samples)


async def test_a_connection_lost_in_the_middle_of_an_answer_loses_no_frame() -> None:
    interviewer = CutsTheLine()
    interviewer.lost_at = [33, 61]
    async with run_server(interviewer) as link:
        result = await make_candidate(link, Step.PARTIAL).hold_interview()

    assert (result.is_completed, result.reconnects) == (True, 2)
    assert sorted(interviewer.frames[1]) == list(range(result.frames.recorded))
    assert interviewer.heard[1][0] == {"type": "sync", "last_sequence": 2}
    frames = [[item for item in heard if isinstance(item, tuple)] for heard in interviewer.heard]
    assert frames[0][:34] == [(1, sequence) for sequence in range(34)]
    assert frames[1][0] == (1, 30)  # 29 was the last that the server said it had stored
    assert frames[2][0] == (1, 60)


class LosesEndTurn(Interviewer):
    """Dies before it has read the first "I'm done"; with `is_closed_anyway`, after it has acted on it."""

    is_closed_anyway = False

    async def answer_message(self, socket: ServerConnection, message: dict[str, Any]) -> None:
        if message["type"] == "end_turn" and len(self.heard) == 1:
            socket.transport.abort()
            self.is_open = not self.is_closed_anyway
        else:
            await super().answer_message(socket, message)
            if message["type"] == "sync" and not self.is_open:
                await self.go_on(socket)


async def test_words_lost_with_the_connection_are_said_again() -> None:
    interviewer = LosesEndTurn()
    async with run_server(interviewer) as link:
        result = await make_candidate(link, Step.DONT_KNOW).hold_interview()

    assert (result.is_completed, result.reconnects) == (True, 1)
    assert list_words(interviewer.heard[1]) == ["sync", "playback_finished", "end_turn"]


async def test_a_turn_that_closed_while_the_line_was_down_is_not_ended_twice() -> None:
    interviewer = LosesEndTurn(questions=2)
    interviewer.is_closed_anyway = True
    async with run_server(interviewer) as link:
        result = await make_candidate(link, Step.DONT_KNOW, Step.SKIP).hold_interview()

    assert list_words(interviewer.heard[1]) == ["sync", "playback_finished", "skip_question"]
    assert [answer.step for answer in result.answers] == ["dont-know", "skip"]


class MissesAFrame(Interviewer):
    """Never gets frame 7, and asks for it when it has frame 9."""

    has_asked = False

    async def take_frame(self, socket: ServerConnection, answer: int, sequence: int, samples: bytes) -> None:
        if sequence == 7 and not self.has_asked:
            return
        await super().take_frame(socket, answer, sequence, samples)
        if sequence == 9 and not self.has_asked:
            self.has_asked = True
            await self.say(socket, "audio_nack", answer=1, **{"from": 7, "to": 7})


async def test_a_frame_asked_for_is_sent_again() -> None:
    interviewer = MissesAFrame()
    async with run_server(interviewer) as link:
        result = await make_candidate(link, Step.DONT_KNOW).hold_interview()

    assert sorted(interviewer.frames[1]) == list(range(result.frames.recorded))
    assert result.frames.resent == 1


async def test_a_robot_started_again_goes_on_where_another_one_was() -> None:
    interviewer = CutsTheLine()
    interviewer.lost_at = [33]
    async with run_server(interviewer) as link:
        with pytest.raises(RobotError, match="has not answered"):
            await make_candidate(link, Step.DONT_KNOW, patience_seconds=0).hold_interview()
        result = await make_candidate(link, Step.DONT_KNOW).hold_interview()

    assert result.is_completed
    assert interviewer.heard[1][0] == {"type": "sync", "last_sequence": 0}
    assert min(item for item in interviewer.heard[1] if isinstance(item, tuple)) == (1, 30)


class LosesTheGreeting(Interviewer):
    """Asks the first question without the greeting's ever arriving."""

    async def answer_message(self, socket: ServerConnection, message: dict[str, Any]) -> None:
        if message["type"] == "start":
            self.status = "in_progress"
            self.events.append({"type": "greeting", "at": "now", "sequence": 1, "message": "Hello."})
            await self.ask(socket)
        else:
            await super().answer_message(socket, message)


async def test_an_event_that_did_not_arrive_is_asked_for() -> None:
    interviewer = LosesTheGreeting()
    async with run_server(interviewer) as link:
        result = await make_candidate(link, Step.SKIP).hold_interview()

    assert result.is_completed
    assert interviewer.heard[0][1] == {"type": "sync", "last_sequence": 0}


@pytest.mark.parametrize(
    ("code", "reason"), [(4401, "unknown, revoked or expired"), (4409, "opened somewhere else"), (4410, "is over")]
)
async def test_some_close_codes_end_it(code: int, reason: str) -> None:
    connections = []

    async def close(socket: ServerConnection) -> None:
        connections.append(socket)
        await socket.close(code)

    async with serve(close, "127.0.0.1", 0) as server:
        link = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ws/interview/secret/"
        with pytest.raises(RobotError, match=reason):
            await make_candidate(link).hold_interview()

    assert len(connections) == 1


class Restarts(Interviewer):
    """Says so when the first connection begins the interview."""

    async def answer_message(self, socket: ServerConnection, message: dict[str, Any]) -> None:
        if len(self.heard) == 1:
            await socket.close(1012)
        else:
            await super().answer_message(socket, message)


async def test_a_restarting_server_is_tried_again() -> None:
    async with run_server(Restarts()) as link:
        result = await make_candidate(link, Step.SKIP).hold_interview()

    assert (result.is_completed, result.reconnects) == (True, 1)


async def test_patience_has_an_end() -> None:
    async with run_server(Interviewer()) as link:
        pass  # a port on which nobody listens any more

    with pytest.raises(RobotError, match="has not answered"):
        await make_candidate(link, patience_seconds=0.3).hold_interview()


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("http://localhost:4545/i/abc/", ("ws://localhost:4545/ws/interview/abc/", "http://localhost:4545")),
        ("https://a.example/site/i/abc", ("wss://a.example/site/ws/interview/abc/", "https://a.example")),
        ("wss://a.example/ws/interview/abc/", ("wss://a.example/ws/interview/abc/", "https://a.example")),
    ],
)
def test_the_socket_of_a_link(link: str, expected: tuple[str, str]) -> None:
    assert find_socket_url(link) == expected


@pytest.mark.parametrize("link", ["http://localhost:4545/", "ftp://a/i/b/", "abc"])
def test_another_address_is_refused(link: str) -> None:
    with pytest.raises(RobotError, match="is no interview link"):
        find_socket_url(link)
