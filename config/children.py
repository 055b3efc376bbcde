"""Child processes that are watched while they live and are gone when they are no longer wanted.

Used by the private services, the demo and the tests that run real servers.
"""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STOP_SECONDS = 15.0
TAIL_CHARACTERS = 3000


class ChildDiedError(Exception):
    """A child stopped by itself. The text holds the end of its log."""


@dataclass(frozen=True)
class Account:
    """The operating system's account that a child runs as; without ids, the caller's own."""

    user_id: int | None = None
    group_id: int | None = None

    @property
    def extra_groups(self) -> tuple[int, ...] | None:
        return None if self.user_id is None else ()


@dataclass(frozen=True)
class Child:
    """A running child and where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def read_tail(self) -> str:
        return self.log.read_text(errors="replace")[-TAIL_CHARACTERS:].strip()

    def check(self, wait_seconds: float = 0.0) -> None:
        """Raise ChildDiedError if it has stopped, or stops within `wait_seconds`."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self.process.wait(timeout=wait_seconds)
            raise ChildDiedError(
                f"{self.name} stopped (exit status {status}). The end of {self.log}:\n{self.read_tail()}"
            )

    def stop(self, stop_signal: signal.Signals = signal.SIGTERM, patience_seconds: float = STOP_SECONDS) -> None:
        """Ask it to stop; when patience is at its end, kill its whole process group."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(stop_signal)
        try:
            self.process.wait(timeout=patience_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def start_child(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    cwd: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
) -> Child:
    """Start a child in a process group of its own, so that Ctrl-C reaches it through the caller only.

    Where `setpriv` exists, the kernel stops the child even if the caller is killed without a chance to clean up; that
    is tied to the thread that starts it, so start children from the main thread.
    """
    account = account or Account()
    setpriv = shutil.which("setpriv")
    leash = [setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG")] if setpriv else []
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*leash, *command],
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.user_id,
            group=account.group_id,
            extra_groups=account.extra_groups,
        )
    return Child(name, process, log)


@contextlib.contextmanager
def run_child(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    cwd: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
) -> Iterator[Child]:
    """`start_child`, and `stop` at the end whatever happens."""
    child = start_child(
        name, command, log=log, environment=environment, cwd=cwd, stop_signal=stop_signal, account=account
    )
    try:
        yield child
    finally:
        child.stop(stop_signal)
