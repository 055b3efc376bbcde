"""What people say of an answer: `AnswerRating`, their own rating of it, and `ScoreOverride`, a score that counts in
place of the measured one. Rows are added and never changed; only an override can be withdrawn, with a reason."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from interviewpanel.domain.human_ratings import MOST_REASON_CHARACTERS
from interviewpanel.models.answers import Answer
from interviewpanel.models.scores import AnswerScore


class AnswerRating(models.Model):
    """One person's rating of one answer, beside what was measured. Of several by one person the last counts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="ratings")
    rated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    rated_by_name = models.CharField(max_length=254, help_text="As the person was called then.")
    composite = models.PositiveSmallIntegerField(help_text="0–100: given, or computed from the components.")
    components = models.JSONField(default=dict, help_text="0–100, 25 times the person's 0–4; only what was rated.")
    reason = models.TextField(blank=True, max_length=MOST_REASON_CHARACTERS)
    is_blind = models.BooleanField(default=False, help_text="Rated before the automatic score was shown to them.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["answer", "id"]
        verbose_name = "rating"
        constraints = [
            models.CheckConstraint(name="rating_range", condition=Q(composite__lte=100)),
            models.CheckConstraint(name="rating_has_a_name", condition=~Q(rated_by_name="")),
        ]

    def __str__(self) -> str:
        return f"{self.composite} of 100 by {self.rated_by_name}"


class ScoreOverride(models.Model):
    """A person's score of an answer in place of the measured one, which is kept. The last one of an answer is in force
    unless it is withdrawn; then what was measured counts again."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="overrides")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … of the answer.")
    score = models.ForeignKey(
        AnswerScore,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="What was measured then; empty where nothing was.",
    )
    measured = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The measured composite then.")
    composite = models.PositiveSmallIntegerField(help_text="0–100.")
    components = models.JSONField(default=dict, help_text="0–100, those that the person let stand or changed.")
    reason = models.TextField(max_length=MOST_REASON_CHARACTERS)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=254, help_text="As the person was called then.")
    decided_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withdrawn_by_name = models.CharField(max_length=254, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True, max_length=MOST_REASON_CHARACTERS)

    class Meta:
        ordering = ["answer", "number"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="override_number_unique"),
            models.CheckConstraint(name="override_range", condition=Q(composite__lte=100)),
            models.CheckConstraint(name="override_says_who_and_why", condition=~Q(reason="") & ~Q(decided_by_name="")),
            models.CheckConstraint(
                name="override_withdrawn_is_whole",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by_name="", withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by_name="") & ~Q(withdrawal_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.composite} of 100 by {self.decided_by_name}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None
