"""The tenant: `Organization`, its `Membership`s and the `Candidate`s it interviews."""

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower

HEX_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write a colour as # and six hexadecimal digits, such as #1f5fa8.")
E164_PHONE = RegexValidator(r"^\+[1-9]\d{6,14}$", "Write the number with its country code, such as +442071838750.")


class Organization(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=150, help_text="Shown to candidates.")
    slug = models.SlugField(unique=True)
    logo = models.FileField(upload_to="logos/", blank=True)
    primary_colour = models.CharField(max_length=7, default="#1f5fa8", validators=[HEX_COLOUR])
    contact_email = models.EmailField(blank=True, help_text="Where candidates can reach a person.")
    time_zone = models.CharField(max_length=50, default="UTC")
    retention_days = models.PositiveSmallIntegerField(
        default=180,
        validators=[MinValueValidator(1)],
        help_text="How long interviews are kept, then erased. Links that are sent already keep the days they told.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's role in one organization. The user's admin permissions come from the group of the same name."""

    class Role(models.TextChoices):
        ADMIN = "admin", "Administrator"
        HR = "hr", "Recruiter"
        REVIEWER = "reviewer", "Reviewer"

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "member"
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_membership_per_user_and_organization"),
            models.CheckConstraint(name="membership_role", condition=models.Q(role__in=["admin", "hr", "reviewer"])),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organization}"


class Candidate(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="candidates")
    full_name = models.CharField(max_length=150)
    email = models.EmailField()
    phone = models.CharField(max_length=16, blank=True, validators=[E164_PHONE])
    is_erased = models.BooleanField(
        default=False, editable=False, help_text="Nobody: stands in interviews for those whose data was erased."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["full_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(is_erased=True), name="one_erased_candidate_in_organization"
            ),
            models.UniqueConstraint("organization", Lower("email"), name="candidate_email_unique_in_organization"),
            # Lets other tables carry (candidate, organization) and be sure the two belong together.
            models.UniqueConstraint(fields=["id", "organization"], name="candidate_tenant_key"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def first_name(self) -> str:
        return self.full_name.split(" ")[0]


class Change(models.Model):
    """One line of the history: who did what to which row, when, and why. Written by services/history.py.

    Lines are added and never changed or deleted, which the database guards (append_only.py). One thing only is let
    through: that a line forgets its words, when the person whom they name is erased.
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
