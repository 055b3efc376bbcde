"""What of an interview can be played, and whose it is. Read by views/recordings.py, admin/recordings.py and
api/recordings.py."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce

from config.ranges import StoredPart
from interviewpanel.models import (
    Answer,
    InterviewPanelCandidate,
    InterviewSession,
    JoinedVideo,
    Recording,
    RoomRecording,
    SpokenAudio,
    VideoChunk,
    VideoRecording,
)

# As addresses name them.
WHOLE_KINDS = {
    "mix": Recording.Kind.MIX,
    "candidate": Recording.Kind.CANDIDATE,
    "interviewer": Recording.Kind.INTERVIEWER,
}


@dataclass(frozen=True)
class VideoProgress:
    """What is stored of a video, whose chunks are numbered 0 … `next_number` − 1."""

    recording: VideoRecording
    next_number: int
    size_bytes: int


def find_held_session(invitation: InterviewPanelCandidate) -> InterviewSession | None:
    """The interview that was begun by this link; None while the candidate has agreed to nothing."""
    held = InterviewSession.objects.filter(invitation=invitation, consented_at__isnull=False)
    return held.select_related("invitation__panel", "organization").order_by("-id").first()


def find_answer(session: InterviewSession, number: int) -> Answer | None:
    return session.answers.filter(number=number).first()


def find_recording(session: InterviewSession, answer_number: int | None) -> Recording | None:
    """The joined sound of an answer, or with None of all answers; None while it is not made."""
    if answer_number is None:
        return find_kind(session, Recording.Kind.INTERVIEW)
    rows = Recording.objects.filter(session=session, work_status=Recording.WorkStatus.DONE)
    return rows.filter(answer__number=answer_number).first()


def find_spoken(session: InterviewSession, audio: uuid.UUID) -> SpokenAudio | None:
    """What an event of this session has told the candidate to play: what may be asked only is not told."""
    if not session.events.filter(payload__audio__address=f"spoken/{audio}").exists():
        return None
    rows = SpokenAudio.objects.filter(organization_id=session.organization_id, work_status=SpokenAudio.WorkStatus.DONE)
    return rows.filter(uuid=audio).first()


def find_kind(session: InterviewSession, kind: str) -> Recording | None:
    """What is made of the whole interview, by its kind; None while it is not made."""
    rows = Recording.objects.filter(session=session, work_status=Recording.WorkStatus.DONE, answer__isnull=True)
    return rows.filter(kind=kind).first()


def describe_voices(mix: Recording) -> str:
    """For staff: whose voices are in a mix, and what is silence in it although it was said."""
    if not mix.has_interviewer:
        return "Candidate only: the candidate’s browser spoke for the interviewer, whose lines are silence here."
    missing = mix.lines_said - mix.lines_heard
    if missing <= 0:
        return "Both voices."
    lines = "1 line" if missing == 1 else f"{missing} lines"
    return f"Both voices. {lines} of the interviewer’s cannot be heard: silence here."


def list_recordings(session: InterviewSession) -> QuerySet[Recording]:
    """Those of the whole interview, in the order in which they were opened, then those of the answers; made or not."""
    return session.recordings.select_related("answer").order_by(F("answer__number").asc(nulls_first=True), "id")


def find_linked_recording(recording: uuid.UUID) -> Recording | None:
    """The joined sound that a signed address names; None where it is erased, or not made."""
    rows = Recording.objects.filter(work_status=Recording.WorkStatus.DONE, session__invitation__erased_at__isnull=True)
    return rows.select_related("answer", "session__invitation__panel").filter(uuid=recording).first()


def find_linked_video(video: uuid.UUID) -> VideoRecording | None:
    kept = VideoRecording.objects.filter(session__invitation__erased_at__isnull=True)
    return kept.select_related("session__invitation__panel", "joined").filter(uuid=video).first()


def find_room_recording(session: InterviewSession, recording: uuid.UUID) -> RoomRecording | None:
    """What the LiveKit server recorded of this session's room, once its file is here."""
    return RoomRecording.objects.filter(room__session=session, uuid=recording).exclude(file="").first()


def list_room_recordings(session: InterviewSession) -> QuerySet[RoomRecording]:
    """What the LiveKit server records of this session's room, in order; here or not yet."""
    return RoomRecording.objects.filter(room__session=session).order_by("id")


def find_linked_room_recording(recording: uuid.UUID) -> RoomRecording | None:
    kept = RoomRecording.objects.filter(room__session__invitation__erased_at__isnull=True, uuid=recording)
    return kept.exclude(file="").first()


def find_video(session: InterviewSession, video: uuid.UUID) -> VideoRecording | None:
    return session.videos.filter(uuid=video).first()


def find_joined(video: VideoRecording) -> JoinedVideo | None:
    """The video as one file that can be sought in; None where it is not made, or has to be made anew."""
    return JoinedVideo.objects.filter(recording=video, work_status=JoinedVideo.WorkStatus.DONE).first()


def list_video_parts(video: VideoRecording) -> list[StoredPart]:
    """What a player gets: the joined file; without one, the chunks, which play but tell no length."""
    joined = find_joined(video)
    if joined is not None:
        return [StoredPart(str(joined.file.name), joined.size_bytes)]
    return list_chunk_parts(video)


def list_chunk_parts(video: VideoRecording) -> list[StoredPart]:
    """The chunks in order; those after a gap, which no upload leaves, are not part of the playable file."""
    chunks = list(video.chunks.order_by("number"))
    return [
        StoredPart(str(chunk.file.name), chunk.size_bytes)
        for place, chunk in enumerate(chunks)
        if chunk.number == place
    ]


def list_videos(session: InterviewSession) -> Sequence[VideoProgress]:
    videos = session.videos.select_related("joined").order_by("started_at", "id")
    measured = videos.annotate(chunk_count=Count("chunks"), chunk_bytes=Coalesce(Sum("chunks__size_bytes"), 0))
    return [VideoProgress(video, video.chunk_count, video.chunk_bytes) for video in measured]


def measure_video(video: VideoRecording) -> VideoProgress:
    """One query, however many chunks there are. Of a video that is not stored yet: nothing."""
    chunks = VideoChunk.objects.filter(recording__uuid=video.uuid)
    stored = chunks.aggregate(count=Count("pk"), size_bytes=Coalesce(Sum("size_bytes"), 0))
    return VideoProgress(video, stored["count"], stored["size_bytes"])
