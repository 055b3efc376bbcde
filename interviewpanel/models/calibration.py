"""The calibration desk: answers that people have rated elsewhere, runs of the scorers over them, and fitted maps."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.work.rows import WorkItem
from organizations.models import Organization


class RatedSet(models.Model):
    """Imported whole, and never changed: what is measured against it tonight is measured against the same next year."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="rated_sets")
    name = models.CharField(max_length=120)
    origin = models.CharField(max_length=300, blank=True, help_text="Where the answers and ratings come from.")
    digest = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the imported file.")
    is_watched = models.BooleanField(
        default=False, help_text="The golden set: scored anew every night, with an alarm if the scores drift."
    )
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "rated set"
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="rated_set_tenant_key"),
            models.UniqueConstraint(fields=["organization", "digest"], name="rated_set_imported_once"),
        ]

    def __str__(self) -> str:
        return self.name


class RatedAnswer(models.Model):
    """One answer with what it was asked and what people said of it. Of nobody by name: the import asks for that."""

    rated_set = models.ForeignKey(RatedSet, on_delete=models.CASCADE, related_name="answers")
    number = models.PositiveIntegerField()
    question = models.TextField()
    expected_answer = models.TextField()
    expected_elements = models.JSONField(default=list)
    criteria = models.JSONField(default=list, help_text="Each: key, name, description, component, weight.")
    is_technical = models.BooleanField(default=True)
    language = models.CharField(max_length=8, default="en")
    text = models.TextField()
    ratings = models.JSONField(default=dict, help_text="0–100 by the name that stands for the rater in the file.")

    class Meta:
        ordering = ["rated_set", "number"]
        constraints = [models.UniqueConstraint(fields=["rated_set", "number"], name="rated_answer_number_unique")]

    def __str__(self) -> str:
        return f"{self.rated_set} · {self.number}"


class CalibrationRun(WorkItem):
    """All answers of a set scored once by what scores interviews then. `scores` fills answer by answer."""

    tenant_links: ClassVar = ("rated_set",)

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    rated_set = models.ForeignKey(RatedSet, on_delete=models.CASCADE, related_name="runs")
    night = models.DateField(null=True, blank=True, help_text="Of which night it is; empty where a person asked.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    engine = models.CharField(max_length=20, blank=True)
    model = models.CharField(max_length=120, blank=True)
    prompt_version = models.CharField(max_length=80, blank=True)
    scores = models.JSONField(default=dict, help_text="By the number of the answer: state, composite, embedded.")
    agreement = models.JSONField(default=dict, help_text="With people, and of the embedded scorer with people.")
    drift = models.JSONField(default=dict, help_text="Against the set's first run.")
    alarms = models.JSONField(default=list, help_text="Sentences for a person; empty where nothing is wrong.")
    is_baseline = models.BooleanField(default=False, help_text="A person chose it to hold later runs against.")
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When a person said that they saw the alarm.")
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    task_name = "interviewpanel.tasks.score_rated_set"
    queue = "generation"

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["-pk"]
        verbose_name = "calibration run"
        constraints = [
            *WorkItem.Meta.constraints,
            models.UniqueConstraint(
                fields=["rated_set", "night"], condition=Q(night__isnull=False), name="one_calibration_run_a_night"
            ),
        ]
        indexes = [
            *WorkItem.Meta.indexes,
            models.Index(
                fields=["organization"],
                condition=~Q(alarms=[]) & Q(seen_at__isnull=True),
                name="calibration_alarm",
            ),
        ]

    def __str__(self) -> str:
        return f"Run {self.pk} of {self.rated_set}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        return timedelta(minutes=2**attempts)


class CalibrationMap(models.Model):
    """How an organization bends the embedded scorer's technical. Never changed once fitted; at most one is in force."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="calibration_maps")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … of the organization.")
    scorer_version = models.CharField(max_length=80, help_text="Of the embedded scorer. For another, it is not used.")
    knots = models.JSONField(help_text="[measured, mapped] from 0 to 100, rising.")
    trial = models.JSONField(help_text="answers, questions, mae_before, mae_after, on questions left out of the fit.")
    fitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    fitted_at = models.DateTimeField()
    is_active = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it is, or was, in force.")

    class Meta:
        ordering = ["-number"]
        verbose_name = "calibration map"
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="calibration_map_number_unique"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_active=True), name="one_calibration_map_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"Map {self.number}"
