"""`InterviewSession`: one interview being held, with its clock, its connection and its counters."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from interviewpanel.domain.states import LIVE, OVER, SessionStatus
from interviewpanel.models.panels import InterviewPanelCandidate
from organizations.models import Organization


class InterviewSession(models.Model):
    tenant_links: ClassVar = ("invitation",)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(InterviewPanelCandidate, on_delete=models.CASCADE, related_name="sessions")
    status = models.CharField(
        max_length=12, choices=[(s, s.replace("_", " ")) for s in SessionStatus], default=SessionStatus.PENDING
    )
    interrupted_from = models.CharField(max_length=12, blank=True, help_text="The status to go back to.")
    seed = models.BigIntegerField(help_text="Of every random choice in this interview.")

    # Consent, kept as given.
    consented_at = models.DateTimeField(null=True, blank=True)
    consent_version = models.CharField(max_length=20, blank=True)
    consent_language = models.CharField(max_length=8, blank=True)
    consent_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the text as it was shown.")
    waits_for_done = models.BooleanField(
        default=False, help_text="The candidate ends every answer by hand; silence does not."
    )

    # The connection: every write of a socket is guarded by the epoch it was given; the lease says it lives.
    epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=100, blank=True)

    # Counters, moved only under this row's lock.
    event_sequence = models.PositiveIntegerField(default=0)
    transcript_sequence = models.PositiveIntegerField(default=0)

    # The clock: used_seconds so far, plus what has passed since running_since when it runs.
    clock_limit_seconds = models.PositiveIntegerField()
    clock_used_seconds = models.FloatField(default=0.0)
    clock_running_since = models.DateTimeField(null=True, blank=True)
    pause_used_seconds = models.FloatField(default=0.0)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=20, blank=True)
    grace_used_seconds = models.FloatField(default=0.0)
    interrupted_at = models.DateTimeField(null=True, blank=True)

    empty_answers_in_row = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=40, blank=True)
    kept_until = models.DateTimeField(
        null=True, blank=True, help_text="Then it is erased. Set at the end; empty where nothing was held, or is left."
    )
    recordings_kept_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Then sound and video are erased, and nothing else. Set when recording begins; empty: with the rest.",
    )
    recordings_erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "interview"
        permissions = [("steer_interviewsession", "Can end or extend an interview that goes on")]
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="session_tenant_key"),
            models.UniqueConstraint(
                fields=["invitation"],
                condition=Q(status__in=sorted({SessionStatus.PENDING, *LIVE})),
                name="one_live_session_per_invitation",
            ),
            models.CheckConstraint(name="session_status", condition=Q(status__in=[s.value for s in SessionStatus])),
            models.CheckConstraint(
                name="session_over_has_an_end",
                condition=~Q(status__in=sorted(OVER)) | Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="session_clock_runs_only_in_progress",
                condition=Q(clock_running_since__isnull=True) | Q(status__in=["greeting", "in_progress"]),
            ),
            models.CheckConstraint(
                name="session_nothing_before_consent",
                condition=Q(status__in=["pending", "expired", "revoked"]) | Q(consented_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["status"], condition=Q(status__in=sorted(LIVE)), name="live_sessions"),
            models.Index(fields=["kept_until"], condition=Q(kept_until__isnull=False), name="session_kept_until"),
            models.Index(
                fields=["recordings_kept_until"],
                condition=Q(recordings_kept_until__isnull=False, recordings_erased_at__isnull=True),
                name="session_recordings_kept",
            ),
            models.Index(fields=["-created_at"], name="session_created"),
            models.Index(fields=["started_at"], condition=Q(started_at__isnull=False), name="session_started"),
        ]

    def __str__(self) -> str:
        return f"Interview {self.uuid}"

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def is_at_rest(self) -> bool:
        """Nothing is recorded: it is paused, also where nobody is there meanwhile."""
        return SessionStatus.PAUSED in (self.status, self.interrupted_from)

    @property
    def group_name(self) -> str:
        return f"interview_{self.uuid}"

    @property
    def audience_group_name(self) -> str:
        """Of the monitors that watch it: what is only of the moment goes there."""
        return f"audience_{self.uuid}"
