"""Real processes for tests that break them: started, killed, frozen, started again, and always gone at the end.

Used by tests/live_site.py. Waiting is by condition with a deadline, never by time alone.
"""

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psutil

from config.children import Child, start_child

Found = TypeVar("Found")
POLL_SECONDS = 0.05


def wait_until(what: str, look: Callable[[], Found], *, seconds: float, poll_seconds: float = POLL_SECONDS) -> Found:
    """The first true value that `look` gives; raises AssertionError with `what` and its last value at the deadline."""
    give_up_at, pause = time.monotonic() + seconds, threading.Event()
    while not (found := look()):
        if time.monotonic() > give_up_at:
            raise AssertionError(f"After {seconds:g} s still not so: {what} (it is {found!r})")
        pause.wait(poll_seconds)
    return found


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Processes:
    """Named processes that share a folder for their logs. Start again under the same name to go on with its log."""

    folder: Path
    running: dict[str, Child] = field(default_factory=dict)
    past: list[Child] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str], *, cwd: Path) -> Child:
        assert name not in self.running, f"{name} runs already"
        child = start_child(name, command, log=self.log(name), environment=environment, cwd=cwd)
        self.running[name] = child
        return child

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def kill(self, name: str) -> None:
        """As `kill -9` on the process alone: what it had started must find out by itself."""
        child = self._forget(name)
        child.process.kill()
        child.process.wait()

    def stop(self, name: str, *, patience_seconds: float = 30.0) -> float:
        """SIGTERM; returns the seconds until it was gone. Raises AssertionError when patience was at its end."""
        child, started = self._forget(name), time.monotonic()
        child.process.terminate()
        child.stop(patience_seconds=patience_seconds)
        assert child.process.returncode != -signal.SIGKILL, f"{name} did not stop within {patience_seconds:g} s"
        return time.monotonic() - started

    def freeze(self, name: str) -> None:
        os.killpg(self.running[name].process.pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        os.killpg(self.running[name].process.pid, signal.SIGCONT)

    def find_children(self, name: str) -> list[psutil.Process]:
        """The processes that `name` has started and that live."""
        found = psutil.Process(self.running[name].process.pid).children(recursive=True)
        return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]

    def count_resident_bytes(self, name: str) -> int:
        return int(psutil.Process(self.running[name].process.pid).memory_info().rss)

    def check_living(self) -> None:
        for child in self.running.values():
            child.check()

    def read_logs(self) -> dict[str, str]:
        return {path.stem: path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log"))}

    def end_all(self) -> None:
        """Servers first, what they stand on last; then whatever any of them has left behind."""
        for name in reversed(list(self.running)):
            child = self._forget(name)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGCONT)
            child.stop(patience_seconds=10)
        for child in self.past:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.process.pid, signal.SIGKILL)

    def _forget(self, name: str) -> Child:
        child = self.running.pop(name)
        self.past.append(child)
        return child
