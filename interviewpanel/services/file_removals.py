"""Removing files from storage as durable work: opened with the rows' going, done by `tasks.remove_files`.

A file is written before its row (services/audio_segments.py, recordings.py, video_uploads.py), so a worker that is late
may still write one after the rows are gone. Therefore whole folders are emptied, and a last look is taken later.
"""

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage, default_storage

from config.work.tasks import TryLater, WorkNotReady
from config.work.transports import enqueue
from interviewpanel.models import FileRemoval, InterviewSession
from interviewpanel.models.erasures import list_session_folders

Store = Callable[[], None]
# Longer than any task may run (config/celery.py: 15 minutes), so that nobody writes there any more.
LAST_LOOK_AFTER = timedelta(minutes=20)


def remove_session_files(session: InterviewSession, now: datetime) -> FileRemoval:
    """Effects, in the caller's transaction: the work of removing all that was stored of a session, announced."""
    return open_removal(folders=list_session_folders(session.uuid), now=now)


def open_removal(*, folders: Sequence[str] = (), names: Sequence[str] = (), now: datetime) -> FileRemoval:
    removal = FileRemoval.objects.create(
        folders=list(folders), names=list(names), due_at=now, last_look_at=now + LAST_LOOK_AFTER
    )
    enqueue(removal)
    return removal


def remove_files(removal: FileRemoval, now: datetime) -> Store:
    """Remove what there is; done twice it is done once. Raises WorkNotReady before the last look, TryLater where the
    folder that is shared with LiveKit's egress cannot be emptied."""
    for name in removal.names:
        default_storage.delete(name)
    for folder in removal.folders:
        empty_folder(default_storage, folder)
    _empty_shared(removal, now)
    if now < removal.last_look_at:
        raise WorkNotReady(removal.last_look_at)
    return lambda: None


def _empty_shared(removal: FileRemoval, now: datetime) -> None:
    """What egress has written of these sessions, and nobody has taken from there."""
    folders = [folder for folder in removal.folders if folder.startswith("recordings/")]
    if settings.LIVEKIT.recording != "file" or not folders:
        return
    mount = Path(settings.LIVEKIT.recording_mount)
    try:
        if not mount.is_dir():
            raise FileNotFoundError(2, "there is no such folder on this machine")
        for folder in folders:
            with suppress(FileNotFoundError):
                shutil.rmtree(mount / folder)
    except OSError as error:
        reason = f"Recordings in LIVEKIT_RECORDING_MOUNT could not be removed: {error.strerror}."
        raise TryLater(reason, now + removal.retry_delay(removal.attempts)) from None


def empty_folder(storage: Storage, folder: str) -> None:
    """Remove a folder with all that is in it, folders too. One that is not there is no error."""
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        storage.delete(f"{folder}/{name}")
    for name in folders:
        empty_folder(storage, f"{folder}/{name}")
    with suppress(OSError):  # somebody writes into it just now: the last look finds that
        storage.delete(folder)


def give_up_removal(removal: FileRemoval, reason: str) -> None:
    """The row stays with its reason, and names what is left: docs/operations.md, dead letters."""
