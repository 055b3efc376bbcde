"""What was lost is announced again, what cannot be done is buried, and nothing is announced without need."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from queue import SimpleQueue
from typing import Any

import pytest
from django.conf import settings as site
from django.db import OperationalError
from pytest_django import Settings

from config.celery import QUEUES, app
from config.work import sweeper
from config.work.owners import current_owner
from config.work.sweeper import SWEEPS, SweeperThread, announce_left_behind, sweep_work
from config.work.tasks import perform_in_thread
from config.work.transports import pool
from interviewpanel.models import Answer, AudioSegment
from tests.interview_rows import make_session, make_world
from tests.processes import wait_until
from tests.task_names import SWEEPS as SWEEP_NAMES
from tests.work_rows import TASK, Job, add_segment, change_row, find_dead_owner, raise_error, read_row, run_at_once

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GRACE = 8 * SECOND
HELD: dict[str, Any] = {"work_status": "running", "attempts": 1, "claim_number": 1, "claimed_by": "elsewhere:1:1"}


class Announcements:
    """What the embedded pool was told to do. One thread takes them, so they are in order."""

    def __init__(self) -> None:
        self._taken: SimpleQueue[tuple[str, int]] = SimpleQueue()

    def take(self, task_name: str, pk: int) -> None:
        self._taken.put((task_name, pk))

    def read(self) -> list[tuple[str, int]]:
        pool.submit("end", "transcription", 0)
        return list(iter(partial(self._taken.get, timeout=30), ("end", 0)))


@pytest.fixture
def announced(job: Job, settings: Settings) -> Iterator[Announcements]:
    settings.WORK_TRANSPORT = "threads"
    announcements = Announcements()
    pool.start(announcements.take, 1)
    yield announcements
    pool.stop()


def add_due(answer: Answer, number: int = 0, **changes: Any) -> AudioSegment:
    return add_segment(answer, number, **{"due_at": NOW, **changes})


def test_a_rows_own_announcement_is_given_time(answer: Answer, announced: Announcements) -> None:
    row = add_due(answer)

    assert [sweep_work(NOW), sweep_work(NOW + GRACE - SECOND)] == [0, 0]
    assert sweep_work(NOW + GRACE) == 1
    assert announced.read() == [(TASK, row.pk)]
    assert read_row(row, "republished_at", "work_status", "due_at") == (NOW + GRACE, "queued", NOW)


def test_it_is_not_announced_again_within_a_minute(answer: Answer, announced: Announcements) -> None:
    add_due(answer)
    first = NOW + GRACE

    assert [sweep_work(first + seconds * SECOND) for seconds in (0, 15, 30, 45, 60, 61, 75)] == [1, 0, 0, 0, 0, 1, 0]
    assert len(announced.read()) == 2


def test_a_backlog_is_announced_once_oldest_first(answer: Answer, announced: Announcements) -> None:
    rows = [add_due(answer, number, due_at=NOW - number * SECOND) for number in range(20)]

    assert [sweep_work(NOW + GRACE), sweep_work(NOW + 2 * GRACE)] == [20, 0]
    assert announced.read() == [(TASK, row.pk) for row in reversed(rows)]


def test_a_large_backlog_is_announced_piece_by_piece(
    answer: Answer, announced: Announcements, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "BATCH", 3)
    for number in range(7):
        add_due(answer, number)

    assert [sweep_work(NOW + GRACE) for _ in range(4)] == [3, 3, 1, 0]


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"attempts": 1, "claim_number": 1, "due_at": NOW}, 1),
        ({"attempts": 1, "claim_number": 1, "due_at": NOW + SECOND}, 0),
        ({"attempts": 0, "claim_number": 1, "due_at": NOW}, 1),
        ({**HELD, "claimed_until": NOW - SECOND}, 1),
        ({**HELD, "claimed_until": NOW}, 0),
        ({"work_status": "done"}, 0),
        ({"work_status": "failed"}, 0),
        ({"work_status": "dead"}, 0),
    ],
    ids=["retry", "retry not due", "postponed", "abandoned", "held", "done", "failed", "dead"],
)
def test_what_is_due_is_announced_and_nothing_else(
    answer: Answer, announced: Announcements, changes: dict[str, Any], count: int
) -> None:
    add_due(answer, **changes)

    assert sweep_work(NOW) == count
    assert len(announced.read()) == count


def test_a_server_that_starts_takes_what_its_predecessor_left_at_once(answer: Answer, announced: Announcements) -> None:
    row = add_due(answer)
    add_due(answer, 1, due_at=NOW + SECOND)

    assert [announce_left_behind(NOW), sweep_work(NOW)] == [1, 0]
    assert announced.read() == [(TASK, row.pk)]


def test_what_the_predecessor_had_announced_again_is_not_held_against_it(
    answer: Answer, announced: Announcements
) -> None:
    queued = add_due(answer)
    abandoned = add_due(answer, 1, **{**HELD, "claimed_until": NOW - SECOND})
    assert [sweep_work(NOW + GRACE), announce_left_behind(NOW + GRACE)] == [2, 2]
    assert sorted(announced.read()) == sorted([(TASK, queued.pk), (TASK, abandoned.pk)] * 2)


def test_of_two_sweepers_at_once_one_announces(committed_answer: Answer, announced: Announcements) -> None:
    rows = [add_due(committed_answer, number) for number in range(6)]

    assert sum(run_at_once([partial(sweep_work, NOW + GRACE)] * 3)) == 6
    assert sorted(announced.read()) == [(TASK, row.pk) for row in rows]


def test_an_announcement_that_nobody_took_is_made_again_by_the_next_sweep(
    answer: Answer, announced: Announcements
) -> None:
    rows = [add_due(answer, number) for number in range(3)]
    pool.stop()
    assert sweep_work(NOW + GRACE) == 0
    assert [read_row(row, "republished_at") for row in rows] == [(None,)] * 3

    pool.start(announced.take, 1)
    assert sweep_work(NOW + 2 * GRACE) == 3


def test_what_dead_processes_held_is_announced_at_once(answer: Answer, announced: Announcements) -> None:
    dead = find_dead_owner()
    lease = {"claimed_until": NOW + 30 * SECOND}
    rows = [
        add_due(answer, number, **{**HELD, **lease, "claimed_by": owner})
        for number, owner in enumerate([dead, dead, "elsewhere:1:1", current_owner()])
    ]

    assert sweep_work(NOW) == 2
    assert announced.read() == [(TASK, row.pk) for row in rows[:2]]
    assert read_row(rows[2], "claimed_until") == read_row(rows[3], "claimed_until") == (NOW + 30 * SECOND,)


def test_a_row_whose_workers_always_die_is_left_to_a_person(answer: Answer, announced: Announcements, job: Job) -> None:
    row = add_due(answer, **{**HELD, "claimed_until": NOW - SECOND, "attempts": 3})
    reason = "The worker ended 3 times while doing this. Look at its log and its memory."

    assert [sweep_work(NOW), sweep_work(NOW)] == [1, 0]
    assert read_row(row, "work_status", "claimed_until", "claimed_by", "last_error", "finished_at") == (
        "dead", None, "", reason, NOW,
    )  # fmt: skip
    assert job.given_up == [(row.pk, reason)]
    assert announced.read() == []


def test_an_exhausted_row_that_is_still_held_is_not_buried(answer: Answer, announced: Announcements) -> None:
    row = add_due(answer, **{**HELD, "claimed_until": NOW, "attempts": 3})

    assert sweep_work(NOW) == 0
    assert read_row(row, "work_status") == ("running",)


def test_of_two_sweepers_at_once_one_buries(committed_answer: Answer, announced: Announcements, job: Job) -> None:
    rows = [
        add_due(committed_answer, number, **{**HELD, "claimed_until": NOW - SECOND, "attempts": 3})
        for number in range(4)
    ]

    assert sum(run_at_once([partial(sweep_work, NOW)] * 3)) == 4
    assert sorted(pk for pk, _ in job.given_up) == [row.pk for row in rows]


def test_one_row_that_cannot_be_given_up_does_not_hold_up_the_others(
    answer: Answer, announced: Announcements, job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    broken, fine = (
        add_due(answer, number, **{**HELD, "claimed_until": NOW - SECOND, "attempts": 3}) for number in range(2)
    )
    lost = add_due(answer, 2)
    fail = raise_error(OSError("the disk is full"))
    job.during_give_up = lambda row: fail(row) if row.pk == broken.pk else None

    assert sweep_work(NOW + GRACE) == 2
    assert [read_row(row, "work_status") for row in (broken, fine)] == [("running",), ("dead",)]
    assert announced.read() == [(TASK, lost.pk)]
    assert f"{TASK} {broken.pk} could not be given up; the next sweep tries again." in caplog.text


def test_rows_of_every_kind_are_swept(answer: Answer, announced: Announcements) -> None:
    session = make_session(make_world("Ashgrove"))
    step = session.steps.create(kind="greeting", due_at=NOW)

    assert sweep_work(NOW + GRACE) == 1
    wait_until(
        "the step was announced",
        lambda: ("interviewpanel.tasks.generate_greeting", step.pk) in announced.read(),
        seconds=10,
    )


def test_beat_runs_each_sweep_once_a_period_and_drops_what_waited_too_long() -> None:
    hearts = "config.work.heartbeats.note_heartbeat"
    assert sorted(SWEEPS) == sorted(SWEEP_NAMES)
    names = [name for name in SWEEP_NAMES if name != hearts]
    every = {"schedule": site.WORK_SWEEP_SECONDS}
    assert app.conf.beat_schedule == {
        **{name: {"task": name, "options": {"queue": "realtime", "expires": 60}, **every} for name in names},
        **{
            f"{hearts} {queue}": {
                "task": hearts,
                "args": [queue],
                "options": {"queue": queue, "expires": 60},
                **every,
            }
            for queue in QUEUES
        },
    }
    assert all(name in app.tasks for name in names)


def test_the_embedded_sweeper_runs_every_sweep_again_and_again_whatever_one_of_them_does(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[datetime] = []

    def fail(now: datetime) -> int:
        raise OSError("the disk is full")

    def note(now: datetime) -> int:
        ran.append(now)
        return 0

    monkeypatch.setattr(sweeper, "SWEEPS", {"broken": fail, "fine": note})
    thread = SweeperThread(0.01)
    thread.start()
    wait_until("three rounds", lambda: len(ran) >= 3, seconds=30)
    thread.stop()
    rounds = len(ran)

    assert caplog.text.count("broken failed; it runs again in 0.01 s.") == rounds
    assert sorted(ran) == ran


@pytest.mark.django_db(transaction=True)
def test_what_is_mended_while_the_reason_is_looked_for_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[datetime] = []

    def fail_once(now: datetime) -> int:
        ran.append(now)
        if len(ran) == 1:
            raise OperationalError("no such table: interviewpanel_answer")
        return 0

    monkeypatch.setattr(sweeper, "SWEEPS", {"mended": fail_once})
    thread = SweeperThread(0.01)
    thread.start()
    wait_until("two rounds", lambda: len(ran) >= 3, seconds=30)
    thread.stop()

    assert caplog.text == ""


def test_a_lost_row_is_done_in_the_end(committed_answer: Answer, settings: Settings, job: Job) -> None:
    """The whole way of the embedded stack: nobody was told of the row, the sweeper finds it, a thread does it."""
    settings.WORK_TRANSPORT = "threads"
    row = add_segment(committed_answer, due_at=NOW)
    pool.start(perform_in_thread, 2)
    thread = SweeperThread(0.05)
    thread.start()
    try:
        wait_until("the row is done", lambda: read_row(row, "work_status", "text") == ("done", "x"), seconds=30)
    finally:
        thread.stop()
        pool.stop()
    change_row(row, text="")

    assert job.runs == 1
