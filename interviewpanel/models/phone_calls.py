"""Phone calls of interviews: the call, what is kept of it, and who may be called at all."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.work.rows import WorkItem
from interviewpanel.domain.calling import ENDED, CallOutcome, CallStatus
from interviewpanel.models.panels import InterviewPanelCandidate
from interviewpanel.models.sessions import InterviewSession
from organizations.models import Organization


def name_call_recording(recording: "CallRecording", filename: str) -> str:
    """In the session's folder, so that it goes with all that was recorded of the interview."""
    session = recording.call.session
    assert session is not None
    return f"recordings/{session.uuid}/call-{recording.call.uuid}.mp3"


class PhoneCall(WorkItem):
    """One phone call about one interview. An outbound one is work: the row is there first, a worker places it.

    An inbound one is made with `work_status` done. `asked_at` is stored before Twilio is asked and taken back only
    where the call was certainly not placed, so a row with it and without a SID is one of which nobody knows: it is
    never placed again (services/phone_calls.py).
    """

    tenant_links: ClassVar = ("invitation",)

    class Direction(models.TextChoices):
        OUTBOUND = "outbound"
        INBOUND = "inbound"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(InterviewPanelCandidate, on_delete=models.CASCADE, related_name="calls")
    session = models.ForeignKey(InterviewSession, on_delete=models.CASCADE, null=True, blank=True, related_name="calls")
    session_epoch = models.PositiveIntegerField(
        null=True, blank=True, help_text="By which a line that is not streamed holds its session."
    )
    call_back_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="The call it follows."
    )
    direction = models.CharField(max_length=8, choices=Direction.choices, default=Direction.OUTBOUND)
    sid = models.CharField(max_length=34, null=True, blank=True, unique=True, help_text="Twilio's name for it.")
    to_number = models.CharField(max_length=16, verbose_name="to")
    from_number = models.CharField(max_length=16, verbose_name="from")
    status = models.CharField(
        max_length=11, choices=[(s, s.replace("-", " ")) for s in CallStatus], default=CallStatus.REQUESTED
    )
    answered_by = models.CharField(max_length=20, blank=True, help_text="As Twilio's machine detection says it.")
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When a person confirmed by key or voice who they are."
    )
    outcome = models.CharField(
        max_length=9, choices=[(o, o.replace("_", " ")) for o in CallOutcome], blank=True, help_text="Empty: goes on."
    )
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When Twilio was about to be asked to place it.")
    placed_at = models.DateTimeField(null=True, blank=True, help_text="When Twilio took it.")
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)
    price = models.DecimalField(
        max_digits=10, decimal_places=5, null=True, blank=True, help_text="What it cost; Twilio tells it later."
    )
    price_unit = models.CharField(max_length=3, blank=True)
    recording_sid = models.CharField(max_length=34, blank=True)
    error = models.TextField(blank=True, help_text="Why it stands as it does.")

    task_name = "interviewpanel.tasks.place_call"
    queue = "outbound"

    class Meta(WorkItem.Meta):
        abstract = False
        ordering = ["-created_at", "-id"]
        permissions = [("place_phonecall", "Can have candidates called")]
        constraints = [
            *WorkItem.Meta.constraints,
            models.UniqueConstraint(fields=["id", "organization"], name="phone_call_tenant_key"),
            models.UniqueConstraint(
                fields=["invitation"],
                condition=Q(direction="outbound", status__in=sorted(set(CallStatus) - ENDED)),
                name="one_open_call_per_invitation",
            ),
            models.CheckConstraint(name="phone_call_status", condition=Q(status__in=[s.value for s in CallStatus])),
            models.CheckConstraint(
                name="phone_call_outcome", condition=Q(outcome__in=["", *[o.value for o in CallOutcome]])
            ),
            models.CheckConstraint(name="phone_call_direction", condition=Q(direction__in=["outbound", "inbound"])),
        ]

    def __str__(self) -> str:
        return f"Call {self.uuid}"

    @property
    def has_ended(self) -> bool:
        """The call; `is_over` is of the work of placing it."""
        return self.status in ENDED

    @property
    def line_group_name(self) -> str:
        """Of the socket that hears this call: what Twilio tells about keys and speech goes there."""
        return f"phone_{self.uuid}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        """10, 20, 40 s: who pressed the button waits by the phone, not for an hour."""
        return timedelta(seconds=10 * 2.0 ** (attempts - 1))


class CallUpkeep(WorkItem):
    """What is still to be asked of Twilio about one call: whether it was placed, that it ends, how long it took and
    what it cost, that it is recorded. One row a call; whatever happens to the call makes it due again.
    """

    call = models.OneToOneField(PhoneCall, on_delete=models.CASCADE, related_name="upkeep")
    # Counts what happened to the call; a worker that ends the row having seen fewer has not seen all.
    happenings = models.PositiveIntegerField(default=0)
    records = models.BooleanField(default=False, help_text="The candidate agreed: the call is to be recorded.")
    recording_rests = models.BooleanField(default=False, help_text="Twilio was told to record silence: a pause.")
    hangs_up = models.BooleanField(default=False, help_text="The call is to be ended.")

    task_name = "interviewpanel.tasks.keep_up_call"
    queue = "outbound"
    # Prices come within minutes, seldom within hours.
    max_attempts = 40

    class Meta(WorkItem.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"Upkeep of {self.call}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        """5, 10, 20 … seconds, at last an hour: over a day in all."""
        return timedelta(seconds=min(5 * 2.0 ** min(attempts - 1, 10), 3600.0))


class CallRecording(WorkItem):
    """The sound of a whole call, both voices, as Twilio made it: fetched, then kept with the session."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.OneToOneField(PhoneCall, on_delete=models.CASCADE, related_name="recording")
    sid = models.CharField(max_length=34, unique=True)
    file = models.FileField(upload_to=name_call_recording, max_length=200, blank=True, help_text="MP3, two channels.")
    size_bytes = models.PositiveBigIntegerField(default=0)
    seconds = models.PositiveIntegerField(null=True, blank=True)

    task_name = "interviewpanel.tasks.fetch_call_recording"
    queue = "outbound"
    max_attempts = 12

    class Meta(WorkItem.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"Recording of {self.call}"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        """10, 20, 40 … seconds, at last an hour."""
        return timedelta(seconds=min(10 * 2.0 ** (attempts - 1), 3600.0))


class TwilioRemoval(WorkItem):
    """What is to go at Twilio: a recording, or the record of a call. It names no person and outlives our rows."""

    sid = models.CharField(max_length=34, unique=True, help_text="RE…: a recording. CA…: the record of a call.")

    task_name = "interviewpanel.tasks.remove_at_twilio"
    queue = "outbound"
    # As with files: what is promised to be erased is not given up while Twilio is away.
    max_attempts = 1000

    class Meta(WorkItem.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"Removal of {self.sid} at Twilio"

    @classmethod
    def retry_delay(cls, attempts: int) -> timedelta:
        return timedelta(seconds=min(2.0 ** min(attempts, 12), 3600.0))


class CallConsent(models.Model):
    """A candidate agreed to be called at one number, by an automated voice, about one invitation. Kept as given."""

    class GivenBy(models.TextChoices):
        CANDIDATE = "candidate", "The candidate, on their page"
        RECRUITER = "recruiter", "Recorded by a recruiter"

    tenant_links: ClassVar = ("invitation",)

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(InterviewPanelCandidate, on_delete=models.CASCADE, related_name="call_consents")
    number = models.CharField(max_length=16)
    given_by = models.CharField(max_length=9, choices=GivenBy.choices)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True, help_text="How the candidate agreed: by e-mail of 3 May, say.")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="call_consent_given_by",
                condition=Q(given_by="candidate") | Q(given_by="recruiter") & ~Q(note=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Consent of {self.given_at:%d %b %Y}"


class CallOptOut(models.Model):
    """Whoever has this number does not want calls of this organization. The number is kept as a keyed hash only, so the
    row can stay when everything else about the person is erased: it is what keeps them from being called again.
    """

    class Way(models.TextChoices):
        PAGE = "page", "On the candidate's page"
        CALL = "call", "Said, or pressed a key, in a call"
        STAFF = "staff", "Told to a recruiter"

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    number_hash = models.CharField(max_length=64)
    way = models.CharField(max_length=5, choices=Way.choices)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number_hash"], name="one_opt_out_per_number"),
            models.CheckConstraint(name="call_opt_out_way", condition=Q(way__in=["page", "call", "staff"])),
        ]

    def __str__(self) -> str:
        return f"No calls since {self.at:%d %b %Y}"
