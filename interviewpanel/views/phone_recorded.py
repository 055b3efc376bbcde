"""What Twilio asks on a line whose answers it records (PHONE_LISTENS_BY=record). Routed by line_urls.py."""

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from interviewpanel.models import PhoneCall
from interviewpanel.services import phone_recorded
from interviewpanel.views.phone import refuse_unsigned
from interviewpanel.views.phone_line import give_document, line_view

RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")


@line_view
def go_on(request: HttpRequest, call: PhoneCall) -> str:
    told = read_number(request, "told")
    return phone_recorded.go_on(call=call, **read_place(request), told=told, now=timezone.now())


@line_view
def answer(request: HttpRequest, call: PhoneCall) -> str:
    sid = request.POST.get("RecordingSid", "")
    return phone_recorded.take_answer(
        call=call,
        **read_place(request),
        number=read_number(request, "number"),
        sid=sid if RECORDING_SID.fullmatch(sid) else "",
        key=request.POST.get("Digits", "")[:10],
        now=timezone.now(),
    )


@line_view
def resume(request: HttpRequest, call: PhoneCall) -> str:
    is_answered = bool(request.POST.get("Digits") or request.POST.get("SpeechResult"))
    return phone_recorded.resume(call=call, **read_place(request), is_answered=is_answered, now=timezone.now())


@csrf_exempt
@require_POST
def ready(request: HttpRequest, call: UUID) -> HttpResponse:
    """A report: what is answered is not followed. The call may have been erased. 403 unless Twilio has signed it."""
    if refusal := refuse_unsigned(request):
        return refusal
    sid = request.POST.get("RecordingSid", "")
    number = 0 if request.POST.get("RecordingStatus") == "absent" else read_number(request, "number")
    if RECORDING_SID.fullmatch(sid):
        phone_recorded.announce_recording(uuid=call, sid=sid, number=number, now=timezone.now())
    return give_document("")


def read_place(request: HttpRequest) -> dict[str, int]:
    return {"epoch": read_number(request, "epoch"), "heard": read_number(request, "heard")}


def read_number(request: HttpRequest, name: str) -> int:
    """Nonsense is 0, which is no answer and no connection's epoch."""
    text = request.GET.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
