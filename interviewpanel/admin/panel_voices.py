"""The voices of this server, to hear before one is chosen for a panel. Base of the panels' admin (panels.py)."""

from typing import Any

import numpy as np
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from interviewpanel.engines.flac import encode_flac
from interviewpanel.engines.speech import SpeechFailed, describe_speech
from interviewpanel.services.voices import list_voices, speak_sample
from organizations.admin.scope import TenantAdmin
from organizations.desk_site import apart

BASE = "interviewpanel_interviewpanel"


class PanelVoices(TenantAdmin):
    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("voices/", wrap(self.show_voices), name=f"{BASE}_voices"),
            path("voices/<str:language>/<str:voice>/", wrap(self.play_voice), name=f"{BASE}_voice"),
        ]
        return [*own, *super().get_urls()]

    @apart
    def show_voices(self, request: HttpRequest) -> HttpResponse:
        """By language, a player each; nothing is said before somebody presses it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        status = describe_speech()
        context = {
            **self.admin_site.each_context(request),
            "title": "Voices",
            "engine": status.engine,
            "why": status.why,
            "languages": [(code, label, list_voices(code)) for code, label in settings.LANGUAGES],
        }
        return TemplateResponse(request, "admin/interviewpanel/interviewpanel/voices.html", context)

    @apart
    def play_voice(self, request: HttpRequest, language: str, voice: str) -> HttpResponse:
        """The sample sentence as sound; 404 for a voice that is not in the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if voice not in {one.name for one in list_voices(language)}:
            raise Http404("There is no such voice.")
        try:
            speech = speak_sample(language, voice)
        except SpeechFailed as error:
            return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
        sound = encode_flac(np.frombuffer(speech.pcm, dtype="<i2").astype(np.int16, copy=False))
        return HttpResponse(sound, content_type="audio/flac")
