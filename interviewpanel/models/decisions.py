"""`Decision`: what a person decided about an interview. Nothing in the product decides by itself."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from interviewpanel.models.sessions import InterviewSession
from organizations.models import Organization

MOST_REASON_CHARACTERS = 2000


class Decision(models.Model):
    """Every decision is a row of its own, and the last one is in force; `to_review` takes back the one before it."""

    tenant_links: ClassVar = ("session",)

    class Stage(models.TextChoices):
        TO_REVIEW = "to_review", "To review"
        ADVANCE = "advance", "Advance"
        HOLD = "hold", "Hold"
        DECLINE = "decline", "Decline"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, related_name="decisions")
    stage = models.CharField(max_length=9, choices=Stage.choices)
    reason = models.TextField(max_length=MOST_REASON_CHARACTERS, help_text="Stands in the report.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["session", "-id"], name="decision_latest")]
        constraints = [
            models.CheckConstraint(
                name="decision_stage", condition=Q(stage__in=["to_review", "advance", "hold", "decline"])
            ),
            models.CheckConstraint(name="decision_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} · interview {self.session_id}"
