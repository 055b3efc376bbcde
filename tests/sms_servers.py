"""A server that speaks as Twilio's API does, on a port of its own, for the official client to talk to."""

import base64
import contextlib
import json
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "1" * 32, "+15005550006"
SID = "SM" + "2" * 32


@dataclass
class SmsServer:
    """`answers` are given in turn: a status with Twilio's code and words, or "hang up"; none left: it is taken."""

    answers: list[tuple[int, int, str] | str] = field(default_factory=list)
    taken: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


@contextlib.contextmanager
def run_sms_server() -> Iterator[SmsServer]:
    state = SmsServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = state.answers.pop(0) if state.answers else None
            if answer == "hang up":
                self.connection.close()
                return
            login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
            if self.headers["Authorization"] != f"Basic {login}":
                answer = (401, 20003, "Authenticate")
            if isinstance(answer, tuple):
                self._say(answer[0], {"status": answer[0], "code": answer[1], "message": answer[2], "more_info": ""})
                return
            assert self.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
            fields = dict(urllib.parse.parse_qsl(body))
            state.taken.append(fields)
            self._say(201, {"sid": SID, "status": "queued", "to": fields["To"], "body": fields["Body"]})

        def _say(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the test's standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
