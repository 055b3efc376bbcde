"""`ws/interview/<token>/`: authenticates, dispatches, translates errors. What it decides nothing about is elsewhere.

A frame goes: `receive` → checks → `hearing.Hearing` → `live_turn.LiveTurn` → steps. Steps that touch the database go
through one queue per connection (`jobs`), in order, so that a segment is stored before its answer is closed, and
nothing slow ever stands in `receive`. Events come the other way: rows, read and sent by `delivery.Delivery`.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from channels.exceptions import StopConsumer

from interviewpanel.consumers.audience import Audience
from interviewpanel.consumers.delivery import Delivery
from interviewpanel.consumers.handlers import HANDLERS
from interviewpanel.consumers.hearing import Hearing
from interviewpanel.consumers.socket import InterviewSocket
from interviewpanel.consumers.threads import in_thread
from interviewpanel.consumers.upkeep import Upkeep
from interviewpanel.domain import protocol
from interviewpanel.domain.protocol import ProtocolError
from interviewpanel.domain.states import MoveRefused
from interviewpanel.models import InterviewSession
from interviewpanel.selectors import open_turns
from interviewpanel.selectors.links import LinkRefused
from interviewpanel.selectors.session_state import describe_session, load_session
from interviewpanel.selectors.turn_rules import load_rules
from interviewpanel.services import session_manager
from interviewpanel.services.clocks import describe_times
from interviewpanel.services.events import ConnectionReplaced
from interviewpanel.services.invitations import find_invitation

logger = logging.getLogger(__name__)

GOODBYE_SECONDS = 10.0


class InterviewConsumer(InterviewSocket):
    hearing: Hearing
    delivery: Delivery
    upkeep: Upkeep
    audience: Audience
    _opened: InterviewSession | None = None
    _is_ready = False

    # --- Coming and going ----------------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Accepted first: close codes reach a browser only then, and before it nobody learns whether a token exists."""
        self._worker: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        await self.accept()
        try:
            await self._enter(self.scope["url_route"]["kwargs"]["token"])
        except LinkRefused as refusal:
            await self.refuse_link(refusal)
        except Exception:
            await self.fail()

    async def _enter(self, token: str) -> None:
        invitation = await in_thread(find_invitation, token)
        if invitation is None:
            await self.refuse("link.unknown", "This link is not valid. Please check it.", protocol.CLOSE_TOKEN)
            return
        now = self.clock.read_at()
        self._opened = await in_thread(session_manager.open_session, invitation=invitation, now=now)
        self.epoch = self._opened.epoch
        await self.join_group(self._opened.group_name)  # before the state is read, so that no hint falls between
        await self._begin(self._opened.pk)

    async def _begin(self, session_id: int) -> None:
        now = self.clock.read()
        self.session = await in_thread(load_session, session_id)
        self.delivery = Delivery(self, self.session.event_sequence)
        self.hearing = Hearing(self, await in_thread(open_turns.load_open_turn, self.session), now)
        self.audience = Audience(self)
        await self.send_state()
        self._worker = asyncio.create_task(self.guard(self.jobs.work()))
        await self.hearing.rejoin(now)
        self.upkeep = Upkeep(self)
        for work in (self.upkeep.run(), self.delivery.run(), self.audience.run()):
            self._tasks.append(asyncio.create_task(self.guard(work)))
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
        )
        await self.tell("session_state", **state)

    async def disconnect(self, code: int) -> None:
        """What was heard and cut is stored, the rest was not acknowledged and comes again; then the lease is free."""
        self.has_left = True
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
        await self.leave_group(self._opened.group_name)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        await self.disconnect(message.get("code", 1006))
        raise StopConsumer

    # --- What the client sends -----------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.has_left or not self._is_ready:
            return
        try:
            if bytes_data is not None:
                await self.hearing.receive(protocol.read_frame(bytes_data))
            else:
                self.hearing.guard.take_message(self.clock.read())
                await self._receive_message(protocol.read_message(text_data or ""))
        except ProtocolError as error:
            await self.tell_error(error.code, str(error), re=error.re, is_fatal=error.close_code is not None)
            if error.close_code:
                await self.leave(error.close_code)
        except Exception:
            await self.fail()

    async def _receive_message(self, message: protocol.ClientMessage) -> None:
        try:
            await HANDLERS[message.type](self, message)
        except ConnectionReplaced:
            await self.leave(protocol.CLOSE_REPLACED)
        except LinkRefused as refusal:
            await self.refuse_link(refusal, re=message.id)
        except MoveRefused as refusal:
            raise ProtocolError(refusal.code, str(refusal), re=message.id) from refusal

    async def call(self, service: Callable[..., Any], **values: object) -> Any:
        """For the handlers: behind everything that is queued, and its refusal is the client's answer."""
        await self.jobs.join()
        result = await self.call_service(service, now=self.clock.read_at(), **values)
        self.look_for_news()
        return result

    def look_for_news(self) -> None:
        self.delivery.look_for_news()

    # --- Hints from the channel layer ------------------------------------------------------------------------------

    async def session_news(self, message: dict[str, Any]) -> None:
        if self._is_ready:
            self.look_for_news()

    async def session_settings(self, message: dict[str, Any]) -> None:
        if self._is_ready:
            self.upkeep.look_again()

    async def session_watched(self, message: dict[str, Any]) -> None:
        if self._is_ready:
            self.audience.welcome()

    async def session_replaced(self, message: dict[str, Any]) -> None:
        if message["epoch"] > self.epoch:
            await self.leave(protocol.CLOSE_REPLACED)

    async def session_revoked(self, message: dict[str, Any]) -> None:
        await self.refuse_link(LinkRefused("link.withdrawn"))
