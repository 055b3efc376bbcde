"""Sends JSON that may be large: written piece by piece, from iterators. Called by interviewpanel/views/privacy.py."""

import json
from collections.abc import Iterable, Iterator, Mapping

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

INDENT = "  "
PIECE_CHARACTERS = 64 * 1024


def send_json(request: HttpRequest, value: object, *, filename: str) -> HttpResponseBase:
    """The value (see `write_json`) as a file to keep. Of an iterator no more is in memory than is being written."""
    is_asked_for = request.method != "HEAD"
    response = StreamingHttpResponse(_collect(write_json(value))) if is_asked_for else HttpResponse()
    response["Content-Type"] = "application/json"
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    return response


def write_json(value: object, indent: str = "") -> Iterator[str]:
    """Indented JSON. Mappings and iterators are written as they come, an iterator as a list; all else at once."""
    inner = indent + INDENT
    if isinstance(value, Mapping):
        named = ((f"{json.dumps(name)}: ", one) for name, one in value.items())
        yield from _write_members("{}", named, indent, inner)
    elif isinstance(value, Iterator):
        yield from _write_members("[]", (("", one) for one in value), indent, inner)
    else:
        text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=INDENT)
        yield text.replace("\n", f"\n{indent}")  # between members only: inside of texts it is written as \\n


def _write_members(brackets: str, members: Iterable[tuple[str, object]], indent: str, inner: str) -> Iterator[str]:
    before = brackets[0]
    for name, one in members:
        yield f"{before}\n{inner}{name}"
        yield from write_json(one, inner)
        before = ","
    yield f"\n{indent}{brackets[1]}" if before == "," else brackets


def _collect(texts: Iterable[str]) -> Iterator[bytes]:
    """Fewer and larger pieces: each is a step to another thread and back."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= PIECE_CHARACTERS:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()
