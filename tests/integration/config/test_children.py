"""Child processes: watched, stopped, and not left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from config.children import ChildDiedError, run_child, start_child
from tests.processes import wait_until

ENVIRONMENT = {"PATH": os.defpath}


def test_a_child_that_stops_by_itself_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo started; echo no such table >&2; exit 3"]
    with (
        pytest.raises(ChildDiedError, match=r"(?s)The server stopped \(exit status 3\).*started\nno such table$"),
        run_child("The server", command, log=tmp_path / "server.log", environment=ENVIRONMENT) as child,
    ):
        child.check(wait_seconds=30)


def test_a_living_child_passes_the_check_and_is_stopped_at_the_end(tmp_path: Path) -> None:
    with run_child("The server", ["sleep", "60"], log=tmp_path / "log", environment=ENVIRONMENT) as child:
        child.check()

    assert child.process.returncode == -signal.SIGTERM


def test_one_that_will_not_stop_is_killed_with_its_own_children(tmp_path: Path) -> None:
    script = 'trap "" TERM; sleep 60 & echo $!; wait; wait'
    child = start_child("Stubborn", ["sh", "-c", script], log=tmp_path / "log", environment=ENVIRONMENT)
    while not child.read_tail():
        child.check(wait_seconds=0.02)

    child.stop(patience_seconds=0.1)

    assert child.process.returncode == -signal.SIGKILL
    psutil.wait_procs([psutil.Process(pid) for pid in [int(child.read_tail())] if psutil.pid_exists(pid)], timeout=10)
    assert not is_running(int(child.read_tail()))


def test_children_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from config.children import start_child\n"
        f"child = start_child('c', ['sleep', '60'], log=Path({str(tmp_path / 'log')!r}), environment={ENVIRONMENT!r})\n"
        "print(child.process.pid, flush=True); sys.stdin.read()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", script], stdin=pipe, stdout=pipe, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        wait_until("the leash is on", lambda: child.name() == "sleep", seconds=30)  # before that it is setpriv
        parent.kill()
        gone, _ = psutil.wait_procs([child], timeout=10)

    assert gone or not is_running(child.pid)


def is_running(pid: int) -> bool:
    """False for a zombie too: where nothing reaps orphans, the dead stay listed."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
