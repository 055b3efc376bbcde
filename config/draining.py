"""Ending a server process without cutting anybody off: on SIGTERM what is registered here is drained first.

An asynchronous server ends at once on its signal. Here the signal is taken before it (`drain_before_ending`, by
config/lifespan.py in the server's own loop), each drain is run with what time there is, and then the server's own way
of ending follows. A second SIGTERM ends at once, unless it comes with the first: supervisors signal a whole group of
processes, and whoever started this one passes theirs on. Drains are registered by the apps with `at_drain`.
"""

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from types import FrameType

from django.conf import settings

logger = logging.getLogger(__name__)
Drain = Callable[[float], Awaitable[None]]
Handler = Callable[[int, FrameType | None], object]
DRAINS: list[Drain] = []
LATE_SECONDS = 3.0  # so long after its time a drain is waited for
REPEAT_SECONDS = 2.0  # so long a SIGTERM is the first one said again
_is_draining = threading.Event()


def at_drain(function: Drain) -> Drain:
    """Register `function(seconds)`, which ends within so many seconds, or soon after."""
    DRAINS.append(function)
    return function


def is_draining() -> bool:
    """Whether this process is about to end: nothing new is to be begun in it."""
    return _is_draining.is_set()


async def run_drains(seconds: float) -> None:
    """Effects: this process is draining from now on; every drain is run, at the same time, and left where it has not
    ended LATE_SECONDS after its time. Raises nothing."""
    _is_draining.set()
    drains = [asyncio.ensure_future(drain(seconds)) for drain in DRAINS]
    if not drains:
        return
    ended, late = await asyncio.wait(drains, timeout=seconds + LATE_SECONDS)
    for task in ended:
        if error := task.exception():
            logger.error("A drain failed; the server ends all the same.", exc_info=error)
    for task in late:
        task.cancel()
        logger.error("A drain did not end in time; the server ends all the same.")


def forget_draining() -> None:
    """For tests, which go on living."""
    _is_draining.clear()


def drain_before_ending() -> None:
    """Take SIGTERM before the server that runs this loop. Nothing where no server has taken it or in another thread."""
    if threading.current_thread() is not threading.main_thread():
        return
    end = signal.getsignal(signal.SIGTERM)
    if not callable(end):
        return
    Drainage(asyncio.get_running_loop(), end).listen()


class Drainage:
    """From the first SIGTERM to the server's own handling of it."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, end: Handler, read_seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._loop, self._end, self._read_seconds = loop, end, read_seconds
        self._taken_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    def listen(self) -> None:
        signal.signal(signal.SIGTERM, self._take)

    def _take(self, number: int, frame: FrameType | None) -> None:
        if is_draining():
            if self._read_seconds() - self._taken_at >= REPEAT_SECONDS:
                self._end(number, frame)
            return
        self._taken_at = self._read_seconds()
        _is_draining.set()
        self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        self._task = self._loop.create_task(self._drain())

    async def _drain(self) -> None:
        await run_drains(settings.SHUTDOWN_DRAIN_SECONDS)
        self._end(signal.SIGTERM, None)
