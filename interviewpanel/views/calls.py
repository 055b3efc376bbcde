"""A candidate's own word on being called: agreeing, or no calls any more; and the recordings of their calls.

Routed by candidate_urls.py. Agreeing here is also the only way by which a number that has opted out is called again.
"""

import uuid

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from interviewpanel.models import CallRecording
from interviewpanel.services.call_permissions import ConsentRefused, give_consent, record_opt_out
from interviewpanel.views.links import choose_language, find_link, show_unknown_link
from interviewpanel.views.replies import read_text, read_values, say_done, say_refused

AGREE, STOP = "agree", "stop"


@csrf_exempt
@require_POST
def take_call_choice(request: HttpRequest, token: str) -> HttpResponse:
    """`choice`: agree or stop."""
    invitation = find_link(token)
    if invitation is None:
        return show_unknown_link(request)
    values, now = read_values(request), timezone.now()
    choice = read_text(values, "choice")
    with translation.override(choose_language(request, invitation)):
        try:
            if choice == AGREE:
                give_consent(invitation=invitation, now=now)
            elif choice == STOP and invitation.candidate.phone:
                number = invitation.candidate.phone
                record_opt_out(
                    organization=invitation.organization, number=number, way="page", now=now, invitation=invitation
                )
            else:
                raise ConsentRefused(gettext("Choose whether you want to be called."))
        except ConsentRefused as refusal:
            return say_refused(request, invitation, token, refusal)
        return say_done(request, token, values, "calls_agreed" if choice == AGREE else "calls_stopped")


@require_safe
def send_call_recording(request: HttpRequest, token: str, call: uuid.UUID) -> HttpResponseBase:
    """The recording of one of the candidate's own calls. What is no call of theirs is not there."""
    invitation = find_link(token)
    rows = CallRecording.objects.filter(call__invitation=invitation, call__uuid=call)
    recording = None if invitation is None else rows.exclude(file="").first()
    if recording is None:
        return show_unknown_link(request)
    try:
        file = recording.file.open("rb")
    except FileNotFoundError:
        return show_unknown_link(request)
    response = FileResponse(file, filename=f"call-{call}.mp3", content_type="audio/mpeg")
    response["Cache-Control"] = "private, no-store"
    return response
