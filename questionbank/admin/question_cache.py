"""What is kept of written questions, to be given out again: a list to read, figures, and a way to forget it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from organizations.admin.act_pages import TEMPLATE, Words, describe_act, is_confirmed
from organizations.admin.scope import RecordedAdmin, get_reach, get_user
from organizations.admin.tables import NOTHING, draw_criteria, draw_link, draw_list, shorten, show_moment
from organizations.models import Change, Organization
from organizations.services.history import record_changes
from questionbank.admin.progress import GENERATE
from questionbank.models import CachedQuestion, CacheMonth
from questionbank.models.question_cache import USABLE
from questionbank.selectors.model_usage import find_month_start
from questionbank.services.question_cache import clear_cache, is_cache_on


class UsableFilter(admin.SimpleListFilter):
    title = "given out"
    parameter_name = "usable"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Where a wish fits"), ("no", "Not any more: edited, retired or a draft again")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "yes":
            return queryset.filter(USABLE)
        return queryset.exclude(USABLE) if self.value() == "no" else queryset


@admin.register(CachedQuestion)
class CachedQuestionAdmin(RecordedAdmin):
    list_before_template = "admin/questionbank/cachedquestion/figures.html"
    list_display = ("text", "request", "level", "used", "last_use", "tokens", "made", "organization")
    list_filter = (
        *(UsableFilter, "skill_level", "kind", "language"),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("organization", "question")
    search_fields = ("topic", "request", "words")
    search_help_text = "A topic, or words of what was asked for"
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    fieldsets = (
        (
            None,
            {"fields": ("text", ("topic", "request"), ("level", "kind", "language"), ("used", "last_use", "tokens"))},
        ),
        ("How it is judged", {"fields": ("answer", "points", "rubric")}),
        ("Record", {"fields": ("stands", "model", "prompt_version", "made", "key"), "classes": ("collapse",)}),
    )
    readonly_fields = ("text", "level", "used", "last_use", "made", "answer", "points", "rubric", "stands")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.clear_view)
        return [path("clear/", view, name="questionbank_cachedquestion_clear"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CachedQuestion]:
        return super().get_queryset(request).defer("embedding")

    def name_row(self, row: Any) -> str:
        return shorten(row.content["text"], 80)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        months = self._cut(request, CacheMonth.objects.all())
        sums = {name: Coalesce(Sum(name), 0) for name in ("hits", "misses", "tokens_saved")}
        month = find_month_start(timezone.localtime()).date()
        figures = [
            ("This month", months.filter(month=month).aggregate(**sums)),
            ("In all", months.aggregate(**sums)),
        ]
        context = {
            "figures": figures,
            "is_on": is_cache_on(wanted=True),
            "may_clear": bool(self.list_clearing(request)),
        }
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def _cut(self, request: HttpRequest, rows: QuerySet[CacheMonth]) -> QuerySet[CacheMonth]:
        reach = get_reach(request)
        if reach.sees_all:
            return rows
        return rows.filter(organization__in=reach.list_organizations(self.name_permission("view")))

    def list_clearing(self, request: HttpRequest) -> list[Organization]:
        """Whose cache this user may empty: where they may have questions written."""
        reach = get_reach(request)
        if reach.sees_all:
            return list(Organization.objects.all())
        if not request.user.has_perm(GENERATE):
            return []
        return list(Organization.objects.filter(pk__in=reach.list_organizations(GENERATE)))

    def clear_view(self, request: HttpRequest) -> HttpResponse:
        """Asked first; POST does it."""
        owners = self.list_clearing(request)
        if not owners:
            raise PermissionDenied
        back = reverse("admin:questionbank_cachedquestion_changelist")
        kept = CachedQuestion.objects.filter(organization__in=owners).order_by().values("organization")
        owners = [one for one in owners if one.pk in {row["organization"] for row in kept.distinct()}]
        words = Words("Clear the cache", "Clear the cache", is_danger=True)
        if not owners:
            empty = {"says": ["The cache is empty, so there is nothing to clear."], "button": ""}
            return TemplateResponse(request, TEMPLATE, describe_act(self, request, words, count=0, back=back) | empty)
        if request.method == "POST" and is_confirmed(request):
            with transaction.atomic():
                count = clear_cache([one.pk for one in owners])
                record_changes(
                    rows=[(one, one.pk) for one in owners],
                    action=Change.Action.CHANGED,
                    actor=get_user(request),
                    now=timezone.now(),
                    message="Cleared the cache of written questions.",
                )
            self.message_user(
                request, f"{count} cached question{'' if count == 1 else 's'} forgotten.", messages.SUCCESS
            )
            return HttpResponseRedirect(back)
        count = CachedQuestion.objects.filter(organization__in=owners).count()
        whose = ", ".join(one.name for one in owners[:5]) + (" and others" if len(owners) > 5 else "")
        many = "1 question" if count == 1 else f"{count} questions"
        says = [f"{many} of {whose} will not be given out again. The bank keeps its questions; the figures stay."]
        context = describe_act(self, request, words, count=count, back=back) | {"says": says}
        return TemplateResponse(request, TEMPLATE, context)

    # --- Columns ----------------------------------------------------------------------------------------------------

    @admin.display(description="question")
    def text(self, row: CachedQuestion) -> str:
        return str(row.content["text"])

    @admin.display(description="topic and level", ordering="topic")
    def level(self, row: CachedQuestion) -> str:
        return f"{row.topic}, {row.skill_level}"

    @admin.display(description="given out", ordering="usage_count")
    def used(self, row: CachedQuestion) -> str:
        return "never" if not row.usage_count else f"{row.usage_count} time{'' if row.usage_count == 1 else 's'}"

    @admin.display(description="last", ordering="last_used")
    def last_use(self, row: CachedQuestion) -> SafeString | str:
        return show_moment(row.last_used)

    @admin.display(description="written", ordering="created_at")
    def made(self, row: CachedQuestion) -> SafeString | str:
        return show_moment(row.created_at)

    @admin.display(description="expected answer")
    def answer(self, row: CachedQuestion) -> str:
        return str(row.content.get("expected_answer") or row.content.get("listens_for", NOTHING))

    @admin.display(description="key points")
    def points(self, row: CachedQuestion) -> SafeString | str:
        return draw_list(row.content.get("expected_elements", ()))

    @admin.display(description="criteria")
    def rubric(self, row: CachedQuestion) -> SafeString | str:
        return draw_criteria(row.content.get("criteria", ()))

    @admin.display(description="in the bank")
    def stands(self, row: CachedQuestion) -> SafeString | str:
        if row.question is None:
            return NOTHING
        return draw_link("questionbank_question_change", row.question.pk, f"{row.question.key} ({row.question.status})")
