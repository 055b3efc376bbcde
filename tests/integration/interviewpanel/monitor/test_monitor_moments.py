"""What is only of the moment: told while the candidate is connected and somebody watches, the newest first."""

import asyncio
import time

import pytest
from channels.layers import get_channel_layer

from config.channel_layer import send_group
from tests.sockets import Message, Page, VirtualClock, in_database
from tests.watchers import WatchedInterview, pick, watch
from tests.work import do_due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(25)]
TEXT = "An index is a sorted copy of some columns, so that rows are found without reading all of them."


async def test_the_turn_is_seen_as_it_happens_and_only_while_somebody_watches(world: WatchedInterview) -> None:
    page = await Page.open(world.invitation)
    await page.say("playback_finished", sequence=2)
    await page.expect("turn_update", state="listening")
    monitor = await watch(world.recruiter, world.uuid)
    first = await monitor.expect("turn_update")
    assert first == {
        "type": "turn_update",
        "at": first["at"],
        "session": world.uuid,
        "answer": 1,
        "state": "listening",
        "reason": "",
        "ends_in_ms": None,
        "heard_at": None,
    }
    await page.say("need_time")
    await monitor.expect("turn_update", reason="thinking")
    await page.say("answer_text", text=TEXT)
    await monitor.expect("turn_update", state="closed", reason="typed")
    await in_database(do_due)
    await monitor.expect("next_question", answer=2)
    await page.leave()
    await monitor.leave()


async def test_a_question_that_is_read_aloud_is_told_as_that(world: WatchedInterview) -> None:
    page = await Page.open(world.invitation)
    monitor = await watch(world.recruiter, world.uuid)
    assert pick(await monitor.expect("turn_update"), "state", "answer") == ["asking", 1]
    await page.leave()
    await monitor.leave()


async def test_when_sound_was_last_heard_is_told_once_a_second(world: WatchedInterview, clock: VirtualClock) -> None:
    page = await Page.open(world.invitation, clock)
    monitor = await watch(world.recruiter, world.uuid)
    await monitor.expect("turn_update", heard_at=None)
    await page.send_audio(1, 0)
    await page.settle()
    await clock.wait_for_sleeper()
    clock.advance(1)
    assert (await monitor.expect("turn_update"))["heard_at"] is not None
    await page.leave()
    await monitor.leave()


async def test_who_watches_already_sees_a_candidate_who_comes_back(world: WatchedInterview) -> None:
    monitor = await watch(world.recruiter, world.uuid)
    page = await Page.open(world.invitation)
    await monitor.expect("turn_update", state="asking")
    await page.leave()
    again = await Page.open(world.invitation)
    await monitor.expect("turn_update", state="asking")
    await again.leave()
    await monitor.leave()


async def test_a_countdown_is_counted_down_here(world: WatchedInterview) -> None:
    """By this server's clock, at the moment it is told."""
    monitor = await watch(world.recruiter, world.uuid)
    moment = {"type": "audience.moment", "answer": 1, "state": "ending", "reason": "silence", "heard_at": None}
    await in_database(send_group, world.session.audience_group_name, {**moment, "ends_at": time.time() + 5})
    told = await monitor.expect("turn_update", state="ending")
    assert 4000 < told["ends_in_ms"] <= 5000
    await monitor.leave()


async def test_moments_that_were_not_told_yet_are_dropped_for_the_newest(world: WatchedInterview) -> None:
    monitor = await watch(world.recruiter, world.uuid)
    await monitor.settle()
    for answer in range(1, 60):
        moment = {"type": "audience.moment", "answer": answer, "state": "speaking", "reason": "", "heard_at": None}
        await in_database(send_group, world.session.audience_group_name, {**moment, "ends_at": None})
    await monitor.expect("turn_update", answer=59)
    assert len([one for one in monitor.received if one["type"] == "turn_update"]) < 30
    await monitor.leave()


async def test_while_nobody_watches_nothing_is_sent(world: WatchedInterview) -> None:
    """But the question whether anybody is there. What is sent is overheard in the channel layer."""
    page = await Page.open(world.invitation)
    sent = {message["type"] for message in await overhear(world, page)}
    assert sent <= {"audience.wanted"}
    await page.leave()


async def overhear(world: WatchedInterview, page: Page) -> list[Message]:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(world.session.audience_group_name, channel)
    await page.say("playback_finished", sequence=2)
    await page.expect("turn_update", state="listening")
    await page.say("need_time")
    await page.expect("turn_update", reason="thinking")
    await page.settle()
    sent: list[Message] = []
    try:
        while True:
            sent.append(await asyncio.wait_for(layer.receive(channel), 0.7))
    except TimeoutError:
        return sent
    finally:
        await layer.group_discard(world.session.audience_group_name, channel)
