"""Finds work that was lost, and runs what must happen on time. Every process that sweeps may do so at once.

On the full stack beat sends the sweeps to a worker; on the embedded stack a thread of the server runs them.
"""

import contextlib
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import Q
from django.utils import timezone

from config.celery import app
from config.database import explain_database
from config.work.claims import Status
from config.work.owners import is_owner_dead
from config.work.rows import WorkItem
from config.work.tasks import KINDS
from config.work.transports import publish

logger = logging.getLogger(__name__)

# A row's own announcement gets this long to be taken before the sweeper makes another …
ANNOUNCEMENT_GRACE = timedelta(seconds=8)
# … and then this long, so that a backlog is not multiplied on the broker.
REPUBLISH_AFTER = timedelta(seconds=60)
BATCH = 500

Sweep = Callable[[datetime], int]
SWEEPS: dict[str, Sweep] = {}


def sweep_task(function: Sweep) -> Sweep:
    """Register `function(now)` to run every `WORK_SWEEP_SECONDS`, by beat or by the embedded sweeper."""
    name = f"{function.__module__}.{function.__name__}"
    SWEEPS[name] = function

    def run() -> None:
        function(timezone.now())

    app.task(name=name)(run)
    app.conf.beat_schedule[name] = {
        "task": name,
        "schedule": settings.WORK_SWEEP_SECONDS,
        "options": {"queue": "realtime", "expires": 60},
    }
    return function


@sweep_task
def sweep_work(now: datetime) -> int:
    """Free what dead processes held, bury what has no attempts left, announce again what is due. Returns how many."""
    count = 0
    for model in apps.get_models():
        if issubclass(model, WorkItem):
            _free_dead_owners(model, now)
            count += _bury_exhausted(model, now) + _republish_due(model, now)
    return count


def announce_left_behind(now: datetime) -> int:
    """As the embedded server starts: what its predecessor had only in its memory need not wait for the grace."""
    count = 0
    for model in apps.get_models():
        if issubclass(model, WorkItem):
            _free_dead_owners(model, now)
            unfinished = model._default_manager.filter(work_status__in=[Status.QUEUED, Status.RUNNING])
            unfinished.exclude(republished_at=None).update(republished_at=None)  # those announcements died with it
            count += _republish_due(model, now, grace=timedelta())
    return count


def _free_dead_owners(model: type[WorkItem], now: datetime) -> None:
    running = model._default_manager.filter(work_status=Status.RUNNING, claimed_until__gte=now)
    for owner in running.order_by("claimed_by").values_list("claimed_by", flat=True).distinct()[:BATCH]:
        if is_owner_dead(owner):
            running.filter(claimed_by=owner).update(claimed_until=now - timedelta(seconds=1))


def _bury_exhausted(model: type[WorkItem], now: datetime) -> int:
    """Rows whose last allowed attempt never came back (its worker was killed) become dead letters."""
    count = 0
    exhausted = Q(work_status=Status.RUNNING, claimed_until__lt=now, attempts__gte=model.max_attempts)
    for row in model._default_manager.filter(exhausted)[:BATCH]:
        try:
            count += _bury_row(row, exhausted, now)
        except Exception:
            logger.exception("%s %s could not be given up; the next sweep tries again.", row.task_name, row.pk)
    return count


def _bury_row(row: WorkItem, exhausted: Q, now: datetime) -> bool:
    times = "" if row.attempts == 1 else f" {row.attempts} times"
    reason = f"The worker ended{times} while doing this. Look at its log and its memory."
    with transaction.atomic():
        buried = (
            type(row)
            ._default_manager.filter(exhausted, pk=row.pk, claim_number=row.claim_number)
            .update(work_status=Status.DEAD, claimed_until=None, claimed_by="", last_error=reason, finished_at=now)
        )
        if not buried:
            return False
        KINDS[row.task_name].give_up(row, reason)
    logger.error("%s %s is left to a person: %s", row.task_name, row.pk, reason)
    return True


def _republish_due(model: type[WorkItem], now: datetime, grace: timedelta = ANNOUNCEMENT_GRACE) -> int:
    waiting = Q(work_status=Status.QUEUED, due_at__lte=now - grace) | Q(
        work_status=Status.QUEUED, due_at__lte=now, claim_number__gt=0
    )
    abandoned = Q(work_status=Status.RUNNING, claimed_until__lt=now, attempts__lt=model.max_attempts)
    not_recent = Q(republished_at__isnull=True) | Q(republished_at__lt=now - REPUBLISH_AFTER)
    count = 0
    for row in model._default_manager.filter(waiting | abandoned).filter(not_recent).order_by("due_at")[:BATCH]:
        # The condition again: of two sweepers, one publishes.
        if not model._default_manager.filter(not_recent, pk=row.pk).update(republished_at=now):
            continue
        if not publish(row.task_name, row.queue, row.pk):
            # Nobody takes announcements now, so this one was none: the next sweep makes it, not that in a minute.
            model._default_manager.filter(pk=row.pk, republished_at=now).update(republished_at=None)
            break
        count += 1
    return count


class SweeperThread:
    """What the predecessor left behind, then every registered sweep again and again. The embedded stack's beat."""

    def __init__(self, interval_seconds: float) -> None:
        self._interval_seconds = interval_seconds
        self._stop = threading.Event()
        self._has_told = False
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        self._sweep("announce_left_behind", announce_left_behind)
        while True:
            # The first that finds no database ends the round: the others would find none either.
            if all(self._sweep(name, sweep) for name, sweep in SWEEPS.items()):
                self._has_told = False
            if self._stop.wait(self._interval_seconds):
                return

    def _sweep(self, name: str, sweep: Sweep) -> bool:
        """False where the database is not there to be swept, which is told once; any other failure shows its trace."""
        try:
            try:
                sweep(timezone.now())
            except DatabaseError:
                if explanation := self._explain():
                    if not self._has_told:
                        logger.error("Lost work cannot be looked for until this is mended: %s", explanation)
                    self._has_told = True
                    return False
                sweep(timezone.now())  # it may have been mended between the failure and the question why
        except Exception:
            logger.exception("%s failed; it runs again in %s s.", name, self._interval_seconds)
        finally:
            close_old_connections()
        return True

    def _explain(self) -> str:
        with contextlib.suppress(DatabaseError):
            return " ".join(explain_database().splitlines())
        return ""
