"""A child process that may break, hang or talk without end, and harms nobody by it.

Used where a file or a text of somebody else is given to a program: the reader of résumés and the voices.
"""

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


class ChildTooSlow(Exception):
    """It was still running when its time was over."""


class ChildSaysTooMuch(Exception):
    """It wrote more than whoever listens takes."""


def run_guarded(
    command: Sequence[str],
    *,
    said: bytes,
    most_seconds: float,
    most_bytes: int,
    environment: Mapping[str, str],
    cwd: Path | None = None,
) -> tuple[int, bytes]:
    """Give the program `said` as its standard input; returns its exit status and what it wrote.

    No shell, no other file, nothing of our environment but what is given. It has ended when this returns or raises, and
    so has whatever it started. Blocks. Raises ChildTooSlow, ChildSaysTooMuch, and OSError where there is no program.
    """
    until = time.monotonic() + most_seconds
    with tempfile.TemporaryFile() as file:
        file.write(said)
        file.seek(0)
        process = subprocess.Popen(
            command,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=cwd,
            env=dict(environment),
            start_new_session=True,
        )
    try:
        output = _collect(process, until, most_bytes)
        return process.wait(timeout=max(0.0, until - time.monotonic())), output
    except subprocess.TimeoutExpired as error:
        raise ChildTooSlow from error
    finally:
        _end(process)


def _collect(process: "subprocess.Popen[bytes]", until: float, most_bytes: int) -> bytes:
    """What it says until it ends."""
    assert process.stdout is not None
    output = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0.0, until - time.monotonic())):
                raise ChildTooSlow
            block = os.read(process.stdout.fileno(), 65536)
            if not block:
                return bytes(output)
            output += block
            if len(output) > most_bytes:
                raise ChildSaysTooMuch


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Gone, with whatever it may have started, and nothing of it left."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
