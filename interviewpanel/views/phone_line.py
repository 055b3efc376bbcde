"""What Twilio asks while a call goes on: what to say next, and what to do about a key, a word or a silence.

Every request is signed by Twilio for the address by which this site is known outside; whatever else comes is refused
without a word about the call. The address is ours, so what stands in it was not written by the caller.
"""

import re
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from config.channel_layer import send_group
from interviewpanel.domain.phone_replies import Reply, read_reply
from interviewpanel.domain.phone_script import read_lines
from interviewpanel.models import PhoneCall
from interviewpanel.services import phone_entries, phone_lines
from interviewpanel.services.call_reports import report_status
from interviewpanel.services.phone_speech import find_language
from interviewpanel.views.phone import DONE, read_count, refuse_unsigned

MOST_WORDS = 500  # characters of what Twilio has understood
MOST_DIGITS = 20
CALL_SID = re.compile(r"CA[0-9a-f]{32}")
PARAGRAPH = re.compile(r"[0-9]{1,3}")
SAID = re.compile(r"[0-9-]{0,30}")
LineView = Callable[[HttpRequest, PhoneCall], str]


def line_view(view: LineView) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """403 unless Twilio has signed it; 404 for a call that is not here, or is another one than its SID says."""

    @wraps(view)
    def answer(request: HttpRequest, call: UUID) -> HttpResponse:
        if refusal := refuse_unsigned(request):
            return refusal
        found = (
            PhoneCall.objects.select_related(
                "session", "organization", "invitation__panel", "invitation__candidate", "invitation__organization"
            )
            .filter(uuid=call, sid=request.POST.get("CallSid", ""))
            .first()
        )
        if found is None:
            return HttpResponse("There is no such call.\n", status=404, content_type="text/plain")
        return give_document(view(request, found))

    return csrf_exempt(require_POST(answer))  # signed by Twilio instead


def give_document(document: str) -> HttpResponse:
    return HttpResponse(document, content_type="text/xml; charset=utf-8")


@csrf_exempt
@require_POST
def incoming(request: HttpRequest) -> HttpResponse:
    """Somebody has called the site's number. 403 unless Twilio says so."""
    return refuse_unsigned(request) or give_document(phone_entries.welcome_caller())


@csrf_exempt
@require_POST
def incoming_pin(request: HttpRequest) -> HttpResponse:
    """They have entered a PIN, or nothing. 403 as above, 400 for what is no call."""
    if refusal := refuse_unsigned(request):
        return refusal
    sid = request.POST.get("CallSid", "")
    if not CALL_SID.fullmatch(sid):
        return HttpResponse("There is no such call.\n", status=400, content_type="text/plain")
    document = phone_entries.take_pin(
        digits=request.POST.get("Digits", "")[:MOST_DIGITS],
        call_sid=sid,
        caller=request.POST.get("From", "")[:MOST_DIGITS],
        called=request.POST.get("To", "")[:MOST_DIGITS],
        attempt=read_attempt(request),
        now=timezone.now(),
    )
    return give_document(document)


@csrf_exempt
@require_POST
def incoming_status(request: HttpRequest) -> HttpResponse:
    """How a call to the site's number stands. One that has given no right PIN has no row, and nobody asks for it."""
    if refusal := refuse_unsigned(request):
        return refusal
    sid, now = request.POST.get("CallSid", ""), timezone.now()
    call = PhoneCall.objects.filter(sid=sid).first() if CALL_SID.fullmatch(sid) else None
    if call is not None:
        seconds = read_count(request.POST.get("CallDuration", ""))
        status = request.POST.get("CallStatus", "")
        report_status(uuid=call.uuid, sid=sid, status=status, at=now, seconds=seconds, now=now)
    return HttpResponse(status=DONE)


@line_view
def _greet(request: HttpRequest, call: PhoneCall) -> str:
    return phone_lines.answer_call(call=call, now=timezone.now())


@csrf_exempt
@require_POST
def voice(request: HttpRequest, call: UUID) -> HttpResponse:
    """Somebody has picked up. That is a report as well, and may be the first that brings the call's SID."""
    if refusal := refuse_unsigned(request):
        return refusal
    sid, now = request.POST.get("CallSid", ""), timezone.now()
    report_status(uuid=call, sid=sid, status="in-progress", at=now, seconds=None, now=now)
    return _greet(request, call)


@line_view
def identity(request: HttpRequest, call: PhoneCall) -> str:
    return phone_lines.take_identity(
        call=call, reply=hear_reply(request, call), attempt=read_attempt(request), now=timezone.now()
    )


@line_view
def reading(request: HttpRequest, call: PhoneCall) -> str:
    """A key, while the agreement is read out."""
    paragraph = request.GET.get("paragraph", "")
    return phone_lines.take_reading(
        call=call,
        reply=hear_reply(request, call),
        paragraph=int(paragraph) if PARAGRAPH.fullmatch(paragraph) else 0,
        shown_hash=request.GET.get("hash", ""),
        now=timezone.now(),
    )


@line_view
def consent(request: HttpRequest, call: PhoneCall) -> str:
    return phone_lines.take_consent(
        call=call,
        reply=hear_reply(request, call),
        is_key=bool(request.POST.get("Digits")),
        shown_hash=request.GET.get("hash", ""),
        attempt=read_attempt(request),
        now=timezone.now(),
    )


@line_view
def say(request: HttpRequest, call: PhoneCall) -> str:
    try:
        lines = read_lines(request.GET.get("lines", ""))
    except ValueError:
        return phone_lines.wait_on_line(call=call, now=timezone.now())
    return phone_lines.say_lines(
        call=call, lines=lines, said=read_said(request), then=request.GET.get("then", "wait"), now=timezone.now()
    )


@line_view
def said(request: HttpRequest, call: PhoneCall) -> str:
    """All was said, and nothing pressed."""
    send_group(call.line_group_name, {"type": "phone.said", "said": read_said(request)})
    return phone_lines.wait_on_line(call=call, now=timezone.now())


@line_view
def key(request: HttpRequest, call: PhoneCall) -> str:
    """A key, or where one was waited for a word. A press cuts off what was being said."""
    digit = request.POST.get("Digits", "")[:1]
    if digit or request.POST.get("SpeechResult"):
        phone_lines.cut_off(call=call, now=timezone.now())
        send_group(call.line_group_name, {"type": "phone.key", "key": digit, "said": read_said(request)})
    return phone_lines.wait_on_line(call=call, now=timezone.now())


@line_view
def wait(request: HttpRequest, call: PhoneCall) -> str:
    return phone_lines.wait_on_line(call=call, now=timezone.now())


def hear_reply(request: HttpRequest, call: PhoneCall) -> Reply | None:
    return read_reply(
        digits=request.POST.get("Digits", ""),
        speech=request.POST.get("SpeechResult", "")[:MOST_WORDS],
        confidence=request.POST.get("Confidence", "")[:10],
        language=find_language(call),
    )


def read_attempt(request: HttpRequest) -> int:
    """Which time it is asked; nonsense is the last one."""
    text = request.GET.get("attempt", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else phone_lines.MOST_ATTEMPTS


def read_said(request: HttpRequest) -> str:
    text = request.GET.get("said", "")
    return text if SAID.fullmatch(text) else ""
