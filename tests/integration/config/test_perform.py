"""Doing one row: its result and its `done` are one, whatever goes wrong; done five times, it has one effect."""

import logging
import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from config.work.claims import claim_row
from config.work.tasks import WorkNotReady, WorkRefused, perform, perform_in_thread
from interviewpanel.models import Answer, AudioSegment
from tests.processes import wait_until
from tests.work_rows import EFFECT, TASK, Job, add_segment, change_row, raise_error, read_row, run_at_once

STATE = ("work_status", "attempts", "text", "last_error")


@pytest.fixture
def row(answer: Answer) -> AudioSegment:
    return add_segment(answer)


def make_due(row: AudioSegment) -> None:
    change_row(row, due_at=timezone.now())


def test_a_result_is_stored_and_the_row_is_done(row: AudioSegment, job: Job) -> None:
    assert perform(TASK, row.pk)

    assert read_row(row, *STATE, "claimed_until", "claimed_by") == ("done", 1, EFFECT, "", None, "")
    assert read_row(row, "finished_at") != (None,)


def test_the_work_sees_its_row_claimed_and_holds_no_transaction(committed_answer: Answer, job: Job) -> None:
    row = add_segment(committed_answer)
    seen: list[object] = []
    job.during_work = lambda row: seen.append((row.work_status, row.attempts, connection.in_atomic_block))
    job.during_store = lambda row: seen.append(connection.in_atomic_block)
    perform(TASK, row.pk)

    assert seen == [("running", 1, False), True]


def test_run_five_times_it_has_one_effect(row: AudioSegment, job: Job) -> None:
    assert [perform(TASK, row.pk) for _ in range(5)] == [True, False, False, False, False]

    assert read_row(row, *STATE) == ("done", 1, EFFECT, "")
    assert job.runs == 1


def test_five_workers_at_once_have_one_effect(committed_answer: Answer, job: Job) -> None:
    row = add_segment(committed_answer)

    assert sorted(run_at_once([partial(perform, TASK, row.pk)] * 5)) == [False, False, False, False, True]
    assert read_row(row, *STATE) == ("done", 1, EFFECT, "")


def test_a_row_that_is_gone_is_no_error(db: None, job: Job) -> None:
    assert not perform(TASK, 0)


def test_what_was_stored_is_undone_when_storing_fails_and_it_is_tried_again(row: AudioSegment, job: Job) -> None:
    job.during_store = raise_error(OSError("the disk is full"))
    assert not perform(TASK, row.pk)
    assert read_row(row, *STATE) == ("queued", 1, "", "OSError: the disk is full")

    job.during_store = lambda row: None
    make_due(row)
    assert perform(TASK, row.pk)
    assert read_row(row, *STATE) == ("done", 2, EFFECT, "")


def test_a_retry_waits_longer_each_time(row: AudioSegment, job: Job) -> None:
    job.during_work = raise_error(ValueError("broken"))
    waits = []
    for _ in range(2):
        make_due(row)
        before = timezone.now()
        perform(TASK, row.pk)
        (due_at,) = read_row(row, "due_at")
        waits.append(round((due_at - before).total_seconds()))
        assert not perform(TASK, row.pk)  # not before it is due

    assert waits == [2, 4]
    assert job.runs == 2


def test_three_errors_leave_it_to_a_person(row: AudioSegment, job: Job, caplog: pytest.LogCaptureFixture) -> None:
    job.during_work = raise_error(ValueError("broken"))
    ended = []
    for _ in range(4):
        make_due(row)
        ended.append(perform(TASK, row.pk))

    assert ended == [False, False, True, False]
    assert read_row(row, *STATE) == ("dead", 3, "", "ValueError: broken")
    assert job.given_up == [(row.pk, "ValueError: broken")]
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING", "ERROR"]


def test_work_that_can_never_succeed_is_not_tried_again(row: AudioSegment, job: Job) -> None:
    job.during_work = raise_error(WorkRefused("The audio cannot be read."))

    assert perform(TASK, row.pk)
    assert read_row(row, *STATE) == ("failed", 1, "", "The audio cannot be read.")
    assert job.given_up == [(row.pk, "The audio cannot be read.")]


def test_work_that_is_not_ready_waits_without_counting(row: AudioSegment, job: Job) -> None:
    later = timezone.now() + timedelta(minutes=1)
    job.during_work = raise_error(WorkNotReady(later))
    for _ in range(5):
        make_due(row)
        assert not perform(TASK, row.pk)

    assert read_row(row, *STATE, "due_at") == ("queued", 0, "", "", later)
    assert job.given_up == []


def test_giving_up_and_its_status_are_one(row: AudioSegment, job: Job) -> None:
    job.during_work = raise_error(WorkRefused("The audio cannot be read."))
    job.during_give_up = raise_error(OSError("the disk is full"))

    with pytest.raises(OSError, match="the disk is full"):
        perform(TASK, row.pk)
    assert read_row(row, "work_status") == ("running",)  # until its lease runs out; then it is tried again


def test_the_result_of_a_worker_that_lost_its_claim_is_dropped(
    row: AudioSegment, job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    job.during_work = lambda row: change_row(row, claim_number=row.claim_number + 1)

    assert not perform(TASK, row.pk)
    assert read_row(row, "work_status", "text") == ("running", "")  # the other worker's
    assert "was taken by another worker; this result is dropped" in caplog.text


@pytest.mark.parametrize("error", [ValueError("broken"), WorkRefused("never"), WorkNotReady(timezone.now())])
def test_the_failure_of_a_worker_that_lost_its_claim_changes_nothing(
    row: AudioSegment, job: Job, error: Exception
) -> None:
    def lose_and_fail(row: AudioSegment) -> None:
        change_row(row, claim_number=row.claim_number + 1, attempts=3)
        raise error

    job.during_work = lose_and_fail

    assert not perform(TASK, row.pk)
    assert read_row(row, *STATE) == ("running", 3, "", "")
    assert job.given_up == []


def test_work_that_takes_longer_than_a_lease_stays_its_workers(
    committed_answer: Answer, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AudioSegment, "lease_seconds", 0.3)
    row = add_segment(committed_answer)
    others: list[object] = []

    def outlast_the_lease(row: AudioSegment) -> None:
        (until,) = read_row(row, "claimed_until")
        wait_until("the first lease is over", lambda: timezone.now() > until + timedelta(seconds=0.1), seconds=30)
        others.append(claim_row(AudioSegment, row.pk, timezone.now()))

    job.during_work = outlast_the_lease

    assert perform(TASK, row.pk)
    assert others == [None]
    assert read_row(row, *STATE) == ("done", 1, EFFECT, "")


@pytest.mark.django_db
def test_a_pools_thread_survives_what_it_cannot_even_begin(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        perform_in_thread("no.such.task", 1)

    assert "no.such.task 1 could not be started; the sweeper will try again." in caplog.text


def test_a_pools_thread_gives_its_connection_back(committed_answer: Answer, job: Job) -> None:
    row = add_segment(committed_answer)
    seen = []

    def run() -> None:
        perform_in_thread(TASK, row.pk)
        seen.append(connection.connection)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert read_row(row, "work_status") == ("done",)
    assert seen == [None]
