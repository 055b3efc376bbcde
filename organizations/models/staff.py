"""`MembershipInvitation`: who is asked to join an organization; `StaffMail`: e-mail to who works here, as work."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.work.rows import WorkItem
from organizations.models.messages import Message
from organizations.models.organizations import Membership, Organization
from organizations.models.webhooks import WebhookEndpoint


class MembershipInvitation(models.Model):
    """An address that was asked to join, by a link (services/membership_invitations.py).

    It says nothing of an account: whether there is one is nobody's business until whoever has it accepts.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="membership_invitations")
    email = models.EmailField(verbose_name="e-mail")
    role = models.CharField(max_length=10, choices=Membership.Role.choices)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    token_version = models.PositiveIntegerField(default=0, help_text="One more ends the links made before.")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "invitation of a member"
        verbose_name_plural = "invitations of members"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation_of_a_member",
            ),
            models.CheckConstraint(name="invited_role", condition=Q(role__in=["admin", "hr", "reviewer"])),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()} · {self.organization}"

    @property
    def is_pending(self) -> bool:
        """Neither accepted nor revoked; its link may have ended."""
        return self.accepted_at is None and self.withdrawn_at is None

    def is_open(self, now: datetime) -> bool:
        return self.is_pending and now < self.expires_at


class StaffMail(WorkItem):
    """One e-mail to somebody who works here or is asked to: a link to set a password, or to join; that an
    endpoint was switched off.

    Written as it is sent (services/staff_mail.py): no row holds a link. Of a forgotten password also who is not known
    has a row, without an address, so that asking takes as long; it sends nothing.
    """

    class Kind(models.TextChoices):
        PASSWORD = "password"  # noqa: S105 - a kind of e-mail
        INVITATION = "invitation"
        WEBHOOK = "webhook"  # an endpoint was switched off

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    invitation = models.ForeignKey(
        MembershipInvitation, on_delete=models.CASCADE, null=True, blank=True, related_name="mails"
    )
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, null=True, blank=True, related_name="mails")
    once_key = models.CharField(max_length=100, null=True, unique=True)  # noqa: DJ001 - many have none, and are unique

    task_name = "organizations.tasks.send_staff_mail"
    queue = "outbound"
    max_attempts = Message.max_attempts

    class Meta(WorkItem.Meta):
        abstract = False
        constraints = [
            *WorkItem.Meta.constraints,
            models.CheckConstraint(name="staff_mail_kind", condition=Q(kind__in=["password", "invitation", "webhook"])),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.uuid}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        return Message.retry_delay(attempts)
