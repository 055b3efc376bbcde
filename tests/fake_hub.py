"""A model hub on this machine that speaks the real one's HTTP for one model: listing, heads, files.

The official client is pointed at it by HF_ENDPOINT. Used by the tests of interviewpanel.engines.transcription and
interviewpanel.engines.embeddings.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class HubHandler(BaseHTTPRequestHandler):
    """Serves the files of `folder` as the model `repository`; everything else is not found."""

    folder: Path
    repository: str

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: what is printed here would be taken for the output of the test."""

    def _answer(self, with_body: bool) -> None:
        path = self.path.split("?")[0].strip("/")
        if path == f"api/models/{self.repository}/tree/{COMMIT}":
            self._send(json.dumps(self._list_tree()).encode(), "application/json", with_body)
            return
        if path.startswith(f"api/models/{self.repository}"):
            self._send(json.dumps(self._describe()).encode(), "application/json", with_body)
            return
        prefix, _, name = path.partition("/resolve/")
        revision, _, file_name = name.partition("/")
        file = self.folder / file_name
        if (prefix, revision in (COMMIT, "main"), file.is_file()) == (self.repository, True, True):
            self._send(file.read_bytes(), "application/octet-stream", with_body)
        else:
            self.send_error(404)

    def _list_tree(self) -> list[dict[str, object]]:
        return [
            {"type": "file", "path": name, "size": file.stat().st_size, "oid": _hash(file.read_bytes())}
            for name, file in _list_files(self.folder).items()
        ]

    def _describe(self) -> dict[str, object]:
        files = [{"rfilename": name} for name in _list_files(self.folder)]
        return {"id": self.repository, "sha": COMMIT, "siblings": files, "private": False, "tags": [], "downloads": 0}

    def _send(self, body: bytes, kind: str, with_body: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{_hash(body)}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if with_body:
            self.wfile.write(body)


def _list_files(folder: Path) -> dict[str, Path]:
    """By their names in the repository."""
    return {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@contextmanager
def serve_hub(folder: Path, repository: str) -> Iterator[str]:
    """Serve until the block ends; gives the address."""
    handler = type("Handler", (HubHandler,), {"folder": folder, "repository": repository})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
