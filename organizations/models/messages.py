"""`Message`: what is sent to a candidate, as work; `MessageTemplate`: in which words."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.work.rows import WorkItem
from organizations.models.candidates import Candidate
from organizations.models.organizations import Organization


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
