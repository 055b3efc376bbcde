"""A real server that takes events as another system would, checks them by the official library, and answers as told."""

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


@dataclass
class Taken:
    path: str
    headers: dict[str, str]
    body: bytes
    method: str = "POST"

    def verify(self, secret: str) -> Any:
        """What it says; raises as the official library does."""
        return Webhook(secret).verify(self.body, self.headers)

    def is_signed_by(self, secret: str) -> bool:
        try:
            Webhook(secret).verify(self.body, self.headers, json_parse=False)
        except WebhookVerificationError:
            return False
        return True

    @property
    def said(self) -> Any:
        return json.loads(self.body)


Reply = Callable[[BaseHTTPRequestHandler], None]


def reply(status: int, body: bytes = b"", **headers: str) -> Reply:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        with contextlib.suppress(OSError):  # who has read enough goes
            handler.wfile.write(body)

    return answer


@dataclass
class WebhookServer:
    """`replies` are used up one for each event; after the last, 204."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/events?from=interviews"


class StoppableServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.stopped = threading.Event()

    def handle_error(self, *_: Any) -> None:
        """Who has heard enough goes: no failure of the server's."""


@contextlib.contextmanager
def run_webhook_server(
    *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[WebhookServer]:
    known = WebhookServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            known.taken.append(Taken(self.path, headers, body, self.command))
            (known.replies.pop(0) if known.replies else reply(204))(self)

        do_PATCH = do_POST  # noqa: N815 - what the base class calls

        def log_message(self, *_: Any) -> None:
            """Tests look at what was taken."""

    server = StoppableServer((host, port), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    known.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def drip(seconds: float = 0.05) -> Reply:
    """A byte now and then, for ever: no single wait is long."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        server = handler.server
        assert isinstance(server, StoppableServer)
        with contextlib.suppress(OSError):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not server.stopped.wait(seconds):
                handler.wfile.write(b".")
        handler.close_connection = True

    return answer


def keep_silent(handler: BaseHTTPRequestHandler) -> None:
    """Takes the event and says nothing, as long as the server stands."""
    server = handler.server
    assert isinstance(server, StoppableServer)
    server.stopped.wait()
    handler.close_connection = True


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def stutter(handler: BaseHTTPRequestHandler) -> None:
    """What is no HTTP."""
    handler.wfile.write(b"\x00\x01 hello\r\n\r\n")
    handler.close_connection = True
