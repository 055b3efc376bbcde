"""An HTTP server on this machine that speaks Ollama's wire format and misbehaves on request.

    with OllamaServer() as server:
        server.replies += [reply_with({"rating": 3}), Reply(status=500)]
        ... OllamaModel(server.url, "tiny") ...
        server.chats[0]["messages"]

Replies are given in turn; the last one is given again and again. `answer` may be a function of the request.
"""

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """What to send to one /api/chat request."""

    body: bytes = b""
    status: int = 200
    cut_after_bytes: int | None = None  # then the connection is closed, short of the promised length
    drip_seconds: float = 0.0  # between single bytes
    stall: bool = False  # say nothing until the server is closed


def reply_with(value: object, *, done_reason: str = "stop", model: str = "tiny") -> Reply:
    """A chat response as Ollama 0.6 gives it (not streamed), whose message is `value` as JSON, or as it is if text."""
    content = value if isinstance(value, str) else json.dumps(value)
    body = {
        "model": model,
        "created_at": "2025-06-01T10:00:00.000000Z",
        "message": {"role": "assistant", "content": content},
        "done": True,
        "done_reason": done_reason,
        "total_duration": 5_000_000,
        "load_duration": 1_000_000,
        "prompt_eval_count": 100,
        "prompt_eval_duration": 1_000_000,
        "eval_count": 20,
        "eval_duration": 3_000_000,
    }
    return Reply(json.dumps(body).encode())


def fail_with(status: int, error: str) -> Reply:
    return Reply(json.dumps({"error": error}).encode(), status)


Script = Reply | Callable[[dict[str, Any]], Reply]


@dataclass
class OllamaServer:
    """Listens from `with` on; `url` is its address, `chats` and `paths` what it was asked."""

    models: list[str] = field(default_factory=lambda: ["tiny:latest"])
    replies: list[Script] = field(default_factory=list)
    chats: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        handler = type("Handler", (OllamaHandler,), {"script": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def next_reply(self, request: dict[str, Any]) -> Reply:
        self.chats.append(request)
        script = self.replies[min(len(self.chats), len(self.replies)) - 1]
        return script if isinstance(script, Reply) else script(request)


class OllamaHandler(BaseHTTPRequestHandler):
    script: OllamaServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.script.paths.append(self.path)
        answers: dict[str, object] = {
            "/api/version": {"version": "0.6.3"},
            "/api/tags": {"models": [{"model": name, "name": name, "size": 1} for name in self.script.models]},
        }
        if self.path in answers:
            self.send(Reply(json.dumps(answers[self.path]).encode()))
        else:
            self.send(fail_with(404, "not found"))

    def do_POST(self) -> None:
        self.script.paths.append(self.path)
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/api/chat":
            self.send(fail_with(404, "not found"))
        elif not {request["model"], f"{request['model']}:latest"} & set(self.script.models):
            self.send(fail_with(404, f"model '{request['model']}' not found"))
        else:
            self.send(self.script.next_reply(request))

    def send(self, reply: Reply) -> None:
        if reply.stall:
            self.script.closing.wait(5)
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        body = reply.body[: reply.cut_after_bytes]
        pieces = [body[k : k + 1] for k in range(len(body))] if reply.drip_seconds else [body]
        try:
            for piece in pieces:
                self.wfile.write(piece)
                if reply.drip_seconds and self.script.closing.wait(reply.drip_seconds):
                    break
        except OSError:  # the client has hung up, which is what a slow reply is for
            self.close_connection = True
            return
        if reply.cut_after_bytes is not None or reply.drip_seconds:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Tests read `paths` and `chats` instead."""
