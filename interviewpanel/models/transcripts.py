"""`TranscriptEntry`: what either speaker said, in order."""

from django.db import models
from django.db.models import Q

from interviewpanel.models.answers import Answer
from interviewpanel.models.sessions import InterviewSession


class TranscriptEntry(models.Model):
    class Speaker(models.TextChoices):
        INTERVIEWER = "interviewer"
        CANDIDATE = "candidate"

    class Kind(models.TextChoices):
        GREETING = "greeting"
        QUESTION = "question"
        FOLLOW_UP = "follow_up"
        REPHRASING = "rephrasing"
        ANSWER = "answer"
        CLOSING = "closing"

    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, related_name="transcript")
    sequence = models.PositiveIntegerField()
    speaker = models.CharField(max_length=11, choices=Speaker.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    answer = models.ForeignKey(
        Answer, on_delete=models.CASCADE, null=True, blank=True, related_name="transcript_entries"
    )
    text = models.TextField(blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["session", "sequence"]
        verbose_name_plural = "transcript entries"
        constraints = [
            models.UniqueConstraint(fields=["session", "sequence"], name="transcript_sequence_unique"),
            models.UniqueConstraint(fields=["answer", "kind"], name="transcript_entry_once_per_answer"),
            models.CheckConstraint(
                name="transcript_candidate_only_answers", condition=~Q(speaker="candidate") | Q(kind="answer")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.speaker}"
