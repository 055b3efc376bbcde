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

    for options in (["--noreload"], []):  # with the reloader too: it would wait for ever for a child that cannot start
        second = subprocess.run(
            [*SERVE[:3], *options, str(find_free_port())], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr.startswith(f"CommandError: Another server already runs on {processes.folder}. ")

    elsewhere = make_environment("embedded", processes.folder / "elsewhere", {})
    third = subprocess.run([*SERVE, str(port)], cwd=ROOT, env=elsewhere, capture_output=True, text=True)
    assert (third.returncode, third.stderr) == (
        1,
        (
            f"CommandError: Cannot serve on 127.0.0.1, port {port}: Address already in use. "
            f"Choose another port: manage.py runserver {port + 1}, or make run PORT={port + 1}.\n"
        ),
    )

    wait_until("the engine was told", lambda: "Transcription: pocketsphinx" in server.log.read_text(), seconds=60)
    processes.stop("server")
    log = server.log.read_text()
    assert server.process.returncode in (0, -signal.SIGTERM)
    assert TOKEN not in log
    assert "/ws/interview/[token]/" in log
    assert re.search(r"Traceback|ERROR", log) is None


def test_a_server_without_tables_says_so_once_and_works_when_they_are_there(processes: Processes) -> None:
    environment = make_environment("embedded", processes.folder, {"WORK_SWEEP_SECONDS": "0.1"})
    port = find_free_port()
    server = processes.start("server", [*SERVE, str(port)], environment, cwd=ROOT)
    wait_until("it answers", lambda: is_live(port), seconds=60)
    wait_until("it has swept", lambda: "Lost work cannot" in server.log.read_text(), seconds=60)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)

    assert read_close_code(port) == protocol.CLOSE_TOKEN
    processes.stop("server")
    told = f"The database {processes.folder}/interviewbot.sqlite3 has no tables yet. Run: python manage.py migrate"
    log = server.log.read_text()
    assert [line.split(": ", 1)[1] for line in log.splitlines() if " ERROR " in line] == [
        f"{told} (The server goes on, and works once that is mended.)",
        f"Lost work cannot be looked for until this is mended: {told}",
    ]
    assert "Traceback" not in log


def test_links_follow_the_port_that_is_served(processes: Processes) -> None:
    environment = make_environment("embedded", processes.folder, {})
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    port = find_free_port()
    shown = subprocess.run(
        [sys.executable, "manage.py", "seed_demo"],
        cwd=ROOT,
        env={**environment, "PORT": str(port)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert set(re.findall(r"http://[^/]+/", shown)) == {f"http://localhost:{port}/"}


@pytest.mark.parametrize("address", ["localhost", "localhost:http", ""])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(CommandError, match=r"is no address\. Write a port \(8000\), or host:port \(0\.0\.0\.0:8000\)"):
        call_command("runserver", address)


def test_a_change_is_looked_for_in_the_sites_own_apps_and_not_in_its_packages() -> None:
    names = ("config", "authentication", "organizations", "questionbank", "interviewpanel", "reports")

    assert list_watched_folders() == [str(ROOT / name) for name in names]
