"""`ResumeSummary`: what of a candidate's résumé bears on work, by a language model, as work."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models

from config.work.rows import WorkItem
from organizations.models import Candidate, Organization


class ResumeSummary(WorkItem):
    """One for each candidate with a text that was read; made anew when that changes, gone with the candidate.

    `done` with an `outcome` says why there is none.
    """

    class Outcome(models.TextChoices):
        MADE = "made", "summarised"
        NO_MODEL = "no_model", "not summarised: no language model answered"
        BUDGET = "budget", "not summarised: the month's tokens are used up"
        NOTHING = "nothing", "nothing in it that bears on work could be confirmed"

    tenant_links: ClassVar = ("candidate",)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="resume_summaries")
    candidate = models.OneToOneField(Candidate, on_delete=models.CASCADE, related_name="resume_summary")
    text_hash = models.CharField(max_length=64, help_text="Of the text it is of.")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    facts = models.JSONField(default=dict, blank=True, help_text="Each with the words of the résumé that say it.")
    dropped = models.PositiveSmallIntegerField(
        default=0, help_text="Facts that the text does not say, or that may not be."
    )
    engine = models.CharField(max_length=30, blank=True)
    model = models.CharField(max_length=200, blank=True)
    prompt_version = models.CharField(max_length=100, blank=True)
    input_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was sent.")

    task_name = "questionbank.tasks.summarise_resume"
    queue = "generation"
    lease_seconds = 60

    class Meta(WorkItem.Meta):
        abstract = False
        verbose_name_plural = "résumé summaries"
        constraints = [
            *WorkItem.Meta.constraints,
            models.CheckConstraint(
                name="resume_summary_outcome",
                condition=models.Q(outcome__in=["", "made", "no_model", "budget", "nothing"]),
            ),
        ]

    def __str__(self) -> str:
        return f"Summary of the résumé of candidate {self.candidate_id}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        """A model that was busy, or not there, is seldom back within seconds."""
        return timedelta(minutes=2 * 10 ** (attempts - 1))

    @property
    def state(self) -> str:
        if not self.is_over:
            return "waiting"
        return self.outcome if self.work_status == self.WorkStatus.DONE else "failed"
