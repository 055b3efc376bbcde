"""Events to the candidate: rows, read on every hint and every few seconds, told in order. A part of LiveInterview."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from interviewpanel.domain import protocol
from interviewpanel.live.live_turn import Step
from interviewpanel.live.threads import in_thread
from interviewpanel.models import SessionEvent
from interviewpanel.selectors import open_turns

if TYPE_CHECKING:
    from interviewpanel.live.interview import LiveInterview

POLL_SECONDS = 5.0  # events are looked for this often even if every hint was lost

NOTICES = {
    ("paused", "are_you_there"): ("are_you_there", "Are you still there? Press resume to go on."),
    ("resumed", "pause_budget_spent"): ("pause_budget_spent", "The time for pauses is used up, so we go on."),
}


class Delivery:
    """What was sent, up to which sequence; and what the connection itself had to do because of it."""

    def __init__(self, live: "LiveInterview", last_sequence: int) -> None:
        self._live = live
        self._sent = last_sequence
        self._acted = last_sequence  # an event that is told again is not lived through again
        self._replay_after: int | None = None
        self._news = asyncio.Event()
        self._news.set()

    def look_for_news(self) -> None:
        self._news.set()

    def replay(self, after: int) -> None:
        """Send again every event after this one. Events of the future are none."""
        self._replay_after = max(0, after)
        self._news.set()

    async def run(self) -> None:
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._news.wait(), POLL_SECONDS)
            self._news.clear()
            while (news := await self._read()).events:
                for event in news.events:
                    if self._replay_after is not None:
                        break
                    await self._deliver(event, news)

    async def _read(self) -> open_turns.News:
        """All in one call: a candidate waits for the question while it is read."""
        if self._replay_after is not None:
            self._sent, self._replay_after = min(self._replay_after, self._sent), None
        news = await in_thread(open_turns.load_news, self._live.session.pk, sent=self._sent, acted=self._acted)
        if news.session is not None:
            self._live.session = news.session
        return news

    async def _deliver(self, event: SessionEvent, news: open_turns.News) -> None:
        live = self._live
        is_new = event.sequence > self._acted
        steps: Sequence[Step] = ()
        if is_new:
            steps = self._act(event, news)
            self._acted = event.sequence
        await live.tell(event.type, sequence=event.sequence, at=event.at, **event.payload)
        await live.hearing.tell(steps)
        self._sent = event.sequence
        notice = NOTICES.get((event.type, str(event.payload.get("reason"))))
        if notice and is_new:
            await live.tell("notice", code=notice[0], message=notice[1])
        if event.type == "interview_completed":
            await live.leave(protocol.CLOSE_NORMAL)

    def _act(self, event: SessionEvent, news: open_turns.News) -> Sequence[Step]:
        """Returns what is to be told of the turn behind the event: a countdown before `resumed` would not be shown."""
        hearing, now = self._live.hearing, self._live.clock.read()
        if event.type == "next_question":
            hearing.take_turn(news.turn, now)
        elif event.type == "paused":
            return hearing.pause(now)
        elif event.type == "resumed":
            return hearing.resume(now)
        elif event.type == "time_added":
            self._live.upkeep.tell_clock_soon()
        return ()
