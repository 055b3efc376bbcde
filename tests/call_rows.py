"""The rows of a phone call that is over, made directly, for tests of what shows, tells or erases them."""

from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from interviewpanel.models import (
    CallConsent,
    CallRecording,
    CallUpkeep,
    InterviewPanelCandidate,
    InterviewSession,
    PhoneCall,
    PhoneRecording,
    PhoneStream,
)
from tests.interview_rows import ENDED_AT, STARTED_AT

NUMBER = "+4915112345678"
SOUND = b"ID3-and-so-on"


def add_consent(invitation: InterviewPanelCandidate, **changes: Any) -> CallConsent:
    """By a recruiter, for the number that the candidate has."""
    values = {"number": invitation.candidate.phone or NUMBER, "given_by": "recruiter", "note": "By e-mail."}
    return CallConsent.objects.create(
        organization=invitation.organization, invitation=invitation, given_at=STARTED_AT, **{**values, **changes}
    )


def add_phone_call(invitation: InterviewPanelCandidate, **changes: Any) -> PhoneCall:
    """A person answered; it was recorded, where the invitation has an interview."""
    values = {
        "organization": invitation.organization,
        "invitation": invitation,
        "session": invitation.sessions.order_by("pk").last(),
        "sid": f"CA{invitation.pk:032x}",
        "to_number": NUMBER,
        "from_number": "+15005550006",
        "status": "completed",
        "answered_by": "human",
        "outcome": "person",
        "requested_at": STARTED_AT,
        "asked_at": STARTED_AT,
        "placed_at": STARTED_AT,
        "answered_at": STARTED_AT,
        "ended_at": ENDED_AT,
        "seconds": 720,
        "price": Decimal("0.31050"),
        "price_unit": "USD",
        "work_status": "done",
    }
    call = PhoneCall.objects.create(**{**values, **changes})
    CallUpkeep.objects.create(call=call, work_status="done")
    if call.session is not None:
        recording = CallRecording(call=call, sid=f"RE{call.pk:032x}", seconds=720, work_status="done")
        recording.file.save("call.mp3", ContentFile(SOUND), save=False)
        recording.size_bytes = len(SOUND)
        recording.save()
    return call


def add_line_rows(call: PhoneCall, session: InterviewSession) -> None:
    """What the line of a call leaves: a socket that was agreed by, and what was recorded of the first answer."""
    PhoneStream.objects.create(
        call=call,
        token_hash=f"{call.pk:064x}",
        issued_at=STARTED_AT,
        expires_at=ENDED_AT,
        consent_version="2026-1",
        consent_language="en",
        consent_hash="a" * 64,
        agreed_by="key",
    )
    answer = session.answers.order_by("number").first()
    PhoneRecording.objects.create(
        call=call, answer=answer, sid=f"RE{call.pk + 10**9:032x}", closes="done", first_sequence=0, work_status="done"
    )
