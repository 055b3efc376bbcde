"""Job descriptions: written, enhanced by a language model, read beside the original; interviews made from them.

What is asked of a model is done by services/job_descriptions.py, in the background; every page shows how far it is.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from organizations.admin.locked import LockedRow
from organizations.admin.scope import OfferedLookupsAdmin, get_user
from organizations.admin.tables import NOTHING, draw_badge, show_moment
from questionbank.admin.job_forms import JobDescriptionForm
from questionbank.admin.progress import may_generate, show_progress
from questionbank.admin.widgets import LOOKS
from questionbank.domain.generation_states import LogStatus, name_status
from questionbank.domain.job_wording import GROUNDS
from questionbank.models import GeneratedInterview, Generation, JobDescription, ScreeningSet
from questionbank.selectors.description_facts import check_description, check_enhanced, trace_enhanced
from questionbank.services.generation.requests import GenerationRefused, tell_missing_model
from questionbank.services.job_descriptions import (
    ask_enhancement,
    ask_interview,
    ask_screening,
    ask_workflow,
    find_latest,
)
from questionbank.services.question_cache import is_cache_on

NO_DESCRIPTION = "There is no such job description, or you may not see it."
ASKS: dict[str, tuple[str, Callable[..., Generation]]] = {
    "enhance": ("Enhancement was asked for.", ask_enhancement),
    "generate": ("An interview was asked for.", ask_interview),
    "workflow": ("Enhancement and an interview were asked for.", ask_workflow),
    "screen": ("Screening questions were asked for.", ask_screening),
}
TABS = (("change", "Description"), ("enhanced", "Worked out"), ("interviews", "Interviews"))
TONES = {"draft": "", "published": "is-good", "archived": "is-bad"}


@admin.register(JobDescription)
class JobDescriptionAdmin(LockedRow, OfferedLookupsAdmin):
    form = JobDescriptionForm
    change_form_template = "admin/questionbank/jobdescription/change_form.html"
    list_display: ClassVar[Any] = (
        "req_id",
        "title",
        "department",
        "level",
        "worked_out",
        "interviews",
        "made",
        "organization",
    )
    list_filter = (
        *("level", "department", "language", "created_at"),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("organization",)
    search_fields = ("req_id", "title", "department")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "organization",
                    ("req_id", "title"),
                    ("department", "level"),
                    "language",
                    "description",
                )
            },
        ),
        (
            "What helps to work it out",
            {
                "fields": (
                    *("must_haves", "nice_to_haves", "tools", "spoken_languages"),
                    *("team", ("location", "working_mode"), "seniority", "notes"),
                ),
                "description": "All of it may be left out. What is written here is given to the model with the rest.",
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.annotate(
            versions=Count("enhancements", distinct=True), interview_count=Count("interviews", distinct=True)
        )

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        asks = [
            path(
                f"<int:pk>/{name}/",
                wrap(require_POST(self.ask_view)),
                {"what": name},
                name=f"questionbank_jobdescription_{name}",
            )
            for name in ASKS
        ]
        pages = [
            path("<int:pk>/enhanced/", wrap(self.enhanced_view), name="questionbank_jobdescription_enhanced"),
            path("<int:pk>/interviews/", wrap(self.interviews_view), name="questionbank_jobdescription_interviews"),
        ]
        return [*asks, *pages, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = get_user(request)
        super().save_model(request, obj, form, change)

    def find(self, request: HttpRequest, pk: int) -> JobDescription:
        row: JobDescription | None = self.get_object(request, str(pk))
        if row is None or not self.has_view_permission(request, row):
            raise Http404(NO_DESCRIPTION)
        return row

    # --- Asking ------------------------------------------------------------------------------------------------------

    def ask_view(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        row = self.find(request, pk)
        if not may_generate(request, row.organization_id):
            raise Http404(NO_DESCRIPTION)
        told, ask = ASKS[what]
        more = {} if what == "enhance" else {"use_cache": "use_cache" in request.POST}
        page = "enhanced" if what in ("enhance", "workflow") else "interviews"
        tell_missing_model()  # before anything is locked
        try:
            with transaction.atomic():
                ask(description=row, user=get_user(request), now=timezone.now(), **more)
                self.log_change(request, row, told)
        except GenerationRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(
                request, f"{told} You may leave this page: it is made in the background.", messages.SUCCESS
            )
        return HttpResponseRedirect(reverse(f"admin:questionbank_jobdescription_{page}", args=[row.pk]))

    # --- Pages -------------------------------------------------------------------------------------------------------

    def head(self, request: HttpRequest, row: JobDescription, current: str) -> dict[str, Any]:
        """What stands above every page of a description: tabs, what can be asked for, what is under way or failed."""
        may = may_generate(request, row.organization_id)
        latest = find_latest(row)
        under_way = [show_progress(request, one) for one in list_shown_generations(row)]
        is_busy = any(not one["is_over"] for one in under_way)
        next_step = ("generate", "Generate interview", True) if latest else ("workflow", "Enhance and generate", False)
        buttons = (
            ("enhance", "Enhance again" if latest else "Enhance", not latest),
            next_step,
            ("screen", "Screening questions", False),
        )
        return {
            "description": row,
            "tabs": [
                (title, reverse(f"admin:questionbank_jobdescription_{name}", args=[row.pk]), name == current)
                for name, title in TABS
            ],
            "asks": [
                (reverse(f"admin:questionbank_jobdescription_{name}", args=[row.pk]), label, is_first)
                for name, label, is_first in buttons
                if may
            ],
            "is_cache_on": is_cache_on(wanted=True),
            "checkbox_classes": LOOKS["checkbox_classes"],
            "is_busy": is_busy,
            "missing_model": tell_missing_model() if may else "",
            "under_way": under_way,
            "grounds": GROUNDS,
        }

    def show(self, request: HttpRequest, row: JobDescription, tab: str, context: dict[str, Any]) -> HttpResponse:
        whole = {
            **self.admin_site.each_context(request),
            **self.head(request, row, tab),
            "opts": self.opts,
            "title": dict(TABS)[tab],
            "original": row,
            **context,
        }
        return TemplateResponse(request, f"admin/questionbank/jobdescription/{tab}.html", whole)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        if row is not None:
            context |= self.head(request, row, "change")
            context["checks"] = name_grounds(check_description(row))
        return super().render_change_form(request, context, *args, **kwargs)

    def enhanced_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.find(request, pk)
        versions = list(row.enhancements.order_by("-number"))
        wanted = request.GET.get("version", "")
        chosen = next((one for one in versions if str(one.number) == wanted), versions[0] if versions else None)
        context: dict[str, Any] = {"versions": versions, "enhanced": chosen}
        if chosen is not None:
            interview = chosen.interviews.exclude(status=GeneratedInterview.Status.ARCHIVED).order_by("-pk").first()
            context |= {
                "document": chosen.document,
                "source": chosen.source,
                "written": name_grounds(check_description(row)),
                "checks": name_grounds(check_enhanced(chosen)),
                "trace": trace_enhanced(chosen, interview),
                "interview": interview,
            }
        return self.show(request, row, "enhanced", context)

    def interviews_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.find(request, pk)
        interviews = row.interviews.order_by("-pk")
        sets = self.admin_site.get_model_admin(ScreeningSet).get_queryset(request).filter(description=row)
        context = {
            "interviews": [(one, draw_badge(one.status, TONES[one.status]), len(one.questions)) for one in interviews],
            "screenings": list(sets.order_by("-pk")),
        }
        return self.show(request, row, "interviews", context)

    # --- Columns -----------------------------------------------------------------------------------------------------

    @admin.display(description="worked out")
    def worked_out(self, row: Any) -> str:
        return f"version {row.versions}" if row.versions else NOTHING

    @admin.display(description="interviews")
    def interviews(self, row: Any) -> str:
        return str(row.interview_count) if row.interview_count else NOTHING

    @admin.display(description="made", ordering="created_at")
    def made(self, row: JobDescription) -> SafeString | str:
        return show_moment(row.created_at)


def list_shown_generations(row: JobDescription) -> list[Generation]:
    """What is under way for it; else the last one, if that failed."""
    own = Generation.objects.filter(organization=row.organization_id, req_id=row.req_id, parent=None).order_by("-pk")
    recent = list(own.select_related("organization")[:10])
    open_ones = [one for one in recent if not one.is_over]
    if open_ones or not recent:
        return open_ones
    return recent[:1] if name_status(recent[0].work_status) == LogStatus.FAILED else []


def name_grounds(checks: dict[str, Any]) -> dict[str, Any]:
    """With the grounds as people read them."""
    wording = [{**one, "ground": GROUNDS[one["ground"]]} for one in checks["wording"]]
    return {**checks, "wording": wording}
