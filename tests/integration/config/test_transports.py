"""Announcing rows: over a real broker, over one that hangs, over this process's own threads."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from queue import SimpleQueue
from typing import Any

import pytest
import redis
from django.db import transaction
from kombu import pools
from pytest_django import Settings

from config.celery import QUEUES
from config.work.transports import EmbeddedPool, enqueue, pool, publish
from interviewpanel.models import Answer
from tests.frozen_server import FrozenServer
from tests.interview_rows import make_session, make_world
from tests.work_rows import TASK, add_segment, run_at_once


@pytest.fixture
def broker(redis_variables: dict[str, str], settings: Settings) -> Iterator[redis.Redis]:
    """The private Redis as the broker, empty."""
    settings.WORK_TRANSPORT = "celery"
    settings.CELERY_BROKER_URL = redis_variables["CELERY_BROKER_URL"]
    with closing(redis.Redis.from_url(redis_variables["REDIS_URL"].replace("db=1", "db=0"))) as client:
        client.flushdb()
        yield client
        client.flushdb()
    pools.reset()


@pytest.fixture
def frozen(settings: Settings) -> Iterator[FrozenServer]:
    server = FrozenServer()
    settings.WORK_TRANSPORT = "celery"
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{server.port}/0"
    yield server
    pools.reset()
    server.close()


def read_message(broker: redis.Redis, queue: str) -> dict[str, object]:
    """The one message of the queue: its task, and its arguments."""
    assert broker.llen(queue) == 1
    raw: Any = broker.lindex(queue, 0)
    message = json.loads(raw)
    return {"task": message["headers"]["task"], "arguments": message["headers"]["argsrepr"]}


def test_a_message_names_its_task_in_full_and_carries_only_an_id(answer: Answer, broker: redis.Redis) -> None:
    assert publish(TASK, "transcription", 7)

    assert read_message(broker, "transcription") == {"task": TASK, "arguments": "[7]"}
    assert {name: broker.llen(name) for name in QUEUES} == dict.fromkeys(QUEUES, 0) | {"transcription": 1}


def test_a_row_says_by_itself_what_it_is_and_where_it_goes(db: None, broker: redis.Redis) -> None:
    step = make_session(make_world()).steps.create(kind="greeting")
    publish(step.task_name, step.queue, step.pk)

    expected = {"task": "interviewpanel.tasks.generate_greeting", "arguments": f"[{step.pk}]"}
    assert read_message(broker, "realtime") == expected


def test_it_leaves_after_the_commit_and_not_at_all_after_a_rollback(
    committed_answer: Answer, broker: redis.Redis
) -> None:
    with transaction.atomic():
        enqueue(add_segment(committed_answer, 0))
        assert broker.llen("transcription") == 0
    assert broker.llen("transcription") == 1

    with transaction.atomic():
        enqueue(add_segment(committed_answer, 1))
        transaction.set_rollback(True)
    assert broker.llen("transcription") == 1


def test_many_threads_share_the_connections(broker: redis.Redis) -> None:
    sent = run_at_once([partial(publish, TASK, "transcription", number) for number in range(30)])

    assert sent == [True] * 30
    assert broker.llen("transcription") == 30


def test_a_broker_that_hangs_costs_a_second_or_two_and_then_nothing(
    frozen: FrozenServer, caplog: pytest.LogCaptureFixture
) -> None:
    started = time.monotonic()
    assert not publish(TASK, "transcription", 1)
    first_seconds = time.monotonic() - started
    seen = len(frozen.connections)

    assert [publish(TASK, "transcription", number) for number in range(100)] == [False] * 100
    assert len(frozen.connections) == seen  # left alone
    assert first_seconds < 3
    assert caplog.text.count("The broker did not take") == 1
    assert f"The broker did not take {TASK} 1" in caplog.text


def test_a_broker_that_hangs_does_not_fail_what_was_committed(committed_answer: Answer, frozen: FrozenServer) -> None:
    with transaction.atomic():
        row = add_segment(committed_answer)
        enqueue(row)

    row.refresh_from_db()
    assert row.work_status == "queued"


def test_a_broker_that_is_not_there_is_no_error(settings: Settings) -> None:
    settings.WORK_TRANSPORT = "celery"
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/redis.sock?virtual_host=0"

    assert not publish(TASK, "transcription", 1)
    pools.reset()


def test_a_process_that_only_sweeps_announces_nothing(settings: Settings) -> None:
    settings.WORK_TRANSPORT = "sweeper"

    assert not publish(TASK, "transcription", 1)


def test_before_its_start_and_after_its_stop_the_pool_takes_nothing(settings: Settings) -> None:
    settings.WORK_TRANSPORT = "threads"
    done: SimpleQueue[tuple[str, int]] = SimpleQueue()
    assert not publish("early", "realtime", 1)

    pool.start(lambda task_name, pk: done.put((task_name, pk)), 1)
    assert publish("timely", "realtime", 2)
    assert done.get(timeout=30) == ("timely", 2)
    pool.stop()

    assert not publish("late", "realtime", 3)
    assert done.empty()


def test_a_backlog_does_not_hold_up_what_a_candidate_waits_for() -> None:
    pool = EmbeddedPool()
    may_go_on = threading.Event()
    done: SimpleQueue[tuple[str, int]] = SimpleQueue()

    def work(task_name: str, pk: int) -> None:
        if task_name == "heavy":
            may_go_on.wait(timeout=60)
        done.put((task_name, pk))

    pool.start(work, 2)
    for pk in range(50):
        pool.submit("heavy", "transcription", pk)
    for pk in range(50):
        pool.submit("heavy", "webhooks", pk)
    pool.submit("mail", "outbound", 3)
    assert done.get(timeout=30) == ("mail", 3)
    for pk in range(50):
        pool.submit("heavy", "outbound", pk)
    pool.submit("greeting", "realtime", 1)
    assert done.get(timeout=30) == ("greeting", 1)
    pool.submit("score", "scoring", 2)
    assert done.get(timeout=30) == ("score", 2)
    assert done.empty()
    may_go_on.set()
    pool.stop()


def test_stopping_lets_what_runs_finish_and_leaves_what_waits() -> None:
    pool = EmbeddedPool()
    runs, may_end = threading.Event(), threading.Event()
    done: list[int] = []

    def work(task_name: str, pk: int) -> None:
        runs.set()
        may_end.wait(timeout=60)
        done.append(pk)

    pool.start(work, 1)
    for pk in range(3):
        pool.submit("heavy", "scoring", pk)
    assert runs.wait(timeout=30)
    stopping = threading.Thread(target=pool.stop)
    stopping.start()
    stopping.join(timeout=0.1)
    assert stopping.is_alive()  # it waits
    may_end.set()
    stopping.join(timeout=30)

    assert done == [0]
    assert not pool.submit("heavy", "scoring", 9)
