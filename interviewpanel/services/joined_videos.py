"""Makes one file of a video's pieces once its interview is over. Called by uploads, by the end, by `tasks.join_video`.

Whatever comes in whatever order, the row is not done before every stored piece is in the file: each piece touches the
row in the transaction that stores it, and who ends the row looks at the pieces once more.
"""

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from config.ranges import StoredPart
from config.work.tasks import ClaimLost, WorkNotReady, WorkRefused
from interviewpanel.engines.video_joining import OpenPiece, VideoUnreadable, join_video
from interviewpanel.models import InterviewSession, JoinedVideo, VideoRecording
from interviewpanel.selectors.recordings import list_chunk_parts

LOOK_AGAIN = timedelta(minutes=10)  # while the interview runs; its end makes the row due at once
SETTLING = timedelta(seconds=20)  # without a further piece
Status = JoinedVideo.WorkStatus
Store = Callable[[], None]


def note_chunk(video: VideoRecording, *, is_over: bool, now: datetime) -> None:
    """Effects, in the caller's transaction, which stores the piece: the row is there, and due after SETTLING if the
    interview `is_over`. One that was done, or given up, is to be made anew, with its attempts."""
    due_at = now + (SETTLING if is_over else LOOK_AGAIN)
    row, is_new = JoinedVideo.objects.get_or_create(recording=video, defaults={"last_chunk_at": now, "due_at": due_at})
    if is_new:
        return
    rows = JoinedVideo.objects.filter(pk=row.pk)
    # Always a change: the lock it takes lets no worker end the row before this piece can be counted.
    rows.update(last_chunk_at=now, **({"due_at": due_at, "republished_at": None} if is_over else {}))
    rows.filter(work_status__in=JoinedVideo.OVER).update(work_status=Status.QUEUED, attempts=0, finished_at=None)


def make_due(session: InterviewSession, now: datetime) -> None:
    """The interview is over: its videos are joined as soon as they have settled. In the transaction that ends it."""
    JoinedVideo.objects.filter(recording__session=session, work_status=Status.QUEUED).update(due_at=now + SETTLING)


def join_chunks(joined: JoinedVideo, now: datetime) -> Store:
    """Write the file and return what stores its name. The work of `tasks.join_video`.

    The disk holds the file twice meanwhile; memory holds a packet. Raises WorkNotReady while the interview runs or
    pieces still come, WorkRefused where they are no video, ClaimLost where the row is gone; then no file is left.
    """
    video = VideoRecording.objects.select_related("session").get(pk=joined.recording_id)
    if video.session.is_live:
        raise WorkNotReady(now + LOOK_AGAIN)
    if joined.last_chunk_at + SETTLING > now:
        raise WorkNotReady(joined.last_chunk_at + SETTLING)
    parts = list_chunk_parts(video)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"joined.{video.suffix}"
        try:
            facts = join_video(_open_parts(parts), path, suffix=video.suffix)
        except VideoUnreadable as error:
            raise WorkRefused(f"The pieces could not be joined, and are played as they are: {error}.") from error
        except FileNotFoundError as error:
            raise WorkRefused("A piece is not in storage any more.") from error
        with path.open("rb") as file:
            replaced, size_bytes = str(joined.file.name or ""), path.stat().st_size
            joined.file.save(path.name, File(file), save=False)
    written = str(joined.file.name)
    if not JoinedVideo.objects.filter(pk=joined.pk, claim_number=joined.claim_number).exists():
        default_storage.delete(written)  # the video was erased meanwhile, or somebody else joins it
        raise ClaimLost
    values = {"file": written, "size_bytes": size_bytes, "seconds": facts.seconds, "chunk_count": len(parts)}
    return partial(_store, joined, values, replaced, now)


def give_up_joining(joined: JoinedVideo, reason: str) -> None:
    """Nothing to undo: the pieces stay and are played one after the other; the interview's page shows the reason."""


def _store(joined: JoinedVideo, values: dict[str, object], replaced: str, now: datetime) -> None:
    rows = JoinedVideo.objects.filter(pk=joined.pk)
    rows.update(**values)
    if replaced:
        transaction.on_commit(partial(default_storage.delete, replaced))
    if joined.recording.chunks.count() != values["chunk_count"]:  # one came while we wrote: not done after all
        rows.update(work_status=Status.QUEUED, attempts=0, due_at=now + SETTLING, finished_at=None)


def _open_parts(parts: list[StoredPart]) -> Iterator[OpenPiece]:
    for part in parts:
        yield partial(default_storage.open, part.name, "rb")  # type: ignore[misc] # a File reads and closes as one
