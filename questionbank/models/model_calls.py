"""`ModelCall`: one question put to a language model, by whom it was paid, and what it cost. It holds no text."""

import uuid

from django.db import models
from django.db.models import Q

from organizations.models import Organization
from questionbank.domain.model_purposes import Purpose


class ModelCall(models.Model):
    """Written when the call has ended, also one that failed: its tokens were used. Never changed."""

    class Outcome(models.TextChoices):
        DONE = "done"
        RETRY = "retry", "failed this time"
        REFUSED = "refused"
        UNAVAILABLE = "unavailable"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="model_calls")
    purpose = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Purpose])
    operation = models.CharField(max_length=60, help_text="The name of the prompt, such as score_answer.")
    interview = models.UUIDField(null=True, blank=True, help_text="The interview it was asked for, if for one.")
    engine = models.CharField(max_length=20)
    model = models.CharField(max_length=120)
    prompt_version = models.CharField(max_length=80)
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    seconds = models.FloatField(help_text="From the first request to the last answer, waits between attempts too.")
    cost = models.DecimalField(
        max_digits=12, decimal_places=6, null=True, blank=True, help_text="In US dollars; empty where no price is set."
    )
    outcome = models.CharField(max_length=11, choices=Outcome.choices)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "model call"
        constraints = [
            models.CheckConstraint(
                name="model_call_outcome", condition=Q(outcome__in=["done", "retry", "refused", "unavailable"])
            ),
            models.CheckConstraint(name="model_call_purpose", condition=Q(purpose__in=[one.value for one in Purpose])),
        ]
        indexes = [
            models.Index(name="model_call_month", fields=["organization", "created_at"]),
            models.Index(name="model_call_created", fields=["created_at"]),
            models.Index(name="model_call_interview", fields=["interview"], condition=Q(interview__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.operation} · {self.model} · {self.outcome}"
