"""`WebhookEndpoint`: where events are sent; `WebhookDelivery`: one event to one endpoint, as work; `WebhookAttempt`."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from config.work.rows import WorkItem
from organizations.domain.webhook_retries import WAITS
from organizations.models.api_keys import ApiKey
from organizations.models.organizations import Organization


class WebhookEndpoint(models.Model):
    """An address of another system. The secrets are encrypted; whoever made one was shown it once.

    With a `subject` it serves one interview alone, and stands in no list.
    """

    class Because(models.TextChoices):
        PERSON = "person", "Switched off by a person"
        GONE = "gone", "Its server said that it is gone (410)"
        FAILING = "failing", "Nothing but failures for five days"

    class Style(models.TextChoices):
        STANDARD = "standard", "Standard Webhooks: the event, signed"
        CALLBACK = "callback", "An empty PATCH with the caller's own API key, after which the other side asks"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="webhook_endpoints")
    style = models.CharField(max_length=8, choices=Style.choices, default=Style.STANDARD, editable=False)
    url = models.CharField(max_length=2000, verbose_name="URL")
    description = models.CharField(max_length=200, blank=True, help_text="Which system listens there.")
    event_types = models.JSONField(default=list, blank=True, help_text="Which events it is sent; none chosen: all.")
    subject = models.UUIDField(null=True, blank=True, editable=False, help_text="The one invitation.")
    api_key = models.ForeignKey(
        ApiKey, on_delete=models.CASCADE, null=True, blank=True, editable=False, related_name="callbacks"
    )
    secret = models.TextField(editable=False, help_text="Encrypted.")
    previous_secret = models.TextField(blank=True, editable=False, help_text="Encrypted; it signs beside the new one …")
    previous_secret_until = models.DateTimeField(null=True, blank=True, editable=False, help_text="… until then.")
    created_at = models.DateTimeField()
    last_success_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True, help_text="The first failure since the last success.")
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_because = models.CharField(max_length=7, choices=Because.choices, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = "webhook endpoint"
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="webhook_endpoint_tenant_key"),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(style="standard"), name="webhook_endpoint_of_one_interview"
            ),
            models.UniqueConstraint(
                fields=["subject", "url"], condition=Q(style="callback"), name="webhook_callback_once"
            ),
            models.CheckConstraint(
                name="webhook_callback_has_a_key",
                condition=Q(style="standard", api_key__isnull=True)
                | Q(style="callback", api_key__isnull=False, subject__isnull=False),
            ),
            models.CheckConstraint(
                name="webhook_endpoint_disabled_because",
                condition=Q(disabled_at__isnull=True, disabled_because="")
                | Q(disabled_at__isnull=False, disabled_because__in=["person", "gone", "failing"]),
            ),
        ]
        indexes = [
            models.Index(
                name="webhook_endpoint_listening",
                fields=["organization", "subject"],
                condition=Q(disabled_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        name = self.description or self.url
        return name if len(name) <= 80 else f"{name[:79]}…"

    @property
    def is_enabled(self) -> bool:
        return self.disabled_at is None


class WebhookDelivery(WorkItem):
    """One event on its way to one endpoint. `payload` is the very text that is signed and sent, however often; `{}` for
    an endpoint that is sent nothing but a call.

    It may tell of a person: it goes with what it is `about`, and after a month.
    """

    tenant_links: ClassVar = ("endpoint",)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="webhook_deliveries")
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.CharField(max_length=40, help_text="The same at every endpoint and in every attempt.")
    event = models.CharField(max_length=40)
    payload = models.TextField()
    about = models.UUIDField(null=True, blank=True, help_text="What it is about: an invitation.")
    event_at = models.DateTimeField()

    task_name = "organizations.tasks.send_webhook"
    queue = "webhooks"
    max_attempts = len(WAITS) + 1

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["-pk"]
        verbose_name = "webhook delivery"
        verbose_name_plural = "webhook deliveries"
        constraints = [
            *WorkItem.Meta.constraints,
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_delivered_once"),
        ]
        indexes = [
            *WorkItem.Meta.indexes,
            models.Index(name="webhook_delivery_list", fields=["organization", "-id"]),
            models.Index(name="webhook_delivery_about", fields=["about"], condition=Q(about__isnull=False)),
            models.Index(name="webhook_delivery_age", fields=["created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.event_id}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        """Where the sending itself said nothing of it."""
        return timedelta(seconds=WAITS[min(attempts, len(WAITS)) - 1])


class WebhookAttempt(models.Model):
    """What came of sending a delivery once."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="Of the answer; none where nothing answered.")
    milliseconds = models.PositiveIntegerField()
    answer = models.TextField(blank=True, help_text="The first 1,000 characters.")
    error = models.TextField(blank=True, help_text="Why it failed; empty where it did not.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} · {self.status or self.error}"
