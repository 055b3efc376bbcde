"""What is only of the moment, for the people who watch: the turn, and when the candidate was last heard.

A part of LiveInterview. Nothing is sent, and nothing is waited for, unless somebody has said within the last
half minute that they watch; then one small message at a time, twice a second at most, from a task of its own: the
interview never waits for it. Who watches does not stand in the database, and takes no part in the interview.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from config.channel_layer import send_group
from interviewpanel.domain.turn_events import TurnUpdate
from interviewpanel.live.threads import in_spare_thread

if TYPE_CHECKING:
    from interviewpanel.live.interview import LiveInterview

logger = logging.getLogger(__name__)

WATCHED_SECONDS = 30.0  # a monitor says three times within it that it is there
SHORTEST_SECONDS = 0.5  # between two messages


class Audience:
    """`note_turn`, `tick` and `welcome` only note; `run` sends."""

    def __init__(self, live: "LiveInterview") -> None:
        self._live = live
        self._watched_until = float("-inf")
        self._news = asyncio.Event()
        self._update: TurnUpdate | None = None
        self._answer: int | None = None
        self._told_at = 0.0
        self._heard_at: float | None = None  # as it was last sent

    @property
    def is_watched(self) -> bool:
        return self._live.clock.read() < self._watched_until

    def welcome(self) -> None:
        """Somebody watches. Sent at once: how things stand."""
        self._watched_until = self._live.clock.read() + WATCHED_SECONDS
        self._news.set()

    def note_turn(self, update: TurnUpdate) -> None:
        """What the candidate was shown just now; kept, so that who begins to watch later sees it too."""
        turn = self._live.hearing.turn
        self._update, self._answer = update, None if turn is None else turn.number
        self._told_at = self._live.clock.read()
        if self.is_watched:
            self._news.set()

    def tick(self) -> None:
        """Once a second: the candidate was heard meanwhile."""
        if self._live.hearing.heard_at != self._heard_at and self.is_watched:
            self._news.set()

    async def run(self) -> None:
        """Until cancelled. Whatever fails here, the interview goes on; then its moments are not shown."""
        try:
            await self._keep_telling()
        except Exception:
            logger.exception("Interview %s: those who watch see its turns no more.", self._live.session.uuid)

    async def _keep_telling(self) -> None:
        """First one question: is anybody there. A monitor that was there before this connection answers it."""
        await self._send({"type": "audience.wanted"})
        while True:
            await self._news.wait()
            self._news.clear()
            await self._send(self._describe())
            await asyncio.sleep(SHORTEST_SECONDS)

    def _describe(self) -> dict[str, object]:
        """The turn of the newest answer; `asking` until its question has been heard."""
        turn = self._live.hearing.turn
        self._heard_at = self._live.hearing.heard_at
        number = None if turn is None else turn.number
        message = {"type": "audience.moment", "answer": number, "heard_at": self._heard_at}
        update = self._update if number == self._answer else None
        if turn is None or (update is None and not turn.is_started):
            return {**message, "state": "asking", "reason": "", "ends_at": None}
        if update is None:
            return {**message, "state": "listening", "reason": "", "ends_at": None}
        ends_at = None if update.ends_in_ms is None else self._told_at + update.ends_in_ms / 1000
        return {**message, "state": str(update.state), "reason": update.reason, "ends_at": ends_at}

    async def _send(self, message: dict[str, object]) -> None:
        await in_spare_thread(send_group, self._live.session.audience_group_name, message)
