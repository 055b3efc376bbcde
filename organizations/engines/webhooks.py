"""Sends one event to another system's server by HTTP, and to nothing else that this machine can reach.

Called by services/webhook_sending.py. httpcore speaks HTTP; the connections are ours: a name is resolved here, every
address that it has is looked at (domain/webhook_urls.py), and the very address that was found good is connected to, so
that a name that means something else a moment later changes nothing. Host, SNI and certificate are the URL's. No proxy
and no redirection is followed. All of it, from resolving to the last byte, has ten seconds; at most 64 KB are read.
"""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpcore

from organizations.domain.webhook_urls import explain_url, is_public, read_address

SECONDS_IN_ALL = 10.0
SECONDS_FOR_ONE_ADDRESS = 4.0
MOST_BYTES = 64 * 1024
KEPT_CHARACTERS = 1000
ERRNO = re.compile(r"^\[Errno -?\d+\] ")
Resolve = Callable[[str, int], list[str]]


class Forbidden(Exception):
    """The name leads to an address that nothing is sent to."""


class TooSlow(Exception):
    """The ten seconds are over."""


@dataclass(frozen=True)
class Outcome:
    """What came of it. `error` is empty where the event was taken (2xx); `status` is None where nothing answered."""

    status: int | None
    milliseconds: int
    answer: str
    error: str
    asked_seconds: float | None = None  # by Retry-After


def post_event(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    allow_private: bool,
    now: datetime,
    method: str = "POST",
    seconds: float = SECONDS_IN_ALL,
    resolve: Resolve | None = None,
) -> Outcome:
    """Never raises for what the URL, the network or the other server does. `resolve` gives every address of a name;
    without it this machine's resolver does.
    """
    begun = time.monotonic()
    if words := explain_url(url, allow_private=allow_private):
        return Outcome(None, 0, "", words)
    backend = CheckedBackend(begun + seconds, allow_private, resolve or resolve_name)
    status, answer, asked, error = None, b"", None, ""
    try:
        tls = make_ssl_context() if url.startswith("https:") else None
        with httpcore.ConnectionPool(ssl_context=tls, network_backend=backend) as pool:
            told = [("Content-Type", "application/json"), ("User-Agent", "InterviewBot"), *headers.items()]
            with pool.stream(method, url, headers=told, content=body) as response:
                status = response.status
                asked = read_retry_after(response.headers, now)
                answer = _read_some(response.iter_stream())
                error = _judge(status, response.headers)
    except Exception as failure:  # whatever another server may think of is that server's failure
        error = _explain(failure, status, seconds)
    return Outcome(status, round((time.monotonic() - begun) * 1000), _read_text(answer), error, asked)


def _read_some(chunks: Iterable[bytes]) -> bytes:
    """Up to 64 KB; what is more stays where it is."""
    content = b""
    for chunk in chunks:
        content += chunk
        if len(content) >= MOST_BYTES:
            break
    return content[:MOST_BYTES]


def _read_text(content: bytes) -> str:
    return content.decode(errors="replace").replace("\0", "�")[:KEPT_CHARACTERS]


def _judge(status: int, headers: Iterable[tuple[bytes, bytes]]) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        place = next((value for name, value in headers if name.lower() == b"location"), b"")
        said = f" to {_read_text(place)[:200]}" if place else ""
        return f"It answered with a redirection{said} ({status}), which is not followed. Give the final URL."
    return f"It answered {status}."


def _explain(failure: Exception, status: int | None, seconds: float) -> str:
    if isinstance(failure, Forbidden):
        return str(failure)
    if isinstance(failure, TooSlow | httpcore.TimeoutException):
        what = "It did not answer" if status is None else f"It began to answer {status}, and did not end"
        return f"{what} within {seconds:g} seconds."
    if isinstance(failure, socket.gaierror):
        return f"Its name was not found: {failure.strerror or failure}."
    words = ERRNO.sub("", " ".join(str(failure).split()))[:200] or type(failure).__name__
    kinds = httpcore.ConnectError | ssl.SSLError | OSError
    return f"No connection: {words}." if isinstance(failure, kinds) else f"Its answer could not be read: {words}."


def read_retry_after(headers: Iterable[tuple[bytes, bytes]], now: datetime) -> float | None:
    """Seconds or a date (RFC 9110, 10.2.3); None where neither is said."""
    words = next((value.decode("latin-1").strip() for name, value in headers if name.lower() == b"retry-after"), "")
    if words.isascii() and words.isdigit():
        return float(words[:9])
    try:
        moment = parsedate_to_datetime(words)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


@cache
def make_ssl_context() -> ssl.SSLContext:
    """The certificates that browsers trust, and this machine's own (SSL_CERT_FILE), such as an intranet's.

    Made once: reading them takes longer than most requests.
    """
    context = httpcore.default_ssl_context()
    context.load_default_certs()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def resolve_name(host: str, port: int) -> list[str]:
    """Every address that the name has. Raises socket.gaierror."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to addresses that were looked at, before the deadline (of the monotonic clock)."""

    def __init__(self, deadline: float, allow_private: bool, resolve: Resolve) -> None:
        self._deadline, self._allow_private, self._resolve = deadline, allow_private, resolve
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """The first of the name's addresses that answers. One forbidden address among them forbids the name."""
        addresses = self._find_addresses(host, port)
        for address in addresses:
            if not self._allow_private:
                check_address(address)
        failure: Exception = Forbidden(f"The name {host} has no address.")
        for address in addresses:
            seconds = min(find_rest(self._deadline), SECONDS_FOR_ONE_ADDRESS)
            try:
                return DeadlineStream(self._backend.connect_tcp(address, port, timeout=seconds), self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _find_addresses(self, host: str, port: int) -> list[str]:
        """In a thread: the system's resolver knows no deadline, and nothing waits for it after ours."""
        if read_address(host) is not None:
            return [host]
        found: list[list[str] | Exception] = []

        def resolve() -> None:
            try:
                found.append(self._resolve(host, port))
            except Exception as error:
                found.append(error)

        thread = threading.Thread(target=resolve, name="resolver", daemon=True)
        thread.start()
        thread.join(find_rest(self._deadline))
        if not found:
            raise TooSlow
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]


def check_address(address: str) -> None:
    """Raises Forbidden, which does not tell the address: what names mean inside is nobody's business outside."""
    parsed = read_address(address)
    if parsed is None or "%" in address or not is_public(parsed):
        raise Forbidden("The name leads to this machine or into a private network. Nothing was sent.")


def find_rest(deadline: float) -> float:
    """Seconds. Raises TooSlow."""
    rest = deadline - time.monotonic()
    if rest <= 0:
        raise TooSlow
    return rest


class DeadlineStream(httpcore.NetworkStream):
    """Each step may take what is left of the whole: a server that sends one byte a second is not waited for."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, find_rest(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, find_rest(self._deadline))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, find_rest(self._deadline))
        return DeadlineStream(stream, self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
