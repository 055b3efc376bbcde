"""Phone calls as durable work: asked for by a person, placed by a worker at most once, told of by Twilio's reports.

Placing is not a thing that can be asked twice: Twilio knows no key of ours, and a second request rings a second time.
So `asked_at` is stored before Twilio is asked and taken back only where the call was certainly not placed. A worker
that finds it without a SID knows that another died in between, or lost the answer: the call is then `unknown`, is never
placed again, and is looked for at Twilio (services/call_upkeep.py). docs/decisions/0031-phone-calls.md
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from authentication.models import User
from config.work.tasks import ClaimLost, TryLater, WorkRefused
from config.work.transports import enqueue
from interviewpanel.domain.calling import ENDED, CallStatus
from interviewpanel.domain.calling_rules import list_call_obstacles
from interviewpanel.engines.telephony import AnswerLost, CallUrls, explain_telephony, place_call
from interviewpanel.models import InterviewPanelCandidate, PhoneCall
from interviewpanel.selectors.calls import load_callable, read_callees
from interviewpanel.services.call_upkeep import mark_unknown, note_placed
from organizations.domain.delivery import AddressRefused, DeliveryPostponed, DeliveryRefused, NotSetUp
from organizations.models import Change
from organizations.services.history import record_change

Store = Callable[[], None]
# Whoever pressed the button expects the phone to ring now; later it would surprise.
MOST_WAITING = timedelta(minutes=10)
DIED = "the worker ended while Twilio was asked."


class CallRefused(Exception):
    """Nobody is called; the text says why and what to do."""


@transaction.atomic
def request_call(
    *,
    invitation: InterviewPanelCandidate,
    user: User | None,
    now: datetime,
    message: str = "",
    call_back_of: PhoneCall | None = None,
) -> PhoneCall:
    """Effects, in the caller's transaction: the row, its work announced, a line of the history.

    `user` is who asks; None for a program, which `message` names. `call_back_of`: the call that it follows. Raises
    CallRefused with every reason there is.
    """
    InterviewPanelCandidate.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    row = load_callable(invitation.pk, now)
    (callee,) = read_callees([row], now, site_refusal=explain_telephony())
    if reasons := list_call_obstacles(callee, now):
        raise CallRefused(" ".join(reasons))
    try:
        with transaction.atomic():
            call = PhoneCall.objects.create(
                organization=row.organization,
                invitation=row,
                call_back_of=call_back_of,
                to_number=callee.number,
                from_number=settings.TWILIO_VOICE_NUMBER,
                placed_by=user,
                requested_at=now,
                due_at=now,
            )
    except IntegrityError:  # somebody else has pressed the button at the same moment
        raise CallRefused("A call to the candidate is under way.") from None
    enqueue(call)
    said = "A call back was asked for." if call_back_of else "A call was asked for."
    record_change(
        row=row,
        action=Change.Action.CHANGED,
        organization_id=row.organization_id,
        actor=user,
        now=now,
        message=f"{message} {said}".strip(),
    )
    return call


def find_call_urls(call: PhoneCall) -> CallUrls:
    """The addresses that are given to Twilio; `voice` is the conversation's."""
    base = f"{settings.PUBLIC_URL}/phone/{call.uuid}"
    return CallUrls(
        voice=f"{base}/voice/", fallback=f"{base}/wait/", status=f"{base}/status/", machine=f"{base}/machine/"
    )


def place_requested_call(call: PhoneCall, now: datetime) -> Store:
    """The work of `tasks.place_call`: ask Twilio, once.

    Effects before it returns: `asked_at`, then the SID, each stored at once and for itself. Raises WorkRefused where it
    may not be called (any more) or Twilio refuses, TryLater where it was certainly not placed and may be soon.
    """
    if call.sid:
        return lambda: None
    if call.asked_at is not None:
        return lambda: mark_unknown(call, DIED, now)
    _check_may_call(call, now)
    mine = PhoneCall.objects.filter(pk=call.pk, claim_number=call.claim_number, work_status=call.work_status)
    if not mine.filter(asked_at__isnull=True, sid__isnull=True).update(asked_at=now):
        raise ClaimLost
    try:
        sid = place_call(to=call.to_number, urls=find_call_urls(call))
    except AnswerLost as loss:
        words = f"{loss}."
        return lambda: mark_unknown(call, words, now)
    except (AddressRefused, DeliveryRefused, NotSetUp) as refusal:
        _take_back(call)
        raise WorkRefused(str(refusal)) from None
    except DeliveryPostponed as refusal:
        _take_back(call)
        raise TryLater(str(refusal), now + call.retry_delay(call.attempts)) from None
    note_placed(call, sid, now)
    return lambda: None


def _check_may_call(call: PhoneCall, now: datetime) -> None:
    """As things are now: hours, consent and all else may have changed since it was asked for."""
    if now - call.requested_at > MOST_WAITING:
        minutes = round(MOST_WAITING.total_seconds() / 60)
        raise WorkRefused(
            f"It could not be placed within {minutes} minutes: {call.last_error or 'no worker was free.'}"
        )
    row = load_callable(call.invitation_id, now)
    (callee,) = read_callees([row], now, site_refusal=explain_telephony())
    # Of two that were asked for at once, about two invitations, the first is placed.
    others = PhoneCall.objects.filter(invitation__candidate=row.candidate_id, pk__lt=call.pk)
    callee = replace(callee, is_being_called=others.exclude(status__in=sorted(ENDED)).exists())
    reasons = list_call_obstacles(callee, now)
    if callee.number != call.to_number:
        reasons = ["The candidate's number has changed meanwhile.", *reasons]
    if reasons:
        raise WorkRefused(" ".join(reasons))


def _take_back(call: PhoneCall) -> None:
    PhoneCall.objects.filter(pk=call.pk, sid__isnull=True).update(asked_at=None)


def give_up_call(call: PhoneCall, reason: str) -> None:
    """In the transaction that ends its work without a call."""
    fresh = PhoneCall.objects.get(pk=call.pk)
    if fresh.asked_at is not None:
        mark_unknown(fresh, DIED, fresh.asked_at)
        return
    rows = PhoneCall.objects.filter(pk=call.pk, status=CallStatus.REQUESTED)
    rows.update(status=CallStatus.NOT_PLACED, outcome="failed", error=reason)
