"""Questions. What is asked stands in the same form as the question; saving other content makes its next version.

The pages about a question come from the parts that QuestionAdmin is made of. Which interviews asked it, how it did and
trying it are interviewpanel's, which registers a page of its own in place of this one (interviewpanel/admin/questions).
"""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.safestring import SafeString

from organizations.admin.locked import LockedRow
from organizations.admin.own_filters import OwnAutocompleteFilter
from organizations.admin.scope import NamedRow, TenantAdmin, get_reach, get_user
from organizations.admin.tables import draw_badge, draw_criteria, draw_list, shorten
from organizations.models import Organization
from questionbank.admin.question_files import QuestionFiles
from questionbank.admin.question_forms import QuestionForm
from questionbank.admin.question_origins import BatchFilter, OriginFilter, QuestionOrigins
from questionbank.admin.question_pages import BADGES, MOST_TRAIL, name_question
from questionbank.admin.question_versions import QuestionVersions
from questionbank.admin.similar import SimilarQuestions
from questionbank.models import Question
from questionbank.services.versions import QuestionRefused, copy_question, save_question

CONTENT = (
    (
        "What is asked",
        {
            "fields": ("text", "assesses", ("expected_seconds", "think_seconds")),
            "description": "Saving a change here makes the next version. Interviews held before keep the version "
            "that they asked.",
        },
    ),
    (
        "How it is judged",
        {"fields": ("expected_answer", "expected_elements", "criteria", "red_flags", "suggestions", "weights")},
    ),
    ("About this change", {"fields": ("note",)}),
)
READ_CONTENT = ("spoken_text", "assessed", "seconds", "answer", "key_points", "rubric", "looked_for", "starters")


@admin.register(Question)
class QuestionAdmin(QuestionOrigins, QuestionVersions, SimilarQuestions, QuestionFiles, LockedRow, TenantAdmin):
    tells_meanwhile = False  # versions do, with both texts
    has_global_rows = True
    reason_name = "note"
    # Whose a question is says whether it can be changed: also to who has one organization only.
    owner_columns: ClassVar[tuple[str, ...]] = ("organization",)
    form = QuestionForm
    list_display: ClassVar[tuple[str, ...]] = ("spoken", "place", "kind", "difficulty", "state", "owner")
    list_filter = (
        *("status", "difficulty", "kind", "language", "created_at"),
        ("category", admin.RelatedOnlyFieldListFilter),
        ("topic", admin.RelatedOnlyFieldListFilter),
        ("subtopic", OwnAutocompleteFilter),  # there may be a thousand
        ("organization", admin.RelatedOnlyFieldListFilter),
        OriginFilter,
        BatchFilter,
    )
    list_select_related = ("subtopic__topic", "organization", "current_version")
    search_fields = ("key", "current_version__text", "subtopic__name", "topic__name")
    date_hierarchy = "created_at"
    actions = ("send_to_review", "put_live", "retire")
    autocomplete_fields = ("subtopic",)
    readonly_fields = ("uuid", "created_at", "written_by", *READ_CONTENT)
    change_form_template = "admin/questionbank/question/change_form.html"
    change_list_template = "admin/questionbank/question/change_list.html"
    own_fields = ("organization", "subtopic", ("kind", "difficulty"), "language")
    record = ("Record", {"fields": ("written_by", "key", "uuid", "created_at"), "classes": ("collapse",)})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.copy_view)
        return [path("<int:pk>/copy/", view, name="questionbank_question_copy"), *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only look reads what is asked and how it is judged as texts and tables."""
        own = (None, {"fields": self.own_fields})
        if obj is None or self.has_change_permission(request, obj):
            return (own, *CONTENT, self.record)
        return (own, ("What is asked, and how it is judged", {"fields": READ_CONTENT}), self.record)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.check_may_save(request, obj, change)
        seen = obj.current_version.number if obj.current_version else 0  # the form has compared it with the page's
        if save_question(obj, form.content, user=get_user(request), note=form.cleaned_data["note"], seen=seen):
            self.message_user(request, f"Version {obj.current_version.number} of this question was made.")
            self.warn_of_similar(request, obj)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """What was changed; why was written down with the version (`reason_name`)."""
        said = super().construct_change_message(request, form, formsets, add)
        note = form.cleaned_data.get("note", "")
        if not note:
            return said
        changed = ", ".join(
            str(form.fields[name].label or name).replace("_", " ").lower()
            for name in form.changed_data
            if name != "note"
        )
        return f"Changed {changed or 'nothing'}."

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        question = kwargs.get("obj")
        if question is not None:
            context |= self.head_context(request, question, "change")
            context["copy_to"] = self.list_copy_targets(request, question)
            context["copy_url"] = self.page_url("copy", question.pk)
            context["original"] = NamedRow(question, shorten(name_question(question), MOST_TRAIL))
        return super().render_change_form(request, context, *args, **kwargs)

    def list_copy_targets(self, request: HttpRequest, question: Question) -> list[Organization]:
        """The organizations that may have a question for all as their own, to change it."""
        reach = get_reach(request)
        if question.organization_id is not None or reach.sees_all or not self.has_add_permission(request):
            return []
        return list(Organization.objects.filter(pk__in=reach.list_organizations(self.name_permission("add"))))

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST only."""
        question = self.find_question(request, pk)
        targets = {str(one.pk): one for one in self.list_copy_targets(request, question)}
        target = targets.get(request.POST.get("organization", ""))
        if request.method != "POST" or target is None:
            raise Http404("There is no such page for you.")
        try:
            copy = copy_question(question=question, organization=target, user=get_user(request))
        except QuestionRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(self.page_url("change", pk))
        self.log_addition(request, copy, "Copied from the question for all organizations.")
        self.message_user(request, f"This is a draft of {target}’s own. Change it, then send it to review.")
        return HttpResponseRedirect(self.page_url("change", copy.pk))

    @admin.display(description="question")
    def spoken(self, question: Question) -> str:
        text = question.current_version.text if question.current_version else ""
        return shorten(text or question.key, 110)

    @admin.display(description="subtopic", ordering="subtopic__name")
    def place(self, question: Question) -> str:
        return str(question.subtopic)

    @admin.display(description="status", ordering="status")
    def state(self, question: Question) -> SafeString:
        return draw_badge(question.status, BADGES[question.status])

    @admin.display(description="for", ordering="organization__name")
    def owner(self, question: Question) -> str:
        return str(question.organization or "all organizations")

    # --- For who may only look --------------------------------------------------------------------------------------

    @admin.display(description="question")
    def spoken_text(self, question: Question) -> str:
        return question.current_version.text if question.current_version else "–"

    @admin.display(description="assesses")
    def assessed(self, question: Question) -> str:
        return question.current_version.assesses if question.current_version else "–"

    @admin.display(description="time")
    def seconds(self, question: Question) -> str:
        version = question.current_version
        return f"{version.expected_seconds} s to answer, {version.think_seconds} s to think" if version else "–"

    @admin.display(description="expected answer")
    def answer(self, question: Question) -> str:
        return question.current_version.expected_answer if question.current_version else "–"

    @admin.display(description="key points")
    def key_points(self, question: Question) -> str:
        return draw_list(question.current_version.expected_elements if question.current_version else ())

    @admin.display(description="criteria")
    def rubric(self, question: Question) -> str:
        return draw_criteria(question.current_version.criteria if question.current_version else ())

    @admin.display(description="red flags")
    def looked_for(self, question: Question) -> str:
        return draw_list(question.current_version.red_flags if question.current_version else ())

    @admin.display(description="reply starters")
    def starters(self, question: Question) -> str:
        return draw_list(question.current_version.suggestions if question.current_version else ())
