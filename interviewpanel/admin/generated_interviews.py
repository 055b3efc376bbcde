"""The generated interview's admin with the way to a panel.

Registered in place of questionbank's own, which may not know panels (docs/architecture.md).
"""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from interviewpanel.selectors.generated_places import NamedPlace, list_own_topics, suggest_place
from interviewpanel.services.panels_from_interviews import PERMISSIONS, find_panel, make_panel_from_interview
from organizations.admin.scope import get_reach, get_user
from questionbank.admin.generated_interviews import NO_INTERVIEW, GeneratedInterviewAdmin
from questionbank.domain.interview_states import PUBLISHED, InterviewRefused
from questionbank.models import GeneratedInterview
from questionbank.services.catalogue import MOST_NAME_CHARACTERS, CatalogueRefused

MOST_TYPED = 300

admin.site.unregister(GeneratedInterview)


@admin.register(GeneratedInterview)
class PanelledInterviewAdmin(GeneratedInterviewAdmin):
    change_form_template = "admin/interviewpanel/generatedinterview/change_form.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.panel_view))
        return [path("<int:pk>/panel/", view, name="questionbank_generatedinterview_panel"), *super().get_urls()]

    def may_make_panel(self, request: HttpRequest, row: GeneratedInterview) -> bool:
        reach = get_reach(request)
        return all(request.user.has_perm(one) and reach.may(one, row.organization_id) for one in PERMISSIONS)

    def list_ways(self, request: HttpRequest, row: GeneratedInterview) -> list[tuple[str, str, bool]]:
        ways = super().list_ways(request, row)
        if row.status != PUBLISHED or not self.may_make_panel(request, row) or find_panel(row) is None:
            return ways
        return [(reverse("admin:questionbank_generatedinterview_panel", args=[row.pk]), "Open its panel", True), *ways]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs["obj"]
        if row.status == PUBLISHED and self.may_make_panel(request, row) and find_panel(row) is None:
            context["panel_url"] = reverse("admin:questionbank_generatedinterview_panel", args=[row.pk])
            context["place"] = read_place(request.GET) or suggest_place(row)
            context["topics"] = list_own_topics(row.organization)
            context["most_name"] = MOST_NAME_CHARACTERS
        return super().render_change_form(request, context, *args, **kwargs)

    def panel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Pressed again, it leads to the panel that is there. What was refused is kept in the fields."""
        row = self.find(request, pk)
        if not self.may_make_panel(request, row):
            raise Http404(NO_INTERVIEW)
        place = read_place(request.POST)
        try:
            made = make_panel_from_interview(interview=row, place=place, user=get_user(request), now=timezone.now())
        except (InterviewRefused, CatalogueRefused) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            page = reverse("admin:questionbank_generatedinterview_change", args=[row.pk])
            kept = urlencode({"category": place.category, "topic": place.topic}) if place else ""
            return HttpResponseRedirect(f"{page}?{kept}" if kept else page)
        if made.is_new:
            told = "This panel asks exactly the five questions. It is a draft: look at its settings, then publish it."
            self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:interviewpanel_interviewpanel_change", args=[made.panel.pk]))


def read_place(sent: QueryDict) -> NamedPlace | None:
    """What was written; None where nothing was, and it stands where it is suggested."""
    category, topic = (sent.get(name, "").strip()[:MOST_TYPED] for name in ("category", "topic"))
    return NamedPlace(category, topic) if category or topic else None
