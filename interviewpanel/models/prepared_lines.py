"""`PreparedLine`: something that the interviewer may say, written ahead by a language model, and what became of it."""

import uuid

from django.db import models
from django.db.models import Q

from config.work.rows import WorkItem
from interviewpanel.models.answers import Answer
from interviewpanel.models.sessions import InterviewSession
from questionbank.models import QuestionVersion


class PreparedLine(WorkItem):
    """The work is the writing. Nobody waits for it: where it is needed and not `ready`, it is `late` from then on, and
    what the model still says is dropped."""

    class Kind(models.TextChoices):
        GREETING = "greeting"
        CLOSING = "closing"
        FOLLOW_UP = "follow_up"
        NEXT_QUESTION = "next_question"
        REPHRASING = "rephrasing"

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        USED = "used"
        LATE = "late", "came too late"
        REFUSED = "refused", "refused by a check"
        UNAVAILABLE = "unavailable", "no model answered"
        UNNEEDED = "unneeded", "not needed"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, related_name="prepared_lines")
    answer = models.ForeignKey(
        Answer,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="prepared_lines",
        help_text="The one it rephrases, or comes after.",
    )
    question_version = models.ForeignKey(
        QuestionVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Of a next question: the bank's, in whose place it is asked.",
    )
    kind = models.CharField(max_length=13, choices=Kind.choices)
    state = models.CharField(max_length=11, choices=State.choices, default=State.WAITING)
    text = models.TextField(blank=True)
    details = models.JSONField(default=dict, help_text="What it was made from, and what came with it.")
    draft = models.JSONField(
        default=dict, help_text="Of a question made for this candidate: what the bank is to hold, if it is asked."
    )
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was not said.")
    deadline_at = models.DateTimeField(help_text="After this nobody begins to write it.")
    used_at = models.DateTimeField(null=True, blank=True)
    provenance = models.JSONField(default=dict, help_text="engine, model, prompt version, tokens, seconds.")

    task_name = "interviewpanel.tasks.prepare_line"
    queue = "conversation"
    max_attempts = 1

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["session", "id"]
        constraints = [
            *WorkItem.Meta.constraints,
            models.CheckConstraint(
                name="prepared_line_kind",
                condition=Q(kind__in=["greeting", "closing", "follow_up", "next_question", "rephrasing"]),
            ),
            models.CheckConstraint(
                name="prepared_line_state",
                condition=Q(state__in=["waiting", "ready", "used", "late", "refused", "unavailable", "unneeded"]),
            ),
            models.CheckConstraint(
                name="prepared_line_said_has_words",
                condition=~Q(state__in=["ready", "used"]) | ~Q(text=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of interview {self.session_id}"
