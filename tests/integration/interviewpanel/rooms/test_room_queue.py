"""Waiting for a place in a room: said aloud and written in the chat, until it is their turn."""

import asyncio
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from interviewpanel.engines.rooms.lines import CHAT_TOPIC
from interviewpanel.models import InterviewSession
from interviewpanel.room_agents.phrases import write_phrase, write_queue
from tests.live_interviews import begin_now, invite
from tests.queues import end
from tests.room_lines import Voice
from tests.room_visits import Visit, open_room
from tests.sockets import TIMEOUT_SECONDS, VirtualClock, in_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("server")]
WAITING = (
    "All places are taken just now. You are number 1 in line; we think it takes 12 to 33 minutes. Please stay here: "
    "when it is your turn, we begin by ourselves. Nothing is recorded meanwhile."
)


async def test_who_waits_is_told_so_by_voice_and_chat_until_it_is_their_turn(settings: Settings) -> None:
    settings.INTERVIEW_LIMIT, settings.QUEUE_HOLD_SECONDS = 1, 120
    room = await open_room()
    ada = await in_database(lambda: begin_now(invite(room.session.invitation.panel, "Ada Lind", now=timezone.now())))
    clock = VirtualClock(timezone.now().timestamp())
    first = Visit(clock=clock)
    await first.begin(room.pk)
    await first.room.expect("session_state", status="pending")
    await first.room.write(CHAT_TOPIC, "agree")
    await first.room.expect("queue", state="waiting")
    await first.room.settle()
    assert first.room.chat[1:] == [WAITING]
    await first.agent.hand_over()
    await first.end()

    visit = Visit(clock=clock)  # who comes back is told where they stand
    await visit.begin(room.pk)
    there, voice = visit.room, visit.voice
    await there.expect("session_state", status="pending")
    await there.settle()
    assert there.chat[1:] == [WAITING]
    await there.write(CHAT_TOPIC, "agree")
    await there.expect("queue", state="waiting")
    await there.settle()
    assert there.chat[1:] == [WAITING]  # nothing is new
    await in_database(end, ada, clock.read_at())
    await there.expect_in_time(clock, "queue", seconds=8, state="called")
    await there.settle()
    assert there.chat[2] == write_phrase("queue_called", "en")
    assert isinstance(voice, Voice)
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while len(voice.said) < 3:
            await asyncio.sleep(0)
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while not await in_database(lambda: InterviewSession.objects.get(pk=room.session_id).consented_at):
            await asyncio.sleep(0)
    await visit.agent.hand_over()
    await visit.end()
    said = [text for text, _ in voice.said]
    assert said[:3] == [write_phrase("consent", "en"), WAITING, write_phrase("queue_called", "en")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shortest_seconds": None, "longest_seconds": None}, "we think it takes some time."),
        ({"shortest_seconds": 10, "longest_seconds": 100}, "we think it takes a minute or two."),
        ({"shortest_seconds": 20, "longest_seconds": 130}, "we think it takes 1 to 3 minutes."),
        ({"is_drained": True}, "This site is being updated"),
        ({"state": "left"}, "You are not in line any more."),
    ],
)
def test_the_wait_in_words(changes: dict[str, Any], words: str) -> None:
    queue = {"state": "waiting", "position": 4, "shortest_seconds": 300, "longest_seconds": 960, "is_drained": False}
    assert words in write_queue({**queue, **changes}, "en")
    assert "Nummer 4 in der Reihe; wir rechnen mit 5 bis 16 Minuten." in write_queue(queue, "de")
