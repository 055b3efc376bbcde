"""What this server's voice says on a phone, for Twilio to play: `/phone/<call>/sound/<signed>/`."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from interviewpanel.services.phone_sounds import SoundRefused, read_sound


@require_safe
def play_sound(request: HttpRequest, call: UUID, signed: str) -> HttpResponse:
    """A WAV; 404, without a reason, for an address that is not this call's, or too old."""
    try:
        sound = read_sound(call=call, signed=signed, now=timezone.now())
    except SoundRefused:
        return HttpResponse("There is no such sound.\n", status=404, content_type="text/plain")
    return HttpResponse(sound, content_type="audio/wav")
