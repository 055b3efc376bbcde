"""Recordings of sound: opened where an interview ends, joined from its segments by `tasks.join_recording`."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime

from django.core.files import File
from django.db.models import QuerySet

from config.work.tasks import WorkRefused
from config.work.transports import enqueue
from interviewpanel.engines.flac import AudioUnreadable, Pcm, decode_audio
from interviewpanel.engines.flac_joining import write_flac
from interviewpanel.models import AudioSegment, InterviewSession, JoinedVideo, Recording
from interviewpanel.services.joined_videos import make_due

Status = Recording.WorkStatus
GIVEN_UP = (Status.FAILED, Status.DEAD)
Store = Callable[[], None]


def open_recordings(session: InterviewSession) -> list[Recording]:
    """Effects, in the caller's transaction: a row for each answer that has sound and one for all of them, announced.

    An interview without a sound has none. Its videos are due now. Called once, by the end of the interview.
    """
    if session.ended_at is not None:
        make_due(session, session.ended_at)
    spoken = list(session.answers.filter(segments__isnull=False).distinct().order_by("number"))
    if not spoken:
        return []
    rows = [Recording(session=session, answer=answer) for answer in spoken]
    recordings = Recording.objects.bulk_create([*rows, Recording(session=session, answer=None)])
    for recording in recordings:
        enqueue(recording)
    return recordings


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


def join_again(*, session_id: int, now: datetime) -> int:
    """Put what could not be joined of an interview, sound and video, back to work, attempts anew. Returns how many."""
    given_up: list[Recording | JoinedVideo] = [
        *Recording.objects.filter(session_id=session_id, work_status__in=GIVEN_UP),
        *JoinedVideo.objects.filter(recording__session_id=session_id, work_status__in=GIVEN_UP),
    ]
    return sum(_put_back(row, now) for row in given_up)


def _put_back(row: Recording | JoinedVideo, now: datetime) -> bool:
    """False: somebody else was first."""
    given_up = type(row)._default_manager.filter(pk=row.pk, work_status__in=GIVEN_UP)
    values = {"attempts": 0, "due_at": now, "republished_at": None, "finished_at": None}
    is_put_back = bool(given_up.update(work_status=Status.QUEUED, **values))
    if is_put_back:
        enqueue(row)
    return is_put_back


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
