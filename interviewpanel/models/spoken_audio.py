"""`SpokenAudio`: a text as a voice of this server said it, kept, and the work of saying it."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from config.work.rows import WorkItem
from interviewpanel.models.panels import InterviewPanelCandidate
from organizations.models import Organization

VOICE_FIELDS = ("engine", "engine_version", "voice", "language", "text_hash")


def name_spoken_folder(invitation: InterviewPanelCandidate) -> str:
    """Below which everything lies that was said for one candidate."""
    return f"spoken/{invitation.uuid}"


def name_spoken_audio(audio: "SpokenAudio", filename: str) -> str:
    return f"{audio.folder}/{filename}"


class SpokenAudio(WorkItem):
    """One text in one voice. Without an invitation it is a text of the bank, or one that everybody is told, made once
    for all interviews of the organization; with one it was worded for that candidate."""

    tenant_links: ClassVar = ("invitation",)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(
        InterviewPanelCandidate, on_delete=models.CASCADE, null=True, blank=True, related_name="spoken_audio"
    )
    engine = models.CharField(max_length=20)
    engine_version = models.CharField(max_length=40, help_text="Another wherever the voice may sound different.")
    voice = models.CharField(max_length=80)
    language = models.CharField(max_length=8)
    text = models.TextField()
    text_hash = models.CharField(max_length=64, help_text="SHA-256 of the text, in hexadecimal.")
    file = models.FileField(upload_to=name_spoken_audio, max_length=200, blank=True)
    seconds = models.FloatField(default=0.0)
    used_at = models.DateTimeField(help_text="When an interview last needed it.")
    use_count = models.PositiveIntegerField(default=0, help_text="How often it was there when it was needed.")

    task_name = "interviewpanel.tasks.speak_text"
    queue = "speech"

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            *WorkItem.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", *VOICE_FIELDS],
                condition=Q(invitation__isnull=True),
                name="spoken_audio_shared_once",
            ),
            models.UniqueConstraint(
                fields=["invitation", *VOICE_FIELDS],
                condition=Q(invitation__isnull=False),
                name="spoken_audio_of_invitation_once",
            ),
        ]
        indexes = [
            *WorkItem.Meta.indexes,
            models.Index(fields=["used_at"], condition=Q(invitation__isnull=True), name="spoken_audio_shared_used"),
        ]

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s of {self.voice}"

    @property
    def folder(self) -> str:
        """Of its file alone; of a candidate's within the folder that goes with them."""
        owner = f"spoken/shared/{self.organization.uuid}"
        return f"{owner if self.invitation is None else name_spoken_folder(self.invitation)}/{self.uuid}"
