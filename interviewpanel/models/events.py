"""`SessionEvent`: what the client must know, in order. `SessionStep`: what the session must do next, as work."""

from django.db import models
from django.db.models import Q

from config.work.rows import WorkItem
from interviewpanel.models.answers import Answer
from interviewpanel.models.sessions import InterviewSession


class SessionEvent(models.Model):
    """Written in the transaction that made it true; `sequence` has no gaps within a session."""

    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, related_name="events")
    sequence = models.PositiveIntegerField()
    type = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["session", "sequence"]
        constraints = [models.UniqueConstraint(fields=["session", "sequence"], name="event_sequence_unique")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.type}"


class ClientEvent(models.Model):
    """What the candidate's page noticed (tab hidden, paste, another microphone): for the reviewer, never scored."""

    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, related_name="client_events")
    kind = models.CharField(max_length=40)
    client_at = models.CharField(max_length=40, blank=True, help_text="As the page told it.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["session", "id"]

    def __str__(self) -> str:
        return self.kind


class SessionStep(WorkItem):
    """The three steps that move a session on: greet, finalize an answer, ask what comes next. Each happens once."""

    class Kind(models.TextChoices):
        GREETING = "greeting"
        FINALIZE_ANSWER = "finalize_answer"
        NEXT_QUESTION = "next_question"

    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    answer = models.ForeignKey(
        Answer,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="steps",
        help_text="The one it comes after.",
    )

    class Meta(WorkItem.Meta):
        abstract = False
        constraints = [
            *WorkItem.Meta.constraints,
            models.UniqueConstraint(fields=["kind", "answer"], name="step_once_per_answer"),
            models.UniqueConstraint(
                fields=["session", "kind"], condition=Q(answer__isnull=True), name="step_once_per_session"
            ),
            models.CheckConstraint(
                name="step_kind", condition=Q(kind__in=["greeting", "finalize_answer", "next_question"])
            ),
        ]

    queue = "realtime"

    TASK_NAMES = {
        Kind.GREETING: "interviewpanel.tasks.generate_greeting",
        Kind.FINALIZE_ANSWER: "interviewpanel.tasks.finalize_answer",
        Kind.NEXT_QUESTION: "interviewpanel.tasks.select_and_send_next_question",
    }

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.session_id}"

    @property
    def task_name(self) -> str:  # type: ignore[override]
        return self.TASK_NAMES[SessionStep.Kind(self.kind)]
