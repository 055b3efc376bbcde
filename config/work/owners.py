"""Who holds a lease: a name for this process that another process on the same machine can check for life.

Used by config/work/claims.py and by interviewpanel's session leases. A lease whose owner is known to be dead need not
run out: what a killed worker or server held is free at once.
"""

import os
import socket
from functools import lru_cache

import psutil

_HOST = socket.gethostname()


@lru_cache(maxsize=4)
def _name(pid: int) -> str:
    return f"{_HOST}:{pid}:{psutil.Process(pid).create_time():.2f}"


def current_owner() -> str:
    """`host:pid:start`, unique also when the operating system uses a pid again. ≤ 100 characters."""
    return _name(os.getpid())


def is_owner_dead(owner: str) -> bool:
    """True only if the owner ran on this machine and no longer does. Another machine's owner is never known dead."""
    try:
        host, pid, started = owner.rsplit(":", 2)
        if host != _HOST:
            return False
        process = psutil.Process(int(pid))
        return process.status() == psutil.STATUS_ZOMBIE or f"{process.create_time():.2f}" != started
    except psutil.NoSuchProcess:
        return True
    except (ValueError, psutil.AccessDenied):
        return False
