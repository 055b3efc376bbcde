"""What a call's line needs: the sockets it may open, the PINs of those who call in, how often PINs were tried."""

from django.db import models

from interviewpanel.models.panels import InterviewPanelCandidate
from interviewpanel.models.phone_calls import PhoneCall


class PhoneStream(models.Model):
    """One media socket of a call. Its token is used once, within a minute; only its hash is here.

    A call may have several, one after the other: a server that ends takes its sockets with it. What the candidate
    agreed to in the call hangs on the first of them, and `start_session` keeps it with the session. Where a line is not
    streamed a row that never opens one holds it.
    """

    class AgreedBy(models.TextChoices):
        KEY = "key"
        VOICE = "voice"

    call = models.ForeignKey(PhoneCall, on_delete=models.CASCADE, related_name="streams")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    consent_version = models.CharField(max_length=20, blank=True)
    consent_language = models.CharField(max_length=8, blank=True)
    consent_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the text as it was read out.")
    agreed_by = models.CharField(max_length=5, choices=AgreedBy.choices, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Stream {self.pk} of {self.call}"


class PhonePin(models.Model):
    """The digits by which a candidate who calls in is known. Made where it is first shown; kept as a keyed hash."""

    invitation = models.OneToOneField(InterviewPanelCandidate, on_delete=models.CASCADE, related_name="phone_pin")
    # A new link of the invitation is a new PIN: the former one may be in the wrong hands.
    token_version = models.PositiveIntegerField()
    salt = models.PositiveSmallIntegerField(default=0, help_text="Grows where the digits were somebody else's already.")
    pin_hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"PIN of {self.invitation}"


class PinTry(models.Model):
    """Somebody who called has entered a PIN. Kept for a day: it limits how many a caller, and everybody, may try."""

    caller_hash = models.CharField(max_length=64)
    pin_hash = models.CharField(max_length=64)
    is_right = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["caller_hash", "at"], name="pin_try_caller"),
            models.Index(fields=["pin_hash", "at"], name="pin_try_pin"),
            models.Index(fields=["at"], name="pin_try_at"),
        ]

    def __str__(self) -> str:
        return f"A PIN, {'right' if self.is_right else 'wrong'}, at {self.at:%H:%M}"
