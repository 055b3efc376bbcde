"""What language models made to be asked: `GeneratedInterview` with its versions, and `ScreeningSet`."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from organizations.models import Organization
from questionbank.models.generations import Generation
from questionbank.models.job_descriptions import EnhancedDescription, JobDescription


def count_from_cache(questions: Iterable[Mapping[str, Any]]) -> int:
    """How many of them were written before, for a wish that was the same or alike."""
    return sum(bool(one.get("is_from_cache")) for one in questions)


class GeneratedInterview(models.Model):
    """Five questions for a requisition. `series` joins the versions of one; only a draft is edited."""

    tenant_links: ClassVar = ("description", "enhancement", "generation")

    class Status(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        ARCHIVED = "archived"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    description = models.ForeignKey(JobDescription, on_delete=models.CASCADE, related_name="interviews")
    enhancement = models.ForeignKey(
        EnhancedDescription, on_delete=models.SET_NULL, null=True, blank=True, related_name="interviews"
    )
    generation = models.ForeignKey(
        Generation, on_delete=models.SET_NULL, null=True, blank=True, related_name="interviews"
    )
    series = models.UUIDField(default=uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=150)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    level = models.CharField(max_length=50, blank=True)
    language = models.CharField(max_length=8, default="en")
    questions = models.JSONField(default=list, help_text="Five, each with its criteria.")
    engine = models.CharField(max_length=20, blank=True)
    model = models.CharField(max_length=120, blank=True)
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "version"], name="generated_interview_version"),
            models.UniqueConstraint(fields=["id", "organization"], name="generated_interview_tenant_key"),
            models.UniqueConstraint(
                fields=["series"], condition=Q(status="draft"), name="generated_interview_one_draft"
            ),
            models.CheckConstraint(
                name="generated_interview_status", condition=Q(status__in=["draft", "published", "archived"])
            ),
        ]
        indexes = [models.Index(name="generated_interview_list", fields=["organization", "-id"])]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def from_cache(self) -> int:
        return count_from_cache(self.questions)


class ScreeningSet(models.Model):
    """Five to seven short questions for a first call, from any description. Never changed."""

    tenant_links: ClassVar = ("description", "generation")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    description = models.ForeignKey(
        JobDescription, on_delete=models.CASCADE, null=True, blank=True, related_name="screenings"
    )
    generation = models.OneToOneField(Generation, on_delete=models.CASCADE, related_name="screening")
    title = models.CharField(max_length=150)
    source = models.TextField(help_text="The description that it was made from.")
    questions = models.JSONField(default=list, help_text="Each: text, listens_for, disqualifies.")
    engine = models.CharField(max_length=20)
    model = models.CharField(max_length=120)
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(name="screening_list", fields=["organization", "-id"])]

    def __str__(self) -> str:
        return self.title

    @property
    def from_cache(self) -> int:
        return count_from_cache(self.questions)
