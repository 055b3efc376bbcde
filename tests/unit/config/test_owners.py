"""Who holds a lease, and whether it lives: with real processes."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.work.owners import current_owner, is_owner_dead

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = "from config.work.owners import current_owner; print(current_owner(), flush=True); input()"


@pytest.fixture
def child() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A living process, and its name as an owner."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
        process.kill()


def test_the_name_is_the_same_each_time_and_fits_its_column() -> None:
    host, pid, start = current_owner().rsplit(":", 2)

    assert current_owner() == f"{host}:{pid}:{start}"
    assert (host, pid) == (socket.gethostname(), str(os.getpid()))
    assert len(current_owner()) <= 100


def test_a_living_process_is_not_dead_and_a_killed_one_is(child: tuple[subprocess.Popen[str], str]) -> None:
    process, owner = child
    assert owner != current_owner()
    assert not is_owner_dead(owner)

    process.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, but still a zombie
    assert psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE
    assert is_owner_dead(owner)

    process.wait()
    assert is_owner_dead(owner)


def test_a_pid_that_is_used_again_is_another_owner() -> None:
    host, pid, start = current_owner().rsplit(":", 2)

    assert is_owner_dead(f"{host}:{pid}:{int(start) - 1}")
    assert not is_owner_dead(f"{host}:{pid}:{start}")


def test_a_clock_that_is_set_does_not_make_the_living_look_dead() -> None:
    start = current_owner().rsplit(":", 1)[1]
    ticks = psutil.Process()._proc.create_time(monotonic=True) * os.sysconf("SC_CLK_TCK")

    assert int(start) == round(ticks)


@pytest.mark.parametrize("owner", ["", "nonsense", "elsewhere:1:1", f"{socket.gethostname()}:pid:1"])
def test_what_is_not_known_to_be_dead_is_not_dead(owner: str) -> None:
    assert not is_owner_dead(owner)
