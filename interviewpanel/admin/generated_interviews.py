"""The generated interview's admin with the way to a panel.

Registered in place of questionbank's own, which may not know panels (docs/architecture.md).
"""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from interviewpanel.services.panels_from_interviews import PERMISSIONS, find_panel, make_panel_from_interview
from organizations.admin.scope import get_reach, get_user
from questionbank.admin.generated_interviews import NO_INTERVIEW, GeneratedInterviewAdmin
from questionbank.domain.interview_states import PUBLISHED, InterviewRefused
from questionbank.models import GeneratedInterview
from questionbank.services.catalogue import CatalogueRefused

admin.site.unregister(GeneratedInterview)


@admin.register(GeneratedInterview)
class PanelledInterviewAdmin(GeneratedInterviewAdmin):
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.panel_view))
        return [path("<int:pk>/panel/", view, name="questionbank_generatedinterview_panel"), *super().get_urls()]

    def may_make_panel(self, request: HttpRequest, row: GeneratedInterview) -> bool:
        reach = get_reach(request)
        return all(request.user.has_perm(one) and reach.may(one, row.organization_id) for one in PERMISSIONS)

    def list_ways(self, request: HttpRequest, row: GeneratedInterview) -> list[tuple[str, str, bool]]:
        ways = super().list_ways(request, row)
        if row.status != PUBLISHED or not self.may_make_panel(request, row):
            return ways
        words = "Make a panel" if find_panel(row) is None else "Open its panel"
        return [(reverse("admin:questionbank_generatedinterview_panel", args=[row.pk]), words, True), *ways]

    def panel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Pressed again, it leads to the panel that is there."""
        row = self.find(request, pk)
        if not self.may_make_panel(request, row):
            raise Http404(NO_INTERVIEW)
        try:
            made = make_panel_from_interview(interview=row, topic=None, user=get_user(request), now=timezone.now())
        except (InterviewRefused, CatalogueRefused) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:questionbank_generatedinterview_change", args=[row.pk]))
        if made.is_new:
            told = "This panel asks exactly the five questions. It is a draft: look at its settings, then publish it."
            self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:interviewpanel_interviewpanel_change", args=[made.panel.pk]))
