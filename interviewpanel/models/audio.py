"""`AudioSegment`: a stretch of an answer's audio, stored, and the work of transcribing it."""

from django.db import models
from django.db.models import F, Q

from config.work.rows import WorkItem
from interviewpanel.models.answers import Answer


def segment_path(segment: "AudioSegment", filename: str) -> str:
    return f"audio/{segment.answer.session.uuid}/{segment.answer.number:03}-{segment.number:04}.flac"


class AudioSegment(WorkItem):
    """Segments tile an answer: every frame is in exactly one. `done` means transcribed."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="segments")
    number = models.PositiveIntegerField()
    first_sequence = models.PositiveIntegerField()
    last_sequence = models.PositiveIntegerField()
    start_sample = models.PositiveBigIntegerField()
    end_sample = models.PositiveBigIntegerField()
    lost_samples = models.PositiveIntegerField(default=0, help_text="Silence put in for frames that never came.")
    has_speech = models.BooleanField()
    is_answer = models.BooleanField(default=True, help_text="False: heard while the question was playing.")
    file = models.FileField(upload_to=segment_path, max_length=200)

    text = models.TextField(blank=True)
    words = models.JSONField(default=list, help_text="text, start, end (seconds in the answer), probability.")
    dropped_reason = models.CharField(max_length=40, blank=True)
    engine = models.CharField(max_length=40, blank=True)
    engine_model = models.CharField(max_length=200, blank=True)
    is_rough = models.BooleanField(default=False)

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["answer", "number"]
        constraints = [
            *WorkItem.Meta.constraints,
            models.UniqueConstraint(fields=["answer", "number"], name="segment_number_unique"),
            models.UniqueConstraint(fields=["answer", "first_sequence"], name="segment_first_frame_unique"),
            models.UniqueConstraint(fields=["answer", "start_sample"], name="segment_start_unique"),
            models.CheckConstraint(name="segment_frames", condition=Q(first_sequence__lte=F("last_sequence"))),
            models.CheckConstraint(name="segment_samples", condition=Q(start_sample__lt=F("end_sample"))),
        ]

    task_name = "interviewpanel.tasks.process_buffered_audio"
    queue = "transcription"

    def __str__(self) -> str:
        return f"Segment {self.number} of answer {self.answer_id}"

    @property
    def needs_transcription(self) -> bool:
        return self.has_speech and self.is_answer
