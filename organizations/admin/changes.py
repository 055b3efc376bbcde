"""The history as a list: who did what, when and why, in the whole organization; to read, to filter and to take away.

Nobody reads here of rows that they may not see elsewhere: recruiters no line about members, for one. Reviewers have no
such list: it tells which accommodations were granted.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from import_export.admin import ExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import CSV
from import_export.resources import ModelResource
from import_export.widgets import Widget

from organizations.admin.change_lines import TONES, draw_line, find_page, name_actor, name_kind
from organizations.admin.recording import record_export
from organizations.admin.scope import OfferedLookupsAdmin, RecordedAdmin, get_reach
from organizations.admin.tables import NOTHING, draw_badge, draw_table, shorten, show_moment
from organizations.models import Change
from organizations.selectors import cut_changes, list_kinds

SHORT = 90  # letters of a column


class KindFilter(admin.SimpleListFilter):
    title = "what was changed"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(((kind, name_kind(kind)) for kind in list_kinds(get_reach(request))), key=lambda one: one[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(subject_type=self.value()) if self.value() else queryset


class PlainText(Widget):
    """A cell that no table program takes for a formula: what people typed stands in it."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        text = "" if value is None else str(value)
        return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


class ChangeResource(ModelResource):
    at = Field(attribute="at", column_name="when (UTC)")
    who = Field(column_name="who", widget=PlainText())
    address = Field(attribute="actor__email", column_name="e-mail", widget=PlainText())
    action = Field(attribute="action", column_name="what")
    kind = Field(column_name="of what")
    subject = Field(attribute="subject_name", column_name="which", widget=PlainText())
    uuid = Field(attribute="subject_uuid", column_name="uuid")
    organization = Field(attribute="organization__name", column_name="organization", widget=PlainText())
    words = Field(attribute="message", column_name="in words", widget=PlainText())
    values = Field(column_name="before and after", widget=PlainText())
    reason = Field(attribute="reason", column_name="why", widget=PlainText())

    class Meta:
        model = Change
        fields = (
            *("at", "who", "address", "action", "kind", "subject", "uuid", "organization", "words", "values"),
            "reason",
        )
        export_order = fields

    def dehydrate_at(self, change: Change) -> str:
        return f"{change.at.astimezone(tz=timezone.get_fixed_timezone(0)):%Y-%m-%d %H:%M:%S}"

    def dehydrate_who(self, change: Change) -> str:
        return name_actor(change)

    def dehydrate_kind(self, change: Change) -> str:
        return name_kind(change.subject_type)

    def dehydrate_values(self, change: Change) -> str:
        return "; ".join(str(one) for one in draw_line(change).differences)


@admin.register(Change)
class ChangeAdmin(ExportMixin, OfferedLookupsAdmin, RecordedAdmin):
    list_display = ("when", "who", "what", "told", "why", "organization")
    list_filter = (
        *(KindFilter, "action", "at", ("actor", admin.RelatedOnlyFieldListFilter)),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("actor", "organization")
    search_fields = ("subject_name", "message", "reason", "actor__email", "actor__full_name")
    search_help_text = "A name, a word of what was done or why, or an e-mail address."
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    show_full_result_count = False
    records_itself = True
    fields = ("when", "who", "what", "owner", "words", "values", "whole_reason")
    readonly_fields = fields
    resource_classes = (ChangeResource,)
    formats = (CSV,)
    skip_export_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return cut_changes(super().get_queryset(request), request.user.pk, get_reach(request))

    def may_read_history(self, request: HttpRequest, row: Any) -> bool:
        """The history has none of its own: it does not change."""
        return False

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        context["show_history"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def name_row(self, row: Any) -> str:
        return f"{row.get_action_display()}: {row.subject_name or name_kind(row.subject_type)}"

    # --- Taking it away ----------------------------------------------------------------------------------------------

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm(self.name_permission("view"))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The list as it is filtered is what is exported: by the button, not by choosing lines."""
        return {}

    def get_export_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_export_queryset(request).select_related("actor", "organization")

    def export_action(self, request: HttpRequest) -> HttpResponse:
        response = super().export_action(request)
        record_export(request, self.name_permission("view"), "The history, as a file.")
        return response

    # --- Columns -----------------------------------------------------------------------------------------------------

    @admin.display(ordering="at")
    def when(self, change: Change) -> SafeString | str:
        return show_moment(change.at)

    def who(self, change: Change) -> SafeString | str:
        if change.actor is None:
            return name_actor(change)
        return format_html('<span title="{}">{}</span>', change.actor.email, name_actor(change))

    def what(self, change: Change) -> SafeString:
        """The kind of change, and the row with a link to its page."""
        name, page = change.subject_name, find_page(change)
        shown = format_html('<a class="desk-link" href="{}">{}</a>', page, name) if page and name else name
        return format_html(
            '<span>{} {} <span class="desk-hint">{}</span></span>',
            draw_badge(change.get_action_display(), TONES.get(Change.Action(change.action), "")),
            shown,
            name_kind(change.subject_type),
        )

    @admin.display(description="in detail")
    def told(self, change: Change) -> SafeString | str:
        line = draw_line(change)
        told = [*([line.words] if line.words else []), *(str(one) for one in line.differences)]
        if not told:
            return NOTHING
        shown = [shorten(one, SHORT) for one in told[:2]]
        more = [f"and {len(told) - 2} more"] if len(told) > 2 else []
        lines = format_html_join("", "<span>{}</span>", ((one,) for one in (*shown, *more)))
        return format_html('<span class="desk-lines">{}</span>', lines)

    @admin.display(description="why")
    def why(self, change: Change) -> str:
        return shorten(change.reason, SHORT) or NOTHING

    @admin.display(description="why")
    def whole_reason(self, change: Change) -> str:
        return change.reason or NOTHING

    @admin.display(description="in words")
    def words(self, change: Change) -> str:
        return change.message or NOTHING

    @admin.display(description="organization")
    def owner(self, change: Change) -> str:
        return NOTHING if change.organization is None else str(change.organization)

    @admin.display(description="before and after")
    def values(self, change: Change) -> SafeString | str:
        differences = draw_line(change).differences
        lines = [
            (one.label, *(("secret",) * 2 if one.before is None else (one.before or NOTHING, one.after or NOTHING)))
            for one in differences
        ]
        return draw_table(("Field", "Before", "After"), lines)
