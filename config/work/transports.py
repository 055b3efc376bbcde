"""Announcing rows to whoever does the work: the broker, this process's own threads, or nobody (the sweeper finds it).

Services call `enqueue(row)` inside the transaction that makes the row; the announcement leaves after commit. It may be
lost at any point without harm: the sweeper announces again what is due and not taken.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.db import transaction
from kombu import Connection
from kombu.pools import producers

from config.breaker import Breaker
from config.celery import app
from config.work.rows import WorkItem

logger = logging.getLogger(__name__)


def enqueue(row: WorkItem) -> None:
    """Announce `row` once the current transaction has committed. Never raises into the caller."""
    transaction.on_commit(partial(publish, row.task_name, row.queue, row.pk), robust=True)


def publish(task_name: str, queue: str, pk: int) -> bool:
    """Announce one row now. False if nobody took the announcement. Never raises."""
    if settings.WORK_TRANSPORT == "celery":
        return _find_broker(settings.CELERY_BROKER_URL).send(task_name, queue, pk)
    if settings.WORK_TRANSPORT == "threads":
        return pool.submit(task_name, queue, pk)
    return False


class Broker:
    """Sends task messages over a connection of its own, with a budget of one second: it must not hang a request.

    Not the Celery application's connection, whose limits are those of a worker that can wait.
    """

    def __init__(self, url: str) -> None:
        options = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0, "max_retries": 0}
        self._connection = Connection(url, transport_options=options, connect_timeout=1)
        self._breaker = Breaker(rest_seconds=5.0)

    def send(self, task_name: str, queue: str, pk: int) -> bool:
        """False if the broker did not take it, or is left alone for a while after it did not. Never raises."""
        if not self._breaker.admit_call():
            return False
        try:
            with producers[self._connection].acquire(block=True, timeout=1) as producer:
                app.send_task(task_name, args=[pk], queue=queue, producer=producer, retry=False)
        except Exception as error:  # each broker's client has exceptions of its own; all of them mean the same here
            self._breaker.trip()
            logger.warning(
                "The broker did not take %s %s (%s); the sweeper will announce it again.", task_name, pk, error
            )
            return False
        self._breaker.reset()
        return True

    def count_messages(self, queues: Sequence[str]) -> dict[str, int]:
        """How many announcements lie in each queue and wait for a worker. Raises what the broker's client raises."""
        with self._connection.clone() as connection:
            channel = connection.default_channel
            return {queue: _count(channel, queue) for queue in queues}


def _count(channel: Any, queue: str) -> int:
    try:
        return int(channel.queue_declare(queue=queue, passive=True).message_count)
    except channel.connection.client.channel_errors:
        return 0  # nobody has sent anything there yet


def count_announcements(queues: Sequence[str]) -> dict[str, int]:
    """What lies on the broker; nothing where none is used. Raises what the broker's client raises, within seconds."""
    if settings.WORK_TRANSPORT != "celery":
        return {}
    return _find_broker(settings.CELERY_BROKER_URL).count_messages(queues)


@cache
def _find_broker(url: str) -> Broker:
    return Broker(url)


class EmbeddedPool:
    """The embedded stack's workers: threads of the server's own process, started and stopped with it.

    Eight pools, so that a backlog of transcription delays neither the next question nor scores and reports, a mail
    server that is slow delays nobody, another system that is slow to take events delays no mail, and a model that
    writes for minutes delays no score, nor what the interviewer is to say next, nor a voice that says it. Before
    `start` (a management command on the same database) a submission does nothing: the running server's sweeper will
    find the row.
    """

    REALTIME_THREADS = 2
    OUTBOUND_THREADS = 2  # they wait for others, most of the time …
    WEBHOOK_THREADS = 4  # … and these for systems of all sorts …
    GENERATION_THREADS = 2  # … and these for a model that writes for minutes …
    CONVERSATION_THREADS = 2  # … and these for a model that words what is said next …
    SPEECH_THREADS = 1  # … and this one for a voice, which is a process of its own

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._executors: dict[str, ThreadPoolExecutor] = {}
        self._run: Callable[[str, int], None] | None = None

    def start(self, run: Callable[[str, int], None], threads: int) -> None:
        """`threads` for all that takes the processor: half hear, half score and report; at least one each."""
        sizes = {
            "realtime": self.REALTIME_THREADS,
            "outbound": self.OUTBOUND_THREADS,
            "webhooks": self.WEBHOOK_THREADS,
            "generation": self.GENERATION_THREADS,
            "conversation": self.CONVERSATION_THREADS,
            "speech": self.SPEECH_THREADS,
            "transcription": (threads + 1) // 2,
            "rest": max(1, threads // 2),
        }
        with self._lock:
            self._run = run
            self._executors = {name: ThreadPoolExecutor(size, thread_name_prefix=name) for name, size in sizes.items()}

    def stop(self) -> None:
        """Let what runs finish; what has not begun stays queued in the database."""
        with self._lock:
            executors, self._executors = self._executors, {}
        for executor in executors.values():
            executor.shutdown(wait=True, cancel_futures=True)

    def submit(self, task_name: str, queue: str, pk: int) -> bool:
        """False before `start` and after `stop`."""
        with self._lock:
            executor = self._executors.get(queue) or self._executors.get("rest")
            if executor is None or self._run is None:
                return False
            executor.submit(self._run, task_name, pk)
            return True


pool = EmbeddedPool()
