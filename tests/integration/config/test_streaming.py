"""Static files and stored ones are sent by an asynchronous server piece by piece, and nothing warns of it."""

import asyncio
import warnings
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.http import FileResponse
from django.test import AsyncRequestFactory, RequestFactory

from config.streaming import StreamInThreads

BLOCK = FileResponse.block_size


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large"
    path.write_bytes(bytes(3 * BLOCK + 5))
    return path


async def fetch(path: str) -> tuple[int, bytes]:
    """From the whole application, as a server calls it."""
    told: list[dict[str, Any]] = []
    asked = [{"type": "http.request", "body": b""}]

    async def receive() -> dict[str, Any]:
        if asked:
            return asked.pop()
        return await forever()

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    headers = [(b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": path, "headers": headers, "query_string": b""}
    await ASGIHandler()(scope, receive, send)
    return told[0]["status"], b"".join(message.get("body", b"") for message in told)


async def forever() -> dict[str, Any]:
    await asyncio.Event().wait()
    return {}


async def test_a_static_file_is_sent_and_nothing_warns() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        status, body = await fetch("/static/interviewpanel/candidate/camera.js")
    assert (status, body.startswith(b"// @ts-check")) == (200, True)


async def test_a_file_comes_in_pieces_and_is_closed(large: Path) -> None:
    file = large.open("rb")
    response = StreamInThreads(lambda request: FileResponse(file))(AsyncRequestFactory().get("/"))
    assert response.is_async
    pieces = [len(piece) async for piece in response]
    response.close()
    assert (pieces, file.closed) == ([BLOCK, BLOCK, BLOCK, 5], True)


@pytest.mark.django_db
def test_another_server_gets_it_as_it_was(large: Path) -> None:
    response = StreamInThreads(lambda request: FileResponse(large.open("rb")))(RequestFactory().get("/"))
    assert not response.is_async
    assert len(response.getvalue()) == 3 * BLOCK + 5
    response.close()
