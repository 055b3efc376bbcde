"""`ResumeText`: what was read of a candidate's résumé, as work."""

import uuid
from typing import ClassVar

from django.db import models

from config.work.rows import WorkItem
from organizations.domain.resume_readings import HARMLESS, REASONS, REFUSALS
from organizations.models.candidates import Candidate
from organizations.models.organizations import Organization


class ResumeText(WorkItem):
    """One for each stored résumé: made with the file, and gone with it. `done` with a `refusal` says that the file
    cannot be read, which its owner can change and we cannot."""

    class State(models.TextChoices):
        WAITING = "waiting", "to be read"
        READ = "read"
        REFUSED = "refused", "cannot be read"
        FAILED = "failed", "reading failed"

    tenant_links: ClassVar = ("candidate",)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="resume_texts")
    candidate = models.OneToOneField(Candidate, on_delete=models.CASCADE, related_name="resume_text")
    file_name = models.CharField(max_length=150, help_text="The stored file that is read.")
    text = models.TextField(blank=True, help_text="What a person sees of it.")
    characters = models.PositiveIntegerField(default=0, help_text="Of the text.")
    text_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the text.")
    pages = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of a PDF; a DOCX does not say.")
    is_cut = models.BooleanField(default=False, help_text="There was more text than is kept.")
    flags = models.JSONField(
        default=list, blank=True, help_text="What was left out, or talks to a grader, with samples."
    )
    refusal = models.CharField(max_length=16, blank=True, help_text="Which of the reasons a file is not read for.")

    task_name = "organizations.tasks.read_resume"
    queue = "reports"

    class Meta(WorkItem.Meta):
        abstract = False
        constraints = [
            *WorkItem.Meta.constraints,
            models.CheckConstraint(
                name="resume_text_refused_has_none", condition=models.Q(refusal="") | models.Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return f"Text of {self.file_name}"

    @property
    def state(self) -> str:
        if self.work_status == self.WorkStatus.DONE:
            return self.State.REFUSED if self.refusal else self.State.READ
        return self.State.FAILED if self.is_over else self.State.WAITING

    @property
    def words(self) -> str:
        """Why there is no text, for a person."""
        if self.state == self.State.FAILED:
            return "It could not be read, for a reason of ours. Have it read again, or ask whoever runs this site."
        return REFUSALS.get(self.refusal, "")

    @property
    def warnings(self) -> list[dict[str, object]]:
        """The flags that are worth a look, each with its words."""
        return [
            {**flag, "words": REASONS.get(str(flag["reason"]), str(flag["reason"]))}
            for flag in self.flags
            if flag["reason"] not in HARMLESS
        ]
