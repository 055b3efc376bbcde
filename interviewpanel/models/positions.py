"""`PositionQuestionSet`: which panel interviews whom, so that other systems need to know a position only."""

import uuid
from typing import Any, ClassVar

from django.db import models

from interviewpanel.domain.positions import normalise
from interviewpanel.models.panels import InterviewPanel
from organizations.models import Organization


class PositionQuestionSet(models.Model):
    """The panel is the question set: its plan says what is asked. How one is chosen: domain/positions.py."""

    tenant_links: ClassVar = ("panel",)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    position = models.CharField(
        max_length=150, help_text="As other systems call it; capitals and spaces do not matter."
    )
    experience = models.CharField(
        max_length=50, blank=True, help_text="Such as “senior” or “2 to 5 years”. Empty: for everybody in the position."
    )
    position_key = models.CharField(max_length=1500, editable=False)
    experience_key = models.CharField(max_length=500, editable=False)
    panel = models.ForeignKey(InterviewPanel, on_delete=models.CASCADE, related_name="positions")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "experience", "pk"]
        verbose_name = "question set of a position"
        verbose_name_plural = "question sets of positions"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "position_key", "experience_key"], name="position_question_set_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}, {self.experience}" if self.experience else self.position

    def save(self, **kwargs: Any) -> None:
        self.position_key, self.experience_key = normalise(self.position), normalise(self.experience)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "position_key", "experience_key"}
        super().save(**kwargs)
