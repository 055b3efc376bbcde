"""The tenant: `Organization` and its `Membership`s."""

import datetime
import re
import uuid
import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.fields.files import FieldFile

from organizations.domain.brand import explain_logo

HEX_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write a colour as # and six hexadecimal digits, such as #1f5fa8.")


def check_time_zone(name: str) -> None:
    """Raises ValidationError unless the name is one of the world's time zones."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Write a time zone as continent and city, such as Europe/Berlin, or UTC.")


def check_prefixes(value: str) -> None:
    """Raises ValidationError unless it is a comma-separated list of beginnings of numbers with their country code."""
    for prefix in filter(None, (word.strip() for word in value.split(","))):
        if not re.fullmatch(r"\+[1-9]\d{0,14}", prefix):
            raise ValidationError(
                f"“{prefix}” is no beginning of a number. Write them with their country code, such as +49, +4420."
            )


def check_logo(file: FieldFile) -> None:
    """Raises ValidationError for a new file that is none; what is stored already is not read again."""
    if not file._committed:  # type: ignore[attr-defined]  # the one way to tell a new file from a stored one
        start = file.read(16)
        file.seek(0)
        if reason := explain_logo(file.size, start):
            raise ValidationError(reason)


class Organization(models.Model):
    class CallingDays(models.TextChoices):
        WEEKDAYS = "weekdays", "Monday to Friday"
        WORKDAYS = "workdays", "Monday to Saturday"
        EVERY_DAY = "every_day", "Every day"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=150, help_text="Shown to candidates.")
    slug = models.SlugField(unique=True)
    logo = models.FileField(upload_to="logos/", blank=True, validators=[check_logo])
    primary_colour = models.CharField(max_length=7, default="#1f5fa8", validators=[HEX_COLOUR])
    contact_email = models.EmailField(blank=True, help_text="Where candidates can reach a person.")
    time_zone = models.CharField(
        max_length=50,
        default="UTC",
        validators=[check_time_zone],
        help_text="Of the deadlines in messages to candidates, such as Europe/Berlin.",
    )
    reminder_hours = models.PositiveSmallIntegerField(
        default=6,
        validators=[MaxValueValidator(14 * 24)],
        help_text="Who has not begun is reminded so many hours before the deadline, never at night. 0: nobody is.",
    )
    retention_days = models.PositiveSmallIntegerField(
        default=180,
        validators=[MinValueValidator(1)],
        help_text="How long interviews are kept, then erased. Links that are sent already keep the days they told.",
    )
    recording_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        verbose_name="days of sound and video",
        help_text="How long sound and video are kept after they are recorded; transcript and scores stay. Empty: as "
        "long as the interview. Links that are sent already keep the days they told.",
    )
    monthly_tokens = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        help_text="Of language models, for all purposes. At the limit nothing is generated; interviews go on. "
        "Empty: as the site has it. 0: no limit.",
    )
    interview_limit = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Interviews at the same time; who comes over it waits in the queue. Empty: as many as the site has.",
    )
    interview_share = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Where several organizations wait: with 2, twice the places of one with 1.",
    )
    summarises_resumes = models.BooleanField(
        default=True,
        verbose_name="summarise résumés",
        help_text="A language model picks the facts about work out of a résumé, as context for greeting, questions and "
        "scores. Never age, gender, address, photo or origin. Off: none is summarised, and no summary is used.",
    )
    calling_opens = models.TimeField(
        default=datetime.time(9), help_text="Candidates are called from then on, by the clock of their own time zone."
    )
    calling_closes = models.TimeField(default=datetime.time(20), help_text="No call is begun from then on.")
    calling_days = models.CharField(max_length=9, choices=CallingDays.choices, default=CallingDays.WEEKDAYS)
    calling_prefixes = models.CharField(
        max_length=500,
        blank=True,
        validators=[check_prefixes],
        verbose_name="numbers that may be called",
        help_text="Whole numbers or how they begin, separated by commas: +49, +4420. "
        "Empty: all numbers that this site may call.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="organization_calling_hours",
                condition=models.Q(calling_opens__lt=models.F("calling_closes")),
                violation_error_message="Calling hours begin before they end, on the same day.",
            ),
            models.CheckConstraint(
                name="organization_calling_days",
                condition=models.Q(calling_days__in=["weekdays", "workdays", "every_day"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's role in one organization. The user's admin permissions come from the group of the same name."""

    class Role(models.TextChoices):
        ADMIN = "admin", "Administrator"
        HR = "hr", "Recruiter"
        REVIEWER = "reviewer", "Reviewer"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
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
