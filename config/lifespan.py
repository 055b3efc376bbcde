"""Starting and draining a server process. Mounted by config/asgi.py as the `lifespan` protocol.

Embedded: takes the lock on the database's folder, starts the worker threads and the sweeper, and at the end lets what
runs finish. Full: Celery does the work; here the logs are set up and what sockets need is loaded.
"""

import asyncio
import fcntl
import logging
from collections.abc import Awaitable, Callable
from typing import IO, Any

from django.conf import settings

from config.celery import QUEUES
from config.logs import scrub_every_logger
from config.work.starts import SOCKETS, run_starts
from config.work.sweeper import SweeperThread
from config.work.tasks import perform_in_thread
from config.work.transports import pool

logger = logging.getLogger(__name__)


class AlreadyRunning(RuntimeError):
    """A second embedded server on the same database."""


class Lifespan:
    def __init__(self) -> None:
        self._sweeper: SweeperThread | None = None
        self._lock: IO[str] | None = None

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await asyncio.to_thread(self.start)
                except Exception as error:
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(self.stop)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def start(self) -> None:
        scrub_every_logger()
        run_starts([SOCKETS]).join()  # else the first candidate's socket loads it, and every other one waits
        if settings.WORK_TRANSPORT != "threads":
            return
        self._lock = _take_lock()
        pool.start(perform_in_thread, settings.WORK_THREADS)
        self._sweeper = SweeperThread(settings.WORK_SWEEP_SECONDS)
        self._sweeper.start()
        run_starts(QUEUES)

    def stop(self) -> None:
        """Let running work finish; what has not begun stays queued in the database."""
        if self._sweeper is not None:
            self._sweeper.stop()
            pool.stop()
        if self._lock is not None:
            self._lock.close()


def _take_lock() -> IO[str]:
    path = settings.VAR_DIR / "embedded.lock"
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AlreadyRunning(
            f"Another server already runs on {settings.VAR_DIR}. The embedded stack is one process: stop the other "
            "one, or set VAR_DIR to another folder, or configure DB_NAME and Redis for the full stack."
        ) from None
    return file
