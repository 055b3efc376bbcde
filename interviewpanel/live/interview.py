"""One candidate's connection to their interview, by any door: opened, fed, told, ended. Decides nothing by itself.

The door that owns it reads what its own kind of line brings and calls `receive_frame`, `receive_message`, `take_hint`
and `close`; none of these raises.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from config.draining import is_draining
from interviewpanel.domain import protocol
from interviewpanel.domain.protocol import AudioFrame, ClientMessage, ProtocolError
from interviewpanel.domain.states import MoveRefused
from interviewpanel.live.admission import Admission
from interviewpanel.live.audience import Audience
from interviewpanel.live.delivery import Delivery
from interviewpanel.live.door import Door
from interviewpanel.live.draining import note_closed, note_open
from interviewpanel.live.handlers import HANDLERS
from interviewpanel.live.hearing import Hearing
from interviewpanel.live.jobs import JobQueue
from interviewpanel.live.threads import in_thread
from interviewpanel.live.upkeep import Upkeep
from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors import open_turns
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.selectors.session_state import describe_session, load_session
from interviewpanel.selectors.turn_rules import load_rules
from interviewpanel.services import session_manager
from interviewpanel.services.clocks import describe_times
from interviewpanel.services.events import ConnectionReplaced

logger = logging.getLogger(__name__)

GOODBYE_SECONDS = 10.0


class LiveInterview:
    """`session` is the row as it was when last read; the truth is asked under its lock, by the services."""

    session: InterviewSession
    epoch: int
    hearing: Hearing
    delivery: Delivery
    upkeep: Upkeep
    audience: Audience
    admission: Admission

    def __init__(self, door: Door) -> None:
        self.door, self.clock = door, door.clock
        self.jobs = JobQueue(door.clock, resends=door.resends, fail=self.fail)
        self.tell, self.tell_error, self.leave = door.tell, door.tell_error, door.leave
        self._opened: InterviewSession | None = None
        self._worker: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._is_ready = False

    @property
    def has_left(self) -> bool:
        return self.door.has_left

    @property
    def is_answering(self) -> bool:
        """The candidate has the word. Not while a question is read, nor between two."""
        turn = self.hearing.open_turn if self._is_ready else None
        return turn is not None and turn.is_started

    @property
    def is_ready(self) -> bool:
        """Opened: the session is read, and its open answer can be heard."""
        return self._is_ready

    # --- Coming and going ----------------------------------------------------------------------------------------

    async def open(self, invitation: InterviewPanelCandidate) -> None:
        """Take the connection of this link's session, and tell where it stands. A server that is about to end sends
        whoever comes to another one."""
        if is_draining():
            await self.leave(protocol.CLOSE_RESTARTING)
            return
        note_open(self)
        await self._try(self._open, invitation)

    async def _open(self, invitation: InterviewPanelCandidate) -> None:
        now = self.clock.read_at()
        self._opened = await in_thread(session_manager.open_session, invitation=invitation, now=now)
        self.epoch = self._opened.epoch
        await self.door.join_group(self._opened.group_name)  # before the state is read: no hint falls between
        await self._begin(self._opened.pk)

    async def _begin(self, session_id: int) -> None:
        now = self.clock.read()
        self.session = await in_thread(load_session, session_id)
        self.delivery = Delivery(self, self.session.event_sequence)
        self.hearing = Hearing(self, await in_thread(open_turns.load_open_turn, self.session), now)
        self.audience, self.admission = Audience(self), Admission(self)
        await self.send_state()
        self._worker = asyncio.create_task(self._try(self.jobs.work))
        await self.hearing.rejoin(now)
        self.upkeep = Upkeep(self)
        for work in (self.upkeep.run, self.delivery.run, self.audience.run):
            self._tasks.append(asyncio.create_task(self._try(work)))
        self._is_ready = True

    async def take_settings(self) -> None:
        """Go on by what the candidate was granted, or chose. Told: session_state."""
        self.session = await in_thread(load_session, self.session.pk)
        turn = self.hearing.open_turn
        if turn is not None:
            await self.hearing.follow(turn.change_rules(load_rules(self.session), self.clock.read()))
        await self.send_state()

    async def send_state(self) -> None:
        turn = self.hearing.open_turn
        state: dict[str, Any] = await in_thread(
            describe_session,
            self.session,
            times=describe_times(self.session, self.clock.read_at()),
            question=self.hearing.question,
            more_time_left=None if turn is None else turn.more_time_left,
            queue=await self.admission.describe(),
        )
        await self.tell("session_state", **state)

    async def close(self) -> None:
        """The candidate is gone, or was sent away. What was heard and cut is stored, the rest was not acknowledged and
        comes again; then the lease is free."""
        try:
            await self._close()
        finally:
            note_closed(self)

    async def _close(self) -> None:
        if self._opened is None:
            return
        for task in self._tasks:
            task.cancel()
        if self._worker is not None:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.jobs.join(), GOODBYE_SECONDS)
            self._worker.cancel()
        await in_thread(
            session_manager.interrupt_session, session_id=self._opened.pk, epoch=self.epoch, now=self.clock.read_at()
        )
        await self.door.leave_group(self._opened.group_name)

    async def hang_up(self) -> None:
        """As `close`, for a line whose other end keeps nothing: what was said up to now is stored, not only what was
        cut."""
        turn = self.hearing.open_turn if self._is_ready else None
        if turn is not None:
            self.hearing.store(turn.hang_up(self.clock.read()))
        await self.close()

    # --- What the candidate sends --------------------------------------------------------------------------------

    async def receive_frame(self, read: Callable[[], AudioFrame]) -> None:
        """`read` makes the frame of what came; it may raise ProtocolError."""
        await self._receive(lambda: self.hearing.receive(read()))

    async def receive_message(self, read: Callable[[], ClientMessage]) -> None:
        """As `receive_frame`."""
        await self._receive(lambda: self._receive_message(read))

    async def _receive(self, take: Callable[[], Awaitable[None]]) -> None:
        if self.has_left or not self._is_ready:
            return
        try:
            await take()
        except ProtocolError as error:
            await self.tell_error(error.code, str(error), re=error.re, is_fatal=error.close_code is not None)
            if error.close_code:
                await self.leave(error.close_code)
        except Exception:
            await self.fail()

    async def _receive_message(self, read: Callable[[], ClientMessage]) -> None:
        self.hearing.guard.take_message(self.clock.read())
        message = read()
        try:
            await HANDLERS[message.type](self, message)
        except ConnectionReplaced:
            await self.leave(protocol.CLOSE_REPLACED)
        except LinkRefused as refusal:
            await self.refuse_link(refusal, re=message.id)
        except MoveRefused as refusal:
            raise ProtocolError(refusal.code, str(refusal), re=message.id) from refusal

    # --- Services ------------------------------------------------------------------------------------------------

    async def call(self, service: Callable[..., Any], **values: object) -> Any:
        """For the handlers: behind everything that is queued, and its refusal is the client's answer."""
        await self.jobs.join()
        result = await self.call_service(service, now=self.clock.read_at(), **values)
        self.look_for_news()
        return result

    async def call_service(self, service: Callable[..., Any], **values: object) -> Any:
        """A service of this connection, in a thread, guarded by the connection's epoch."""
        return await in_thread(service, session_id=self.session.pk, epoch=self.epoch, **values)

    def look_for_news(self) -> None:
        self.delivery.look_for_news()

    # --- Hints from the channel layer ------------------------------------------------------------------------------

    async def take_hint(self, message: dict[str, Any]) -> None:
        """What services say to the session's group (`tell_sockets`). What is unknown is for others."""
        match message["type"]:
            case "session.replaced" if message["epoch"] > self.epoch:
                await self.leave(protocol.CLOSE_REPLACED)
            case "session.revoked":
                await self.refuse_link(LinkRefused("link.withdrawn"))
            case "session.news" if self._is_ready:
                self.look_for_news()
            case "session.settings" if self._is_ready:
                self.upkeep.look_again()
            case "session.watched" if self._is_ready:
                self.audience.welcome()

    # --- When it cannot go on ------------------------------------------------------------------------------------

    async def _try(self, work: Callable[..., Coroutine[Any, Any, None]], *values: Any) -> None:
        """Whatever is done here may end the connection, but never dies unheard."""
        try:
            await work(*values)
        except ConnectionReplaced:
            await self.leave(protocol.CLOSE_REPLACED)
        except LinkRefused as refusal:
            await self.refuse_link(refusal)
        except Exception:
            await self.fail()

    async def refuse_link(self, refusal: LinkRefused, *, re: object = None) -> None:
        details = {} if refusal.opens_at is None else {"opens_at": protocol.write_time(refusal.opens_at)}
        await self.tell_error(refusal.code, str(refusal), re=re, is_fatal=True, details=details)
        await self.leave(refusal.close_code)

    async def fail(self) -> None:
        """To be called while an exception is handled. The client reconnects and finds all that was acknowledged."""
        session = getattr(self, "session", None)
        logger.exception("Interview %s: the connection failed.", session.uuid if session else "(none)")
        await self.tell_error("server.fatal", "Something went wrong here. Reconnecting.", is_fatal=True)
        await self.leave(protocol.CLOSE_ERROR)
