"""Panels: set up as drafts, published when the bank can fill them, then invited to."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import TabularInline

from interviewpanel.admin.panel_forms import DistributionForm, DistributionFormSet, PanelForm
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewPanelQuestionDistribution
from interviewpanel.services.panels import (
    PanelInUse,
    PanelNotReady,
    archive_panel,
    copy_panel,
    has_interviews,
    publish_panel,
    reopen_panel,
)
from organizations.admin.scope import TenantAdmin, TenantInline
from organizations.admin.tables import show_moment

# The plan and how answers are judged: fixed while a panel is published, so that all its candidates have the same.
PLAN_FIELDS = (
    *("language", "max_questions", "max_minutes", "turn_profile", "turn_settings", "records_video"),
    *("score_weights", "consent_version"),
)


def is_plan_open(panel: InterviewPanel | None) -> bool:
    """Whether the plan may be changed: in a draft that nobody was interviewed by."""
    return panel is None or (panel.status == InterviewPanel.Status.DRAFT and not has_interviews(panel))


class DistributionInline(TenantInline, TabularInline):
    model = InterviewPanelQuestionDistribution
    form = DistributionForm
    formset = DistributionFormSet
    fields = ("subtopic", "topic", "category", "easy_count", "medium_count", "hard_count", "weightage")
    autocomplete_fields = ("subtopic", "topic", "category")
    extra = 0
    verbose_name_plural = "questions to ask: how many of each difficulty, on what"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("category", "topic", "subtopic__topic")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and is_plan_open(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and is_plan_open(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and is_plan_open(obj)


@admin.register(InterviewPanel)
class InterviewPanelAdmin(TenantAdmin):
    form = PanelForm
    asks_reason = True
    inlines = (DistributionInline,)
    list_display = (
        "title",
        "job_title",
        "status",
        "question_count",
        "invited",
        "opens",
        "closes",
        "organization",
    )
    list_filter = (
        *("status", "language", "opens_at", "closes_at", "created_at"),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("organization",)
    search_fields = ("title", "job_title", "job_category")
    date_hierarchy = "created_at"
    actions = ("publish", "reopen", "archive", "copy")
    readonly_fields = ("status", "invitations_link", "uuid", "created_at")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("status", "organization", "title", "invitations_link"),
                    ("job_title", "job_category"),
                    ("experience_level", "language"),
                )
            },
        ),
        ("When", {"fields": (("opens_at", "closes_at"),)}),
        ("How long", {"fields": (("max_questions", "max_minutes"), ("pause_budget_seconds", "grace_seconds"))}),
        (
            "For candidates",
            {"fields": (("accommodation_policy", "decision_days"), "alternative_route", "records_video")},
        ),
        (
            "Conversation and scoring",
            {
                "fields": (
                    *("turn_profile", "turn_settings", "score_weights"),
                    ("shows_scores_to_candidates", "consent_version"),
                ),
                "classes": ("collapse",),
            },
        ),
        ("Record", {"fields": ("uuid", "created_at"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        counts = (
            InterviewPanelQuestionDistribution.objects.order_by()
            .values("panel")
            .annotate(total=Sum(F("easy_count") + F("medium_count") + F("hard_count")))
        )
        invited = InterviewPanelCandidate.objects.order_by().values("panel").annotate(total=Count("pk"))
        panels: QuerySet = (
            super()
            .get_queryset(request)
            .annotate(
                planned=Coalesce(subquery_of(counts), Value(0)), invited_count=Coalesce(subquery_of(invited), Value(0))
            )
        )
        return panels

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        own = tuple(super().get_readonly_fields(request, obj))
        return own if is_plan_open(obj) else (*own, *PLAN_FIELDS)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        panel = kwargs.get("obj")
        context["can_publish"] = is_plan_open(panel) and self.has_change_permission(request, panel)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._publish_or(super().response_add, request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._publish_or(super().response_change, request, obj)

    def _publish_or(self, respond: Callable[..., HttpResponse], request: HttpRequest, panel: Any) -> HttpResponse:
        if "_publish" not in request.POST or not self.has_change_permission(request, panel):
            return respond(request, panel)
        self._publish_one(request, panel)
        return HttpResponseRedirect(reverse("admin:interviewpanel_interviewpanel_change", args=[panel.pk]))

    def _publish_one(self, request: HttpRequest, panel: InterviewPanel) -> None:
        try:
            publish_panel(panel)
        except PanelNotReady as error:
            self.message_user(request, f"“{panel}” is saved, but not published:", messages.ERROR)
            for problem in error.problems:
                self.message_user(request, problem, messages.ERROR)
            return
        self.log_change(request, panel, "Published.")
        self.message_user(request, f"“{panel}” is published. Candidates can be invited.", messages.SUCCESS)

    @admin.action(description="Publish: check the question bank and open for invitations", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[InterviewPanel]) -> None:
        for panel in self._list_own(request, queryset):
            self._publish_one(request, panel)

    @admin.action(description="Take back to draft, to change the plan", permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[InterviewPanel]) -> None:
        for panel in self._list_own(request, queryset):
            try:
                reopen_panel(panel)
            except PanelInUse as error:
                self.message_user(request, str(error), messages.ERROR)
                continue
            self.log_change(request, panel, "Taken back to draft.")
            self.message_user(request, f"“{panel}” is a draft again. Its links open nothing until it is published.")

    @admin.action(description="Archive: no more interviews begin", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[InterviewPanel]) -> None:
        for panel in self._list_own(request, queryset):
            archive_panel(panel)
            self.log_change(request, panel, "Archived.")
            self.message_user(request, f"“{panel}” is archived. Its results stay.")

    @admin.action(description="Copy as a new draft", permissions=["add"])
    def copy(self, request: HttpRequest, queryset: QuerySet[InterviewPanel]) -> None:
        for panel in self._list_own(request, queryset):
            made = copy_panel(panel)
            self.log_addition(request, made, f"Copied from “{panel}”.")
            self.message_user(request, f"“{made}” was made.", messages.SUCCESS)

    def _list_own(self, request: HttpRequest, panels: QuerySet[InterviewPanel]) -> list[InterviewPanel]:
        """Of the chosen panels, those of organizations where the user's role allows changing them."""
        chosen = list(panels)
        own = [panel for panel in chosen if self.has_change_permission(request, panel)]
        if len(own) < len(chosen):
            self.message_user(request, "Some panels stay as they are: you may only look at them.", messages.WARNING)
        return own

    @admin.display(description="questions", ordering="planned")
    def question_count(self, panel: Any) -> int:
        return int(panel.planned)

    @admin.display(ordering="invited_count")
    def invited(self, panel: Any) -> int:
        return int(panel.invited_count)

    @admin.display(ordering="opens_at")
    def opens(self, panel: InterviewPanel) -> str:
        return show_moment(panel.opens_at)

    @admin.display(ordering="closes_at")
    def closes(self, panel: InterviewPanel) -> str:
        return show_moment(panel.closes_at)

    @admin.display(description="invitations")
    def invitations_link(self, panel: InterviewPanel) -> str:
        if panel.pk is None or panel.status != InterviewPanel.Status.PUBLISHED:
            return "Publish the panel, then invite candidates."
        base = "admin:interviewpanel_interviewpanelcandidate"
        return format_html(
            '<a href="{}?panel__id__exact={}">{} invited</a> · <a href="{}?panel={}">Invite a candidate</a>',
            *(reverse(f"{base}_changelist"), panel.pk, panel.invitations.count(), reverse(f"{base}_add"), panel.pk),
        )


def subquery_of(totals: QuerySet) -> Any:
    """The total of one panel: a join would multiply two counts with each other."""
    return Subquery(totals.filter(panel=OuterRef("pk")).values("total"))
