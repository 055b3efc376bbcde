"""What is to be asked of Twilio about a call after it was placed, as durable work: one row a call, `CallUpkeep`.

Whether it was placed at all, where that is not known; that it is recorded, or hung up on; how it stands, so that a lost
report loses nothing; at last how long it took and what it cost, which Twilio knows some minutes later. Whatever happens
to a call makes its row due (`note_happening`).
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from config.work.tasks import TryLater, WorkNotReady, WorkRefused
from config.work.transports import enqueue
from interviewpanel.domain.calling import ENDED, ENDED_AT_TWILIO, CallStatus, list_earlier
from interviewpanel.engines.telephony import (
    CallFacts,
    NoSuchCall,
    end_call,
    fetch_call,
    find_calls,
    rest_recording,
    start_recording,
)
from interviewpanel.models import CallUpkeep, PhoneCall
from interviewpanel.services.call_ends import end_call_here
from interviewpanel.services.call_states import LOOK_AGAIN, adopt_sid, move_call, note_happening
from organizations.domain.delivery import AddressRefused, DeliveryPostponed, DeliveryRefused

logger = logging.getLogger(__name__)
Store = Callable[[], None]
UNKNOWN_WORDS = "It is not known whether this call was placed: {why} It is looked for, and not placed again."
NOT_FOUND_WORDS = "It was not placed: Twilio knows of no such call. Call again if you like."
SEVERAL_WORDS = "Twilio knows of several calls to this number at that time, and nobody can tell which is this one."
LOOKED_FOR = timedelta(minutes=5)  # then a call that Twilio does not know was not placed
CLOCK_SKEW = timedelta(seconds=90)  # between Twilio's clock and ours
PRICE_WAITED_FOR = timedelta(days=1)


@transaction.atomic
def note_placed(call: PhoneCall, sid: str, now: datetime) -> None:
    """Twilio has taken it. Effects: the SID, whoever holds the row's claim by now; the state, if no report was quicker;
    it is looked at when it should have rung out."""
    rows = PhoneCall.objects.filter(pk=call.pk)
    if not rows.filter(Q(sid__isnull=True) | Q(sid=sid)).update(sid=sid, placed_at=now, error=""):
        logger.error("Call %s has a SID already; Twilio has placed another, %s.", call.uuid, sid)
        return
    rows.filter(status__in=list_earlier(CallStatus.QUEUED)).update(status=CallStatus.QUEUED, outcome="")
    note_happening(call, now, wait=timedelta(seconds=settings.PHONE_RING_SECONDS))


def mark_unknown(call: PhoneCall, why: str, now: datetime) -> None:
    """Effects: the call is `unknown`, unless a report was quicker, and it is looked for."""
    rows = PhoneCall.objects.filter(pk=call.pk, sid__isnull=True, status=CallStatus.REQUESTED)
    if rows.update(status=CallStatus.UNKNOWN, outcome="unknown", error=UNKNOWN_WORDS.format(why=why)):
        note_happening(call, now)


def keep_up_call(upkeep: CallUpkeep, now: datetime) -> Store:
    """The work of `tasks.keep_up_call`: do and ask what is due. Done twice it is done once.

    Raises WorkNotReady while there is something to wait for, TryLater while Twilio does not answer.
    """
    call = upkeep.call
    try:
        if call.sid is None and not _find_lost(call, now):
            return lambda: None
        call.refresh_from_db()
        before, at = _take_facts(call, fetch_call(call.sid or ""), now)
        call.refresh_from_db()
        if call.status in ENDED_AT_TWILIO:
            end_call_here(before=before, call=call, at=at, now=now)
        _do_wishes(upkeep, call)
    except NoSuchCall as refusal:
        raise WorkRefused(str(refusal)) from None
    except (DeliveryPostponed, DeliveryRefused, AddressRefused) as refusal:
        raise TryLater(str(refusal), now + upkeep.retry_delay(upkeep.attempts)) from None
    call.refresh_from_db()
    return _end(upkeep, call, now)


def _find_lost(call: PhoneCall, now: datetime) -> bool:
    """Whether the call has a SID afterwards. Effects: the SID of the one call that it can be, or the certainty that it
    was not placed, or that nobody can tell. Raises WorkNotReady as long as it may still turn up."""
    if call.status != CallStatus.UNKNOWN or call.asked_at is None:
        return False
    found = find_calls(to=call.to_number, created_after=call.asked_at - CLOCK_SKEW)
    known = set(PhoneCall.objects.filter(sid__in=[one.sid for one in found]).values_list("sid", flat=True))
    strangers = [one for one in found if one.sid not in known]
    rows = PhoneCall.objects.filter(pk=call.pk, sid__isnull=True, status=CallStatus.UNKNOWN)
    if len(strangers) == 1:
        with transaction.atomic():
            return adopt_sid(call, strangers[0].sid, now)
    if strangers:
        rows.update(status=CallStatus.LOST, error=SEVERAL_WORDS)
        return False
    if now < call.asked_at + LOOKED_FOR:
        raise WorkNotReady(now + LOOK_AGAIN / 4)
    rows.update(status=CallStatus.NOT_PLACED, outcome="failed", error=NOT_FOUND_WORDS)
    return False


def _do_wishes(upkeep: CallUpkeep, call: PhoneCall) -> None:
    if call.status in ENDED:
        return
    if upkeep.records and call.status == CallStatus.IN_PROGRESS:
        try:
            _record(upkeep, call)
        except DeliveryRefused as refusal:  # it is over by now, which the facts will tell
            logger.warning("Call %s could not be recorded: %s", call.uuid, refusal)
    if CallUpkeep.objects.filter(pk=upkeep.pk, hangs_up=True).exists():  # asked anew: a person may have spoken by now
        end_call(call.sid or "")


def _record(upkeep: CallUpkeep, call: PhoneCall) -> None:
    """Effects at Twilio: the call is recorded, and is not while its interview is paused."""
    rests = call.session is not None and call.session.is_at_rest
    if not call.recording_sid and not rests:
        url = f"{settings.PUBLIC_URL}/phone/{call.uuid}/recording/"
        sid = start_recording(call.sid or "", report_url=url)
        PhoneCall.objects.filter(pk=call.pk, recording_sid="").update(recording_sid=sid)
    elif call.recording_sid and rests != upkeep.recording_rests:
        rest_recording(call.sid or "", call.recording_sid, rests=rests)
        CallUpkeep.objects.filter(pk=upkeep.pk).update(recording_rests=rests)


@transaction.atomic
def _take_facts(call: PhoneCall, facts: CallFacts, now: datetime) -> tuple[PhoneCall, datetime]:
    """What Twilio answers when it is asked counts as what it reports. Returns the row as it was, and since when the
    call is as it is."""
    before = PhoneCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    rows = PhoneCall.objects.filter(pk=call.pk)
    at = (facts.ended_at if facts.status in ENDED_AT_TWILIO else facts.started_at) or now
    move_call(call, facts.status, at=at, seconds=facts.seconds)
    if facts.seconds is not None and facts.status in ENDED_AT_TWILIO:
        rows.update(seconds=facts.seconds)
    if facts.price is not None:
        rows.update(price=facts.price, price_unit=facts.price_unit[:3])
    return before, at


def _end(upkeep: CallUpkeep, call: PhoneCall, now: datetime) -> Store:
    """Done, unless there is something to wait for, or something has happened meanwhile."""
    if call.status not in ENDED:
        raise WorkNotReady(now + LOOK_AGAIN)
    waited = now - (call.ended_at or now)
    if call.status == CallStatus.COMPLETED and call.price is None and waited < PRICE_WAITED_FOR:
        raise WorkNotReady(now + min(max(waited, timedelta(seconds=15)), timedelta(hours=1)))

    def store() -> None:
        missed = CallUpkeep.objects.filter(pk=upkeep.pk, happenings__gt=upkeep.happenings)
        if missed.update(work_status=CallUpkeep.WorkStatus.QUEUED, finished_at=None, due_at=now):
            enqueue(upkeep)

    return store


def give_up_upkeep(upkeep: CallUpkeep, reason: str) -> None:
    """Nobody could ask for hours, longer than a call can last: it is over, and how it went is not known."""
    rows = PhoneCall.objects.filter(pk=upkeep.call_id).exclude(status__in=sorted(ENDED))
    rows.update(status=CallStatus.LOST, outcome="unknown", error=f"How it went could not be asked: {reason}")
