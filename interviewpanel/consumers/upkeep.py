"""What a connection does each second by itself: the turn's clock, the lease, the limits. A part of the socket."""

from typing import TYPE_CHECKING

from interviewpanel.consumers.threads import in_thread
from interviewpanel.domain.states import SessionStatus
from interviewpanel.selectors.session_state import load_session
from interviewpanel.services import answers, deadlines, session_manager
from interviewpanel.services.accommodations import read_terms
from interviewpanel.services.clocks import TIME_WARNINGS_SECONDS, count_remaining_seconds, is_time_short

if TYPE_CHECKING:
    from interviewpanel.consumers.interview import InterviewConsumer

TICK_SECONDS = 1.0
LEASE_RENEWAL_SECONDS = 10.0
CLOCK_SECONDS = 10.0


class Upkeep:
    def __init__(self, socket: "InterviewConsumer") -> None:
        self._socket = socket
        self._renewed = self._told_clock = socket.clock.read()
        self._remaining = count_remaining_seconds(socket.session, socket.clock.read_at())
        self._terms = read_terms(socket.session.invitation)  # what the open turn goes by

    def look_again(self) -> None:
        """The session has other terms: they are read, and the lease renewed, within a second and not within ten."""
        self._renewed = float("-inf")

    def tell_clock_soon(self) -> None:
        """Somebody gave more time: it is told within a second."""
        self._told_clock = float("-inf")

    async def run(self) -> None:
        while True:
            await self._socket.clock.sleep(TICK_SECONDS)
            if not self._socket.has_left:
                await self._tick(self._socket.clock.read())

    async def _tick(self, now: float) -> None:
        socket = self._socket
        await socket.hearing.tick(now)
        socket.audience.tick()
        if now - self._renewed >= LEASE_RENEWAL_SECONDS:
            self._renewed = now
            await self._renew()
        if socket.session.status == SessionStatus.IN_PROGRESS:
            await self._watch_clock(now)
        await self._watch_limits()

    async def _renew(self) -> None:
        """Raises ConnectionReplaced or LinkRefused where the hint of it was lost."""
        socket, turn = self._socket, self._socket.hearing.open_turn
        stored = await socket.call_service(session_manager.renew_lease, now=socket.clock.read_at())
        if read_terms(stored.invitation) != self._terms:
            self._terms = read_terms(stored.invitation)
            await socket.take_settings()
        if turn is not None:
            deadline_at = socket.hearing.find_deadline(turn)
            await socket.call_service(answers.store_deadline, answer_id=turn.answer_id, deadline_at=deadline_at)

    async def _watch_limits(self) -> None:
        """The clock and the pauses are looked at in memory; only what is due goes to the database.

        What was heard of an answer that the end of the interview cuts off is stored first.
        """
        socket, now = self._socket, self._socket.clock.read_at()
        if deadlines.is_limit_reached(socket.session, now):
            # The row may know of time that was not counted; a turn ended by mistake could not be opened again.
            socket.session = await in_thread(load_session, socket.session.pk)
            if not deadlines.is_limit_reached(socket.session, now):
                return
            turn = socket.hearing.open_turn
            if turn is not None and socket.session.status == SessionStatus.IN_PROGRESS:
                await socket.hearing.follow(turn.end(now.timestamp(), "interview_over"))
            await socket.jobs.join()
            await socket.call_service(deadlines.act_on_limits, now=now)
            socket.look_for_news()
        elif socket.hearing.open_turn is None and socket.session.status == SessionStatus.IN_PROGRESS:
            await in_thread(answers.stop_waiting_for_words, session_id=socket.session.pk, now=now)

    async def _watch_clock(self, now: float) -> None:
        """Tell the time every ten seconds, and at once where a warning is due: once each, while it is still true."""
        session, now_at = self._socket.session, self._socket.clock.read_at()
        before, self._remaining = self._remaining, count_remaining_seconds(session, now_at)
        warning = min((one for one in TIME_WARNINGS_SECONDS if self._remaining <= one < before), default=None)
        if warning is None and now - self._told_clock < CLOCK_SECONDS:
            return
        self._told_clock = now
        wrap_up = is_time_short(session, now_at)
        await self._socket.tell("clock", remaining_seconds=round(self._remaining), wrap_up=wrap_up, warning=warning)
