"""Takes a candidate's video, chunk after chunk. Called by views/recordings.py.

A chunk has a number; chunks are taken in order, each once. The same chunk again changes nothing, so that a browser that
did not hear the answer just sends it again, after a reload too.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Sum

from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import InterviewPanelCandidate, InterviewSession, VideoChunk, VideoRecording
from interviewpanel.selectors.recordings import VideoProgress, measure_video
from interviewpanel.selectors.withdrawals import has_withdrawn
from interviewpanel.services.joined_videos import note_chunk

MAX_CHUNK_BYTES = 5 * 1024 * 1024
MAX_SESSION_BYTES = 4 * 1024**3
MAX_RECORDINGS = 100  # of one session: each reload begins one
MAX_CHUNKS = 10_000  # of one recording: five hours, at two seconds a piece
TAKEN_AFTER_END = timedelta(hours=24)  # what a browser still holds when the interview ends
CONTENT_TYPES = ("video/webm", "video/mp4")
_CONTENT_TYPE = re.compile(r'video/(webm|mp4)(;\s?codecs="?[\w.,+ -]+"?)?', re.ASCII)


class UploadRefused(Exception):
    """The chunk is not taken. `code` is for the page: not_recorded, over, too_large, full, type, differs."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class ChunkOutOfOrder(Exception):
    """Another chunk is due; `next_number` says which."""

    def __init__(self, next_number: int) -> None:
        super().__init__(f"Chunk {next_number} is due.")
        self.next_number = next_number


class VideoUnknown(Exception):
    """The name is that of another interview's video."""


@dataclass(frozen=True)
class IncomingChunk:
    """`began_at`: when the recording began, as the browser reckons it on the server's clock; None for not told."""

    video: uuid.UUID
    number: int
    body: bytes
    content_type: str
    began_at: datetime | None = None


def store_chunk(*, session: InterviewSession, chunk: IncomingChunk, now: datetime) -> VideoProgress:
    """Effects in order: the chunk's file; then in one transaction its row, with chunk 0 the recording's, and that the
    video is to be joined with it. Returns what is stored now.

    Raises UploadRefused, ChunkOutOfOrder, VideoUnknown; then nothing is kept. A server that is killed between file and
    row leaves a file that no row names.
    """
    check_may_upload(session, now)
    _check_chunk(chunk)
    video = _find_or_make(session, chunk, now)
    done = measure_video(video)
    if chunk.number < done.next_number:
        _check_same(video.uuid, chunk)
        return done
    if chunk.number > done.next_number:
        raise ChunkOutOfOrder(done.next_number)
    _check_room(session, video, chunk)
    row = VideoChunk(recording=video, number=chunk.number, size_bytes=len(chunk.body), stored_at=now)
    row.file.save("chunk", ContentFile(chunk.body), save=False)
    try:
        with transaction.atomic():
            _check_not_erased(session)
            if video._state.adding:
                video.save(force_insert=True)
                row.recording = video
            row.save(force_insert=True)
            note_chunk(video, is_over=not session.is_live, now=now)
    except IntegrityError:  # sent twice at once, and the other one was first
        row.file.delete(save=False)
        _check_same(video.uuid, chunk)
        return measure_video(VideoRecording.objects.get(uuid=video.uuid))
    except UploadRefused:
        row.file.delete(save=False)
        raise
    return VideoProgress(video, chunk.number + 1, done.size_bytes + len(chunk.body))


def _check_not_erased(session: InterviewSession) -> None:
    """Under the lock that erasing takes: what is not stored before it is not stored after it."""
    invitations = InterviewPanelCandidate.objects.select_for_update(of=("self",))
    if invitations.get(pk=session.invitation_id).erased_at is not None:
        raise UploadRefused("Everything about this interview was erased.", "over")
    if InterviewSession.objects.filter(pk=session.pk, recordings_erased_at__isnull=False).exists():
        raise UploadRefused("The video of this interview was erased; no more is taken.", "over")


def check_may_upload(session: InterviewSession, now: datetime) -> None:
    """Raises UploadRefused unless the panel asks for video and the interview runs, or ended a short while ago, and the
    candidate has not withdrawn: of who takes back the agreement not even what the browser still holds is taken."""
    if not session.invitation.panel.records_video:
        raise UploadRefused("This interview is held without video.", "not_recorded")
    if session.invitation.revoked_at is not None:
        raise UploadRefused("This link was withdrawn.", "over")
    if has_withdrawn(session):
        raise UploadRefused("You have withdrawn; no more video is taken.", "over")
    has_ended = session.status in (SessionStatus.COMPLETED, SessionStatus.ABANDONED)
    is_late = session.ended_at is not None and now > session.ended_at + TAKEN_AFTER_END
    if not (session.is_live or has_ended) or is_late:
        raise UploadRefused("This interview is over; no more video is taken.", "over")


def _check_chunk(chunk: IncomingChunk) -> None:
    if len(chunk.content_type) > 60 or not _CONTENT_TYPE.fullmatch(chunk.content_type):
        raise UploadRefused(f"A video is one of {', '.join(CONTENT_TYPES)}.", "type")
    if not 0 < len(chunk.body) <= MAX_CHUNK_BYTES:
        raise UploadRefused(f"A chunk has between 1 and {MAX_CHUNK_BYTES} bytes.", "too_large")
    if chunk.number >= MAX_CHUNKS:
        raise UploadRefused(f"A video has at most {MAX_CHUNKS} chunks.", "full")


def _check_room(session: InterviewSession, video: VideoRecording, chunk: IncomingChunk) -> None:
    if video._state.adding and session.videos.count() >= MAX_RECORDINGS:
        raise UploadRefused("There are too many videos of this interview.", "full")
    stored = VideoChunk.objects.filter(recording__session=session).aggregate(total=Sum("size_bytes"))["total"] or 0
    if stored + len(chunk.body) > MAX_SESSION_BYTES:
        raise UploadRefused("The video of this interview is longer than can be kept.", "full")


def _find_or_make(session: InterviewSession, chunk: IncomingChunk, now: datetime) -> VideoRecording:
    """The chunk's video; a new one is stored with its first chunk."""
    video = VideoRecording.objects.filter(uuid=chunk.video).first()
    if video is not None and video.session_id != session.pk:
        raise VideoUnknown
    if video is not None:
        return video
    began = min(chunk.began_at or now, now)
    return VideoRecording(
        uuid=chunk.video,
        session=session,
        content_type=chunk.content_type,
        started_at=max(began, session.consented_at or began),
    )


def _check_same(video: uuid.UUID, chunk: IncomingChunk) -> None:
    stored = VideoChunk.objects.get(recording__uuid=video, number=chunk.number)
    if stored.size_bytes != len(chunk.body):
        raise UploadRefused(f"Chunk {chunk.number} is stored already, with other content.", "differs")
    with stored.file.open("rb") as file:
        if file.read() != chunk.body:
            raise UploadRefused(f"Chunk {chunk.number} is stored already, with other content.", "differs")
