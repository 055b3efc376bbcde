"""Why the robot cannot connect: what is said of each cause, and after which it does not try again."""

import asyncio
import io
import socket
import ssl

import pytest

from interviewpanel.management.robot.connection import RobotError
from interviewpanel.management.robot.failures import Failure, explain_failure
from interviewpanel.management.robot.script import Step
from tests.interviewers import make_candidate
from tests.processes import find_free_port


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (
            ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 9)"),
            Failure("Connection refused. Is a server running there?"),
        ),
        (
            OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 9), [Errno 113] Connect call failed"),
            Failure("Connection refused, No route to host. Is a server running there?"),
        ),
        (TimeoutError("timed out during opening handshake"), Failure("nothing answers there")),
        (
            socket.gaierror(-2, "Name or service not known"),
            Failure("the name is not known (Name or service not known)", is_final=True),
        ),
        (ssl.SSLError(1, "odd"), Failure("no TLS is spoken there (odd); is it http:// instead?", is_final=True)),
        (
            ValueError("did not receive a valid HTTP response"),
            Failure("did not receive a valid HTTP response; is it https:// instead?"),
        ),
    ],
)
def test_every_cause_in_words(error: Exception, failure: Failure) -> None:
    assert explain_failure(error) == failure


async def test_the_address_and_the_cause_are_told_once_and_at_the_end_and_the_token_never() -> None:
    output, port = io.StringIO(), find_free_port()
    with pytest.raises(RobotError) as ended:
        await make_candidate(
            f"http://127.0.0.1:{port}/i/secret/", Step.SKIP, output=output, patience_seconds=0.3
        ).hold_interview()

    cause = f"Cannot connect to ws://127.0.0.1:{port}: Connection refused. Is a server running there?"
    assert str(ended.value) == f"The server has not answered for 0 s. {cause}"
    assert [line.split(None, 1) for line in output.getvalue().splitlines()] == [
        ["link", cause],
        ["link", "reconnecting"],
    ]


async def test_a_server_without_tls_is_not_tried_again() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(RobotError, match=rf"^Cannot connect to wss://127\.0\.0\.1:{port}: no TLS is spoken there"):
            await make_candidate(f"https://127.0.0.1:{port}/i/secret/", Step.SKIP).hold_interview()


async def test_a_name_that_is_not_known_is_not_tried_again() -> None:
    with pytest.raises(RobotError, match=r"^Cannot connect to ws://no\.such\.invalid: the name is not known \("):
        await make_candidate("http://no.such.invalid/i/secret/", Step.SKIP).hold_interview()
