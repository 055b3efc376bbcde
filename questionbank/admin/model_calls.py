"""What language models were asked for: every call, and a page that sums them up. Read by administrators only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.safestring import SafeString

from config.language_models import ENGINES
from organizations.admin.scope import OfferedLookupsAdmin, RecordedAdmin
from organizations.admin.tables import NOTHING, draw_badge, shorten, show_moment
from questionbank.admin.model_usage import PURPOSES, show_usage, write_cost
from questionbank.domain.model_purposes import Purpose
from questionbank.models import ModelCall

STATES = {
    ModelCall.Outcome.DONE: ("answered", "is-good"),
    ModelCall.Outcome.RETRY: ("failed this time", "is-warning"),
    ModelCall.Outcome.REFUSED: ("refused", "is-bad"),
    ModelCall.Outcome.UNAVAILABLE: ("nobody there", "is-bad"),
}


class EngineFilter(admin.SimpleListFilter):
    """By the engines there are: which were used is not worth looking through every call."""

    title = "engine"
    parameter_name = "engine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in ENGINES if name != "none"]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(engine=self.value()) if self.value() in ENGINES else queryset


class PurposeFilter(admin.SimpleListFilter):
    title = "purpose"
    parameter_name = "purpose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(one.value, words) for one, words in PURPOSES.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(purpose=self.value()) if self.value() in list(Purpose) else queryset


class OutcomeFilter(admin.SimpleListFilter):
    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("failed", "not answered"), *((one.value, words) for one, (words, _) in STATES.items())]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "failed":
            return queryset.exclude(outcome=ModelCall.Outcome.DONE)
        return queryset.filter(outcome=self.value()) if self.value() in ModelCall.Outcome.values else queryset


@admin.register(ModelCall)
class ModelCallAdmin(OfferedLookupsAdmin, RecordedAdmin):
    change_list_template = "admin/questionbank/modelcall/change_list.html"
    list_display = ("at", "what_for", "operation", "state", "tokens", "took", "price", "asked", "organization")
    list_filter = (
        *(PurposeFilter, EngineFilter, OutcomeFilter, "created_at"),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("organization",)
    search_fields = ("operation", "model", "error")
    search_help_text = "What was asked for, a model, words of an error."
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("at", "state", "error", "what_for", "operation", "interview", "organization")}),
        ("What it took", {"fields": ("prompt_tokens", "completion_tokens", "price", "took", "attempts")}),
        ("Who answered", {"fields": ("engine", "model", "prompt_version")}),
        ("Record", {"fields": ("uuid",), "classes": ("collapse",)}),
    )
    readonly_fields = ("at", "what_for", "state", "took", "price", "tokens")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.usage_view)
        return [path("usage/", view, name="questionbank_modelcall_usage"), *super().get_urls()]

    def usage_view(self, request: HttpRequest) -> HttpResponse:
        return show_usage(self, request)

    def list_calls(self, request: HttpRequest) -> QuerySet[ModelCall]:
        calls: QuerySet[ModelCall] = self.get_queryset(request)
        return calls

    def name_row(self, row: Any) -> str:
        return f"{row.operation} by {row.model}"

    # --- Columns -----------------------------------------------------------------------------------------------------

    @admin.display(description="at", ordering="created_at")
    def at(self, call: ModelCall) -> SafeString | str:
        return show_moment(call.created_at)

    @admin.display(description="purpose", ordering="purpose")
    def what_for(self, call: ModelCall) -> str:
        return PURPOSES[Purpose(call.purpose)]

    @admin.display(description="outcome")
    def state(self, call: ModelCall) -> SafeString:
        words, tone = STATES[ModelCall.Outcome(call.outcome)]
        return draw_badge(words, tone, shorten(call.error, 200) if call.error else "")

    @admin.display(description="tokens read + written")
    def tokens(self, call: ModelCall) -> str:
        return f"{call.prompt_tokens:,} + {call.completion_tokens:,}"

    @admin.display(description="seconds")
    def took(self, call: ModelCall) -> str:
        return f"{call.seconds:.1f}"

    @admin.display(description="cost")
    def price(self, call: ModelCall) -> str:
        used = call.prompt_tokens + call.completion_tokens
        return write_cost(call.cost, unpriced=int(call.cost is None and used > 0)) if used else NOTHING

    @admin.display(description="model")
    def asked(self, call: ModelCall) -> str:
        return f"{call.engine}: {shorten(call.model, 40)}"
