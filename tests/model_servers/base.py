"""What the servers share: they listen, note what they were asked, and send replies as badly as these say."""

import json
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self

JSON_TYPE = "application/json; charset=utf-8"
STREAM_TYPE = "text/event-stream; charset=utf-8"


@dataclass(frozen=True)
class Reply:
    """What to send to one request for an answer."""

    body: bytes = b""
    status: int = 200
    cut_after_bytes: int | None = None  # then the connection is closed, short of the promised length
    drip_seconds: float = 0.0  # between single bytes
    stall: bool = False  # say nothing until the server is closed
    stall_after_bytes: int | None = None  # as much of the body, and then nothing more
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)
    drips_headers: bool = False  # the drip begins with the first byte of all


Script = Reply | Callable[[dict[str, Any]], Reply]


@dataclass
class ModelServer:
    """Listens from `with` on; `url` is the address for the adapter, `chats` and `paths` what it was asked."""

    models: list[str] = field(default_factory=lambda: ["tiny"])
    replies: list[Script] = field(default_factory=list)
    chats: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)  # of the requests in `chats`, names in small letters
    closing: threading.Event = field(default_factory=threading.Event)

    chat_path: ClassVar[str]
    base_path: ClassVar[str] = ""

    def __enter__(self) -> Self:
        handler = type("Handler", (ModelHandler,), {"script": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}{self.base_path}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    # --- What a format brings -----------------------------------------------------------------------------------------

    def reply_with(self, value: object, *, done_reason: str = "stop") -> Reply:
        """An answer whose text is `value` as JSON, or as it is if text. done_reason: stop or length."""
        raise NotImplementedError

    def refuse_with(self, words: str) -> Reply:
        """The answer of a model that will not."""
        raise NotImplementedError

    def break_with(self, value: str, words: str) -> Reply:
        """An answer that begins with `value` and ends in an error."""
        raise NotImplementedError

    def fail_with(self, status: int, error: str, headers: Mapping[str, str] | None = None) -> Reply:
        raise NotImplementedError

    def read_prompt(self, chat: dict[str, Any]) -> tuple[str, str]:
        """The system's and the user's words of a request."""
        raise NotImplementedError

    def read_room(self, chat: dict[str, Any]) -> int:
        """How many tokens it may write."""
        raise NotImplementedError

    def answer_get(self, path: str) -> Reply:
        """The list of models, and the like."""
        raise NotImplementedError

    # --- What all do --------------------------------------------------------------------------------------------------

    def has_model(self, name: str) -> bool:
        return bool({name, f"{name}:latest"} & set(self.models))

    def next_reply(self, request: dict[str, Any]) -> Reply:
        self.chats.append(request)
        script = self.replies[min(len(self.chats), len(self.replies)) - 1]
        return script if isinstance(script, Reply) else script(request)


class ModelHandler(BaseHTTPRequestHandler):
    script: ModelServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.script.paths.append(self.path)
        self.send(self.script.answer_get(self.path))

    def do_POST(self) -> None:
        self.script.paths.append(self.path)
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != self.script.chat_path:
            self.send(self.script.fail_with(404, "not found"))
        elif not self.script.has_model(request["model"]):
            self.send(self.script.fail_with(404, f"model '{request['model']}' not found"))
        else:
            self.script.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.send(self.script.next_reply(request))

    def send(self, reply: Reply) -> None:
        if reply.stall:
            self.script.closing.wait(5)
            self.close_connection = True
            return
        try:
            self.write(reply)
        except OSError:  # the client has hung up, which is what a bad reply is for
            self.close_connection = True

    def write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        head, body = b"", reply.body[: reply.cut_after_bytes]
        if reply.drips_headers:
            buffered: list[bytes] = self._headers_buffer  # type: ignore[attr-defined]
            head = b"".join(buffered) + b"\r\n"
        else:
            self.end_headers()
        if reply.stall_after_bytes is not None:
            self.wfile.write(body[: reply.stall_after_bytes])
            self.script.closing.wait(5)
            self.close_connection = True
            return
        pieces = [bytes([byte]) for byte in head + body] if reply.drip_seconds else [head + body]
        for piece in pieces:
            self.wfile.write(piece)
            if reply.drip_seconds and self.script.closing.wait(reply.drip_seconds):
                break
        if reply.cut_after_bytes is not None or reply.drip_seconds:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Tests read `paths` and `chats` instead."""


def write_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def cut_in_pieces(text: str, letters: int = 24) -> list[str]:
    """As a model writes: a few letters at a time."""
    return [text[k : k + letters] for k in range(0, len(text), letters)]
