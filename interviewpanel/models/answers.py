"""`Answer`: one question asked in a session and everything about how it was answered."""

import uuid

from django.db import models
from django.db.models import Q

from interviewpanel.domain.states import OPEN_ANSWER, AnswerStatus, ClosedReason
from interviewpanel.models.panels import InterviewPanelQuestionDistribution
from interviewpanel.models.sessions import InterviewSession
from questionbank.models import QuestionVersion


class Answer(models.Model):
    class Kind(models.TextChoices):
        QUESTION = "question"
        FOLLOW_UP = "follow_up"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, related_name="answers")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … within the session; names the answer in audio frames.")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.QUESTION)
    follow_up_of = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="follow_ups",
        help_text="The answer that it completes: both are scored as one.",
    )
    question_version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="answers")
    question_text = models.TextField(help_text="As it was asked.")
    distribution_row = models.ForeignKey(
        InterviewPanelQuestionDistribution, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    cell_difficulty = models.CharField(max_length=6, help_text="Of the cell it filled, not of a moved question.")
    weightage = models.FloatField(default=1.0)
    choice = models.JSONField(default=dict, help_text="Why this question was chosen.")

    status = models.CharField(
        max_length=17, choices=[(s, s.replace("_", " ")) for s in AnswerStatus], default=AnswerStatus.ASKED
    )
    closed_reason = models.CharField(
        max_length=17, blank=True, choices=[(r, r.replace("_", " ")) for r in ClosedReason]
    )
    asked_at = models.DateTimeField()
    turn_started_at = models.DateTimeField(null=True, blank=True)
    turn_deadline_at = models.DateTimeField(null=True, blank=True, help_text="When the turn ends if nobody is heard.")
    turn_memory = models.JSONField(default=dict, help_text="What the turn detector knew at the last stored segment.")
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_sequence = models.IntegerField(null=True, blank=True, help_text="The last frame that counts; −1 for none.")

    times_rephrased = models.PositiveSmallIntegerField(
        default=0, help_text="How often the candidate had the question said in other words; never scored."
    )
    typed_text = models.TextField(blank=True)
    transcript = models.TextField(blank=True, help_text="The whole answer: what was heard, then what was typed.")
    transcribed_at = models.DateTimeField(null=True, blank=True)
    provisional = models.JSONField(
        null=True, blank=True, help_text="The embedded scorer's result at once, for choosing."
    )

    class Meta:
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="answer_number_unique"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(status__in=sorted(OPEN_ANSWER)), name="one_open_answer_per_session"
            ),
            models.CheckConstraint(
                name="answer_follow_up_has_a_parent",
                condition=Q(kind="question", follow_up_of__isnull=True)
                | Q(kind="follow_up", follow_up_of__isnull=False),
            ),
            models.CheckConstraint(name="answer_status", condition=Q(status__in=[s.value for s in AnswerStatus])),
            models.CheckConstraint(
                name="answer_closed_has_a_reason",
                condition=Q(status__in=sorted(OPEN_ANSWER)) | (~Q(closed_reason="") & Q(closed_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"Answer {self.number} of interview {self.session_id}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_ANSWER

    @property
    def is_follow_up(self) -> bool:
        return self.kind == self.Kind.FOLLOW_UP
