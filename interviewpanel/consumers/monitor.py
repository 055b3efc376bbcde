"""`ws/monitor/`: the socket of people who watch live interviews. It only reads: no epoch, no lease, no lock.

Who is signed in, in which organizations and with which role, is looked at as it begins and every 20 s again. One
connection watches one thing at a time (`monitor_watches`): the list of live interviews, or one interview. Its queries
run in threads of their own (`in_spare_thread`), so that no candidate ever waits for somebody who watches.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from channels.exceptions import StopConsumer
from django.conf import settings

from interviewpanel.consumers.monitor_watches import ListWatch, SessionWatch, Watch
from interviewpanel.consumers.socket import SayingSocket
from interviewpanel.domain import protocol
from interviewpanel.domain.protocol import ClientMessage, FloodGuard, ProtocolError
from interviewpanel.live.threads import in_spare_thread
from interviewpanel.selectors.watchers import Watcher, WatchRefused, find_watched, find_watcher

logger = logging.getLogger(__name__)

CHECK_SECONDS = 20.0  # at most so long does somebody see what they may see no more


class MonitorConsumer(SayingSocket):
    watcher: Watcher | None = None
    watch: Watch | None = None
    _watching: asyncio.Task[None] | None = None
    _checking: asyncio.Task[None] | None = None

    # --- Coming and going ----------------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Accepted first: close codes reach a browser only then."""
        await self.accept()
        self._guard = FloodGuard(self.clock.read())
        try:
            self.watcher = await self._find_watcher()
        except WatchRefused as refusal:
            await self.refuse(refusal.code, str(refusal), refusal.close_code)
        except Exception:
            await self.fail()
        else:
            self._checking = asyncio.create_task(self.guard(self._keep_checking()))

    async def _find_watcher(self) -> Watcher:
        return await in_spare_thread(find_watcher, self.scope["cookies"].get(settings.SESSION_COOKIE_NAME))

    async def _keep_checking(self) -> None:
        """Raises WatchRefused when somebody may not watch any more."""
        while True:
            await self.clock.sleep(CHECK_SECONDS)
            self.watcher = await self._find_watcher()
            if self.watch is not None:
                await self.watch.check(self.watcher)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        self.has_left = True
        if self._checking is not None:
            self._checking.cancel()
        await self._stop_watching()
        raise StopConsumer

    async def guard(self, work: Coroutine[Any, Any, None]) -> None:
        """A task of the connection may end it, but never die unheard."""
        try:
            await work
        except WatchRefused as refusal:
            await self.refuse(refusal.code, str(refusal), refusal.close_code)
        except Exception:
            await self.fail()

    async def fail(self) -> None:
        """To be called while an exception is handled."""
        logger.exception("A monitor's connection failed.")
        await self.refuse("server.fatal", "Something went wrong here. Reconnecting.", protocol.CLOSE_ERROR)

    # --- What the client sends -----------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.has_left or self.watcher is None:
            return
        try:
            self._guard.take_message(self.clock.read())
            message = protocol.read_message(text_data or "", protocol.MONITOR_MESSAGES)
            await self._follow(message, self.watcher)
        except ProtocolError as error:
            await self.tell_error(error.code, str(error), re=error.re, is_fatal=error.close_code is not None)
            if error.close_code:
                await self.leave(error.close_code)
        except Exception:
            await self.fail()

    async def _follow(self, message: ClientMessage, watcher: Watcher) -> None:
        if message.type == "ping":
            await self.tell("pong", re=message.id)
        elif message.type == "watch_list":
            await self._start_watching(ListWatch(self))
        else:
            await self._watch_session(message, watcher)

    async def _watch_session(self, message: ClientMessage, watcher: Watcher) -> None:
        """What is not this watcher's to see is answered as what does not exist."""
        after = message.fields.get("last_sequence", 0)
        if not isinstance(after, int) or isinstance(after, bool):
            raise ProtocolError("message.malformed", "last_sequence is a number.", re=message.id)
        session = await in_spare_thread(find_watched, watcher, message.fields["session"][:100])
        if session is None:
            await self._stop_watching()
            raise ProtocolError("monitor.not_found", "There is no such interview.", re=message.id)
        await self._start_watching(SessionWatch(self, session, after=max(0, after)))

    async def _start_watching(self, watch: Watch) -> None:
        """In the place of what was watched before."""
        await self._stop_watching()
        self.watch = watch
        for group in watch.groups:  # before rows are read, so that no hint falls between
            await self.join_group(group)
        self._watching = asyncio.create_task(self.guard(watch.run()))

    async def _stop_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
        if self.watch is not None:
            for group in self.watch.groups:
                await self.leave_group(group)
        self.watch = self._watching = None

    # --- Hints from the channel layer: what is said to the candidate's sockets, and what these say to the audience ---

    async def session_news(self, message: dict[str, Any]) -> None:
        if self.watch is not None:
            self.watch.look()

    session_settings = session_replaced = session_revoked = session_news

    async def session_watched(self, message: dict[str, Any]) -> None:
        """Another monitor is there, or this one: said to the candidate's socket."""

    async def audience_wanted(self, message: dict[str, Any]) -> None:
        if isinstance(self.watch, SessionWatch):
            await self.watch.announce()

    async def audience_moment(self, message: dict[str, Any]) -> None:
        if isinstance(self.watch, SessionWatch):
            self.watch.take_moment(message)
