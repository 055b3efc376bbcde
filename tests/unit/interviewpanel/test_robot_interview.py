"""The robot against a small real WebSocket server that breaks one thing at a time."""

import io
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from interviewpanel.management.robot.connection import RobotError, find_socket_url
from interviewpanel.management.robot.script import Step
from interviewpanel.management.robot.voice import Voice
from tests.interviewers import QUESTION, Interviewer, list_words, make_candidate, run_server


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
    (announced,) = [item for item in interviewer.heard[1] if isinstance(item, dict) and item["type"] == "catch_up"]
    assert interviewer.heard[1].index(announced) < interviewer.heard[1].index((1, 30))
    assert announced["through_sequence"] >= 33
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
    assert list_words(interviewer.heard[1]) == ["sync", "catch_up", "playback_finished", "end_turn"]


async def test_a_turn_that_closed_while_the_line_was_down_is_not_ended_twice() -> None:
    interviewer = LosesEndTurn(questions=2)
    interviewer.is_closed_anyway = True
    async with run_server(interviewer) as link:
        result = await make_candidate(link, Step.DONT_KNOW, Step.SKIP).hold_interview()

    assert list_words(interviewer.heard[1]) == ["sync", "catch_up", "playback_finished", "skip_question"]
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
