"""`Generation`: one piece of work for a language model that somebody asked for, its progress, and the log of it."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.work.rows import WorkItem
from organizations.models import Organization


class Generation(WorkItem):
    """`parameters` is what was asked, `result` what came of it so far: a part that is there is not made again.

    A large one has parts, each a row of its own that fails or succeeds by itself.
    """

    tenant_links: ClassVar = ("parent",)

    class Kind(models.TextChoices):
        ENHANCEMENT = "enhancement", "job description"
        INTERVIEW = "interview", "interview"
        SCREENING = "screening", "screening questions"
        WORKFLOW = "workflow", "job description and interview"
        BATCH = "batch", "questions for the bank"
        BATCH_PART = "batch_part", "questions on one subtopic"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="generations")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="parts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    req_id = models.CharField(max_length=60, blank=True, help_text="The requisition it is for, as the asker names it.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    parameters = models.JSONField(default=dict)
    steps = models.PositiveIntegerField(default=1, help_text="How many steps it has.")
    steps_done = models.PositiveIntegerField(default=0)
    from_cache = models.PositiveIntegerField(
        default=0, help_text="How many of its questions were written before, and took no call of the model."
    )
    doing = models.CharField(max_length=120, blank=True, help_text="What is being done, in words.")
    result = models.JSONField(default=dict)
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)

    task_name = "questionbank.tasks.generate"
    queue = "generation"
    lease_seconds = 60

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["-pk"]
        permissions = [
            ("generate_generation", "Can have a language model write descriptions, interviews and questions")
        ]
        constraints = [
            *WorkItem.Meta.constraints,
            models.UniqueConstraint(fields=["id", "organization"], name="generation_tenant_key"),
            models.CheckConstraint(name="generation_steps", condition=Q(steps_done__lte=models.F("steps"))),
        ]
        indexes = [
            *WorkItem.Meta.indexes,
            models.Index(name="generation_list", fields=["organization", "-id"], condition=Q(parent__isnull=True)),
            models.Index(name="generation_requisition", fields=["organization", "req_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.req_id or self.uuid}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        """A model that was busy is seldom free within seconds."""
        return timedelta(seconds=15 * 2**attempts)
