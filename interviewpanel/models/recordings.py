"""What can be played afterwards: each answer's sound, the interview's, and video where it was asked for."""

import uuid
from pathlib import PurePosixPath

from django.db import models
from django.db.models import Q

from config.work.rows import WorkItem
from interviewpanel.models.answers import Answer
from interviewpanel.models.sessions import InterviewSession


def name_recording(recording: "Recording", filename: str) -> str:
    return f"recordings/{recording.session.uuid}/{recording.uuid}{PurePosixPath(filename).suffix}"


def name_video_chunk(chunk: "VideoChunk", filename: str) -> str:
    return f"video/{chunk.recording.session.uuid}/{chunk.recording.uuid}/{chunk.number:06d}"


def name_joined_video(joined: "JoinedVideo", filename: str) -> str:
    recording = joined.recording
    return f"video/{recording.session.uuid}/{recording.uuid}/joined.{recording.suffix}"


class Recording(WorkItem):
    """One FLAC file, made from what was stored after the interview.

    `answer` and `interview` are segments end to end: of one answer, of all. `mix` is the interview as it went, on its
    own time line with its silences, the interviewer's voice in it as far as this server spoke; the tracks are its two
    voices apart, as long as the mix is.
    """

    class Kind(models.TextChoices):
        ANSWER = "answer"
        INTERVIEW = "interview", "all answers"
        MIX = "mix", "whole interview"
        CANDIDATE = "candidate_track", "the candidate's voice"
        INTERVIEWER = "interviewer_track", "the interviewer's voice"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, related_name="recordings")
    answer = models.OneToOneField(
        Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="recording", help_text="Empty: all of it."
    )
    kind = models.CharField(max_length=17, choices=Kind.choices)
    file = models.FileField(upload_to=name_recording, max_length=200, blank=True)
    samples = models.PositiveBigIntegerField(default=0, help_text="At 16 kHz.")
    has_interviewer = models.BooleanField(default=False, help_text="Whether the interviewer's voice is in it.")
    lines_said = models.PositiveSmallIntegerField(
        default=0, help_text="Of a mix: how many lines of the transcript the interviewer said, by whatever voice."
    )
    lines_heard = models.PositiveSmallIntegerField(
        default=0, help_text="Of a mix: how many of them are in it; the candidate's browser spoke the others."
    )

    task_name = "interviewpanel.tasks.join_recording"
    queue = "reports"

    class Meta(WorkItem.Meta):
        abstract = False
        constraints = [
            *WorkItem.Meta.constraints,
            models.UniqueConstraint(
                fields=["session", "kind"], condition=Q(answer__isnull=True), name="one_recording_of_a_kind"
            ),
            models.CheckConstraint(
                name="recording_kind",
                condition=Q(kind="answer", answer__isnull=False)
                | Q(kind__in=["interview", "mix", "candidate_track", "interviewer_track"], answer__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Recording of {self.answer or self.session}"

    @property
    def is_on_time_line(self) -> bool:
        """Whether its second is the interview's, not an answer's."""
        return self.kind in (self.Kind.MIX, self.Kind.CANDIDATE, self.Kind.INTERVIEWER)

    @property
    def download_name(self) -> str:
        if self.answer is not None:
            return f"answer-{self.answer.number}.flac"
        return f"{DOWNLOAD_NAMES[self.Kind(self.kind)]}.flac"

    @property
    def voices(self) -> list[str]:
        """Whose voices are in it."""
        candidate = [] if self.kind == self.Kind.INTERVIEWER else ["candidate"]
        return [*candidate, "interviewer"] if self.has_interviewer else candidate


DOWNLOAD_NAMES = {
    Recording.Kind.INTERVIEW: "interview",
    Recording.Kind.MIX: "whole-interview",
    Recording.Kind.CANDIDATE: "candidate",
    Recording.Kind.INTERVIEWER: "interviewer",
}


class VideoRecording(models.Model):
    """What one camera session of the candidate's browser recorded; a reload or a pause begins another."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, related_name="videos")
    content_type = models.CharField(max_length=60)
    started_at = models.DateTimeField()

    class Meta:
        ordering = ["session", "started_at", "id"]

    def __str__(self) -> str:
        return f"Video {self.uuid}"

    @property
    def suffix(self) -> str:
        """Of the file that the chunks are together."""
        return "mp4" if self.content_type.startswith("video/mp4") else "webm"


class VideoChunk(models.Model):
    """A piece as MediaRecorder gave it; the pieces of a recording in order are one playable file."""

    recording = models.ForeignKey(VideoRecording, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField(help_text="0, 1, 2 …")
    file = models.FileField(upload_to=name_video_chunk, max_length=200)
    size_bytes = models.PositiveIntegerField()
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ["recording", "number"]
        constraints = [models.UniqueConstraint(fields=["recording", "number"], name="video_chunk_once")]

    def __str__(self) -> str:
        return f"{self.number} of {self.recording}"


class JoinedVideo(WorkItem):
    """The pieces of one video as one file that tells its length and can be sought in. Opened with the first piece.

    Made once the interview is over and no piece has come for a while; a piece that comes later has it made anew.
    """

    recording = models.OneToOneField(VideoRecording, on_delete=models.CASCADE, related_name="joined")
    last_chunk_at = models.DateTimeField()
    file = models.FileField(upload_to=name_joined_video, max_length=200, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    chunk_count = models.PositiveIntegerField(default=0, help_text="How many pieces are in the file.")

    task_name = "interviewpanel.tasks.join_video"
    queue = "reports"

    class Meta(WorkItem.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"Joined {self.recording}"
