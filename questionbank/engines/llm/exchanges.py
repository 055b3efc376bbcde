"""Limits on the whole of an HTTP exchange: seconds, seconds of silence, bytes. For the adapters beside this file.

The clients limit each read only: a host that drips a byte now and then, in its headers even, would never end. So the
limits stand below them, at the connection. Two HTTP libraries are in use (httpx by Ollama's client, httpx2 by the
others); both take a backend of this shape.
"""

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

CONNECT_SECONDS = 3.0
MOST_BYTES = 16_000_000  # of one exchange: each token comes in a wrapping of some 300 bytes
MOST_WAIT_SECONDS = 86_400.0


class ExchangeTooLong(Exception):
    """The response is still coming, and its time is over."""


class ExchangeTooLarge(Exception):
    """The response is larger than any answer that was asked for."""


@dataclass
class Exchange:
    """What is left of one request and its response."""

    deadline: float
    silent_seconds: float
    clock: Callable[[], float]
    bytes_left: int = MOST_BYTES
    has_begun: bool = False  # the first byte may take as long as the whole: a model reads before it writes
    wait_seconds: float | None = None  # what the host asked for, with Retry-After
    is_silence_limit: bool = False  # which of the two limits the last read stood under

    def find_rest(self) -> float:
        rest = self.deadline - self.clock()
        if rest <= 0:
            raise ExchangeTooLong("The response took longer than allowed in all.")
        return rest

    def find_read_limit(self) -> float:
        rest = self.find_rest()
        self.is_silence_limit = self.has_begun and self.silent_seconds < rest
        return self.silent_seconds if self.is_silence_limit else rest

    def count(self, piece: bytes) -> None:
        self.has_begun = True
        self.bytes_left -= len(piece)
        if self.bytes_left < 0:
            raise ExchangeTooLarge(f"The response is larger than {MOST_BYTES:,} bytes.")


_current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


@contextmanager
def bound_exchange(seconds: float, silent_seconds: float, clock: Callable[[], float]) -> Iterator[Exchange]:
    """All that this thread sends and reads inside stands under these limits."""
    exchange = Exchange(clock() + seconds, silent_seconds, clock)
    token = _current.set(exchange)
    try:
        yield exchange
    finally:
        _current.reset(token)


class Response(Protocol):
    """Of httpx or httpx2."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    def close(self) -> None: ...


def read_headers(response: Response) -> None:
    """Raises ExchangeTooLarge where it is compressed: a small body may unfold into a huge one.

    Such a response is closed: its connection would be taken for busy ever after, and there are ten of them.
    """
    if response.headers.get("content-encoding", "identity") != "identity":
        response.close()
        raise ExchangeTooLarge("The response is compressed, which was not asked for.")
    exchange = _current.get()
    if exchange is not None:
        exchange.wait_seconds = read_wait(response.headers.get("retry-after"))


def read_wait(value: str | None) -> float | None:
    """Seconds. A date is not honoured: their clock may differ from ours."""
    try:
        seconds = float(value or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds <= MOST_WAIT_SECONDS else None


class BoundedBackend:
    """Opens connections whose every step ends with the exchange. `inner` is a SyncBackend of httpcore or httpcore2."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> "BoundedStream":
        exchange = _current.get()
        seconds = CONNECT_SECONDS if exchange is None else min(CONNECT_SECONDS, exchange.find_rest())
        stream = self._inner.connect_tcp(host, port, seconds, local_address, socket_options)
        return BoundedStream(stream)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class BoundedStream:
    """A connection, kept between exchanges: each step looks up whose it is."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        exchange = _current.get()
        if exchange is None:
            return bytes(self._inner.read(max_bytes, timeout))
        piece = bytes(self._inner.read(max_bytes, exchange.find_read_limit()))
        exchange.count(piece)
        return piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        exchange = _current.get()
        self._inner.write(buffer, timeout if exchange is None else exchange.find_rest())

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "BoundedStream":
        exchange = _current.get()
        rest = timeout if exchange is None else exchange.find_rest()
        return BoundedStream(self._inner.start_tls(ssl_context, server_hostname, rest))

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
