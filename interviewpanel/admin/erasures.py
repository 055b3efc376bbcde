"""Granting an erasure: a page that says what will be lost, and the button that does it. Used by admin/requests.py.

For administrators and recruiters of the organization, as the requests are; for everyone else there is no such page.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from interviewpanel.models import CandidateRequest
from interviewpanel.selectors.erasures import list_losses
from interviewpanel.services.erasure import ErasureRefused, grant_erasure
from organizations.admin.scope import get_user

TEMPLATE = "admin/interviewpanel/asked/erase.html"


class ErasingAdmin(ModelAdmin):
    """What `CandidateRequestAdmin` has for requests of erasure, besides the reply."""

    keeps_values = False  # the history must not keep what was just erased; the row says who answered what

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.erase_view)
        return [path("<int:pk>/erase/", view, name="interviewpanel_candidaterequest_erase"), *super().get_urls()]

    def list_buttons(self, row: CandidateRequest) -> tuple[tuple[str, str], ...]:
        if row.kind == CandidateRequest.Kind.ERASURE:
            return (("_answer", "Send the reply: nothing is erased"),)
        buttons: tuple[tuple[str, str], ...] = super().list_buttons(row)
        return buttons

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        if row is not None and self.may_erase(request, row):
            context["erase_url"] = reverse("admin:interviewpanel_candidaterequest_erase", args=[row.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def may_erase(self, request: HttpRequest, row: CandidateRequest) -> bool:
        return row.kind == CandidateRequest.Kind.ERASURE and self.has_change_permission(request, row)

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET says what will be lost, POST erases it."""
        row = self.get_object(request, str(pk))
        if row is None or not self.may_erase(request, row):
            raise Http404("There is no such request, or it is answered.")
        if request.method == "POST":
            return self._erase(request, row)
        losses = list_losses(row.invitation.candidate)
        context = {
            **self.admin_site.each_context(request),
            "title": "Erase everything",
            "opts": self.opts,
            "original": row,
            "candidate": row.invitation.candidate,
            "losses": losses,
            "is_live": any(loss.is_live for loss in losses),
        }
        return TemplateResponse(request, TEMPLATE, context)

    def _erase(self, request: HttpRequest, row: CandidateRequest) -> HttpResponse:
        try:
            count = grant_erasure(request=row, user=get_user(request), now=timezone.now())
        except ErasureRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:interviewpanel_candidaterequest_change", args=[row.pk]))
        # Read anew: the history must not keep the name that was just erased.
        self.log_change(request, CandidateRequest.objects.get(pk=row.pk), "Granted: all was erased.")
        said = "1 interview was erased." if count == 1 else f"{count} interviews were erased."
        self.message_user(request, f"{said} The files leave storage within a minute.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:interviewpanel_candidaterequest_changelist"))
