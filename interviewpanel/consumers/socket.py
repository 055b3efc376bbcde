"""What both sockets stand on: saying things, and ending. The candidate's is a door (interviewpanel/live/door.py)."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from interviewpanel.domain import protocol
from interviewpanel.live.clocks import WallClock

logger = logging.getLogger(__name__)

JOIN_GROUP_SECONDS = 2.0


class SayingSocket(AsyncWebsocketConsumer):  # type: ignore[misc]
    """A socket that says typed messages with a time, and closes once."""

    def __init__(self, clock: WallClock | None = None) -> None:
        super().__init__()
        self.clock = clock or WallClock()
        self.has_left = False  # closed by us, or the client is gone: nothing more is heard or said

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels' own dispatch hops to a thread to close database connections, on every frame. We need none."""
        handler = getattr(self, message["type"].replace(".", "_"))
        await handler(message)

    async def tell(self, type_: str, *, at: datetime | None = None, **values: Any) -> None:
        """One message. To a client that has gone nothing is said, and nobody is troubled: its events are rows."""
        if self.has_left:
            return
        message = {"type": type_, "at": protocol.write_time(at or self.clock.read_at()), **values}
        try:
            await self.send(text_data=protocol.write_message(message))
        except OSError:  # what uvicorn raises for a client that has just disconnected
            self.has_left = True

    async def tell_error(
        self,
        code: str,
        message: str,
        *,
        re: object = None,
        is_fatal: bool = False,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """The client has a sentence of its own for every code; `message` is for who reads along."""
        await self.tell("error", code=code, message=message, re=re, fatal=is_fatal, **(details or {}))

    async def refuse(self, code: str, message: str, close_code: int) -> None:
        await self.tell_error(code, message, is_fatal=True)
        await self.leave(close_code)

    async def leave(self, code: int) -> None:
        """Close from our side, once."""
        if not self.has_left:
            self.has_left = True
            with contextlib.suppress(OSError):
                await self.close(code=code)

    async def join_group(self, group: str) -> None:
        """Hints are welcome, not needed: without Redis the connection looks for news by itself."""
        try:
            async with asyncio.timeout(JOIN_GROUP_SECONDS):
                await self.channel_layer.group_add(group, self.channel_name)
        except Exception:
            logger.warning("A socket could not join its group; it looks for news by itself.", exc_info=True)

    async def leave_group(self, group: str) -> None:
        with contextlib.suppress(Exception):
            async with asyncio.timeout(JOIN_GROUP_SECONDS):
                await self.channel_layer.group_discard(group, self.channel_name)
