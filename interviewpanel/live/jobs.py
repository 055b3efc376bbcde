"""The database work of one connection: one job after the other, in the order of what was heard.

Used by the parts of LiveInterview: a segment is stored before its answer is closed, and nothing slow stands between two
frames.
"""

import asyncio
from collections.abc import Awaitable, Callable

Job = Callable[[], Awaitable[None]]

# A job holds one segment, half a megabyte at most. With this many waiting the door is read no further.
MOST_WAITING = 16


class JobQueue:
    """`add` never waits, so that the order of jobs is the order of events; whoever adds then waits for room."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Job] = asyncio.Queue()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._is_over = False

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
        """Do jobs until cancelled. The first one that raises ends it, and what is behind it is dropped."""
        try:
            while True:
                job = await self._queue.get()
                if self._queue.qsize() < MOST_WAITING:
                    self._has_room.set()
                try:
                    await job()
                finally:
                    self._queue.task_done()
        finally:  # nobody may wait for jobs that nobody does any more
            self._is_over = True
            self._has_room.set()
            while not self._queue.empty():
                self._queue.get_nowait()
                self._queue.task_done()
