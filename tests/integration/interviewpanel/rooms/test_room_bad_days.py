"""What goes wrong in a room: lost sound, lost lines, lost agents; nothing that was stored is lost or counted twice."""

import asyncio
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from interviewpanel.engines.rooms.lines import CandidateLeft, ConnectionQuality, LineLost, SoundLost
from interviewpanel.models import Answer, AudioSegment, InterviewSession, Room
from interviewpanel.services.room_agents import Leaving
from tests.live_interviews import begin_now
from tests.lost_tables import without_table
from tests.room_visits import Visit, open_room
from tests.sockets import TIMEOUT_SECONDS, VirtualClock, in_database
from tests.speech import read_clip

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("server")]


async def test_a_weak_connection_is_told_and_lost_sound_is_recorded_as_lost() -> None:
    room = await open_room()
    session = await in_database(lambda: begin_now(room.session.invitation))
    clock = VirtualClock(timezone.now().timestamp())
    visit = Visit(clock=clock)
    await visit.begin(room.pk)
    there = visit.room
    await there.expect("turn_update", state="listening")
    there.give(ConnectionQuality(is_poor=True))
    there.give(ConnectionQuality(is_poor=False))
    await there.expect("notice", code="slow_network")
    await there.speak(np.zeros(16_000, dtype=np.int16))
    there.give(SoundLost(1.0))
    await there.speak(np.zeros(32_000, dtype=np.int16))
    await there.say("end_turn")
    await there.expect("turn_update", state="closed")
    await there.rest()
    await visit.agent.hand_over()
    await visit.end()
    rows = await in_database(lambda: list(AudioSegment.objects.filter(answer__session=session)))
    assert sum(row.lost_samples for row in rows) == 10 * 1_536


async def test_another_agent_goes_on_where_the_first_one_died() -> None:
    """Nothing that was stored is lost, nothing is numbered twice."""
    room = await open_room()
    session = await in_database(lambda: begin_now(room.session.invitation))
    first = Visit()
    await first.begin(room.pk)
    await first.room.expect("turn_update", state="listening")
    await first.room.speak(read_clip("speech_rms"))
    await first.room.expect("turn_update", state="speaking")
    first.room.give(LineLost("test"), is_last=True)
    assert await first.end() is Leaving.FAILED
    row = await in_database(lambda: Room.objects.get(pk=room.pk))
    assert (row.needs_agent, row.agent_failures, row.agent_owner) == (True, 1, "")
    assert (await in_database(InterviewSession.objects.get)).status == "interrupted"
    second = Visit()
    await second.begin(room.pk, owner="agent-2")
    await second.room.expect("session_state", status="in_progress")
    await second.room.speak(read_clip("speech_rms"))
    await second.room.say("end_turn")
    await second.room.expect("turn_update", state="closed")
    await second.room.rest()
    await second.agent.hand_over()
    await second.end()
    answer = await in_database(lambda: Answer.objects.get(session=session))
    spans = await in_database(
        lambda: list(answer.segments.order_by("number").values_list("first_sequence", "last_sequence"))
    )
    assert [before[1] + 1 for before in spans[:-1]] == [after[0] for after in spans[1:]]
    assert spans[0][0] == 0


async def say_half(visit: Visit) -> np.ndarray:
    """Three seconds without a pause, heard and not stored: 16 kHz s16."""
    await visit.room.expect("turn_update", state="listening")
    said = read_clip("speech_rms")[: 3 * 16_000]
    await visit.room.speak(said)
    await visit.room.expect("turn_update", state="speaking")
    await visit.room.rest()
    return said


@pytest.mark.parametrize("goes", ["candidate", "agent"])
async def test_what_was_half_said_is_stored_when_somebody_goes(goes: str) -> None:
    """Nobody sends it again: of three seconds without a pause there is a segment, up to the last whole frame."""
    room = await open_room()
    session = await in_database(lambda: begin_now(room.session.invitation))
    visit = Visit()
    await visit.begin(room.pk)
    said = await say_half(visit)
    assert await in_database(AudioSegment.objects.count) == 0
    if goes == "candidate":
        visit.room.give(CandidateLeft(), is_last=True)
    else:
        await visit.agent.hand_over()
    assert await visit.end() is (Leaving.DONE if goes == "candidate" else Leaving.HANDED_OVER)
    rows = await in_database(lambda: list(AudioSegment.objects.filter(answer__session=session)))
    (row,) = rows
    frames = len(said) // 1_536
    assert (row.first_sequence, row.last_sequence) == (0, frames - 1)
    assert (row.has_speech, row.lost_samples, row.end_sample) == (True, 0, frames * 1_536)
    assert (await in_database(InterviewSession.objects.get)).status == "interrupted"


async def test_what_was_said_last_is_stored_though_the_database_was_away_as_they_went(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = await open_room()
    await in_database(lambda: begin_now(room.session.invitation))
    clock = VirtualClock(timezone.now().timestamp())
    visit = Visit(clock=clock)
    await visit.begin(room.pk)
    said = await say_half(visit)
    ending = asyncio.ensure_future(visit.end())
    async with without_table(AudioSegment):
        visit.room.give(CandidateLeft(), is_last=True)
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while "not stored yet, and is tried again" not in caplog.text:
                await asyncio.sleep(0)
    while not ending.done():
        clock.advance(0.5)
        await asyncio.sleep(0)
    assert await ending is Leaving.DONE
    (row,) = await in_database(lambda: list(AudioSegment.objects.all()))
    assert (row.first_sequence, row.last_sequence) == (0, len(said) // 1_536 - 1)
    assert (await in_database(InterviewSession.objects.get)).status == "interrupted"


async def test_who_leaves_the_room_interrupts_and_who_opens_the_page_takes_over() -> None:
    room = await open_room()
    session = await in_database(lambda: begin_now(room.session.invitation))
    visit = Visit()
    await visit.begin(room.pk)
    await visit.room.expect("session_state")
    visit.room.give(CandidateLeft(), is_last=True)
    assert await visit.end() is Leaving.DONE
    assert (await in_database(InterviewSession.objects.get)).status == "interrupted"
    again = Visit()
    await again.begin(room.pk)
    await again.room.expect("session_state")
    await in_database(lambda: begin_now(session.invitation))  # on their page
    assert await again.end() is Leaving.DONE
    assert (await in_database(lambda: Room.objects.get(pk=room.pk))).needs_agent is False


async def test_an_agent_whose_lease_another_took_leaves() -> None:
    room = await open_room()
    clock = VirtualClock(timezone.now().timestamp())
    visit = Visit(clock=clock)
    await visit.begin(room.pk)
    await visit.room.expect("session_state")
    until = clock.read_at() + timedelta(minutes=5)
    await in_database(lambda: Room.objects.filter(pk=room.pk).update(agent_owner="agent-2", agent_until=until))
    for _ in range(11):
        await clock.wait_for_sleeper()
        clock.advance(1)
        await asyncio.sleep(0)
    await visit.end()
    row = await in_database(lambda: Room.objects.get(pk=room.pk))
    assert (row.agent_owner, row.agent_until) == ("agent-2", until)
