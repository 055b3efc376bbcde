"""A request that is too large is refused before it is kept: by its told length, and by what comes without one."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler

from config.requests import LimitedBodies, Message, Scope

PARTS = [b"x" * 600] * 10


class Connection:
    """A client that sends its parts when it is asked for them; keeps what it is told."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts = list(parts)
        self.taken = 0
        self.told: list[Message] = []

    async def receive(self) -> Message:
        if self.taken == len(self.parts):
            await asyncio.Event().wait()  # it stays, and says no more
        self.taken += 1
        is_more = self.taken < len(self.parts)
        return {"type": "http.request", "body": self.parts[self.taken - 1], "more_body": is_more}

    async def send(self, message: Message) -> None:
        self.told.append(message)

    @property
    def status(self) -> int:
        return int(self.told[0]["status"])


def make_scope(path: str, **headers: str) -> Scope:
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "PUT", "path": path, "headers": listed, "query_string": b""}


async def send(path: str, parts: Iterable[bytes] = PARTS, **headers: str) -> Connection:
    connection = Connection(parts)
    limited = LimitedBodies(ASGIHandler(), most_bytes=9000, limits=[("/i/", 1000)])
    await limited(make_scope(path, host="localhost", **headers), connection.receive, connection.send)
    return connection


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "headers", "status", "taken"),
    [
        ("/i/x/video/", {"content_length": "6000"}, 413, 0),
        ("/i/x/video/", {"content_length": "9" * 30}, 413, 2),
        ("/i/x/video/", {}, 413, 2),
        ("/i/x/video/", {"content_length": "-1"}, 413, 2),
        ("/health/live", {}, 403, 10),
        ("/health/live", {"content_length": "9001"}, 413, 0),
    ],
)
async def test_no_more_is_read_than_is_allowed(
    path: str, headers: dict[str, Any], status: int, taken: int, settings: Any
) -> None:
    connection = await send(path, **headers)
    assert (connection.status, connection.taken) == (status, taken)


async def test_one_that_is_refused_is_told_so_once_and_the_connection_ends() -> None:
    connection = await send("/i/x/video/")
    assert [message["type"] for message in connection.told] == ["http.response.start", "http.response.body"]
    assert (b"connection", b"close") in connection.told[0]["headers"]
