"""Handing live interviews over: a line that takes nothing more, and a room's loop of its own."""

import asyncio
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from interviewpanel.domain import protocol
from interviewpanel.live import LiveInterview, draining
from interviewpanel.live.clocks import WallClock
from interviewpanel.live.draining import hand_over, note_closed, note_open


class Line:
    """A door that notes what was asked of it, and by which thread."""

    resends = True

    def __init__(self, *, is_stuck: bool = False) -> None:
        self.clock = WallClock()
        self.has_left = False
        self.left_with: int | None = None
        self.told: list[str] = []
        self.threads: set[str] = set()
        self._is_stuck = is_stuck
        self.live = LiveInterview(self)

    async def tell(self, type_: str, *, at: datetime | None = None, **values: Any) -> None:
        await self._take()
        self.told.append(values["code"])

    async def tell_error(
        self,
        code: str,
        message: str,
        *,
        re: object = None,
        is_fatal: bool = False,
        details: Mapping[str, Any] | None = None,
    ) -> None: ...

    async def leave(self, code: int) -> None:
        await self._take()
        self.has_left, self.left_with = True, code
        note_closed(self.live)

    async def join_group(self, group: str) -> None: ...

    async def leave_group(self, group: str) -> None: ...

    async def _take(self) -> None:
        if self._is_stuck:
            await asyncio.Event().wait()
        self.threads.add(threading.current_thread().name)


async def test_one_line_that_takes_nothing_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "TELL_SECONDS", 0.05)
    lines = [Line(is_stuck=True), Line(), Line()]
    for line in lines:
        note_open(line.live)
    try:
        await asyncio.wait_for(hand_over(0.0), timeout=30)
    finally:
        for line in lines:
            note_closed(line.live)
    assert [(line.told, line.left_with) for line in lines] == [
        ([], None),
        (["server_restarting"], protocol.CLOSE_RESTARTING),
        (["server_restarting"], protocol.CLOSE_RESTARTING),
    ]


async def test_a_room_is_told_and_left_in_its_own_loop() -> None:
    room = Line()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="rooms")
    thread.start()
    try:

        async def enter() -> None:
            note_open(room.live)

        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(enter(), loop))
        await asyncio.wait_for(hand_over(5.0), timeout=30)
    finally:
        note_closed(room.live)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=30)
        loop.close()
    assert (room.told, room.left_with, room.threads) == (
        ["server_restarting"],
        protocol.CLOSE_RESTARTING,
        {"rooms"},
    )
