"""Handing over a server's live interviews before it ends: told, heard to the end of their answer, and sent elsewhere.

Every LiveInterview of this process is known here while it is open. Rows hold all that another server needs; what is
waited for is only that nobody is interrupted in the middle of a sentence. A candidate's line that takes nothing more
holds up nobody: all are told at the same time, and nobody is waited for longer than TELL_SECONDS.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from config.draining import at_drain
from interviewpanel.domain import protocol

if TYPE_CHECKING:
    from interviewpanel.live.interview import LiveInterview

logger = logging.getLogger(__name__)
LOOK_SECONDS = 0.25
TELL_SECONDS = 2.0
MESSAGE = "This site is being updated. Your interview goes on in a moment; nothing is lost."

# With the loop that owns it: on the embedded stack rooms have one of their own, in another thread.
_open: dict["LiveInterview", asyncio.AbstractEventLoop] = {}


def note_open(live: "LiveInterview") -> None:
    _open[live] = asyncio.get_running_loop()


def note_closed(live: "LiveInterview") -> None:
    _open.pop(live, None)


@at_drain
async def hand_over(seconds: float) -> None:
    """Effects: everybody who is connected is told; each connection is closed with 1012 as soon as no answer is being
    given on it, and all that are left after so many seconds. Their leases are free then, and their clocks stand."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + seconds
    await _do_for_each(list(_open), lambda live: live.tell("notice", code="server_restarting", message=MESSAGE))
    sent = set["LiveInterview"]()
    while left := [live for live in list(_open) if not live.has_left and live not in sent]:
        is_late = loop.time() >= ends_at
        going = [live for live in left if is_late or not live.is_answering]
        sent.update(going)
        await _do_for_each(going, lambda live: live.leave(protocol.CLOSE_RESTARTING))
        await asyncio.sleep(LOOK_SECONDS)
    while _open and loop.time() < ends_at + TELL_SECONDS:  # what was heard is being stored
        await asyncio.sleep(LOOK_SECONDS)


async def _do_for_each(
    lives: Iterable["LiveInterview"], act: Callable[["LiveInterview"], Coroutine[Any, Any, None]]
) -> None:
    """At the same time, each in its own loop."""
    await asyncio.gather(*(_do(live, act) for live in lives))


async def _do(live: "LiveInterview", act: Callable[["LiveInterview"], Coroutine[Any, Any, None]]) -> None:
    loop = _open.get(live)
    if loop is None or loop.is_closed():
        return  # gone meanwhile
    try:
        async with asyncio.timeout(TELL_SECONDS):
            if loop is asyncio.get_running_loop():
                await act(live)
            else:
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(act(live), loop))
    except TimeoutError:
        logger.warning("A candidate's line takes nothing more; the server does not wait for it.")
    except Exception:
        logger.exception("A candidate could not be told that the server ends.")
