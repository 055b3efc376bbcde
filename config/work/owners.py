"""Who holds a lease: a name for this process that another process on the same machine can check for life.

Used by config/work/claims.py and by interviewpanel's session leases. A lease whose owner is known to be dead need not
run out: what a killed worker or server held is free at once.
"""

import os
import socket
from functools import lru_cache
from pathlib import Path

import psutil

_HOST = socket.gethostname()


@lru_cache(maxsize=4)
def _name(pid: int) -> str:
    return f"{_HOST}:{pid}:{_read_start(pid)}"


def _read_start(pid: int) -> str:
    """When the process started, as the kernel counts it.

    On Linux in ticks since the boot: psutil's `create_time` adds the time of the boot, which moves whenever the clock
    is set, and then a living worker would look like another process under its own pid. Raises psutil.NoSuchProcess.
    """
    stat = Path(f"/proc/{pid}/stat")
    if not psutil.LINUX:
        return f"{psutil.Process(pid).create_time():.2f}"
    try:
        return stat.read_text(errors="replace").rpartition(")")[2].split()[19]  # field 22; the name may hold spaces
    except (FileNotFoundError, ProcessLookupError):
        raise psutil.NoSuchProcess(pid) from None


def current_owner() -> str:
    """`host:pid:start`, unique also when the operating system uses a pid again. ≤ 100 characters."""
    return _name(os.getpid())


def is_owner_dead(owner: str) -> bool:
    """True only if the owner ran on this machine and no longer does. Another machine's owner is never known dead."""
    try:
        host, pid, started = owner.rsplit(":", 2)
        if host != _HOST:
            return False
        return _read_start(int(pid)) != started or psutil.Process(int(pid)).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except (ValueError, psutil.AccessDenied):
        return False
