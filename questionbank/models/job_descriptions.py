"""`JobDescription`: a requisition as somebody wrote it; `EnhancedDescription`: what a language model made of it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from organizations.models import Organization
from questionbank.models.generations import Generation


class JobDescription(models.Model):
    """The lists hold short texts. What is left empty is not told to the model."""

    class WorkingMode(models.TextChoices):
        ON_SITE = "on_site", "On site"
        HYBRID = "hybrid", "Hybrid"
        REMOTE = "remote", "Remote"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="job_descriptions")
    req_id = models.CharField("requisition", max_length=60, help_text="The number of the requisition, as you know it.")
    title = models.CharField(max_length=150)
    description = models.TextField(max_length=20_000, help_text="As it is: a few lines, or what was published before.")
    department = models.CharField(max_length=100, blank=True)
    level = models.CharField(max_length=50, blank=True, help_text="Such as junior, mid, senior, lead.")
    language = models.CharField(
        max_length=8, default="en", choices=settings.LANGUAGES, help_text="What is written for it is in this language."
    )
    team = models.CharField(max_length=500, blank=True, help_text="Who it works with: how many, doing what.")
    must_haves = models.JSONField(default=list, blank=True, help_text="Without which nobody can do the work.")
    nice_to_haves = models.JSONField(default=list, blank=True, help_text="What helps, and can be learned.")
    tools = models.JSONField(default=list, blank=True, help_text="Languages, systems and tools of the work.")
    location = models.CharField(max_length=150, blank=True)
    working_mode = models.CharField(max_length=8, choices=WorkingMode.choices, blank=True)
    spoken_languages = models.JSONField(default=list, blank=True, help_text="Each with the level that the work needs.")
    seniority = models.TextField(max_length=1000, blank=True, help_text="What you expect at this level.")
    notes = models.TextField(max_length=2000, blank=True, help_text="Anything else that the model should know.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "req_id"],
                name="job_description_req_id",
                violation_error_message="This requisition is there already. Open it, or choose another number.",
            ),
            models.UniqueConstraint(fields=["id", "organization"], name="job_description_tenant_key"),
            models.CheckConstraint(
                name="job_description_mode", condition=Q(working_mode__in=["", "on_site", "hybrid", "remote"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.req_id} · {self.title}"


class EnhancedDescription(models.Model):
    """A version by the WORK method. Never changed: enhancing again makes the next number."""

    tenant_links: ClassVar = ("description",)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    description = models.ForeignKey(JobDescription, on_delete=models.CASCADE, related_name="enhancements")
    number = models.PositiveIntegerField()
    generation = models.OneToOneField(Generation, on_delete=models.SET_NULL, null=True, related_name="enhancement")
    source = models.JSONField(help_text="The description and the other inputs as they were, with their requirements.")
    document = models.JSONField(help_text="Summary, work outputs, role, knowledge, competencies.")
    engine = models.CharField(max_length=20)
    model = models.CharField(max_length=120)
    prompt_version = models.CharField(max_length=80)
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["description", "number"], name="enhanced_description_number"),
            models.UniqueConstraint(fields=["id", "organization"], name="enhanced_description_tenant_key"),
        ]

    def __str__(self) -> str:
        return f"{self.description.req_id}, version {self.number}"
