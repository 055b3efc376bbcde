"""Starting and draining a server process. Mounted by config/asgi.py as the `lifespan` protocol.

On SIGTERM live interviews are handed over first (config/draining.py).
Embedded: takes the lock on the database's folder, starts the worker threads and the sweeper, and at the end lets what
runs finish. Full: Celery does the work; here the logs are set up and what sockets need is loaded.
"""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.urls import get_resolver

from config.celery import QUEUES
from config.database import explain_database
from config.draining import drain_before_ending
from config.embedded_lock import take_lock
from config.logs import scrub_every_logger
from config.work.starts import SOCKETS, at_start, run_starts
from config.work.sweeper import SweeperThread
from config.work.tasks import perform_in_thread
from config.work.transports import pool

logger = logging.getLogger(__name__)


@at_start(SOCKETS)
def report_database() -> None:
    """Say in the log what is in the way of the database. The server serves all the same.

    It may have been started before its database, and then works as soon as that is there, without another start.
    """
    try:
        explanation = explain_database()
    finally:
        connection.close()
    if explanation:
        logger.error("%s (The server goes on, and works once that is mended.)", " ".join(explanation.splitlines()))


def freeze_what_is_loaded() -> None:
    """Leave what is loaded for good out of every later collection of garbage.

    Python walks everything it holds each time; that is a tenth of a second in which no frame of sound is read and no
    page is drawn (some 200,000 objects). What is frozen is not walked again.
    """
    gc.collect()
    gc.freeze()


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
                drain_before_ending()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(self.stop)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def start(self) -> None:
        scrub_every_logger()
        run_starts([SOCKETS]).join()  # else the first candidate's socket loads it, and every other one waits
        get_resolver().url_patterns  # noqa: B018 - read now, and not at the first request
        freeze_what_is_loaded()
        if settings.WORK_TRANSPORT != "threads":
            return
        self._lock = take_lock(settings.VAR_DIR)
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
