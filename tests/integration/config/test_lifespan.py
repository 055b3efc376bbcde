"""Starting and draining the embedded server's work, in this process; and engines that are loaded at the start."""

import asyncio
import gc
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from config.celery import QUEUES
from config.embedded_lock import AlreadyRunning
from config.lifespan import Lifespan, report_database
from config.logs import TokenScrubber
from config.work import starts
from config.work.starts import run_starts, start_worker_child
from config.work.transports import pool, publish
from interviewpanel import tasks
from interviewpanel.models import Answer
from tests.processes import wait_until
from tests.work_rows import EFFECT, TASK, Job, add_segment, read_row

Message = dict[str, Any]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What ran at the start, instead of loading engines."""
    ran: list[str] = []
    monkeypatch.setattr(starts, "STARTS", [(queue, lambda queue=queue: ran.append(queue)) for queue in QUEUES])
    return ran


@pytest.fixture
def embedded(settings: Settings, tmp_path: Path, transactional_db: None, started: list[str]) -> Settings:
    settings.WORK_TRANSPORT, settings.VAR_DIR, settings.WORK_SWEEP_SECONDS = "threads", tmp_path, 0.05
    return settings


@pytest.fixture
def server(embedded: Settings) -> Iterator[Lifespan]:
    server = Lifespan()
    server.start()
    yield server
    server.stop()


def test_a_started_server_does_what_is_announced(
    committed_answer: Answer, job: Job, server: Lifespan, settings: Settings
) -> None:
    settings.WORK_TRANSPORT = "threads"  # after the fixture of the job
    row = add_segment(committed_answer)
    assert publish(TASK, "transcription", row.pk)

    wait_until("the row is done", lambda: read_row(row, "work_status", "text") == ("done", EFFECT), seconds=30)


def test_a_second_server_on_the_same_folder_is_refused(server: Lifespan, tmp_path: Path) -> None:
    second = Lifespan()
    with pytest.raises(AlreadyRunning) as refusal:
        second.start()
    second.stop()

    assert str(refusal.value) == (
        f"Another server already runs on {tmp_path}. The embedded stack is one process: stop the other one, or set "
        "VAR_DIR to another folder, or configure DB_NAME and Redis for the full stack."
    )
    assert publish("any", "realtime", 1)  # the first one goes on


def test_when_the_first_has_stopped_another_may_start(embedded: Settings) -> None:
    for _ in range(2):
        server = Lifespan()
        server.start()
        server.stop()


def test_stopping_waits_for_what_runs_and_leaves_the_rest_queued(
    committed_answer: Answer, job: Job, embedded: Settings
) -> None:
    embedded.WORK_TRANSPORT, embedded.WORK_THREADS = "threads", 1
    runs, may_end = threading.Event(), threading.Event()

    def hold(row: object) -> None:
        runs.set()
        may_end.wait(timeout=60)

    job.during_work = hold
    rows = [add_segment(committed_answer, number) for number in range(3)]
    server = Lifespan()
    server.start()
    for row in rows:
        publish(TASK, "transcription", row.pk)
    assert runs.wait(timeout=30)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    wait_until("it takes nothing new", lambda: not publish(TASK, "transcription", rows[0].pk), seconds=30)
    assert stopping.is_alive()
    may_end.set()
    stopping.join(timeout=30)

    assert [read_row(row, "work_status", "attempts") for row in rows] == [("done", 1), ("queued", 0), ("queued", 0)]


def test_on_the_full_stack_a_server_does_no_work_but_scrubs_its_logs(
    settings: Settings, tmp_path: Path, started: list[str]
) -> None:
    settings.WORK_TRANSPORT, settings.VAR_DIR = "celery", tmp_path
    handler = logging.StreamHandler()
    logging.getLogger("uvicorn").addHandler(handler)
    try:
        for server in (Lifespan(), Lifespan()):
            server.start()
    finally:
        logging.getLogger("uvicorn").removeHandler(handler)

    assert [type(one) for one in handler.filters] == [TokenScrubber]
    assert not pool.submit("any", "realtime", 1)
    assert started == []
    assert list(tmp_path.iterdir()) == []


async def speak(server: Lifespan, *types: str) -> list[Message]:
    """What the server answers to these messages of the ASGI lifespan protocol."""
    incoming: asyncio.Queue[Message] = asyncio.Queue()
    answers: list[Message] = []
    for one in types:
        incoming.put_nowait({"type": one})

    async def send(message: Message) -> None:
        answers.append(message)

    await asyncio.wait_for(server({"type": "lifespan"}, incoming.get, send), timeout=60)
    return answers


def test_it_speaks_the_protocol_of_asgi_servers(embedded: Settings, started: list[str]) -> None:
    assert asyncio.run(speak(Lifespan(), "lifespan.startup", "lifespan.shutdown")) == [
        {"type": "lifespan.startup.complete"},
        {"type": "lifespan.shutdown.complete"},
    ]
    assert started == list(QUEUES)


def test_a_start_that_fails_is_told_to_the_server(server: Lifespan, tmp_path: Path) -> None:
    (answer,) = asyncio.run(speak(Lifespan(), "lifespan.startup"))

    assert answer["type"] == "lifespan.startup.failed"
    assert answer["message"].startswith(f"Another server already runs on {tmp_path}. ")


# --- What is done once at the start ----------------------------------------------------------------------------------


def test_a_worker_runs_what_belongs_to_its_queues(started: list[str]) -> None:
    run_starts(["transcription", "reports"]).join(timeout=30)

    assert started == ["transcription", "reports"]


def test_a_child_of_a_worker_of_all_queues_runs_everything(started: list[str]) -> None:
    start_worker_child()

    wait_until("all ran", lambda: sorted(started) == sorted(QUEUES), seconds=30)


def test_one_that_fails_is_logged_and_the_others_run(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []

    def fail() -> None:
        raise OSError("no model")

    monkeypatch.setattr(starts, "STARTS", [("scoring", fail), ("scoring", lambda: ran.append("second"))])
    run_starts(["scoring"]).join(timeout=30)

    assert ran == ["second"]
    assert "failed at the start." in caplog.text


def test_every_process_loads_what_it_needs_at_its_start() -> None:
    assert sorted(starts.STARTS, key=str) == sorted(
        [
            ("transcription", tasks.load_transcription_engine),
            *((queue, tasks.load_embedding_model) for queue in ("realtime", "transcription", "scoring", "generation")),
            ("sockets", tasks.load_embedding_model),
            ("sockets", tasks.load_speech_detection),
            ("sockets", report_database),
            *((queue, tasks.look_for_speech_engine) for queue in ("realtime", "speech", "sockets")),
            ("realtime", tasks.begin_room_agent),
        ],
        key=str,
    )


def test_what_is_loaded_is_not_walked_again_by_the_collector(embedded: Settings) -> None:
    gc.unfreeze()  # the tests' own
    server = Lifespan()
    server.start()
    try:
        assert gc.get_freeze_count() > 100_000
    finally:
        server.stop()
