"""The log of what language models were asked to write: who asked, how far it has come, what it cost, why it failed."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from organizations.admin.scope import OfferedLookupsAdmin, RecordedAdmin, get_user
from organizations.admin.tables import NOTHING, draw_link, shorten, show_moment
from questionbank.admin.batches import BatchPages
from questionbank.admin.progress import WORDS, draw_status, may_generate, show_progress, write_progress
from questionbank.domain.batches import read_row
from questionbank.domain.generation_states import WORK_STATUSES, LogStatus
from questionbank.models import Generation, JobDescription, ScreeningSet
from questionbank.services.generation.requests import (
    GenerationRefused,
    ask_again,
    cancel_generation,
    tell_missing_model,
)

NO_GENERATION = "There is no such generation."


class StatusFilter(admin.SimpleListFilter):
    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(status.value, words.capitalize()) for status, words in WORDS.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        wanted = next((one for one in LogStatus if one.value == self.value()), None)
        return queryset.filter(work_status__in=WORK_STATUSES[wanted]) if wanted else queryset


@admin.register(Generation)
class GenerationAdmin(BatchPages, OfferedLookupsAdmin, RecordedAdmin):
    change_form_template = "admin/questionbank/generation/change_form.html"
    list_display = (
        *("what", "requisition", "status", "progress", "by", "tokens", "cached"),
        *("asked", "completed", "organization"),
    )
    list_filter = (
        *(StatusFilter, "kind", "created_at"),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("organization", "asked_by")
    search_fields = ("req_id",)
    search_help_text = "A requisition, as it is named: REQ-2026-014"
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *(("what", "requisition"), ("by", "tokens"), ("asked", "started")),
                    *(("completed", "cached"), "organization"),
                )
            },
        ),
        ("What was asked, and what came of it", {"fields": ("asked_for", "made"), "classes": ("collapse",)}),
        (
            "Record",
            {"fields": ("uuid", "work_status", "attempts", "due_at", "last_error"), "classes": ("collapse",)},
        ),
    )
    readonly_fields = (
        "what",
        "requisition",
        "by",
        "tokens",
        "cached",
        "asked",
        "started",
        "completed",
        "asked_for",
        "made",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Generation]:
        """The list names a large one once; its parts stand on its page."""
        rows = super().get_queryset(request)
        is_list = request.path == reverse("admin:questionbank_generation_changelist")
        return rows.filter(parent__isnull=True).defer("parameters", "result") if is_list else rows

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/progress/", wrap(self.progress_view), name="questionbank_generation_progress"),
            path("<int:pk>/cancel/", wrap(require_POST(self.cancel_view)), name="questionbank_generation_cancel"),
            path("<int:pk>/again/", wrap(require_POST(self.again_view)), name="questionbank_generation_again"),
            *super().get_urls(),
        ]

    def find(self, request: HttpRequest, pk: int) -> Generation:
        row: Generation | None = self.get_object(request, str(pk))
        if row is None or not self.has_view_permission(request, row):
            raise Http404(NO_GENERATION)
        return row

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of a page that is drawn anew while somebody waits."""
        context = {"progress": show_progress(request, self.find(request, pk))}
        response = TemplateResponse(request, "questionbank/progress_now.html", context)
        response["Cache-Control"] = "private, no-store"
        return response

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        who = str(get_user(request))
        now = timezone.now()
        return self._do(request, pk, lambda row: cancel_generation(generation=row, who=who, now=now), "Cancelled.")

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        tell_missing_model()  # before anything is locked
        return self._do(request, pk, lambda row: ask_again(generation=row, now=timezone.now()), "Asked for once more.")

    def _do(self, request: HttpRequest, pk: int, do: Callable[[Generation], None], told: str) -> HttpResponse:
        row = self.find(request, pk)
        if not may_generate(request, row.organization_id):
            raise Http404(NO_GENERATION)
        try:
            with transaction.atomic():
                do(row)
                self.log_change(request, row, told)
        except GenerationRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(read_back(request, reverse("admin:questionbank_generation_change", args=[row.pk])))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs["obj"]
        context["progress"] = show_progress(request, row)
        context["made"] = find_made(row)
        parts = row.parts.order_by("pk")
        context["parts"] = [
            (one, name_part(one), draw_status(one), write_progress(one), shorten(one.last_error, 160)) for one in parts
        ]
        return super().render_change_form(request, context, *args, **kwargs)

    def name_row(self, row: Any) -> str:
        return f"{row.get_kind_display().capitalize()}{f' for {row.req_id}' if row.req_id else ''}"

    # --- Columns -----------------------------------------------------------------------------------------------------

    @admin.display(description="operation", ordering="kind")
    def what(self, row: Generation) -> str:
        return row.get_kind_display().capitalize()

    @admin.display(description="requisition", ordering="req_id")
    def requisition(self, row: Generation) -> str:
        return row.req_id or NOTHING

    @admin.display(description="status")
    def status(self, row: Generation) -> SafeString:
        return draw_status(row)

    @admin.display(description="progress")
    def progress(self, row: Generation) -> str:
        return write_progress(row)

    @admin.display(description="asked by")
    def by(self, row: Generation) -> str:
        return str(row.asked_by) if row.asked_by else "an API key"

    @admin.display(description="tokens")
    def tokens(self, row: Generation) -> str:
        return f"{row.prompt_tokens + row.completion_tokens:,}"

    @admin.display(description="from the cache", ordering="from_cache")
    def cached(self, row: Generation) -> str:
        return f"{row.from_cache} question{'' if row.from_cache == 1 else 's'}" if row.from_cache else NOTHING

    @admin.display(description="asked", ordering="created_at")
    def asked(self, row: Generation) -> SafeString | str:
        return show_moment(row.created_at)

    @admin.display(description="started")
    def started(self, row: Generation) -> SafeString | str:
        return show_moment(row.started_at)

    @admin.display(description="completed")
    def completed(self, row: Generation) -> SafeString | str:
        return show_moment(row.finished_at)

    @admin.display(description="asked for")
    def asked_for(self, row: Generation) -> SafeString | str:
        return draw_json(row.parameters)

    @admin.display(description="made so far")
    def made(self, row: Generation) -> SafeString | str:
        return draw_json(row.result)


def find_made(row: Generation) -> tuple[str, str] | None:
    """Where what it makes is read: address and words; None where there is no page of it."""
    if row.kind == Generation.Kind.BATCH:
        return reverse("admin:questionbank_generation_batch", args=[row.pk]), "The questions it made"
    description = JobDescription.objects.filter(organization=row.organization_id, req_id=row.req_id).first()
    if row.req_id and description is not None:
        is_enhanced = row.kind == Generation.Kind.ENHANCEMENT
        page = "enhanced" if is_enhanced else "interviews"
        words = "The job description" if is_enhanced else "The interviews of the requisition"
        return reverse(f"admin:questionbank_jobdescription_{page}", args=[description.pk]), words
    screening = ScreeningSet.objects.filter(generation=row).first()
    if screening is not None:
        return reverse("admin:questionbank_screeningset_change", args=[screening.pk]), "The screening questions"
    return None


def name_part(row: Generation) -> str:
    part = read_row(row.parameters)
    return f"{part.place}, {part.difficulty}"


def draw_json(value: Any) -> SafeString | str:
    if not value:
        return NOTHING
    return format_html('<pre class="desk-letter">{}</pre>', json.dumps(value, indent=2, ensure_ascii=False))


def read_back(request: HttpRequest, page: str) -> str:
    """The page that the button stood on, if it is one of this site's; else `page`."""
    wanted = request.POST.get("back", "")
    is_ours = wanted.startswith("/admin/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else page


def link_generation(generation: Generation) -> SafeString:
    return draw_link("questionbank_generation_change", generation.pk, str(generation))
