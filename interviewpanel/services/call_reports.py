"""What becomes of a call, as Twilio reports it and as the conversation on the line finds out.

Called by views/phone.py, which has checked the signature, and by the conversation. Reports come late, twice and in any
order; each of these functions may be called again.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from interviewpanel.domain.calling import ENDED_AT_TWILIO, is_machine
from interviewpanel.models import CallUpkeep, InterviewSession, PhoneCall
from interviewpanel.services.call_ends import end_call_here
from interviewpanel.services.call_states import LOOK_AGAIN, adopt_sid, judge_again, move_call, note_happening


def report_status(*, uuid: UUID, sid: str, status: str, at: datetime, seconds: int | None, now: datetime) -> bool:
    """Effects: those of `move_call`; a SID that was not known is the call's from now on; its upkeep is due; what this
    server's voice was saying on it has ended with it; with the end of a line that is not streamed its session is
    interrupted, from when it ended. False where there is no such call, or it has another SID."""
    before = _take_status(uuid=uuid, sid=sid, status=status, at=at, seconds=seconds, now=now)
    if before is None:
        return False
    if status in ENDED_AT_TWILIO:
        call = PhoneCall.objects.get(pk=before.pk)
        end_call_here(before=before, call=call, at=at, now=now)
    return True


@transaction.atomic
def _take_status(
    *, uuid: UUID, sid: str, status: str, at: datetime, seconds: int | None, now: datetime
) -> PhoneCall | None:
    """The row as it was before."""
    call = _lock(uuid)
    if call is None or not adopt_sid(call, sid, now):
        return None
    move_call(call, status, at=at, seconds=seconds)
    note_happening(call, now, wait=timedelta(0) if status in ENDED_AT_TWILIO else LOOK_AGAIN)
    return call


@transaction.atomic
def report_answered_by(*, uuid: UUID, sid: str, answered_by: str, now: datetime) -> bool:
    """What the detection beside the call has found. Effects: it is kept; a machine is hung up on, unless a person has
    confirmed who they are meanwhile. False as `report_status`."""
    call = _lock(uuid)
    if call is None or not adopt_sid(call, sid, now):
        return False
    PhoneCall.objects.filter(pk=call.pk).update(answered_by=answered_by[:20])
    judge_again(call)
    if is_machine(answered_by) and call.confirmed_at is None:
        note_happening(call, now, hangs_up=True)
    return True


@transaction.atomic
def confirm_person(call: PhoneCall, now: datetime) -> None:
    """By key or voice somebody has said who they are. Effects: that is proof against whatever the detection says, and a
    hanging up that is not done yet is not wanted any more."""
    _lock(call.uuid)
    PhoneCall.objects.filter(pk=call.pk, confirmed_at__isnull=True).update(confirmed_at=now)
    CallUpkeep.objects.filter(call=call.pk).update(hangs_up=False)
    judge_again(call)


@transaction.atomic
def hang_up(call: PhoneCall, now: datetime) -> None:
    """Effects: Twilio is told to end the call, by durable work."""
    note_happening(call, now, hangs_up=True)


@transaction.atomic
def begin_recording(call: PhoneCall, now: datetime) -> bool:
    """The interview of this call has begun. Effects: Twilio is told to record both voices, by durable work. False where
    the site records no calls, or the session keeps no agreement: whoever waits for a place has not begun yet."""
    agreed = InterviewSession.objects.filter(calls=call, consented_at__isnull=False)
    if not settings.PHONE_RECORDS_CALLS or not agreed.exists():
        return False
    note_happening(call, now, records=True)
    return True


def _lock(uuid: UUID) -> PhoneCall | None:
    return PhoneCall.objects.select_for_update(of=("self",)).filter(uuid=uuid).first()
