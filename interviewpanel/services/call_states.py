"""How the row of a call moves: only forward, whoever says it and however often. Called by reports and by the upkeep.

Whatever happens to a call makes its upkeep due (`note_happening`).
"""

import logging
from datetime import datetime, timedelta

from django.db.models import F

from config.work.transports import enqueue
from interviewpanel.domain.calling import ENDED_AT_TWILIO, CallStatus, judge_outcome, list_earlier
from interviewpanel.models import CallUpkeep, PhoneCall

logger = logging.getLogger(__name__)
LOOK_AGAIN = timedelta(minutes=1)  # while a call goes on


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


def note_happening(
    call: PhoneCall,
    now: datetime,
    *,
    wait: timedelta = timedelta(0),
    hangs_up: bool = False,
    records: bool = False,
) -> None:
    """Effects, in the caller's transaction: the call's upkeep is there, due after `wait` at the latest, and announced.

    A worker that is at it just now looks again by itself within LOOK_AGAIN; only what cannot wait makes it due sooner.
    """
    due_at = now + wait
    wishes = {name: True for name, value in (("hangs_up", hangs_up), ("records", records)) if value}
    upkeep, is_new = CallUpkeep.objects.get_or_create(call=call, defaults={"due_at": due_at, **wishes})
    if not is_new:
        rows, status = CallUpkeep.objects.filter(pk=upkeep.pk), CallUpkeep.WorkStatus
        rows.update(happenings=F("happenings") + 1, **wishes)
        rows.filter(work_status__in=CallUpkeep.OVER).update(
            work_status=status.QUEUED, attempts=0, finished_at=None, due_at=due_at, republished_at=None
        )
        rows.filter(work_status=status.QUEUED, due_at__gt=due_at).update(due_at=due_at, republished_at=None)
        if not wait:
            rows.filter(work_status=status.RUNNING).update(due_at=due_at)
    enqueue(upkeep)
