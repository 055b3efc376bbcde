"""The rooms of one process: finds those that wait for an interviewer, is in some of them, hands over when it stops.

Run by `manage.py room_agent`, as many processes as wanted, and on the embedded stack by a thread of the server: there
work is done by the server's own threads, and another process would learn of it seconds late.
"""

import asyncio
import logging
import threading

from django.conf import settings

from config.work.owners import current_owner
from interviewpanel.engines.rooms import RoomsRefused, RoomsUnavailable, explain_rooms
from interviewpanel.engines.rooms.lines import Connect
from interviewpanel.live.clocks import WallClock
from interviewpanel.live.threads import in_thread
from interviewpanel.room_agents import voices
from interviewpanel.room_agents.agent import RoomAgent
from interviewpanel.room_agents.voices import Voice
from interviewpanel.services.room_agents import Leaving, claim_room, list_waiting, look_for_candidates

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
ASK_SECONDS = 15.0  # the server, who is there: its own word may be lost
HAND_OVER_SECONDS = 15.0


class RoomWorker:
    def __init__(self, connect: Connect, *, voice: Voice = voices.speak, clock: WallClock | None = None) -> None:
        self._connect, self._voice, self._clock = connect, voice, clock or WallClock()
        self._agents: dict[asyncio.Task[Leaving], RoomAgent] = {}
        self._asked = float("-inf")

    @property
    def room_count(self) -> int:
        return len(self._agents)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then every room is handed over."""
        waiting = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await self.look()
                pause = asyncio.create_task(self._clock.sleep(LOOK_SECONDS))
                await asyncio.wait({pause, waiting}, return_when=asyncio.FIRST_COMPLETED)
                pause.cancel()
        finally:
            waiting.cancel()
            await self.hand_over()

    async def look(self) -> None:
        """Once: whoever waits and can be taken is taken. Never raises: the next look may do."""
        try:
            await self._ask_server()
            free = settings.LIVEKIT.agent_rooms - len(self._agents)
            for room_id in (await in_thread(list_waiting, self._clock.read_at()))[: max(0, free)]:
                hold = await in_thread(claim_room, room_id=room_id, owner=current_owner(), now=self._clock.read_at())
                if hold is not None:
                    agent = RoomAgent(hold, self._connect, self._voice, self._clock)
                    task = asyncio.create_task(agent.run())
                    self._agents[task] = agent
                    task.add_done_callback(self._agents.pop)
        except Exception:
            logger.exception("Rooms could not be looked for; tried again in a moment.")

    async def _ask_server(self) -> None:
        now = self._clock.read()
        if now - self._asked < ASK_SECONDS:
            return
        self._asked = now
        try:
            await in_thread(look_for_candidates, now=self._clock.read_at())
        except (RoomsUnavailable, RoomsRefused) as trouble:
            logger.warning("Who is in the rooms could not be asked: %s", trouble)

    async def hand_over(self) -> None:
        """Leave every room, each free for another agent; what was heard is stored first."""
        for agent in list(self._agents.values()):
            await agent.hand_over()
        if self._agents:
            await asyncio.wait(set(self._agents), timeout=HAND_OVER_SECONDS)


def run_in_thread() -> None:
    """The embedded stack's agent, until the process ends; sessions of a dead process are free at once."""
    if settings.STACK != "embedded" or settings.WORK_TRANSPORT != "threads" or explain_rooms():
        return

    def work() -> None:
        from interviewpanel.engines.rooms.livekit_line import connect_line

        asyncio.run(RoomWorker(connect_line).run(asyncio.Event()))

    threading.Thread(target=work, name="rooms", daemon=True).start()
