"""Generated interviews: read and edited, published, archived, taken up as a new version.

From a published one a panel is made by interviewpanel, which registers a page of its own in place of this one.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from organizations.admin.locked import LockedRow
from organizations.admin.scope import OfferedLookupsAdmin, get_user
from organizations.admin.tables import draw_badge, draw_link, show_moment
from questionbank.admin.interview_forms import GeneratedInterviewForm
from questionbank.admin.job_descriptions import TONES
from questionbank.domain.interview_states import ARCHIVED, DRAFT, PUBLISHED, InterviewRefused
from questionbank.domain.job_wording import GROUNDS
from questionbank.models import GeneratedInterview
from questionbank.selectors.description_facts import check_questions
from questionbank.services.generated_interviews import (
    archive_interview,
    edit_interview,
    find_problems,
    hold_interview,
    make_version,
    publish_interview,
)

NO_INTERVIEW = "There is no such interview, or you may not see it."
SHOWN = ("requisition", "state", "made", "shown")


@admin.register(GeneratedInterview)
class GeneratedInterviewAdmin(LockedRow, OfferedLookupsAdmin):
    form = GeneratedInterviewForm
    keeps_values = False  # the whole of five questions is no value to read in a history
    change_form_template = "admin/questionbank/generatedinterview/change_form.html"
    list_display: ClassVar[Any] = ("name", "version", "state", "requisition", "level", "made", "organization")
    list_filter = (
        *("status", "level", "language", "created_at"),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("organization", "description")
    search_fields = ("name", "description__req_id", "description__title")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    readonly_fields = SHOWN

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They are generated, on the page of a job description."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_fixed = obj is not None and obj.status == ARCHIVED
        return not is_fixed and super().has_change_permission(request, obj)

    def may_change(self, request: HttpRequest, obj: GeneratedInterview) -> bool:
        """Whatever its state."""
        return super().has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or self.has_change_permission(request, obj):
            return ((None, {"fields": ("name", "questions")}),)
        return ((None, {"fields": ("shown",)}),)

    def get_urls(self) -> list[Any]:
        acts = {"publish": self.publish_view, "archive": self.archive_view, "version": self.version_view}
        own = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"questionbank_generatedinterview_{name}",
            )
            for name, view in acts.items()
        ]
        return [*own, *super().get_urls()]

    # --- Editing -----------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.check_may_save(request, obj, change)
        held = hold_interview(obj.pk)
        try:
            written = edit_interview(interview=held, name=obj.name, questions=obj.questions, user=get_user(request))
        except InterviewRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return
        if written.pk != obj.pk:
            self.log_addition(request, written, f"Version {written.version} was made by editing version {obj.version}.")
            told = f"Version {written.version} is a draft with your changes. Version {obj.version} stays as it was."
            self.message_user(request, told, messages.SUCCESS)
            setattr(request, "_next_version", written.pk)  # noqa: B010 - the request is Django's, the name is ours

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        if "questions" not in form.changed_data:
            return "The name was changed."
        before, after = form.initial.get("questions") or [], form.cleaned_data["questions"]
        pairs = enumerate(zip(before, after, strict=False), 1)
        changed = [str(number) for number, (one, other) in pairs if one != other]
        return f"Edited: question{'s' if len(changed) > 1 else ''} {', '.join(changed)}."

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        made = getattr(request, "_next_version", None)
        if made is not None:
            return HttpResponseRedirect(reverse("admin:questionbank_generatedinterview_change", args=[made]))
        response: HttpResponse = super().response_change(request, obj)
        return response

    # --- Moves -------------------------------------------------------------------------------------------------------

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def publish(row: GeneratedInterview) -> GeneratedInterview:
            publish_interview(interview=row, now=timezone.now())
            return row

        return self.act(request, pk, publish, "Published.")

    def archive_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def archive(row: GeneratedInterview) -> GeneratedInterview:
            archive_interview(interview=row)
            return row

        return self.act(request, pk, archive, "Archived.")

    def version_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = get_user(request)
        return self.act(request, pk, lambda row: make_version(interview=row, user=user), "A new version was made.")

    def act(
        self, request: HttpRequest, pk: int, do: Callable[[GeneratedInterview], GeneratedInterview], told: str
    ) -> HttpResponse:
        row = self.find(request, pk)
        if not self.may_change(request, row):
            raise Http404(NO_INTERVIEW)
        try:
            with transaction.atomic():
                row = do(hold_interview(row.pk))
                self.log_change(request, row, told)
        except InterviewRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:questionbank_generatedinterview_change", args=[row.pk]))

    def find(self, request: HttpRequest, pk: int) -> GeneratedInterview:
        row: GeneratedInterview | None = self.get_object(request, str(pk))
        if row is None or not self.has_view_permission(request, row):
            raise Http404(NO_INTERVIEW)
        return row

    # --- The page ----------------------------------------------------------------------------------------------------

    def list_ways(self, request: HttpRequest, row: GeneratedInterview) -> list[tuple[str, str, bool]]:
        """Buttons: address, words, whether it is the first thing to do. Other apps add theirs."""
        if not self.may_change(request, row):
            return []
        offered = {
            DRAFT: (("publish", "Publish", True), ("archive", "Archive", False)),
            PUBLISHED: (("version", "New version", False), ("archive", "Archive", False)),
            ARCHIVED: (("version", "New version", False),),
        }[row.status]
        page = "admin:questionbank_generatedinterview_"
        return [(reverse(f"{page}{name}", args=[row.pk]), words, is_first) for name, words, is_first in offered]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs["obj"]
        versions = GeneratedInterview.objects.filter(series=row.series).order_by("-version")
        context["interview"] = row
        context["badge"] = draw_badge(row.status, TONES[row.status])
        context["versions"] = list(versions)
        context["ways"] = self.list_ways(request, row)
        context["problems"] = find_problems(row) if row.status == DRAFT else []
        found = check_questions(row.questions, row.language)
        context["wording"] = [{**one, "ground": GROUNDS[one["ground"]]} for one in found]
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Columns -----------------------------------------------------------------------------------------------------

    @admin.display(description="status", ordering="status")
    def state(self, row: GeneratedInterview) -> SafeString:
        return draw_badge(row.status, TONES[row.status])

    @admin.display(description="requisition", ordering="description__req_id")
    def requisition(self, row: GeneratedInterview) -> SafeString:
        return draw_link("questionbank_jobdescription_interviews", row.description_id, row.description.req_id)

    @admin.display(description="made", ordering="created_at")
    def made(self, row: GeneratedInterview) -> SafeString | str:
        return show_moment(row.created_at)

    @admin.display(description="questions")
    def shown(self, row: GeneratedInterview) -> SafeString:
        from django.template.loader import render_to_string

        return format_html("{}", render_to_string("questionbank/interview_shown.html", {"questions": row.questions}))
