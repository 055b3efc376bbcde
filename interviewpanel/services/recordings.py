"""Recordings of sound: opened where an interview ends, joined from its segments by `tasks.join_recording`."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime

from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet

from config.work.tasks import WorkRefused
from config.work.transports import enqueue
from interviewpanel.engines.flac import AudioUnreadable, Pcm, decode_audio
from interviewpanel.engines.flac_joining import write_flac
from interviewpanel.models import AudioSegment, InterviewSession, Recording
from interviewpanel.services.events import lock_session

Store = Callable[[], None]


def open_recordings(session: InterviewSession) -> list[Recording]:
    """Effects, in the caller's transaction: a row for each answer that has sound and one for all of them, announced.

    An interview without a sound has none. Called by the end of the interview, which happens once; for those that
    ended before there were recordings by `open_missing_recordings`.
    """
    spoken = list(session.answers.filter(segments__isnull=False).distinct().order_by("number"))
    if not spoken:
        return []
    rows = [Recording(session=session, answer=answer) for answer in spoken]
    recordings = Recording.objects.bulk_create([*rows, Recording(session=session, answer=None)])
    for recording in recordings:
        enqueue(recording)
    return recordings


def open_missing_recordings() -> int:
    """Open the recordings of interviews that are over and have sound and none: those of an older version.

    Each in a transaction of its own. Returns of how many interviews.
    """
    over = InterviewSession.objects.filter(ended_at__isnull=False, recordings__isnull=True)
    return sum(_open_once(pk) for pk in over.order_by("id").values_list("pk", flat=True))


@transaction.atomic
def _open_once(session_id: int) -> bool:
    session = lock_session(session_id)
    return not session.recordings.exists() and bool(open_recordings(session))


def join_recording(recording: Recording) -> Store:
    """Write the recording's file and return what stores its name. The work of the task of the same name.

    The file is written before the row, and not in its transaction: it may be large. A worker that loses its claim
    leaves a file in the session's folder that no row names. Raises WorkRefused for a segment that cannot be decoded.
    """
    with tempfile.TemporaryFile() as joined:
        samples = write_flac(joined, _read_parts(_list_segments(recording)))
        if not samples:
            raise WorkRefused("There is no sound to join.")
        joined.seek(0)
        recording.file.save("joined.flac", File(joined), save=False)
    values = {"file": recording.file.name, "samples": samples}

    def store() -> None:
        Recording.objects.filter(pk=recording.pk).update(**values)

    return store


@transaction.atomic
def rejoin_recordings(session: InterviewSession, now: datetime) -> int:
    """Put what could not be joined back to work, with its attempts anew. Returns how many; what is at work is left."""
    over = (Recording.WorkStatus.FAILED, Recording.WorkStatus.DEAD)
    count = 0
    for recording in Recording.objects.filter(session=session, work_status__in=over):
        put_back = Recording.objects.filter(pk=recording.pk, work_status__in=over).update(
            work_status=Recording.WorkStatus.QUEUED, attempts=0, due_at=now, republished_at=None, finished_at=None
        )
        if put_back:
            enqueue(recording)
        count += put_back
    return count


def give_up_recording(recording: Recording, reason: str) -> None:
    """Nothing to undo: the segments stay, and the interview's page shows the reason."""


def _list_segments(recording: Recording) -> QuerySet[AudioSegment]:
    segments = AudioSegment.objects.filter(answer__session_id=recording.session_id)
    if recording.answer_id is not None:
        segments = segments.filter(answer_id=recording.answer_id)
    return segments.select_related("answer").order_by("answer__number", "number")


def _read_parts(segments: QuerySet[AudioSegment]) -> Iterator[Pcm]:
    for segment in segments.iterator():
        try:
            with segment.file.open("rb") as file:
                yield decode_audio(file.read())
        except AudioUnreadable as error:
            part = f"Part {segment.number} of answer {segment.answer.number}"
            raise WorkRefused(f"{part} cannot be decoded: {error}") from error
