"""`WorkItem`: the columns by which a row is a piece of work. Inherited by segments, scores, steps and reports."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone


def is_due(now: datetime) -> models.Q:
    """Rows that are due and that nobody does, also what a worker took and never came back from."""
    status = WorkItem.WorkStatus
    waits = models.Q(work_status=status.QUEUED, due_at__lte=now)
    return waits | models.Q(work_status=status.RUNNING, claimed_until__lt=now)


def is_being_done(now: datetime) -> models.Q:
    """Rows that a worker holds just now."""
    return models.Q(work_status=WorkItem.WorkStatus.RUNNING, claimed_until__gte=now)


class WorkItem(models.Model):
    """queued → running → done | failed | dead.

    failed: trying again cannot help (the audio is unreadable). dead: `max_attempts` tries did not do; `last_error` is
    written for a person. A retry goes back to queued with `due_at` in the future.
    """

    class WorkStatus(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        DEAD = "dead"

    OVER: ClassVar[frozenset[str]] = frozenset({WorkStatus.DONE, WorkStatus.FAILED, WorkStatus.DEAD})

    # Every subclass names its task (as it stands on the broker) and one of config.celery.QUEUES; a row may decide.
    task_name: str
    queue: str

    lease_seconds: ClassVar[int] = 30
    max_attempts: ClassVar[int] = 3

    work_status = models.CharField(max_length=8, choices=WorkStatus.choices, default=WorkStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    republished_at = models.DateTimeField(null=True, blank=True, help_text="When the sweeper last announced it again.")
    claimed_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=100, blank=True)
    claim_number = models.PositiveIntegerField(
        default=0, help_text="Grows with every claim; a stale worker holds an older one."
    )
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_work_status",
                condition=models.Q(work_status__in=["queued", "running", "done", "failed", "dead"]),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_running_is_claimed",
                condition=~models.Q(work_status="running") | models.Q(claimed_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="%(class)s_open_work",
                fields=["work_status", "due_at"],
                condition=models.Q(work_status__in=["queued", "running"]),
            ),
            models.Index(
                name="%(class)s_given_up",
                fields=["finished_at"],
                condition=models.Q(work_status__in=["failed", "dead"]),
            ),
        ]

    @property
    def is_over(self) -> bool:
        return self.work_status in self.OVER

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        """Wait before attempt number `attempts + 1`: 2, 4, 8 … seconds."""
        return timedelta(seconds=2**attempts)
