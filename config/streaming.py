"""Files that are streamed by an asynchronous server. Middleware; outermost, so that WhiteNoise's files pass it too."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import cast

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse


class StreamInThreads:
    """Under ASGI Django reads a plain iterator to its end before it sends the first byte, and warns of it. Here each
    piece is read in a thread when its turn comes: static files, a report's PDF, a recording."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if isinstance(request, ASGIRequest) and isinstance(response, StreamingHttpResponse) and not response.is_async:
            pieces = cast("Iterator[bytes]", response.streaming_content)
            response.streaming_content = read_in_threads(pieces)
        return response


async def read_in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same pieces, none read before it is asked for, and none in the loop's own thread."""
    read_next = sync_to_async(lambda: next(pieces, None))
    while (piece := await read_next()) is not None:
        yield piece
