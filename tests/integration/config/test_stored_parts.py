"""Stored files sent by a server of either kind, several as one; what is missing is said before anything is sent."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import AsyncRequestFactory, RequestFactory

from config.ranges import StoredFileMissing, StoredPart, measure_part, send_stored
from config.stored_files import READ_BYTES
from config.streaming import StreamInThreads

LARGE = bytes(range(256)) * (READ_BYTES // 256) + b"a little more"


@pytest.fixture
def parts() -> list[StoredPart]:
    """Three files: small, larger than what is read at once, small."""
    return [
        measure_part(default_storage.save(f"part-{number}", ContentFile(content)))
        for number, content in enumerate((b"first", LARGE, b"last"))
    ]


def send(request: object, parts: list[StoredPart]) -> HttpResponseBase:
    return send_stored(request, parts, content_type="video/webm", filename="video.webm")  # type: ignore[arg-type]


async def test_a_server_of_asgi_sends_them_piece_by_piece(parts: list[StoredPart]) -> None:
    response = StreamInThreads(lambda request: send(request, parts))(AsyncRequestFactory().get("/"))
    assert isinstance(response, StreamingHttpResponse)
    pieces = [piece async for piece in response]
    assert [len(piece) for piece in pieces] == [5, READ_BYTES, len(LARGE) - READ_BYTES, 4]
    assert b"".join(pieces) == b"first" + LARGE + b"last"


@pytest.mark.parametrize("first", [0, 3, 5, 6, READ_BYTES, len(LARGE) + 4, len(LARGE) + 5, len(LARGE) + 8])
def test_a_range_begins_and_ends_in_any_of_them(parts: list[StoredPart], first: int) -> None:
    whole = b"first" + LARGE + b"last"
    for last in (first, first + 1, first + READ_BYTES, len(whole) - 1):
        response = send(RequestFactory().get("/", headers={"Range": f"bytes={first}-{last}"}), parts)
        assert isinstance(response, StreamingHttpResponse)
        assert response.getvalue() == whole[first : last + 1]


def test_a_file_that_is_missing_is_said_before_anything_is_sent(parts: list[StoredPart]) -> None:
    default_storage.delete(parts[2].name)
    with pytest.raises(StoredFileMissing, match="part-2 is not in storage"):
        send(RequestFactory().get("/"), parts)
    for name in ("part-2", ""):
        with pytest.raises(StoredFileMissing):
            measure_part(name)


def test_of_a_range_only_the_parts_that_it_lies_in_have_to_be_there(parts: list[StoredPart]) -> None:
    default_storage.delete(parts[2].name)
    response = send(RequestFactory().get("/", headers={"Range": "bytes=0-6"}), parts)
    assert isinstance(response, StreamingHttpResponse)
    assert response.getvalue() == b"first" + LARGE[:2]


@pytest.mark.parametrize(
    ("method", "headers"), [("HEAD", {"Range": "bytes=0-3"}), ("GET", {"Range": "bytes=0-3", "If-Range": '"an older"'})]
)
def test_a_range_is_for_reading_and_for_what_the_client_has_no_older_part_of(
    parts: list[StoredPart], method: str, headers: dict[str, str]
) -> None:
    response = send(RequestFactory().generic(method, "/", headers=headers), parts)
    assert (response.status_code, response["Content-Length"]) == (200, str(len(LARGE) + 9))
    assert "Content-Range" not in response


def test_a_name_cannot_lead_out_of_storage() -> None:
    with pytest.raises(Exception, match="outside of the base path component"):
        send(RequestFactory().get("/"), [StoredPart("../../etc/passwd", 10)])
