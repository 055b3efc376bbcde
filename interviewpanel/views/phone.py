"""What Twilio tells of calls: how they stand, who answered, what was recorded. Routed by phone_urls.py.

Each is signed by Twilio for the address by which this site is known outside; to anybody else nothing is told, not even
whether there is such a call. Twilio sends again what is not answered, and in any order.
"""

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from interviewpanel.services.call_recordings import report_recorded
from interviewpanel.services.call_reports import report_answered_by, report_status
from organizations.engines.sms import is_signed

Fields = dict[str, str]
Report = Callable[[UUID, Fields], HttpResponse]
DONE = 204


def signed_by_twilio(view: Report) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """The view gets the call's uuid and the form's fields; 403 unless Twilio has signed them."""

    @wraps(view)
    def check(request: HttpRequest, call: UUID) -> HttpResponse:
        if refusal := refuse_unsigned(request):
            return refusal
        return view(call, read_fields(request))

    return csrf_exempt(require_POST(check))


def refuse_unsigned(request: HttpRequest) -> HttpResponse | None:
    """403 unless Twilio has signed the request, for this address as it is known outside."""
    url = f"{settings.PUBLIC_URL}{request.get_full_path()}"
    if is_signed(url, read_fields(request), request.headers.get("X-Twilio-Signature", "")):
        return None
    return HttpResponse("The signature is not right.\n", status=403, content_type="text/plain")


def read_fields(request: HttpRequest) -> Fields:
    return {name: str(value) for name, value in request.POST.items()}


@signed_by_twilio
def take_status(call: UUID, fields: Fields) -> HttpResponse:
    """How the call stands. `AnsweredBy` comes here too where Twilio has waited for the detection."""
    now, sid = timezone.now(), fields.get("CallSid", "")
    report_status(
        uuid=call,
        sid=sid,
        status=fields.get("CallStatus", ""),
        at=read_time(fields.get("Timestamp", ""), now),
        seconds=read_count(fields.get("CallDuration", "")),
        now=now,
    )
    return HttpResponse(status=DONE)


@signed_by_twilio
def take_machine(call: UUID, fields: Fields) -> HttpResponse:
    """Whether a person or a machine has answered."""
    answered_by = fields.get("AnsweredBy", "")
    report_answered_by(uuid=call, sid=fields.get("CallSid", ""), answered_by=answered_by, now=timezone.now())
    return HttpResponse(status=DONE)


@signed_by_twilio
def take_recording(call: UUID, fields: Fields) -> HttpResponse:
    """A recording of the whole call can be fetched. One that is `absent` holds nothing."""
    if fields.get("RecordingStatus") == "completed":
        report_recorded(
            uuid=call,
            sid=fields.get("CallSid", ""),
            recording_sid=fields.get("RecordingSid", ""),
            seconds=read_count(fields.get("RecordingDuration", "")),
            now=timezone.now(),
        )
    return HttpResponse(status=DONE)


def read_time(text: str, now: datetime) -> datetime:
    """Twilio's `Timestamp`; now where it is none, or lies in the future."""
    try:
        return min(parsedate_to_datetime(text), now)
    except (TypeError, ValueError):
        return now


def read_count(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 7 else None
