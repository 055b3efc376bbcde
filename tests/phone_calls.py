"""Candidates who may be called, and calls to them, made by the services that make them in earnest."""

from collections.abc import Sequence
from datetime import datetime

import time_machine

from authentication.models import User
from config.work.rows import WorkItem
from interviewpanel.models import CallUpkeep, InterviewPanelCandidate, PhoneCall
from interviewpanel.services.call_permissions import record_consent
from interviewpanel.services.phone_calls import request_call
from organizations.models import Candidate
from tests.live_interviews import T0, after, invite, make_panel
from tests.twilio_server import TwilioCall, TwilioServer
from tests.work import do_due

PHONE = "+4915112345678"
NOTE = "Agreed by e-mail of 2 May."


def make_callable(name: str = "Fernbrook", *, phone: str = PHONE, now: datetime = T0) -> InterviewPanelCandidate:
    """Priya, invited for two days, who has agreed to be called. T0 is a Monday, 9:00 in the organization's zone."""
    invitation = invite(make_panel(name), hours=48, now=now)
    Candidate.objects.filter(pk=invitation.candidate_id).update(phone=phone)
    invitation.candidate.refresh_from_db()
    record_consent(invitation=invitation, user=None, note=NOTE, now=now)
    return invitation


def ask_call(invitation: InterviewPanelCandidate, *, user: User | None = None, seconds: float = 1) -> PhoneCall:
    return request_call(invitation=invitation, user=user, now=after(seconds))


def place(
    twilio: TwilioServer, invitation: InterviewPanelCandidate, seconds: float = 1
) -> tuple[PhoneCall, TwilioCall]:
    """Asked for and placed by the work, as it stands here and at Twilio."""
    call = ask_call(invitation, seconds=seconds)
    do_due(PhoneCall, now=after(seconds))
    fresh = reload(call)
    return fresh, twilio.calls[fresh.sid or ""]


def reload(call: PhoneCall) -> PhoneCall:
    return PhoneCall.objects.get(pk=call.pk)


def keep_up(seconds: float, models: Sequence[type[WorkItem]] = (CallUpkeep,)) -> None:
    do_due(*models, now=after(seconds))


def tell(twilio: TwilioServer, held: TwilioCall, status: str, seconds: float, **more: str) -> int:
    with time_machine.travel(after(seconds), tick=False):
        return twilio.tell_status(held, status, **more)[0]


def tell_machine(twilio: TwilioServer, held: TwilioCall, answered_by: str, seconds: float) -> int:
    with time_machine.travel(after(seconds), tick=False):
        return twilio.tell_answered_by(held, answered_by)[0]
