"""Every message that was sent to candidates, or is to be, with what became of it. Nothing is changed here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from config.work.rows import is_being_done, is_due
from organizations.admin.delivery import CHANNELS, draw_state
from organizations.admin.scope import RecordedAdmin
from organizations.admin.tables import NOTHING, shorten, show_moment
from organizations.models import Message
from organizations.services.message_kinds import KINDS, name_kind


class KindFilter(admin.SimpleListFilter):
    title = "message"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.name, kind.label) for kind in KINDS.values()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class DueFilter(admin.SimpleListFilter):
    """What the home page counts as work that waits."""

    title = "what needs you"
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("due", "Due, and not sent yet"), ("doing", "Being sent just now")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        find = {"due": is_due, "doing": is_being_done}.get(self.value() or "")
        return queryset if find is None else queryset.filter(find(timezone.now()))


@admin.register(Message)
class MessageAdmin(RecordedAdmin):
    list_display = ("to_address", "what", "shown_state", "why", "at", "organization")
    list_filter = (
        "state",
        "channel",
        KindFilter,
        DueFilter,
        "created_at",
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("organization", "candidate")
    search_fields = ("to_address", "candidate__full_name", "subject")
    date_hierarchy = "created_at"
    fieldsets = (
        (None, {"fields": ("candidate", "to_address", "what", "shown_state", "reason", "organization")}),
        ("What was written", {"fields": ("subject", "text")}),
        ("When", {"fields": ("created_at", "sent_at", "reported_at", "due_at", "attempts")}),
        ("Record", {"fields": ("uuid", "provider_id", "work_status", "last_error"), "classes": ("collapse",)}),
    )
    readonly_fields = ("what", "shown_state")

    def name_row(self, row: Any) -> str:
        return f"{name_kind(row.kind)} to {row.to_address}"

    @admin.display(description="message", ordering="kind")
    def what(self, row: Any) -> str:
        return f"{name_kind(row.kind)}, {CHANNELS[row.channel]}{'' if row.candidate_id else ' (test)'}"

    @admin.display(description="state", ordering="state")
    def shown_state(self, row: Any) -> str:
        return draw_state(row.state, row.reason)

    @admin.display(description="why")
    def why(self, row: Any) -> str:
        return shorten(row.reason, 90) if row.reason else NOTHING

    @admin.display(description="when", ordering="created_at")
    def at(self, row: Any) -> str:
        return show_moment(row.reported_at or row.sent_at or row.created_at)
