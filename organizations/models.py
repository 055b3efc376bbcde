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
    is_trial = models.BooleanField(
        default=False,
        editable=False,
        help_text="One of the staff, in interviews that try a panel: not in the list of people.",
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
