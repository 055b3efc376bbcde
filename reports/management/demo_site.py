"""The demo's own site: its folder, its environment and its processes. Called by `manage.py demo`.

Everything runs as a process of its own with an environment made here, so that what the demo shows is what a person
who types the same commands gets. All data lies under var/demo; the database of `make run` is not touched.
"""

import contextlib
import fcntl
import json
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.children import Child, ChildDiedError, run_child
from config.private_services import names_database, run_services

HOST = "127.0.0.1"
USUAL_PORT = 4545
READY_SECONDS = 60.0
DEMO_PASSWORD = "interview-demo"  # noqa: S105 - in the README; for data that goes with the demo, on one's own machine
INTERRUPTED_SECONDS = 5.0
FULL_STACK_NAMES = (
    "DB_NAME", "DB_USER", "DB_PASSWORD", "DB_HOST", "DB_PORT",
    "REDIS_URL", "REDIS_HOST", "REDIS_PORT", "CELERY_BROKER_URL", "CELERY_RESULT_BACKEND",
)  # fmt: skip
# What a candidate waits for has workers of its own: a question waits neither for a segment nor for a score or report.
WORKERS = {
    "realtime": ("realtime", 2),
    "worker": ("scoring,reports,outbound,webhooks", 1),
    "transcriber": ("transcription", 1),
}

QUIET = ["--without-gossip", "--without-mingle"]  # workers have nothing to tell each other: rows do; a second sooner


class DemoError(Exception):
    """The demo cannot go on; the text says why and what to do."""


@dataclass(frozen=True)
class DemoSite:
    """One demo being run: use `open_site` to make it."""

    stack: str
    port: int
    folder: Path
    environment: Mapping[str, str]
    notes: tuple[str, ...] = ()  # what whoever runs the demo must know about the data
    outlives: Mapping[str, str] | None = None  # what reaches the data when the demo has ended; None where it is gone
    children: list[Child] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def run(self, *command: str) -> str:
        """`manage.py COMMAND` to its end; returns what it printed. Raises DemoError with it if it fails."""
        return self.run_together(command)[0]

    def run_together(self, *commands: Sequence[str]) -> list[str]:
        """Several commands at the same time; as `run`."""
        pipe, null = subprocess.PIPE, subprocess.DEVNULL
        started = [
            subprocess.Popen(
                [sys.executable, "manage.py", *command],
                env=dict(self.environment),
                stdin=null,
                stdout=pipe,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for command in commands
        ]
        printed = [process.communicate()[0] for process in started]
        for command, process, text in zip(commands, started, printed, strict=True):
            if process.returncode:
                raise DemoError(f"manage.py {command[0]} failed:\n{text.strip()}")
        return printed

    def show(self, *command: str) -> int:
        """`manage.py COMMAND` on this terminal, with the children watched meanwhile; returns its exit status."""
        with subprocess.Popen([sys.executable, "manage.py", *command], env=dict(self.environment)) as process:
            try:
                while True:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        return process.wait(timeout=0.3)
                    self.check_children()
            except KeyboardInterrupt:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=INTERRUPTED_SECONDS)  # it got the Ctrl-C too, and puts the terminal in order
                process.terminate()
                raise
            except BaseException:
                process.terminate()
                raise

    def check_children(self) -> None:
        for child in self.children:
            try:
                child.check()
            except ChildDiedError as error:
                raise DemoError(str(error)) from error

    @contextlib.contextmanager
    def serve(self) -> Iterator[None]:
        """The web server and, on the full stack, workers and beat; all stopped at the end, the server first."""
        with contextlib.ExitStack() as stack:
            for name, command in self._list_commands().items():
                log = self.folder / f"{name}.log"
                child = stack.enter_context(run_child(name, command, log=log, environment=self.environment))
                self.children.append(child)
            yield

    def _list_commands(self) -> dict[str, list[str]]:
        python = [sys.executable, "-m"]
        celery = [*python, "celery", "-A", "config"]
        commands: dict[str, list[str]] = {}
        if self.stack == "full":
            for name, (queues, processes) in WORKERS.items():
                worker = ["worker", "-Q", queues, "-c", f"{processes}", "-n", f"{name}@%h", "-l", "info", *QUIET]
                # On few cores the operating system, too, must know that nobody waits for a report to be drawn.
                patience = [] if name == "realtime" else ["nice", "-n", "10"]
                commands[name] = [*patience, *celery, *worker]
            commands["beat"] = [*celery, "beat", "-l", "info", "-s", f"{self.folder / 'beat-schedule'}", "--pidfile="]
        web = [*python, "uvicorn", "config.asgi:application", "--host", HOST, "--port", f"{self.port}"]
        sockets = ["--ws", "websockets-sansio", "--ws-max-size", "262144", "--ws-per-message-deflate", "false"]
        commands["web"] = [*web, *sockets, "--ws-ping-interval", "20", "--ws-ping-timeout", "30"]
        return commands

    def wait_until_live(self) -> None:
        """Until the server answers on /health/live and every worker takes work; raises DemoError if one never does."""
        give_up_at = time.monotonic() + READY_SECONDS
        self._wait_for_server(self.children[-1], give_up_at)
        for child in self.children:
            if child.name in WORKERS:
                self._wait_for_worker(child, give_up_at)

    def _wait_for_worker(self, worker: Child, give_up_at: float) -> None:
        while f"{worker.name}@{socket.gethostname()} ready." not in worker.log.read_text(errors="replace"):
            if time.monotonic() >= give_up_at:
                raise DemoError(f"The {worker.name} did not start within {READY_SECONDS:.0f} s. Its log: {worker.log}")
            self.check_children()
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.process.wait(timeout=0.1)

    def _wait_for_server(self, web: Child, give_up_at: float) -> None:
        while time.monotonic() < give_up_at:
            try:
                urllib.request.urlopen(f"http://{HOST}:{self.port}/health/live", timeout=5).close()
                return
            except urllib.error.HTTPError as error:
                error.close()
                raise DemoError(f"The server answers {error}. The end of {web.log}:\n{web.read_tail()}") from error
            except OSError:
                self.check_children()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    web.process.wait(timeout=0.1)
        raise DemoError(f"The server did not answer within {READY_SECONDS:.0f} s. Its log: {web.log}")

    def describe_command(self, *command: str) -> str:
        """`manage.py COMMAND` as a person types it to see this demo's data; empty where it ends with the demo."""
        if self.outlives is None:
            return ""
        variables = " ".join(f"{name}={shlex.quote(value)}" for name, value in self.outlives.items())
        return f"{variables} {shlex.join([sys.executable, 'manage.py', *command])}"

    def invite(self, *arguments: str) -> dict[str, str]:
        """A fresh invitation for one of the demo's candidates, or an earlier one: `manage.py demo_invitation`."""
        described: dict[str, str] = json.loads(self.run("demo_invitation", *arguments))
        return described


@contextlib.contextmanager
def open_site(base: Mapping[str, str], *, stack: str, port: int | None, folder: Path) -> Iterator[DemoSite]:
    """An empty folder and, on the full stack, PostgreSQL and Redis, for as long as the demo lasts.

    Raises DemoError, or ServiceMissingError from the private services.
    """
    with contextlib.ExitStack() as closing:
        notes = [f"The former demo's data in {folder} is gone."] if closing.enter_context(claim_folder(folder)) else []
        environment = dict(base)
        is_theirs = stack == "full" and names_database(base)
        if stack == "full":
            environment |= closing.enter_context(run_services(base, is_durable=True))
        else:
            for name in FULL_STACK_NAMES:
                environment.pop(name, None)
        chosen = choose_port(port)
        if is_theirs:
            notes += describe_their_database(base)
        environment |= {
            "STACK": stack,
            "VAR_DIR": str(folder),
            "DEBUG": "false",
            # Where the rows stay, links must go on working with the site's own key, and no password be a known one.
            "SECRET_KEY": (is_theirs and base.get("SECRET_KEY")) or secrets.token_urlsafe(50),
            "PUBLIC_URL": f"http://localhost:{chosen}",
            "ALLOWED_HOSTS": f"localhost,{HOST}",
            "DEMO_PASSWORD": base.get("DEMO_PASSWORD") or (secrets.token_urlsafe(12) if is_theirs else DEMO_PASSWORD),
            # The demo works without internet; a Whisper model that is on disk already is used.
            "WHISPER_DOWNLOAD": base.get("WHISPER_DOWNLOAD") or "false",
            "EMBEDDING_DOWNLOAD": base.get("EMBEDDING_DOWNLOAD") or "false",
        }
        outlives = {"STACK": stack, "VAR_DIR": str(folder)} if is_theirs or stack == "embedded" else None
        yield DemoSite(stack, chosen, folder, environment, tuple(notes), outlives)


def describe_their_database(base: Mapping[str, str]) -> list[str]:
    """What is to be known before a demo goes into a database of somebody's own."""
    name, host = base.get("DB_NAME") or "interviewbot", base.get("DB_HOST") or "localhost"
    notes = [
        (
            f'DB_* names the database "{name}" on {host}: the demo makes its tables, organization, staff and '
            "candidates there, and leaves them there. Unset DB_NAME and DB_HOST for a private one."
        )
    ]
    if not base.get("SECRET_KEY"):
        notes.append("SECRET_KEY is not set: this demo makes up its own, and its links end with it.")
    return notes


@contextlib.contextmanager
def claim_folder(folder: Path) -> Iterator[bool]:
    """Empty the folder and hold its lock, so that two demos do not share one database; yields whether it held any data.

    Raises DemoError where a demo runs on it, and where it holds what no demo has written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not (folder / ".lock").exists():
        raise DemoError(f"{folder} holds files that are not a demo's, and a demo empties its folder. Name another one.")
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoError(f"Another demo is running on {folder}. Stop it first (Ctrl-C in its terminal).") from None
        former = [path for path in folder.iterdir() if path.name != ".lock"]
        for path in former:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        yield bool(former)


def choose_port(wanted: int | None) -> int:
    """The wanted port; without a wish the usual one, or any free one where that is taken (0 asks for that too)."""
    for port in (USUAL_PORT, 0) if wanted is None else (wanted,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoError(f"Port {wanted} is taken. Choose another with --port, or give --port 0 for any free one.")
