"""The Celery application: what it knows in this process, and in a real worker and a real beat."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.celery import QUEUES, app
from tests.live_site import ROOT, make_environment
from tests.processes import Processes, wait_until
from tests.task_names import SWEEPS, TASKS


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    found = Processes(tmp_path)
    yield found
    found.end_all()


def test_every_task_is_known_by_its_full_name() -> None:
    assert [name for name in sorted(app.tasks) if not name.startswith("celery.")] == sorted(TASKS + SWEEPS)


def test_every_queue_is_its_own_and_the_broker_keeps_what_a_lost_worker_had() -> None:
    queues = [(queue.name, queue.exchange.name, queue.routing_key) for queue in app.conf.task_queues]

    assert queues == [(name, name, name) for name in QUEUES]
    assert {
        name: app.conf[name]
        for name in ("task_acks_late", "task_reject_on_worker_lost", "worker_prefetch_multiplier", "task_ignore_result")
    } == {
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_ignore_result": True,
    }
    assert app.conf.broker_transport_options["visibility_timeout"] > 2 * app.conf.task_time_limit
    assert app.conf.broker_connection_max_retries is None  # a worker waits for its broker as long as it takes


def test_a_real_worker_knows_every_task_and_its_engine_and_a_real_beat_sends_every_sweep(
    processes: Processes, redis_variables: dict[str, str]
) -> None:
    environment = make_environment("embedded", processes.folder, redis_variables)
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    options = ["-Q", "transcription", "-c", "1", "-l", "info"]
    worker = processes.start("worker", [*celery, "worker", *options], environment, cwd=ROOT)
    beat = processes.start("beat", [*celery, "beat", "-s", f"{processes.folder}/beat"], environment, cwd=ROOT)

    def has_said(child_log: Path, *texts: str) -> bool:
        processes.check_living()
        log = child_log.read_text()
        return all(text in log for text in texts)

    ready = (" ready.", "Transcription: pocketsphinx")
    wait_until("the worker is ready", lambda: has_said(worker.log, *ready), seconds=60)
    wait_until("beat has sent all", lambda: has_said(beat.log, *(f"due task {name}" for name in SWEEPS)), seconds=60)

    for name in ("beat", "worker"):
        processes.kill(name)
    assert re.findall(r"^  \. (\S+)$", worker.log.read_text(), re.M) == sorted(TASKS + SWEEPS)
    assert "ERROR" not in worker.log.read_text() + beat.log.read_text()
