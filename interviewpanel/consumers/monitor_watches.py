"""What a monitor watches: the list of live interviews, or one of them. A part of the monitor's socket.

Rows are read when there is a hint, and every few seconds without one, and told in their order, at the client's pace: a
client that reads slowly holds up nobody but itself. What is only of the moment waits in one place, where the newest
takes the place of the one before.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from config.channel_layer import send_group
from interviewpanel.domain import protocol
from interviewpanel.live.threads import in_spare_thread
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.watchers import Watcher, WatchRefused, find_watched
from interviewpanel.services.monitoring import read_events, view_live, view_session

if TYPE_CHECKING:
    from interviewpanel.consumers.monitor import MonitorConsumer

SHORTEST_SECONDS = 0.25  # between two looks at the rows, however many hints come
LIST_SECONDS = 2.0  # the list is read so often; nobody sends hints of it
POLL_SECONDS = 5.0  # rows are looked at this often even if every hint was lost
ANNOUNCE_SECONDS = 10.0  # the candidate's socket takes somebody who says nothing for 30 s to be gone


class Watch(ABC):
    """`groups` are those of the channel layer that it hears."""

    groups: tuple[str, ...] = ()
    poll_seconds = POLL_SECONDS

    def __init__(self, socket: "MonitorConsumer") -> None:
        self._socket = socket
        self._news = asyncio.Event()
        self._looks_at = 0.0  # when rows are read next, by the loop's clock

    def look(self) -> None:
        """There may be news in the rows."""
        self._looks_at = 0.0
        self._news.set()

    async def check(self, watcher: Watcher) -> None:  # noqa: B027 - the list is everybody's
        """Raises WatchRefused where this is not the watcher's to see any more."""

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._socket.has_left:
            self._news.clear()
            if loop.time() >= self._looks_at:
                self._looks_at = loop.time() + self.poll_seconds
                await self._tell_rows()
            await self._tell_moment()
            await asyncio.sleep(SHORTEST_SECONDS)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._news.wait(), max(0.0, self._looks_at - loop.time()))

    @abstractmethod
    async def _tell_rows(self) -> None:
        """What the rows say, where it is other than what was told."""

    async def _tell_moment(self) -> None:  # noqa: B027 - the list has none
        """What is no row."""

    @property
    def _watcher(self) -> Watcher:
        """As it was when it was last looked at."""
        assert self._socket.watcher is not None, "nothing is watched before it is known who watches"
        return self._socket.watcher


class ListWatch(Watch):
    """Told: the whole list, whenever anything in it but the running of its clocks has changed."""

    poll_seconds = LIST_SECONDS
    _key: object = None

    async def _tell_rows(self) -> None:
        now = self._socket.clock.read_at()
        view = await in_spare_thread(view_live, self._watcher, now)
        if view.key != self._key:
            self._key = view.key
            await self._socket.tell("live_list", at=now, **view.facts)


class SessionWatch(Watch):
    """Told in each round: how the interview stands, if that has changed; every new event; the moment, if it is new."""

    def __init__(self, socket: "MonitorConsumer", session: InterviewSession, *, after: int) -> None:
        super().__init__(socket)
        self._session, self._after = session, after
        self._uuid = str(session.uuid)
        self.groups = (session.group_name, session.audience_group_name)
        self._key: object = None
        self._moment: dict[str, Any] | None = None
        self._announced_at = float("-inf")

    async def check(self, watcher: Watcher) -> None:
        if await in_spare_thread(find_watched, watcher, self._uuid) is None:
            raise WatchRefused("monitor.not_found", "There is no such interview.", protocol.CLOSE_FORBIDDEN)

    async def announce(self) -> None:
        """Say to the candidate's socket that somebody is there."""
        self._announced_at = self._socket.clock.read()
        await in_spare_thread(send_group, self._session.group_name, {"type": "session.watched"})

    def take_moment(self, moment: dict[str, Any]) -> None:
        """One that was not told yet is dropped for it."""
        self._moment = moment
        self._news.set()

    async def _tell_rows(self) -> None:
        if self._socket.clock.read() - self._announced_at >= ANNOUNCE_SECONDS:
            await self.announce()
        now = self._socket.clock.read_at()
        view = await in_spare_thread(view_session, self._session.pk, self._watcher, now)
        if view.key != self._key:
            self._key = view.key
            await self._socket.tell("session_state", at=now, **view.facts)
        while events := await in_spare_thread(read_events, self._session, self._watcher, self._after):
            for event in events:
                if event.facts is not None:
                    told = {"session": self._uuid, "sequence": event.sequence, **event.facts}
                    await self._socket.tell(event.type, at=event.at, **told)
                self._after = event.sequence

    async def _tell_moment(self) -> None:
        """What is left of a countdown is counted here: the browser's clock may be any."""
        moment, self._moment = self._moment, None
        if moment is None:
            return
        now = self._socket.clock.read()
        ends_at, heard_at = moment["ends_at"], moment["heard_at"]
        shows_countdown = ends_at is not None and self._watcher.sees_terms(self._session.organization_id)
        await self._socket.tell(
            "turn_update",
            session=self._uuid,
            answer=moment["answer"],
            state=moment["state"],
            reason=moment["reason"],
            ends_in_ms=max(0, round(1000 * (ends_at - now))) if shows_countdown else None,
            heard_at=None if heard_at is None else protocol.write_time(datetime.fromtimestamp(heard_at, UTC)),
        )
