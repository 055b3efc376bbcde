"""What candidates thought of their interviews, read without names. Never for reviewers."""

from django.contrib import admin

from interviewpanel.admin.trials import TrialFilter
from interviewpanel.models import CandidateFeedback
from organizations.admin.own_filters import OwnAutocompleteFilter
from organizations.admin.scope import OfferedLookupsAdmin, RecordedAdmin
from organizations.admin.tables import show_moment


@admin.register(CandidateFeedback)
class CandidateFeedbackAdmin(OfferedLookupsAdmin, RecordedAdmin):
    """How interviews are for candidates. Without names, and not to be asked for by interview: it is about us."""

    tenant_path = "session__organization"
    list_display = ("rating", "comment", "panel", "given", "organization")
    trial_path = "session__invitation__is_trial"
    list_filter = (TrialFilter, "rating", "at", ("session__invitation__panel", OwnAutocompleteFilter))
    list_select_related = ("session__invitation__panel", "session__organization")
    search_fields = ("comment", "session__invitation__panel__title")
    date_hierarchy = "at"
    fields = ("rating", "comment", "panel", "given")

    @admin.display(description="given", ordering="at")
    def given(self, row: CandidateFeedback) -> str:
        return show_moment(row.at)

    @admin.display(ordering="session__invitation__panel__title")
    def panel(self, row: CandidateFeedback) -> str:
        return str(row.session.invitation.panel)

    @admin.display(ordering="session__organization__name")
    def organization(self, row: CandidateFeedback) -> str:
        return str(row.session.organization)
