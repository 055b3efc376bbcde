"""Sends stored files over HTTP with ranges (RFC 9110, section 14), so that players can seek. Called by views and admin.

One resource may lie in several stored files, in order: the chunks of a video. Nothing is read into memory as a whole;
config.streaming sees to that under ASGI too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from config.stored_files import find_missing, read_span

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class StoredFileMissing(Exception):
    """A row names a file that storage does not have."""


@dataclass(frozen=True)
class StoredPart:
    """A file of the default storage and its size."""

    name: str
    size_bytes: int


@dataclass(frozen=True)
class Span:
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def size_bytes(self) -> int:
        return self.last - self.first + 1


class RangeUnsatisfiable(ValueError):
    """None of the bytes asked for exist."""


def measure_part(name: str) -> StoredPart:
    """A stored file as a part. Raises StoredFileMissing."""
    try:
        size = default_storage.size(name) if name else None
    except FileNotFoundError:
        size = None
    if size is None:
        raise StoredFileMissing(f"{name or 'The file'} is not in storage.")
    return StoredPart(name, size)


def parse_range(header: str, size_bytes: int) -> Span | None:
    """The span that a Range header asks for; None where there is none, or one that may be ignored (several spans,
    other units, nonsense): then all is sent. Raises RangeUnsatisfiable."""
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:  # the last so many bytes
        count = min(int(last), size_bytes)
        if count == 0:
            raise RangeUnsatisfiable
        return Span(size_bytes - count, size_bytes - 1)
    if last and int(last) < int(first):
        return None
    if int(first) >= size_bytes:
        raise RangeUnsatisfiable
    return Span(int(first), min(int(last), size_bytes - 1) if last else size_bytes - 1)


def send_stored(
    request: HttpRequest, parts: Sequence[StoredPart], *, content_type: str, filename: str, as_attachment: bool = False
) -> HttpResponseBase:
    """The parts as one resource: 200 with all of it, 206 with a range, 416 for a range beyond it.

    A range counts for GET alone, and not with If-Range: we send nothing that it could name. Raises StoredFileMissing
    before anything is sent; only the parts that a range lies in are looked for.
    """
    size = sum(part.size_bytes for part in parts)
    has_range = request.method == "GET" and "If-Range" not in request.headers
    try:
        span = parse_range(request.headers.get("Range", "") if has_range else "", size)
    except RangeUnsatisfiable:
        refused = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    pieces = list(_cut(parts, span or Span(0, size - 1)))
    if (missing := find_missing([piece.name for piece in pieces])) is not None:
        raise StoredFileMissing(f"{missing} is not in storage.")
    response: HttpResponseBase = HttpResponse() if request.method == "HEAD" else StreamingHttpResponse(_read(pieces))
    if span is not None:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
    response["Content-Type"] = content_type
    response["Content-Length"] = str(span.size_bytes if span else size)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = content_disposition_header(as_attachment, filename) or "inline"
    return response


@dataclass(frozen=True)
class _Piece:
    """So many bytes of a stored file, from one of them on."""

    name: str
    offset: int
    size_bytes: int


def _cut(parts: Sequence[StoredPart], span: Span) -> Iterator[_Piece]:
    """What of which part lies in the span."""
    start = 0
    for part in parts:
        first, last = max(span.first, start), min(span.last, start + part.size_bytes - 1)
        if first <= last:
            yield _Piece(part.name, first - start, last - first + 1)
        start += part.size_bytes


def _read(pieces: Sequence[_Piece]) -> Iterator[bytes]:
    for piece in pieces:
        yield from read_span(piece.name, piece.offset, piece.size_bytes)
