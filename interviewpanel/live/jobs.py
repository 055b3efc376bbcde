"""The database work of one connection: one job after the other, in the order of what was heard.

Used by the parts of LiveInterview: a segment is stored before its answer is closed, and nothing slow stands between two
frames.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from interviewpanel.domain.states import MoveRefused
from interviewpanel.live.clocks import WallClock
from interviewpanel.selectors.links import LinkRefused

logger = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]

# A job holds one segment, half a megabyte at most. With this many waiting the door is read no further.
MOST_WAITING = 16
RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0)  # less in all than is waited for jobs once the line is gone
DECIDED = (MoveRefused, LinkRefused)  # no failure: to ask again changes nothing


class JobQueue:
    """`add` never waits, so that the order of jobs is the order of events; whoever adds then waits for room.

    `resends`: what is not stored comes again, so that a failure may end it. Else each job is tried again for some
    seconds; where that does not help either `fail` is called, within the exception, and the jobs behind it are done.
    """

    def __init__(self, clock: WallClock, *, resends: bool, fail: Callable[[], Awaitable[None]]) -> None:
        self._clock, self._resends, self._fail = clock, resends, fail
        self._queue: asyncio.Queue[Job] = asyncio.Queue()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._is_over = False
        self.has_lost = False  # a job that nobody sends again was given up

    def add(self, job: Job) -> None:
        """After the worker has ended nothing is taken any more: it was not acknowledged and will come again."""
        if self._is_over:
            return
        self._queue.put_nowait(job)
        if self._queue.qsize() >= MOST_WAITING:
            self._has_room.clear()

    async def wait_for_room(self) -> None:
        await self._has_room.wait()

    async def join(self) -> None:
        """Until all that was added is done, or the worker has ended."""
        await self._queue.join()

    async def work(self) -> None:
        """Do jobs until cancelled. The first one that raises ends it, and what is behind it is dropped; where nothing
        comes again, only what was decided against ends it."""
        try:
            while True:
                job = await self._queue.get()
                if self._queue.qsize() < MOST_WAITING:
                    self._has_room.set()
                try:
                    await (job() if self._resends else self._do_patiently(job))
                finally:
                    self._queue.task_done()
        finally:  # nobody may wait for jobs that nobody does any more
            self._is_over = True
            self._has_room.set()
            while not self._queue.empty():
                self._queue.get_nowait()
                self._queue.task_done()

    async def _do_patiently(self, job: Job) -> None:
        """Raises what was decided, and nothing else."""
        for seconds in (*RETRY_SECONDS, None):
            try:
                return await job()
            except DECIDED:
                raise
            except Exception as error:
                if seconds is None:
                    self.has_lost = True
                    return await self._fail()
                logger.warning("Something of a live interview is not stored yet, and is tried again: %r", error)
            await self._clock.sleep(seconds)
        raise AssertionError("unreachable")
