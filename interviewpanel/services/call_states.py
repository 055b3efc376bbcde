"""How the row of a call moves: only forward, whoever says it and however often. Called by reports and by the upkeep."""

import logging
from datetime import datetime

from interviewpanel.domain.calling import ENDED_AT_TWILIO, CallStatus, judge_outcome, list_earlier
from interviewpanel.models import PhoneCall

logger = logging.getLogger(__name__)


def adopt_sid(call: PhoneCall, sid: str, now: datetime) -> bool:
    """Reports name the row by their address; the SID they bring is the call's, if it has none. False for another."""
    if call.sid == sid:
        return True
    if call.sid is not None or not sid:
        logger.error("Call %s: a report names another call, %s. It is not believed.", call.uuid, sid[:34])
        return False
    PhoneCall.objects.filter(pk=call.pk).update(sid=sid, placed_at=now)
    return True


def move_call(call: PhoneCall, status: str, *, at: datetime, seconds: int | None) -> None:
    """Effects: the state, if it is a later one; when it was answered, also where that is told late; when it ended and
    how long it took; the outcome. What is not one of Twilio's words changes nothing."""
    if status not in set(CallStatus):
        logger.warning("Call %s: Twilio says “%s”, which is not known here.", call.uuid, status[:40])
        return
    rows = PhoneCall.objects.filter(pk=call.pk)
    if status == CallStatus.IN_PROGRESS:
        rows.filter(answered_at__isnull=True).update(answered_at=at)
    ended = {"ended_at": at, "seconds": seconds} if status in ENDED_AT_TWILIO else {}
    rows.filter(status__in=list_earlier(CallStatus(status))).update(status=status, error="", **ended)
    judge_again(call)


def judge_again(call: PhoneCall) -> None:
    """Effects: the outcome, from all that is known by now."""
    row = PhoneCall.objects.get(pk=call.pk)
    outcome = judge_outcome(row.status, row.answered_by, is_confirmed=row.confirmed_at is not None)
    PhoneCall.objects.filter(pk=row.pk).update(outcome=outcome)
