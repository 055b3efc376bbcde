"""Claiming a row, keeping the claim while working, and ending it. Called by config/work/tasks.py only.

Every move is one conditional UPDATE: one row changed means it is ours, none means someone else has it. Nothing relies
on row locks, which SQLite does not have.
"""

import contextlib
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import close_old_connections, connection
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Least
from django.utils import timezone

from config.work.owners import current_owner, is_owner_dead
from config.work.rows import WorkItem

logger = logging.getLogger(__name__)
Status = WorkItem.WorkStatus


@dataclass(frozen=True)
class Claim:
    model: type[WorkItem]
    pk: int
    number: int
    due_at: datetime  # as it stood when it was taken

    def _mine(self) -> Q:
        return Q(pk=self.pk, claim_number=self.number, work_status=Status.RUNNING)

    def renew(self, now: datetime) -> bool:
        """Another `lease_seconds` from `now`; False if the claim was lost."""
        until = now + timedelta(seconds=self.model.lease_seconds)
        return self.model._default_manager.filter(self._mine()).update(claimed_until=until) == 1

    def end(self, status: str, now: datetime, *, error: str = "", due_at: datetime | None = None) -> bool:
        """Leave the row in `status`; False if the claim was lost, and then nothing changed."""
        values: dict[str, object] = {
            "work_status": status,
            "claimed_until": None,
            "claimed_by": "",
            "last_error": error[:2000],
            "finished_at": now if status in WorkItem.OVER else None,
        }
        if due_at is not None:
            values |= {"due_at": self._sooner(due_at), "republished_at": None}
        return self.model._default_manager.filter(self._mine()).update(**values) == 1

    def postpone(self, due_at: datetime) -> bool:
        """Back to the queue, not before `due_at`, without counting an attempt."""
        return (
            self.model._default_manager.filter(self._mine()).update(
                work_status=Status.QUEUED,
                claimed_until=None,
                claimed_by="",
                due_at=self._sooner(due_at),
                republished_at=None,
                attempts=F("attempts") - 1,
            )
            == 1
        )

    def _sooner(self, due_at: datetime) -> Case:
        """`due_at`, unless somebody has made the row due meanwhile: they knew what we did not."""
        later = Value(due_at)
        return Case(When(due_at=self.due_at, then=later), default=Least(F("due_at"), later))


def claim_row(model: type[WorkItem], pk: int, now: datetime) -> Claim | None:
    """Take the row for `lease_seconds` if it is due and free, or if its owner's lease ran out or its owner is dead."""
    row = (
        model._default_manager.filter(pk=pk)
        .values("claim_number", "work_status", "claimed_until", "claimed_by", "due_at")
        .first()
    )
    if row is None or row["work_status"] in WorkItem.OVER:
        return None
    is_free = Q(work_status=Status.QUEUED, due_at__lte=now)
    is_abandoned = Q(work_status=Status.RUNNING, claimed_until__lt=now)
    if row["work_status"] == Status.RUNNING and is_owner_dead(row["claimed_by"]):
        is_abandoned = Q(work_status=Status.RUNNING)
    changed = model._default_manager.filter(
        is_free | is_abandoned, pk=pk, claim_number=row["claim_number"], attempts__lt=model.max_attempts
    ).update(
        work_status=Status.RUNNING,
        attempts=F("attempts") + 1,
        claim_number=F("claim_number") + 1,
        claimed_until=now + timedelta(seconds=model.lease_seconds),
        claimed_by=current_owner(),
        republished_at=None,  # the announcement was taken; should we die, the next one need not wait for its turn
    )
    return Claim(model, pk, row["claim_number"] + 1, row["due_at"]) if changed else None


@contextlib.contextmanager
def keep_claim(claim: Claim) -> Iterator[None]:
    """Renew the claim from a thread of its own, three times a lease, while the body works."""
    stop = threading.Event()

    def renew_until_stopped() -> None:
        try:
            while not stop.wait(claim.model.lease_seconds / 3):
                try:
                    close_old_connections()
                    if not claim.renew(timezone.now()):
                        return
                except Exception:
                    logger.exception("A lease could not be renewed; unless the next try can, it runs out by itself.")
        finally:
            connection.close()

    thread = threading.Thread(target=renew_until_stopped, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
