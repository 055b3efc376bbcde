"""Hints to live sockets: from worker threads, on both layers, and when Redis is away."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

import pytest
import time_machine
from channels.layers import get_channel_layer
from pytest_django import Settings

from config.channel_layer import OneProcessChannelLayer, send_group
from tests.frozen_server import FrozenServer
from tests.processes import wait_until
from tests.work_rows import run_at_once

SOCKETS = 50
THREADS = 4
ROUNDS = 5


@pytest.fixture
def layer(settings: Settings) -> OneProcessChannelLayer:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "config.channel_layer.OneProcessChannelLayer"}}
    found = get_channel_layer()
    assert isinstance(found, OneProcessChannelLayer)
    return found


async def join(layer: OneProcessChannelLayer, group: str) -> str:
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    return channel


async def receive(layer: OneProcessChannelLayer, channel: str) -> dict[str, object]:
    message: dict[str, object] = await asyncio.wait_for(layer.receive(channel), timeout=30)
    return message


async def let_loop_run() -> None:
    """What threads have handed over is put in before what is handed over now."""
    passed = asyncio.Event()
    asyncio.get_running_loop().call_soon(passed.set)
    await passed.wait()


async def test_every_message_of_four_threads_reaches_its_socket(layer: OneProcessChannelLayer) -> None:
    channels = [await join(layer, f"interview_{number}") for number in range(SOCKETS)]

    def send_all(thread: int) -> None:
        for count in range(ROUNDS):
            for number in range(SOCKETS):
                send_group(f"interview_{number}", {"type": "news", "from": (thread, count)})

    async def read_all(channel: str) -> list[Any]:
        return [(await receive(layer, channel))["from"] for _ in range(THREADS * ROUNDS)]

    reading = [asyncio.create_task(read_all(channel)) for channel in channels]
    await asyncio.to_thread(lambda: run_at_once([partial(send_all, thread) for thread in range(THREADS)]))
    received = await asyncio.gather(*reading)

    expected = sorted((thread, count) for thread in range(THREADS) for count in range(ROUNDS))
    assert [sorted(one) for one in received] == [expected] * SOCKETS  # 1,000 of 1,000
    assert layer.channels == {}


async def test_a_message_wakes_a_socket_that_waits(layer: OneProcessChannelLayer) -> None:
    channel = await join(layer, "interview")
    waiting = asyncio.create_task(receive(layer, channel))
    await let_loop_run()
    await asyncio.to_thread(send_group, "interview", {"type": "news", "sequence": 5})

    assert await waiting == {"type": "news", "sequence": 5}


async def test_every_socket_of_a_group_gets_it_and_no_other(layer: OneProcessChannelLayer) -> None:
    first, second = [await join(layer, "interview") for _ in range(2)]
    await join(layer, "another")
    await asyncio.to_thread(send_group, "interview", {"type": "news"})

    assert [await receive(layer, channel) for channel in (first, second)] == [{"type": "news"}] * 2
    await let_loop_run()
    assert layer.channels == {}


async def test_who_has_left_gets_nothing_and_leaves_nothing(layer: OneProcessChannelLayer) -> None:
    channel = await join(layer, "interview")
    await asyncio.to_thread(send_group, "interview", {"type": "news"})
    await layer.group_discard("interview", channel)
    await let_loop_run()
    layer.channels.clear()  # what had arrived before
    sender = threading.Thread(target=send_group, args=("interview", {"type": "late"}))
    sender.start()
    sender.join()
    await let_loop_run()

    assert (layer.groups, layer.channels) == ({}, {})


async def test_a_message_on_its_way_to_who_has_left_is_dropped(layer: OneProcessChannelLayer) -> None:
    channel = await join(layer, "interview")
    sender = threading.Thread(target=send_group, args=("interview", {"type": "news"}))
    sender.start()
    sender.join()  # handed over, not yet put in: this loop has not run
    await layer.group_discard("interview", channel)
    await let_loop_run()

    assert (layer.groups, layer.channels) == ({}, {})


async def test_a_full_queue_takes_no_more_and_is_no_error(layer: OneProcessChannelLayer) -> None:
    channel = await join(layer, "interview")

    def send_many() -> None:
        for number in range(150):
            send_group("interview", {"type": "news", "sequence": number})

    await asyncio.to_thread(send_many)
    await let_loop_run()

    assert layer.channels[channel].qsize() == 100
    assert await receive(layer, channel) == {"type": "news", "sequence": 0}


async def test_who_has_not_read_for_long_still_belongs_to_the_group(layer: OneProcessChannelLayer) -> None:
    slow, other = [await join(layer, "interview") for _ in range(2)]
    await asyncio.to_thread(send_group, "interview", {"type": "news", "sequence": 1})
    await let_loop_run()
    with time_machine.travel(time.time() + 2 * 86_400, tick=True):
        await receive(layer, other)
        await asyncio.to_thread(send_group, "interview", {"type": "news", "sequence": 2})
        received = [(await receive(layer, slow))["sequence"] for _ in range(2)]

    assert received == [1, 2]


def test_sockets_of_a_loop_that_has_ended_are_no_error(layer: OneProcessChannelLayer) -> None:
    asyncio.run(join(layer, "interview"))

    send_group("interview", {"type": "news"})


# --- Redis -----------------------------------------------------------------------------------------------------------


def use_redis(settings: Settings, url: str) -> None:
    settings.REDIS_URL = url
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [url], "prefix": "test"},
        }
    }


@pytest.fixture
async def redis_layer(redis_variables: dict[str, str], settings: Settings) -> AsyncIterator[OneProcessChannelLayer]:
    use_redis(settings, redis_variables["REDIS_URL"])
    layer = get_channel_layer()
    yield layer
    await layer.flush()


@pytest.fixture
def frozen() -> Iterator[FrozenServer]:
    server = FrozenServer()
    yield server
    server.close()


async def test_over_redis_a_threads_message_reaches_every_socket(redis_layer: OneProcessChannelLayer) -> None:
    channels = [await join(redis_layer, "interview") for _ in range(3)]
    message = {"type": "news", "sequence": 7}

    def send_from_threads() -> None:
        run_at_once([partial(send_group, "interview", message)] * THREADS)

    await asyncio.to_thread(send_from_threads)

    assert [await receive(redis_layer, channel) for channel in channels * THREADS] == [message] * 3 * THREADS


def test_without_redis_nothing_is_raised(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    use_redis(settings, "unix:///nowhere/redis.sock?db=1")
    for _ in range(20):
        send_group("interview", {"type": "news"})

    assert caplog.text.count("No hint could be sent") == 1


def test_a_redis_that_hangs_costs_a_second_or_two_and_then_nothing(
    settings: Settings, frozen: FrozenServer, caplog: pytest.LogCaptureFixture
) -> None:
    use_redis(settings, f"redis://127.0.0.1:{frozen.port}/1")
    started = time.monotonic()
    send_group("interview", {"type": "news"})
    first_seconds = time.monotonic() - started
    wait_until("the connection was taken", lambda: frozen.connections, seconds=10)
    seen = len(frozen.connections)
    for _ in range(100):
        send_group("interview", {"type": "news"})

    assert first_seconds < 3
    assert len(frozen.connections) == seen
    assert caplog.text.count("No hint could be sent") == 1
