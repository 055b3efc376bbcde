"""`GeneratedPanel`: which panel was made from which published interview of the question bank's."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from interviewpanel.models.panels import InterviewPanel
from organizations.models import Organization
from questionbank.models import GeneratedInterview


class GeneratedPanel(models.Model):
    """One panel for a version of an interview, however often it is asked for."""

    tenant_links: ClassVar = ("interview", "panel")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    interview = models.OneToOneField(GeneratedInterview, on_delete=models.CASCADE, related_name="panel_made")
    panel = models.OneToOneField(InterviewPanel, on_delete=models.CASCADE, related_name="made_from")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.panel} from {self.interview}"
