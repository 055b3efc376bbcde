"""Waiting for a place: what a connection does until its interview may begin. A part of LiveInterview.

Whoever says `start` begins at once where a place is free. Else they are told where they stand, and let in when their
turn comes: by this connection itself, unless its page has said that it asks its candidate first (`confirms_turn`).
"""

import time
from typing import TYPE_CHECKING, Any

from interviewpanel.domain.states import MoveRefused, SessionStatus
from interviewpanel.live.threads import in_queue_thread
from interviewpanel.services import session_manager
from interviewpanel.services.events import ConnectionReplaced
from interviewpanel.services.queue_states import describe_queue

if TYPE_CHECKING:
    from interviewpanel.live.interview import LiveInterview

LOOK_SECONDS = 5.0  # so often it is looked where somebody stands, without a hint
KEPT = ("state", "position", "tell_by", "is_drained")  # with minutes, what is worth another message


class Admission:
    def __init__(self, live: "LiveInterview") -> None:
        self._live = live
        self._start: dict[str, Any] | None = None  # what was agreed to, while it has not begun
        self._confirms_turn = False
        self._is_waiting = False
        self._looks_at = float("-inf")
        self._told: object = None

    def look_again(self) -> None:
        """There may be news: looked for within a second."""
        self._looks_at = float("-inf")

    async def describe(self) -> dict[str, Any] | None:
        """`queue` of a session_state that is about to be told."""
        facts = await self._read()
        self._told = _key(facts)
        return facts

    async def ask(self, start: dict[str, Any], *, confirms_turn: bool) -> None:
        """Begin, or wait. Raises MoveRefused and LinkRefused as `start_session` does. Told: queue, where they wait."""
        live = self._live
        self._confirms_turn = confirms_turn
        await live.jobs.join()
        who: dict[str, Any] = {"session_id": live.session.pk, "epoch": live.epoch, "now": live.clock.read_at()}
        has_begun = await in_queue_thread(session_manager.start_session, **who, **start)
        live.look_for_news()
        if has_begun:
            self._start, self._is_waiting = None, False
            live.session.consented_at = live.session.consented_at or live.clock.read_at()
        else:
            self._start = start
            await self.tell()

    async def tell(self) -> None:
        """Where they stand now, changed or not."""
        self._told = None
        await self._look(is_fresh=True)

    async def tick(self, now: float) -> None:
        if self._is_waiting and now >= self._looks_at and self._live.session.status == SessionStatus.PENDING:
            await self._look(is_fresh=self._looks_at == float("-inf"))

    async def _look(self, *, is_fresh: bool) -> None:
        self._looks_at = self._live.clock.read() + LOOK_SECONDS
        facts = await self._read(is_fresh=is_fresh)
        if facts is not None and _key(facts) != self._told:
            self._told = _key(facts)
            await self._live.tell("queue", **facts)
        if facts and facts["state"] == "called" and self._start and not self._confirms_turn:
            await self._begin(self._start)

    async def _read(self, *, is_fresh: bool = False) -> dict[str, Any] | None:
        if self._live.session.status != SessionStatus.PENDING:
            self._is_waiting = False
            return None  # without a word in the queue's threads: an interview that goes on waits for nobody's place
        now, since = self._live.clock.read_at(), time.monotonic() if is_fresh else None
        facts = await in_queue_thread(describe_queue, self._live.session, now, since=since)
        self._is_waiting = facts is not None and facts["state"] != "left"
        return facts

    async def _begin(self, start: dict[str, Any]) -> None:
        """Nobody has asked just now, so a refusal is told as what it is: the text of consent has changed meanwhile."""
        try:
            await self.ask(start, confirms_turn=False)
        except ConnectionReplaced:
            raise
        except MoveRefused as refusal:
            self._start = None
            await self._live.tell_error(refusal.code, str(refusal))


def _key(facts: dict[str, Any] | None) -> object:
    if facts is None or facts["state"] == "left":
        return facts and facts["state"]
    seconds = facts["estimated_seconds"]
    minutes = round(seconds / 60) if isinstance(seconds, int) else None
    return minutes, *(facts[name] for name in KEPT)
