"""Question sets of positions: which panel interviews whom who is started by another system."""

from typing import Any

from django import forms
from django.contrib import admin

from interviewpanel.models import InterviewPanel, PositionQuestionSet
from interviewpanel.selectors.positions import is_taken
from interviewpanel.services.panels import hold_panels
from organizations.admin.own_filters import OwnAutocompleteFilter
from organizations.admin.scope import TenantAdmin
from organizations.admin.tables import draw_badge
from organizations.models import Organization


class PositionForm(forms.ModelForm):
    class Meta:
        model = PositionQuestionSet
        fields = ("organization", "position", "experience", "panel")

    def _find_owner(self, data: dict[str, Any]) -> Organization | None:
        """A row's owner never changes; of a new one it is what was chosen."""
        return self.instance.organization if self.instance.pk else data.get("organization")

    def _hold(self, panel: InterviewPanel) -> bool:
        """In the transaction of the page, which writes the row as well: whoever deletes the panel waits."""
        hold_panels([panel.pk])
        return InterviewPanel.objects.filter(pk=panel.pk).exists()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        panel, owner = data.get("panel"), self._find_owner(data)
        if panel is not None and owner is not None and panel.organization != owner:
            self.add_error("panel", "This panel belongs to another organization.")
        if panel is not None and not self._hold(panel):
            self.add_error("panel", "This panel was deleted just now. Choose another.")
        position, experience = data.get("position"), data.get("experience", "")
        if owner is not None and position and is_taken(owner, position, experience, besides=self.instance.pk):
            self.add_error("position", "This position has a question set for this experience.")
        return data


@admin.register(PositionQuestionSet)
class PositionQuestionSetAdmin(TenantAdmin):
    form = PositionForm
    list_display = ("position", "experience", "panel", "state", "organization")
    list_filter = (("panel", OwnAutocompleteFilter), ("organization", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("panel", "organization")
    search_fields = ("position", "experience")
    date_hierarchy = "created_at"
    autocomplete_fields = ("panel",)
    fieldsets = (
        (
            None,
            {
                "fields": ("organization", "position", "experience", "panel"),
                "description": "Another system starts an interview by naming a position; here stands which panel holds "
                "it. A range of years serves everybody whose years lie in it, no experience serves everybody else.",
            },
        ),
    )

    @admin.display(description="serves", ordering="panel__status")
    def state(self, row: PositionQuestionSet) -> str:
        if row.panel.status == row.panel.Status.PUBLISHED:
            return draw_badge("Yes", "is-good")
        return draw_badge(f"No: the panel is {row.panel.status}", "is-warning")
