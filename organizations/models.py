"""The tenant: `Organization`, its `Membership`s, the `Candidate`s it interviews, and the `Message`s sent to them."""

import uuid
import zoneinfo
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from config.work.rows import WorkItem

HEX_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write a colour as # and six hexadecimal digits, such as #1f5fa8.")
E164_PHONE = RegexValidator(r"^\+[1-9]\d{6,14}$", "Write the number with its country code, such as +442071838750.")


def check_time_zone(name: str) -> None:
    """Raises ValidationError unless the name is one of the world's time zones."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Write a time zone as continent and city, such as Europe/Berlin, or UTC.")


class Organization(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=150, help_text="Shown to candidates.")
    slug = models.SlugField(unique=True)
    logo = models.FileField(upload_to="logos/", blank=True)
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


def find_resume_place(candidate: "Candidate", filename: str) -> str:
    """In a folder of the candidate's, under a name that nobody can guess; the ending was checked before."""
    return f"{candidate.resume_folder}/{uuid.uuid4()}{filename[filename.rfind('.') :].lower()}"


class Candidate(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="candidates")
    full_name = models.CharField(max_length=150)
    email = models.EmailField()
    phone = models.CharField(max_length=16, blank=True, validators=[E164_PHONE])
    resume = models.FileField(upload_to=find_resume_place, blank=True, verbose_name="résumé", max_length=150)
    resume_name = models.CharField(max_length=150, blank=True, editable=False, help_text="As the file was called.")
    resume_at = models.DateTimeField(null=True, blank=True, editable=False)
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

    @property
    def resume_folder(self) -> str:
        return f"resumes/{self.uuid}"


class MessageTemplate(models.Model):
    """An organization's own words for one kind of message; without it the built-in ones are sent."""

    class Channel(models.TextChoices):
        EMAIL = "email", "E-mail"
        SMS = "sms", "SMS"

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="message_templates")
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=5, choices=Channel.choices, default=Channel.EMAIL)
    language = models.CharField(max_length=8, default="en", choices=settings.LANGUAGES)
    subject = models.CharField(max_length=150, blank=True)
    text = models.TextField(max_length=5000)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["kind", "channel", "language"]
        verbose_name = "message text"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "channel", "language"], name="one_message_text_of_each_kind"
            ),
            models.CheckConstraint(name="message_text_channel", condition=Q(channel__in=["email", "sms"])),
        ]

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ').capitalize()} · {self.get_channel_display()} · {self.language}"


class Message(WorkItem):
    """One e-mail or SMS to one candidate, from the wish to send it to what became of it.

    It is written as it is sent (services/messages.py), by whichever app its `kind` belongs to; `about` names that app's
    row. What is kept of it holds no private link: the link opens an interview, and a row may be read by many.
    """

    tenant_links: ClassVar = ("candidate",)
    Channel = MessageTemplate.Channel

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"  # the mail server, or Twilio, has taken it
        DELIVERED = "delivered"
        BOUNCED = "bounced"  # it cannot reach this address; `reason` has the server's words
        FAILED = "failed"  # it was not sent, and not for the address's sake
        CANCELLED = "cancelled"  # when its turn came, there was no use for it any more

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="messages")
    candidate = models.ForeignKey(
        Candidate,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        help_text="None for a test, which goes to whoever asked for it.",
    )
    channel = models.CharField(max_length=5, choices=MessageTemplate.Channel.choices)
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=8, default="en")
    about = models.UUIDField(null=True, blank=True, help_text="What it is about: an invitation.")
    once_key = models.CharField(max_length=100, null=True, unique=True)  # noqa: DJ001 - many have none, and are unique
    to_address = models.CharField(max_length=254, verbose_name="to")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    reason = models.TextField(blank=True, help_text="Why it stands as it does, in the server's words where it has any.")
    provider_id = models.CharField(
        max_length=200, blank=True, help_text="Message-ID of an e-mail, SID of an SMS: what a later report names it by."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True, help_text="When it was reported delivered or bounced.")

    task_name = "organizations.tasks.send_message"
    queue = "outbound"
    # Over half a day, at last once an hour: a mail server that is down over night is no reason to give up.
    max_attempts = 15

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["-created_at", "-id"]
        constraints = [
            *WorkItem.Meta.constraints,
            models.CheckConstraint(name="message_channel", condition=Q(channel__in=["email", "sms"])),
            models.CheckConstraint(
                name="message_state",
                condition=Q(state__in=["queued", "sent", "delivered", "bounced", "failed", "cancelled"]),
            ),
        ]
        indexes = [
            *WorkItem.Meta.indexes,
            models.Index(name="message_about", fields=["about", "-id"]),
            models.Index(name="message_provider_id", fields=["provider_id"], condition=~Q(provider_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ').capitalize()} to {self.to_address}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        """1, 2, 4 … minutes, at last an hour."""
        return timedelta(minutes=min(2.0 ** min(attempts - 1, 6), 60.0))
