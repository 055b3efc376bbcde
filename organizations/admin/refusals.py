"""Rows that a service writes, which may refuse: nothing is saved then, and the page says why. `Refusals` is for pages
of any row; `RefusingAdmin` is the base of the pages of members and of their invitations."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from organizations.admin.recording import RecordingAdmin, get_actor, read_reason
from organizations.services.history import Author


class Refusals:
    """Stands before an admin class: says what a service refused, and remembers it for the answer."""

    message_user: Any

    def refuse(self, request: HttpRequest, refusal: Exception) -> None:
        self.message_user(request, str(refusal), messages.ERROR)
        setattr(request, "_is_refused", True)  # noqa: B010 - the request is Django's, the name is ours

    def is_refused(self, request: HttpRequest) -> bool:
        return hasattr(request, "_is_refused")


class RefusingAdmin(Refusals, RecordingAdmin):
    """Stands before an admin class. Its service records what it did."""

    records_itself = True

    def make_author(self, request: HttpRequest) -> Author:
        return Author(get_actor(request), timezone.now(), read_reason(request))

    def lead_to_list(self) -> HttpResponse:
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any, reason: str = "") -> None:
        if not self.is_refused(request):
            super().log_addition(request, obj, message, reason)

    def log_change(self, request: HttpRequest, obj: Any, message: Any, reason: str = "") -> None:
        if not self.is_refused(request):
            super().log_change(request, obj, message, reason)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Django calls it before, when it is not known yet whether the service refuses."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        if self.is_refused(request):
            return self.lead_to_list()
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        return response

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if self.is_refused(request):
            return HttpResponseRedirect(request.path)
        response: HttpResponse = super().response_change(request, obj)
        return response

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        if self.is_refused(request):
            return self.lead_to_list()
        response: HttpResponse = super().response_delete(request, obj_display, obj_id)
        return response
