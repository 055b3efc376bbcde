"""PINs by which candidates who call in are known: made with the invitation, shown on its page, tried on the phone.

Only where the site takes calls (PHONE_TAKES_CALLS). A PIN is nine digits of an HMAC over the invitation, so it can be
shown again; the row keeps a keyed hash, since all PINs there are could be tried against a plain one. Nine digits, three
tries a call and the limits below: with a thousand open invitations, one guess in 25,000 hours finds one.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from interviewpanel.models import InterviewPanelCandidate, PhoneCall, PhonePin, PinTry
from interviewpanel.services.call_reports import report_status

PIN_DIGITS = 9
HOUR = timedelta(hours=1)
MOST_WRONG_OF_CALLER = 9  # within an hour, as all that follow
MOST_TRIES_OF_PIN = 20  # by whomever: who knows a PIN needs it once a call
MOST_WRONG_IN_ALL = 40  # whoever calls from many numbers, that are no candidate's
KEPT = timedelta(days=1)


class PinVerdict(StrEnum):
    RIGHT = "right"
    NONE = "none"  # no nine digits: not looked at, and not counted
    WRONG = "wrong"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class PinAnswer:
    verdict: PinVerdict
    call: PhoneCall | None = None


def make_pins(invitations: Sequence[InterviewPanelCandidate]) -> None:
    """Effects: a PIN each, in place of the one of a former link; nothing where the site takes no calls. Three queries,
    however many there are; more only where digits are somebody else's already."""
    if not settings.PHONE_TAKES_CALLS or not invitations:
        return
    PhonePin.objects.filter(invitation__in=invitations).delete()
    waiting, salt = list(invitations), 0
    while waiting:
        hashes = {_hash("interview-pin", _count_pin(one, salt)): one for one in waiting}
        taken = set(PhonePin.objects.filter(pin_hash__in=hashes).values_list("pin_hash", flat=True))
        PhonePin.objects.bulk_create(
            PhonePin(invitation=one, token_version=one.token_version, salt=salt, pin_hash=pin_hash)
            for pin_hash, one in hashes.items()
            if pin_hash not in taken
        )
        placed = {one.pk for pin_hash, one in hashes.items() if pin_hash not in taken}
        waiting, salt = [one for one in waiting if one.pk not in placed], salt + 1


def show_pin(invitation: InterviewPanelCandidate) -> str:
    """Nine digits in groups of three, as they are read out; empty where there is none: the site took no calls when the
    link was made, or takes none now."""
    if not settings.PHONE_TAKES_CALLS:
        return ""
    row = PhonePin.objects.filter(invitation=invitation, token_version=invitation.token_version).first()
    if row is None:
        return ""
    digits = _count_pin(invitation, row.salt)
    return " ".join(digits[at : at + 3] for at in range(0, PIN_DIGITS, 3))


@transaction.atomic
def try_pin(*, digits: str, call_sid: str, caller: str, called: str, now: datetime) -> PinAnswer:
    """Somebody who has called enters a PIN. Effects: the try is counted; a right one makes the call's row, once a SID.

    A try over a limit is not looked at, so that nothing can be learned by it. What is no PIN tries none: calls without
    a word must not lock others out, nor does what strangers try lock out a candidate's own phone.
    """
    if not re.fullmatch(r"[0-9]{9}", digits):
        return PinAnswer(PinVerdict.NONE)
    PinTry.objects.filter(at__lt=now - KEPT).delete()
    caller_hash, pin_hash = _hash("interview-caller", caller), _hash("interview-pin", digits)
    recent = PinTry.objects.filter(at__gt=now - HOUR)
    if (
        recent.filter(caller_hash=caller_hash, is_right=False).count() >= MOST_WRONG_OF_CALLER
        or recent.filter(pin_hash=pin_hash).count() >= MOST_TRIES_OF_PIN
        or (recent.filter(is_right=False).count() >= MOST_WRONG_IN_ALL and not _is_candidates(caller))
    ):
        return PinAnswer(PinVerdict.LIMITED)
    pins = PhonePin.objects.select_related("invitation__organization", "invitation__panel", "invitation__candidate")
    pin = pins.filter(pin_hash=pin_hash).first()
    PinTry.objects.create(caller_hash=caller_hash, pin_hash=pin_hash, is_right=pin is not None, at=now)
    if pin is None:
        return PinAnswer(PinVerdict.WRONG)
    return PinAnswer(PinVerdict.RIGHT, _take_call(pin.invitation, call_sid, caller, called, now))


def _is_candidates(number: str) -> bool:
    """Whether somebody with a PIN has this number."""
    pins = PhonePin.objects.filter(invitation__candidate__phone=number)
    return bool(number) and pins.exists()


def _take_call(
    invitation: InterviewPanelCandidate, call_sid: str, caller: str, called: str, now: datetime
) -> PhoneCall:
    call, _is_new = PhoneCall.objects.get_or_create(
        sid=call_sid,
        defaults={
            "organization": invitation.organization,
            "invitation": invitation,
            "direction": PhoneCall.Direction.INBOUND,
            "from_number": caller[:16],
            "to_number": called[:16],
            "work_status": PhoneCall.WorkStatus.DONE,
            "requested_at": now,
        },
    )
    report_status(uuid=call.uuid, sid=call_sid, status="in-progress", at=now, seconds=None, now=now)
    return call


def _count_pin(invitation: InterviewPanelCandidate, salt: int) -> str:
    message = f"interview-pin:{invitation.uuid}:{invitation.token_version}:{salt}"
    digest = hmac.new(settings.SECRET_KEY.encode(), message.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:16]) % 10**PIN_DIGITS:0{PIN_DIGITS}}"


def _hash(kind: str, text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()
