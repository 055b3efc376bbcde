"""When the workers of each queue were last heard: beat sends every queue a task that notes the time.

So a fresh note says that beat, the broker and a worker of that queue all do their part. On the embedded stack the
sweeper's thread notes it. Read by /health/ready and /metrics. Kept in Redis, which every process reaches; on the stack
that is one process, in memory.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import cast

import redis
from django.conf import settings
from django.utils import timezone

from config.celery import QUEUES, app
from config.work.sweeper import SWEEPS

logger = logging.getLogger(__name__)

KEY = "interviewbot:heartbeats"
SWEEPER = "sweeper"
EXPECTED_SECONDS = max(60.0, 4 * settings.WORK_SWEEP_SECONDS)  # an older note says that something is away
NAME = f"{__name__}.note_heartbeat"
_memory: dict[str, datetime] = {}


def list_hearts() -> tuple[str, ...]:
    """Who is to be heard on this stack."""
    return (SWEEPER,) if settings.WORK_TRANSPORT != "celery" else QUEUES


def note_heartbeat(name: str, now: datetime) -> None:
    """Effect: the note. Never raises: whoever reads finds an old one."""
    if settings.STACK == "embedded":
        _memory[name] = now
        return
    try:
        _find_redis(settings.REDIS_URL).hset(KEY, name, now.astimezone(UTC).isoformat())
    except redis.RedisError as error:
        logger.warning("The heartbeat of %s could not be noted: %s", name, error)


def read_heartbeats() -> Mapping[str, datetime]:
    """Who was heard when. Raises redis.RedisError where nobody can tell."""
    if settings.STACK == "embedded":
        return dict(_memory)
    noted = cast("dict[bytes, bytes]", _find_redis(settings.REDIS_URL).hgetall(KEY))
    return {name.decode(): datetime.fromisoformat(at.decode()) for name, at in noted.items()}


@cache
def _find_redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0)


def _note_sweeper(now: datetime) -> int:
    note_heartbeat(SWEEPER, now)
    return 1


def _note_queue(queue: str) -> None:
    note_heartbeat(queue, timezone.now())


SWEEPS[NAME] = _note_sweeper
app.task(name=NAME)(_note_queue)
for _queue in QUEUES:
    app.conf.beat_schedule[f"{NAME} {_queue}"] = {
        "task": NAME,
        "args": [_queue],
        "schedule": settings.WORK_SWEEP_SECONDS,
        "options": {"queue": _queue, "expires": 60},
    }
