"""`manage.py runserver` as a real process: HTTP, a WebSocket, its log, and a second one beside it."""

import contextlib
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from config.management.commands.runserver import list_watched_folders
from interviewpanel.domain import protocol
from tests.live_site import ROOT, make_environment
from tests.processes import Processes, find_free_port, wait_until

TOKEN = "not-a-token-but-nobody-must-read-it"
SERVE = [sys.executable, "manage.py", "runserver", "--noreload"]


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    found = Processes(tmp_path)
    yield found
    found.end_all()


def is_live(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5) as answer:
            return bool(answer.read() == b"alive\n")
    except OSError:
        return False


def read_close_code(port: int) -> int | None:
    """With which code a socket with an unknown token is closed, after all that it was told."""
    with connect(f"ws://127.0.0.1:{port}/ws/interview/{TOKEN}/", origin=Origin(f"http://127.0.0.1:{port}")) as client:
        with contextlib.suppress(ConnectionClosed):
            list(client)
        return client.close_code


def test_it_serves_http_and_sockets_tells_its_engine_and_refuses_a_second_one(processes: Processes) -> None:
    environment = make_environment("embedded", processes.folder, {})
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    port = find_free_port()
    server = processes.start("server", [*SERVE, str(port)], environment, cwd=ROOT)
    wait_until("it answers", lambda: is_live(port), seconds=60)

    assert read_close_code(port) == protocol.CLOSE_TOKEN

    second = subprocess.run([*SERVE, str(find_free_port())], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert second.returncode != 0
    assert f"Another server already runs on {processes.folder}. The embedded stack is one process" in second.stderr
    assert "Traceback" not in second.stderr

    wait_until("the engine was told", lambda: "Transcription: pocketsphinx" in server.log.read_text(), seconds=60)
    processes.stop("server")
    log = server.log.read_text()
    assert server.process.returncode in (0, -signal.SIGTERM)
    assert TOKEN not in log
    assert "/ws/interview/[token]/" in log
    assert re.search(r"Traceback|ERROR", log) is None


@pytest.mark.parametrize("address", ["localhost", "localhost:http", ""])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(CommandError, match=r"is no address\. Write a port \(8000\), or host:port \(0\.0\.0\.0:8000\)"):
        call_command("runserver", address)


def test_a_change_is_looked_for_in_the_sites_own_apps_and_not_in_its_packages() -> None:
    names = ("config", "authentication", "organizations", "questionbank", "interviewpanel", "reports")

    assert list_watched_folders() == [str(ROOT / name) for name in names]
