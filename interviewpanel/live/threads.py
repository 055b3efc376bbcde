"""Calling services from the event loop: a pool of threads of our own.

`database_sync_to_async` would put every socket's queries through one thread, in a row.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")

_pool = ThreadPoolExecutor(8, thread_name_prefix="socket")
_spare_pool = ThreadPoolExecutor(2, thread_name_prefix="monitor")

_queue_pool = ThreadPoolExecutor(2, thread_name_prefix="queue")
_line_pool = ThreadPoolExecutor(4, thread_name_prefix="line")
_voice_pool = ThreadPoolExecutor(2, thread_name_prefix="voice")


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a synchronous service in a thread and give its database connection back."""
    return await asyncio.get_running_loop().run_in_executor(_pool, partial(_call, partial(function, *args, **kwargs)))


async def in_spare_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """As `in_thread`, for those who only watch: however many there are, no candidate waits for a thread of theirs."""
    return await asyncio.get_running_loop().run_in_executor(
        _spare_pool, partial(_call, partial(function, *args, **kwargs))
    )


async def in_queue_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """As `in_thread`, for those who wait for a place: hundreds come at once, and no answer that is being said waits for
    a thread of theirs, nor for the one lock that they wait for."""
    return await asyncio.get_running_loop().run_in_executor(
        _queue_pool, partial(_call, partial(function, *args, **kwargs))
    )


async def in_line_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """As `in_thread`, for what waits for somebody else's server: no frame of sound waits with it."""
    return await asyncio.get_running_loop().run_in_executor(
        _line_pool, partial(_call, partial(function, *args, **kwargs))
    )


async def in_voice_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """As `in_thread`, for what makes speech: seconds of a core, and not more of them at once than leave room."""
    return await asyncio.get_running_loop().run_in_executor(
        _voice_pool, partial(_call, partial(function, *args, **kwargs))
    )


def _call(function: Callable[[], R]) -> R:
    try:
        return function()
    finally:
        close_old_connections()
