"""What a live interview asks of the way by which its candidate came: a browser's socket, a phone, a room."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from interviewpanel.live.clocks import WallClock


class Door(Protocol):
    """Messages are those of docs/protocol; a door without a screen says of them what can be heard.

    None of these raises for a candidate who has gone: what they should know are rows, and told when they come back.
    """

    clock: WallClock
    resends: bool  # what was said and not acknowledged comes again, on the next connection
    has_left: bool  # closed by us, or the candidate is gone: nothing more is heard or said

    async def tell(self, type_: str, *, at: datetime | None = None, **values: Any) -> None:
        """One message to the candidate."""

    async def tell_error(
        self,
        code: str,
        message: str,
        *,
        re: object = None,
        is_fatal: bool = False,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """What was asked for changes nothing, and why."""

    async def leave(self, code: int) -> None:
        """End the connection from our side, once, for a reason of the protocol's close codes."""

    async def join_group(self, group: str) -> None:
        """Hints of this group are wanted: the door hands them to `LiveInterview.take_hint`."""

    async def leave_group(self, group: str) -> None: ...
