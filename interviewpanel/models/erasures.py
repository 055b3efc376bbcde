"""`FileRemoval`: files that are to leave storage, as work: their rows are gone, and nothing else remembers them."""

import uuid
from datetime import timedelta

from django.db import models

from config.work.rows import WorkItem

# The folders below which everything lies that was stored of a session, each in one named by the session's uuid.
SESSION_FOLDERS = ("audio", "recordings", "video", "reports")


def list_session_folders(session_uuid: uuid.UUID) -> list[str]:
    return [f"{folder}/{session_uuid}" for folder in SESSION_FOLDERS]


class FileRemoval(WorkItem):
    """Made in the transaction that takes the rows away. `done` means that a last look found nothing left.

    It names no person: folders and files are named by random ids.
    """

    folders = models.JSONField(default=list, help_text="Emptied and removed, whatever is in them.")
    names = models.JSONField(default=list, help_text="Single files that lie elsewhere.")
    last_look_at = models.DateTimeField(
        help_text="The files go at once; then one more look is taken for what a worker was still writing."
    )

    task_name = "interviewpanel.tasks.remove_files"
    queue = "reports"
    # What is promised to be erased is not given up while storage is away: tried for six weeks, once an hour.
    max_attempts = 1000

    class Meta(WorkItem.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"Removal of {', '.join([*self.folders, *self.names])}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        return timedelta(seconds=min(2.0 ** min(attempts, 12), 3600.0))
