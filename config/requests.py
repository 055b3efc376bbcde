"""What a request may weigh, before anything of it is kept. Wraps the HTTP application in config/asgi.py.

Django writes a request's body to disk as it comes, to its end, and only then asks a view whether it is wanted; a body
without a length (chunked) it even reads into memory. Here it is counted while it comes.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from django.utils import timezone

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
RECEIVED_AT = "interviewbot.received_at"  # in the scope: when the request came, before it waited for a thread
MOST_BYTES = 25 * 1024 * 1024  # of any request; a path may allow less
TEXT = b"The request is too large.\n"


class LimitedBodies:
    """`limits`: paths' beginnings and the bytes below them, the first that fits counts; `most_bytes` for all others."""

    def __init__(
        self, application: Application, *, most_bytes: int = MOST_BYTES, limits: Sequence[tuple[str, int]] = ()
    ) -> None:
        self._application = application
        self._limits = [*limits, ("", most_bytes)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[RECEIVED_AT] = timezone.now()
        limit = next(size for start, size in self._limits if scope["path"].startswith(start))
        if _read_length(scope) > limit:
            await _refuse(send)
            return
        body = _CountedBody(receive, send, limit)
        await self._application(scope, body.receive, body.send)
        if body.is_too_large and not body.is_answered:
            await _refuse(send)


class _CountedBody:
    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive, self._send, self._left = receive, send, limit
        self.is_too_large = False
        self.is_answered = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.is_too_large = True
            return {"type": "http.disconnect"}  # Django then closes what it has written, and leaves without a word
        return message

    async def send(self, message: Message) -> None:
        self.is_answered = True
        await self._send(message)


def _read_length(scope: Scope) -> int:
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(told) if told.isdigit() and len(told) < 19 else 0


async def _refuse(send: Send) -> None:
    # The connection ends with it: what else is on its way is not read.
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": TEXT})
