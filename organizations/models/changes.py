"""`Change`: the history of what people have done."""

from django.conf import settings
from django.db import models

from organizations.models.organizations import Organization


class Change(models.Model):
    """One line of the history: who did what to which row, when, and why. Written by services/history.py.

    Lines are added and never changed or deleted, which the database guards (append_only.py). One thing only is let
    through: that a line forgets its words, or the name in them, when the person whom they name is erased.
    """

    class Action(models.TextChoices):
        ADDED = "added", "Added"
        CHANGED = "changed", "Changed"
        DELETED = "deleted", "Deleted"
        EXPORTED = "exported", "Exported"
        SIGNED_IN = "signed_in", "Signed in"
        SIGN_IN_REFUSED = "sign_in_refused", "Sign-in refused"

    organization = models.ForeignKey(
        Organization,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="changes",
        help_text="Whose row it was. None: nobody's, or of an organization that is gone; for superadmins only.",
    )
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
        help_text="Nobody: the system did it.",
    )
    action = models.CharField(max_length=16, choices=Action.choices)
    subject_type = models.CharField(max_length=100, help_text="The kind of row, as app.model.")
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject_uuid = models.UUIDField(null=True, blank=True)
    subject_name = models.CharField(max_length=200, blank=True, help_text="How the row was called then.")
    message = models.TextField(blank=True, help_text="What was done, in words.")
    differences = models.JSONField(default=list, blank=True, help_text="Fields with their values before and after.")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = "history line"
        indexes = [
            models.Index(fields=["organization", "-at"], name="change_of_organization"),
            models.Index(fields=["subject_type", "subject_id", "-at"], name="change_of_subject"),
            models.Index(fields=["actor", "-at"], name="change_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.subject_name or self.subject_type}"
