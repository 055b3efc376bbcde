"""A candidate in their room and the agent that is sent to them, in the test's own loop."""

import asyncio

from django.utils import timezone

from interviewpanel.live.clocks import WallClock
from interviewpanel.models import AnswerScore, AudioSegment, Room, SessionStep
from interviewpanel.room_agents.agent import RoomAgent
from interviewpanel.services.room_agents import Leaving, claim_room
from tests.room_lines import InProcessRoom, Voice
from tests.rooms import make_invited, make_room
from tests.sockets import TIMEOUT_SECONDS, in_database
from tests.work import do_due, do_row


def do_all_due() -> None:
    """Segments by the process's own recogniser, everything else as it comes."""
    while do_due(SessionStep, AnswerScore) + sum(
        do_row(one) for one in AudioSegment.objects.filter(work_status="queued")
    ):
        pass


class Visit:
    """A candidate in their room, and the agent that was sent to them."""

    def __init__(self, voice: object = None, clock: WallClock | None = None) -> None:
        self.room, self.voice, self.clock = InProcessRoom(), voice or Voice(), clock or WallClock()
        self.agent: RoomAgent
        self.asked: list[tuple[str, str]] = []
        self._task: asyncio.Task[Leaving]

    async def begin(self, room_id: int, owner: str = "agent-1") -> None:
        now = self.clock.read_at()
        await in_database(lambda: Room.objects.filter(pk=room_id).update(needs_agent=True, candidate_joined_at=now))
        hold = await in_database(lambda: claim_room(room_id=room_id, owner=owner, now=now))
        assert hold is not None
        self.agent = RoomAgent(hold, self._connect, self.voice, self.clock)  # type: ignore[arg-type]
        self._task = asyncio.create_task(self.agent.run())

    async def _connect(self, name: str, identity: str) -> InProcessRoom:
        self.asked.append((name, identity))
        return self.room

    async def expect_said(self, texts: list[tuple[str, bool]]) -> None:
        """Of the bank's texts, these were said aloud, in this order."""
        assert isinstance(self.voice, Voice)
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while [one for one in self.voice.said if one[1]] != texts:
                await asyncio.sleep(0)

    async def end(self) -> Leaving:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await self._task


async def open_room(**changes: object) -> Room:
    now = timezone.now()
    return await in_database(lambda: make_room(make_invited(now=now, **changes), now=now))
