"""What a candidate asks of people, such as accommodations and their data; and what they think of the interview."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from interviewpanel.models.answers import Answer
from interviewpanel.models.panels import InterviewPanelCandidate
from interviewpanel.models.sessions import InterviewSession
from organizations.models import Organization

MOST_NOTE_CHARACTERS = 2000


class AccommodationRequest(models.Model):
    """What a candidate needs to show what they can do. Granted, it changes the invitation; raters never see it."""

    tenant_links: ClassVar = ("invitation",)

    class Need(models.TextChoices):
        EXTRA_TIME = "extra_time"
        LONGER_PAUSES = "longer_pauses"
        TYPED_ANSWERS = "typed_answers"
        BREAKS = "breaks"
        OTHER = "other"

    class State(models.TextChoices):
        ASKED = "asked"
        GRANTED = "granted"
        DECLINED = "declined"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(InterviewPanelCandidate, on_delete=models.CASCADE, related_name="accommodations")
    needs = models.JSONField(
        default=list, help_text="Some of: extra_time, longer_pauses, typed_answers, breaks, other."
    )
    note = models.TextField(blank=True, max_length=MOST_NOTE_CHARACTERS, help_text="In the candidate's words.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty where the panel's policy granted it.",
    )
    reply = models.TextField(blank=True, max_length=MOST_NOTE_CHARACTERS, help_text="Shown to the candidate.")

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(name="accommodation_state", condition=Q(state__in=["asked", "granted", "declined"])),
            models.CheckConstraint(
                name="accommodation_decided_has_a_time",
                condition=Q(state="asked", decided_at__isnull=True) | (~Q(state="asked") & Q(decided_at__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["invitation"], condition=Q(state="asked"), name="one_open_accommodation_per_invitation"
            ),
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.needs)} · {self.invitation}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.ASKED


class CandidateRequest(models.Model):
    """What a candidate asks a person to do. Answered by a person of the organization, within the law's time."""

    tenant_links: ClassVar = ("invitation",)

    class Kind(models.TextChoices):
        HUMAN_INTERVIEW = "human_interview", "An interview by a person instead"
        HUMAN_REVIEW = "human_review", "Review of the result by a person"
        WITHDRAW = "withdraw", "Withdrawal from the application"
        ERASURE = "erasure", "Erasure of all data"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(InterviewPanelCandidate, on_delete=models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    note = models.TextField(blank=True, max_length=MOST_NOTE_CHARACTERS)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reply = models.TextField(blank=True, max_length=MOST_NOTE_CHARACTERS, help_text="Shown to the candidate.")

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="candidate_request_kind",
                condition=Q(kind__in=["human_interview", "human_review", "withdraw", "erasure"]),
            ),
            models.UniqueConstraint(
                fields=["invitation", "kind"],
                condition=Q(answered_at__isnull=True),
                name="one_open_request_of_a_kind_per_invitation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.invitation}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


class CandidateFeedback(models.Model):
    """How the interview was for the candidate. Told to nobody who rates."""

    session = models.OneToOneField(InterviewSession, on_delete=models.CASCADE, related_name="feedback")
    rating = models.PositiveSmallIntegerField(help_text="1 (bad) to 5 (good).")
    comment = models.TextField(blank=True, max_length=MOST_NOTE_CHARACTERS)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "candidate feedback"
        constraints = [models.CheckConstraint(name="feedback_rating", condition=Q(rating__gte=1, rating__lte=5))]

    def __str__(self) -> str:
        return f"{self.rating} of 5"


class AnswerCorrection(models.Model):
    """What a candidate says was misheard. Stands beside the transcript, which stays as it is, like the recording."""

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="correction")
    text = models.TextField(max_length=MOST_NOTE_CHARACTERS)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Correction of {self.answer}"
