"""`PhoneRecording`: what Twilio has recorded of an answer, where a line is not streamed (PHONE_LISTENS_BY=record)."""

from datetime import timedelta

from django.db import models

from config.work.rows import WorkItem
from interviewpanel.models.answers import Answer
from interviewpanel.models.phone_calls import PhoneCall


class PhoneRecording(WorkItem):
    """One `<Record>` of one answer: fetched, then heard as a stream would have been.

    `closes` ends the answer behind it. Empty: the answer goes on, since its question was asked again, the interview
    paused, or the line broke.
    """

    call = models.ForeignKey(PhoneCall, on_delete=models.CASCADE, related_name="answer_recordings")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="phone_recordings")
    sid = models.CharField(max_length=34, unique=True)
    closes = models.CharField(max_length=20, blank=True)
    first_sequence = models.PositiveIntegerField(
        null=True, blank=True, help_text="Where it lies in the answer; set before anything of it is stored."
    )

    task_name = "interviewpanel.tasks.hear_phone_recording"
    queue = "realtime"
    lease_seconds = 120
    max_attempts = 8

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Recording {self.pk} of {self.answer}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        """1, 2, 4 … seconds: the candidate waits for the next question."""
        return timedelta(seconds=min(2.0 ** (attempts - 1), 30.0))
