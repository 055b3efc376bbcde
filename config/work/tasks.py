"""`work_task`: turns a function into the task that does one row. Used by every app's tasks module."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import close_old_connections, transaction
from django.utils import timezone

from config.celery import app
from config.work.claims import Claim, Status, claim_row, keep_claim
from config.work.rows import WorkItem

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=WorkItem)
Store = Callable[[], None]


class WorkRefused(Exception):
    """Trying again cannot help. The row becomes `failed`; the message is for a person."""


class WorkNotReady(Exception):
    """What the work needs is not there yet. The row goes back to the queue until `due_at`; no attempt is counted."""

    def __init__(self, due_at: datetime) -> None:
        super().__init__(f"not ready before {due_at:%H:%M:%S}")
        self.due_at = due_at


class TryLater(Exception):
    """It did not do, as may happen any day; the next attempt is at `due_at`. After the last one the row is `dead`."""

    def __init__(self, words: str, due_at: datetime) -> None:
        super().__init__(words)
        self.due_at = due_at


class ClaimLost(Exception):
    """Somebody else took the row while we worked; what we would have stored is dropped."""


def _lock_nothing(row: WorkItem) -> None:
    """For work whose storing locks nothing but its own row."""


@dataclass(frozen=True)
class WorkKind:
    """One kind of work. `work` runs outside any transaction and returns what stores its result; the storing runs in
    the transaction that ends the row, so that a result and its `done` are one. `give_up(row, reason)` runs in the
    transaction that makes the row failed or dead. `lock(row)` is the first statement of either: it takes what everybody
    else locks before this row, as an interview's session, and bears that it is gone. `delay(row, now)`, where there is
    one, is asked in the transaction that claims the row, after `lock`: when it is to come again, if others go first."""

    task_name: str
    model: type[WorkItem]
    work: Callable[[Any], Store]
    give_up: Callable[[Any, str], None]
    lock: Callable[[Any], None] = _lock_nothing
    delay: Callable[[Any, datetime], datetime | None] | None = None


KINDS: dict[str, WorkKind] = {}


def work_task(
    model: type[Row],
    *,
    give_up: Callable[[Row, str], None],
    lock: Callable[[Row], None] = _lock_nothing,
    delay: Callable[[Row, datetime], datetime | None] | None = None,
) -> Callable[[Callable[[Row], Store]], Callable[[int], None]]:
    """Register the decorated function as the task of `model`'s rows, under its full dotted name."""

    def decorate(function: Callable[[Row], Store]) -> Callable[[int], None]:
        name = f"{function.__module__}.{function.__name__}"
        KINDS[name] = WorkKind(name, model, function, give_up, lock, delay)

        def run(pk: int) -> None:
            perform(name, pk)

        run.__doc__ = function.__doc__
        task: Callable[[int], None] = app.task(name=name)(run)
        return task

    return decorate


def perform(task_name: str, pk: int) -> bool:
    """Do one row if it is free. True if this call ended it. Errors of the work are stored on the row, not raised.

    Effects in order: claim; work outside any transaction, the lease kept; one transaction that locks what comes before
    the row, ends the row and stores the result. Run twice, or by two workers at once, it has one effect.
    """
    kind = KINDS[task_name]
    claim = _claim(kind, pk, timezone.now())
    if claim is None:
        return False
    row = kind.model._default_manager.get(pk=pk)
    try:
        with keep_claim(claim):
            store = kind.work(row)
            _end_done(kind, claim, row, store)
    except ClaimLost:
        logger.warning("%s %s was taken by another worker; this result is dropped.", task_name, pk)
        return False
    except WorkNotReady as later:
        claim.postpone(later.due_at)
        return False
    except WorkRefused as refusal:
        return _end_given_up(kind, claim, row, Status.FAILED, str(refusal))
    except TryLater as later:
        return _end_try(kind, claim, row, later)
    except Exception as error:
        return _end_error(kind, claim, row, error)
    return True


def _claim(kind: WorkKind, pk: int, now: datetime) -> Claim | None:
    if kind.delay is None:
        return claim_row(kind.model, pk, now)
    row = kind.model._default_manager.filter(pk=pk).first()
    if row is None:
        return None
    with transaction.atomic():
        kind.lock(row)
        claim = claim_row(kind.model, pk, now)
        if claim is None or (due_at := kind.delay(row, now)) is None:
            return claim
        claim.postpone(due_at)
        return None


def _end_done(kind: WorkKind, claim: Claim, row: WorkItem, store: Store) -> None:
    with transaction.atomic():
        kind.lock(row)
        if not claim.end(Status.DONE, timezone.now()):
            raise ClaimLost
        store()


def _end_error(kind: WorkKind, claim: Claim, row: WorkItem, error: Exception) -> bool:
    reason = f"{type(error).__name__}: {error}"
    if row.attempts >= row.max_attempts:
        logger.exception("%s %s failed %s times and is left to a person.", kind.task_name, row.pk, row.attempts)
        return _end_given_up(kind, claim, row, Status.DEAD, reason)
    logger.warning("%s %s failed (attempt %s): %s", kind.task_name, row.pk, row.attempts, reason, exc_info=True)
    claim.end(Status.QUEUED, timezone.now(), error=reason, due_at=timezone.now() + row.retry_delay(row.attempts))
    return False


def _end_try(kind: WorkKind, claim: Claim, row: WorkItem, later: TryLater) -> bool:
    if row.attempts >= row.max_attempts:
        return _end_given_up(kind, claim, row, Status.DEAD, str(later))
    logger.info("%s %s comes to its turn again: %s", kind.task_name, row.pk, later)
    claim.end(Status.QUEUED, timezone.now(), error=str(later), due_at=later.due_at)
    return False


def _end_given_up(kind: WorkKind, claim: Claim, row: WorkItem, status: str, reason: str) -> bool:
    with transaction.atomic():
        kind.lock(row)
        if not claim.end(status, timezone.now(), error=reason):
            return False
        kind.give_up(row, reason)
    return True


def perform_in_thread(task_name: str, pk: int) -> None:
    """`perform` for the embedded pool's threads: database connections are given back, nothing is raised."""
    try:
        perform(task_name, pk)
    except Exception:
        logger.exception("%s %s could not be started; the sweeper will try again.", task_name, pk)
    finally:
        close_old_connections()
