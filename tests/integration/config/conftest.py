"""The work of audio segments is the test's own; announcements go to no one unless a test says otherwise."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from config.private_services import find_bundled_redis, run_redis
from config.work.tasks import KINDS, WorkKind
from interviewpanel.models import Answer, AudioSegment
from tests.work_rows import TASK, Job, make_answer


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Job:
    settings.WORK_TRANSPORT = "sweeper"
    job = Job()
    monkeypatch.setitem(KINDS, TASK, WorkKind(TASK, AudioSegment, job.work, job.give_up))
    return job


@pytest.fixture
def answer(db: None) -> Answer:
    return make_answer()


@pytest.fixture
def committed_answer(transactional_db: None) -> Answer:
    """For tests with threads, which see only what is committed."""
    return make_answer()


@pytest.fixture(scope="session")
def redis_variables() -> Iterator[dict[str, str]]:
    """The address of a Redis of these tests' own, as REDIS_URL and CELERY_BROKER_URL."""
    folder = Path(tempfile.mkdtemp(prefix="test-redis-"))  # short: a socket's path may have 107 characters
    with run_redis(shutil.which("redis-server") or find_bundled_redis(), folder) as variables:
        yield variables
    shutil.rmtree(folder)
