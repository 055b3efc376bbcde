"""Handing over a server's live interviews before it ends: told, heard to the end of their answer, and sent elsewhere.

Every LiveInterview of this process is known here while it is open. Rows hold all that another server needs; what is
waited for is only that nobody is interrupted in the middle of a sentence.
"""

import asyncio
from typing import TYPE_CHECKING

from config.draining import at_drain
from interviewpanel.domain import protocol

if TYPE_CHECKING:
    from interviewpanel.live.interview import LiveInterview

LOOK_SECONDS = 0.25
MESSAGE = "This site is being updated. Your interview goes on in a moment; nothing is lost."

_open: set["LiveInterview"] = set()


def note_open(live: "LiveInterview") -> None:
    _open.add(live)


def note_closed(live: "LiveInterview") -> None:
    _open.discard(live)


@at_drain
async def hand_over(seconds: float) -> None:
    """Effects: everybody who is connected is told; each connection is closed with 1012 as soon as no answer is being
    given on it, and all that are left after so many seconds. Their leases are free then, and their clocks stand."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + seconds
    for live in list(_open):
        await live.tell("notice", code="server_restarting", message=MESSAGE)
    while left := [live for live in list(_open) if not live.has_left]:
        is_late = loop.time() >= ends_at
        for live in left:
            if is_late or not live.is_answering:
                await live.leave(protocol.CLOSE_RESTARTING)
        await asyncio.sleep(LOOK_SECONDS)
    while _open and loop.time() < ends_at:  # what was heard is being stored
        await asyncio.sleep(LOOK_SECONDS)
