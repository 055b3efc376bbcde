"""What a connection does each second by itself: the turn's clock, the lease, the limits. A part of LiveInterview."""

from typing import TYPE_CHECKING

from interviewpanel.domain.states import SessionStatus
from interviewpanel.live.threads import in_thread
from interviewpanel.selectors.session_state import load_session
from interviewpanel.services import answers, deadlines, session_manager
from interviewpanel.services.accommodations import read_terms
from interviewpanel.services.clocks import TIME_WARNINGS_SECONDS, count_remaining_seconds, is_time_short

if TYPE_CHECKING:
    from interviewpanel.live.interview import LiveInterview

TICK_SECONDS = 1.0
LEASE_RENEWAL_SECONDS = 10.0
CLOCK_SECONDS = 10.0


class Upkeep:
    def __init__(self, live: "LiveInterview") -> None:
        self._live = live
        self._renewed = self._told_clock = live.clock.read()
        self._remaining = count_remaining_seconds(live.session, live.clock.read_at())
        self._terms = read_terms(live.session.invitation)  # what the open turn goes by

    def look_again(self) -> None:
        """The session has other terms, or a place is free for it: they are read, and the lease renewed, within a second
        and not within ten."""
        self._renewed = float("-inf")
        self._live.admission.look_again()

    def tell_clock_soon(self) -> None:
        """Somebody gave more time: it is told within a second."""
        self._told_clock = float("-inf")

    async def run(self) -> None:
        while True:
            await self._live.clock.sleep(TICK_SECONDS)
            if not self._live.has_left:
                await self._tick(self._live.clock.read())

    async def _tick(self, now: float) -> None:
        live = self._live
        await live.hearing.tick(now)
        live.audience.tick()
        await live.admission.tick(now)
        if now - self._renewed >= LEASE_RENEWAL_SECONDS:
            self._renewed = now
            await self._renew()
        if live.session.status == SessionStatus.IN_PROGRESS:
            await self._watch_clock(now)
        await self._watch_limits()

    async def _renew(self) -> None:
        """Raises ConnectionReplaced or LinkRefused where the hint of it was lost."""
        live, turn = self._live, self._live.hearing.open_turn
        stored = await live.call_service(session_manager.renew_lease, now=live.clock.read_at())
        if read_terms(stored.invitation) != self._terms:
            self._terms = read_terms(stored.invitation)
            await live.take_settings()
        if turn is not None:
            deadline_at = live.hearing.find_deadline(turn)
            await live.call_service(answers.store_deadline, answer_id=turn.answer_id, deadline_at=deadline_at)

    async def _watch_limits(self) -> None:
        """The clock and the pauses are looked at in memory; only what is due goes to the database.

        What was heard of an answer that the end of the interview cuts off is stored first.
        """
        live, now = self._live, self._live.clock.read_at()
        if deadlines.is_limit_reached(live.session, now):
            # The row may know of time that was not counted; a turn ended by mistake could not be opened again.
            live.session = await in_thread(load_session, live.session.pk)
            if not deadlines.is_limit_reached(live.session, now):
                return
            turn = live.hearing.open_turn
            if turn is not None and live.session.status == SessionStatus.IN_PROGRESS:
                await live.hearing.follow(turn.end(now.timestamp(), "interview_over"))
            await live.jobs.join()
            await live.call_service(deadlines.act_on_limits, now=now)
            live.look_for_news()
        elif live.hearing.open_turn is None and live.session.status == SessionStatus.IN_PROGRESS:
            await in_thread(answers.stop_waiting_for_words, session_id=live.session.pk, now=now)

    async def _watch_clock(self, now: float) -> None:
        """Tell the time every ten seconds, and at once where a warning is due: once each, while it is still true."""
        session, now_at = self._live.session, self._live.clock.read_at()
        before, self._remaining = self._remaining, count_remaining_seconds(session, now_at)
        warning = min((one for one in TIME_WARNINGS_SECONDS if self._remaining <= one < before), default=None)
        if warning is None and now - self._told_clock < CLOCK_SECONDS:
            return
        self._told_clock = now
        wrap_up = is_time_short(session, now_at)
        await self._live.tell("clock", remaining_seconds=round(self._remaining), wrap_up=wrap_up, warning=warning)
