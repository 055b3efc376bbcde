"""Who asked to begin an interview, and when a place was free: the queue, as rows. And the one row that all decisions
about it take first.

Which places are taken is not stored here but seen: an interview that goes on takes one, and so does whoever is called.
A place can therefore not be lost, whatever dies.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from interviewpanel.models.panels import InterviewPanelCandidate
from interviewpanel.models.sessions import InterviewSession
from organizations.models import Message, Organization


class Capacity(models.Model):
    """One row, whose update is the lock of every decision who may begin, on both databases."""

    ONLY = 1

    decisions = models.PositiveBigIntegerField(default=0)
    drained_at = models.DateTimeField(null=True, blank=True, help_text="Since then nobody new is let in.")

    class Meta:
        constraints = [models.CheckConstraint(name="one_capacity", condition=Q(id=1))]

    def __str__(self) -> str:
        return "Capacity"


class Place(models.Model):
    """One candidate's way into their interview: waiting → called → begun, or left."""

    tenant_links: ClassVar = ("session",)

    class State(models.TextChoices):
        WAITING = "waiting"
        CALLED = "called", "a place is held"
        BEGUN = "begun"
        LEFT = "left"

    session = models.OneToOneField(InterviewSession, on_delete=models.CASCADE, related_name="place")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    arrived_at = models.DateTimeField(help_text="When they asked to begin; again, if they had left.")
    called_at = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True, help_text="Then the place is given to the next.")
    begun_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    tell_by = models.CharField(
        max_length=5, blank=True, choices=Message.Channel.choices, help_text="Left the page, and wants to be told."
    )
    told_at = models.DateTimeField(null=True, blank=True)
    consent_hash = models.CharField(max_length=64, help_text="SHA-256 of the text that was agreed to on arriving.")
    let_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["arrived_at", "pk"]
        constraints = [
            models.CheckConstraint(name="place_state", condition=Q(state__in=["waiting", "called", "begun", "left"])),
            models.CheckConstraint(
                name="place_called_is_held", condition=~Q(state="called") | Q(held_until__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["arrived_at"], condition=Q(state__in=["waiting", "called"]), name="places_not_begun"),
        ]

    def __str__(self) -> str:
        return f"Place of {self.session_id}"

    @property
    def is_open(self) -> bool:
        """In the queue, or called out of it."""
        return self.state in (Place.State.WAITING, Place.State.CALLED)


class Booking(models.Model):
    """A start time that a candidate or a recruiter has booked. Then the candidate is let in first."""

    tenant_links: ClassVar = ("invitation",)

    invitation = models.OneToOneField(InterviewPanelCandidate, on_delete=models.CASCADE, related_name="booking")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField(db_index=True)
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty where the candidate did.",
    )

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [models.CheckConstraint(name="booking_ahead", condition=Q(starts_at__gt=F("booked_at")))]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} UTC"
