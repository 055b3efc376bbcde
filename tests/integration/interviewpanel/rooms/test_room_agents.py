"""The agents of a process: they share the rooms, take no more than they may, and hand over when they stop."""

import asyncio
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from livekit import rtc
from pytest_django import Settings

from config.rooms import Rooms
from interviewpanel.engines.rooms.lines import (
    CandidateAway,
    CandidateLeft,
    ConnectionQuality,
    LineFailed,
    LineLost,
    Sound,
    SoundLost,
)
from interviewpanel.engines.rooms.livekit_line import MOST_WAITING, LiveKitLine, connect_line
from interviewpanel.models import InterviewSession, Room
from interviewpanel.room_agents.worker import RoomWorker
from tests.live_interviews import begin_now, invite, make_panel
from tests.processes import find_free_port
from tests.room_lines import InProcessRoom, Voice, make_track
from tests.room_servers import RoomServer
from tests.sockets import TIMEOUT_SECONDS, VirtualClock, in_database
from tests.speech import read_clip

pytestmark = pytest.mark.django_db(transaction=True)


class House:
    """Rooms by their names, as a LiveKit server has them."""

    def __init__(self) -> None:
        self.rooms: dict[str, list[InProcessRoom]] = {}
        self.visits: list[InProcessRoom] = []
        self.trouble: Exception | None = None

    async def connect(self, name: str, identity: str) -> InProcessRoom:
        if self.trouble is not None:
            raise self.trouble
        room = InProcessRoom()
        self.rooms.setdefault(name, []).append(room)
        self.visits.append(room)
        return room


def make_waiting(count: int) -> list[Room]:
    panel = make_panel(door="room")
    now = timezone.now()
    for name in ("Priya Raghunathan", "Omar Haddad", "Noa Levi")[:count]:
        invitation = invite(panel, name, now=now)
        begin_now(invitation)
    rooms = [Room.objects.create(session=session) for session in InterviewSession.objects.order_by("pk")]
    Room.objects.update(needs_agent=True, candidate_joined_at=now)
    return rooms


async def settle(house: House, count: int) -> None:
    """So many visits have begun, each with an interviewer who has said where it stands."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while len(house.visits) < count:
            await asyncio.sleep(0)
    for visit in house.visits:
        if not visit.received:
            await visit.expect("session_state")


async def test_agents_share_the_rooms_one_each(server: RoomServer, settings: Settings) -> None:
    settings.LIVEKIT = server.settings(agent_rooms=2)
    rooms = await in_database(lambda: make_waiting(3))
    house = House()
    first, second = (RoomWorker(house.connect, voice=Voice()) for _ in range(2))
    await first.look()
    await first.look()
    await second.look()
    await settle(house, 3)
    assert [first.room_count, second.room_count] == [2, 1]
    assert {name: len(visits) for name, visits in house.rooms.items()} == {room.name: 1 for room in rooms}
    await first.hand_over()
    await second.look()
    await settle(house, 4)
    assert [first.room_count, second.room_count] == [0, 2]
    await second.hand_over()
    waiting = await in_database(lambda: list(Room.objects.values_list("needs_agent", "agent_owner", "agent_until")))
    assert waiting == [(True, "", None)] * 3
    assert await in_database(lambda: set(InterviewSession.objects.values_list("status", flat=True))) == {"interrupted"}


async def test_it_stops_when_it_is_told_to(server: RoomServer) -> None:
    await in_database(lambda: make_waiting(1))
    house, stop = House(), asyncio.Event()
    clock = VirtualClock(timezone.now().timestamp())
    worker = RoomWorker(house.connect, voice=Voice(), clock=clock)
    running = asyncio.create_task(worker.run(stop))
    await settle(house, 1)
    stop.set()
    async with asyncio.timeout(TIMEOUT_SECONDS):
        await running
    assert worker.room_count == 0
    (visits,) = house.rooms.values()
    assert visits[0].has_left.is_set()


async def test_a_room_that_cannot_be_joined_is_tried_later_and_an_empty_one_not_again(server: RoomServer) -> None:
    await in_database(lambda: make_waiting(1))
    house = House()
    clock = VirtualClock(datetime.now(UTC).timestamp())  # noqa: TID251
    worker = RoomWorker(house.connect, voice=Voice(), clock=clock)

    async def look() -> Room:
        await worker.look()
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while worker.room_count:
                await asyncio.sleep(0)
        return await in_database(Room.objects.get)

    house.trouble = LineFailed("refused")
    assert (await look()).agent_failures == 1
    assert (await look()).agent_failures == 1  # it rests
    clock.advance(2)
    assert (await look()).agent_failures == 2
    clock.advance(3)
    house.trouble = CandidateAway()
    row = await look()
    assert (row.agent_failures, row.needs_agent) == (0, False)


async def test_a_server_that_is_away_stops_nobody_from_being_taken(server: RoomServer) -> None:
    _, other = await in_database(lambda: make_waiting(2))
    alone = {"needs_agent": False, "candidate_joined_at": None}
    await in_database(lambda: Room.objects.filter(pk=other.pk).update(**alone))
    server.troubles = ["unavailable"]
    house = House()
    worker = RoomWorker(house.connect, voice=Voice())
    await worker.look()
    await settle(house, 1)
    assert (server.troubles, worker.room_count) == ([], 1)
    await worker.hand_over()


def test_the_command_says_what_is_missing(settings: Settings) -> None:
    settings.LIVEKIT = Rooms(url="wss://rooms.example.com")
    with pytest.raises(CommandError, match="sets LIVEKIT_API_KEY, LIVEKIT_API_SECRET"):
        call_command("room_agent")


# --- The line on LiveKit's own library, as far as it comes without a server -------------------------------------------


async def test_a_server_that_is_not_there_is_a_line_that_failed(settings: Settings) -> None:
    settings.LIVEKIT = Rooms(
        url=f"ws://127.0.0.1:{find_free_port()}", api_key="k", api_secret="s" * 32, timeout_seconds=1.0
    )
    with pytest.raises(LineFailed, match="could not be joined"):
        await connect_line("interview-1", "candidate-1")


async def test_speech_is_queued_and_stopped_by_the_library(settings: Settings) -> None:
    line = LiveKitLine("candidate-1")
    await line.play(b"\0\0" * 4_800)
    line.stop_playing()
    async with asyncio.timeout(TIMEOUT_SECONDS):
        await line.wait_played()
    await line.leave()


async def test_what_the_room_brings_comes_in_order_and_sound_that_waits_too_long_is_counted() -> None:
    line = LiveKitLine("candidate-1")
    frames = make_track(read_clip("speech_rms")[:16_000])
    for _ in range(MOST_WAITING // len(frames)):
        for frame in frames:
            line._put(Sound(frame))
    for frame in frames[:50]:
        line._put(Sound(frame))  # half a second too much
    line._put(ConnectionQuality(is_poor=True))  # worth more than the oldest sound
    events = line.events()
    taken = [await anext(events) for _ in range(3)]
    line._put(Sound(frames[0]))
    line._put(CandidateLeft())
    taken += [event async for event in events]
    weak, lost, *rest = taken[-4:]
    assert isinstance(lost, SoundLost)
    assert (weak, round(lost.seconds, 6)) == (ConnectionQuality(is_poor=True), 0.5)
    assert rest == [Sound(frames[0]), CandidateLeft()]
    assert len(taken) == MOST_WAITING + 3
    assert isinstance(frames[0], rtc.AudioFrame)
    line._put(LineLost("test"))
    await line.leave()
