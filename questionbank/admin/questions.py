"""Questions. What is asked stands in the same form as the question; saving other content makes its next version."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from unfold.admin import StackedInline

from authentication.models import User
from organizations.admin.scope import RecordedInline, TenantAdmin
from organizations.admin.tables import draw_criteria, draw_list, shorten
from questionbank.models import Question, QuestionVersion
from questionbank.services.versions import CONTENT_FIELDS, find_content_problems, save_question


class LinesField(forms.CharField):
    """A list of short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list) else (super().to_python(value) or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial or "") != self.to_python(data or ""))


class CriteriaWidget(forms.Textarea):
    """The criteria as a table, and below it, opened where they are to be entered, as they are entered."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        entered = super().render(name, value, attrs, renderer)
        try:
            criteria = [one for one in json.loads(value) if isinstance(one, dict) and one.get("name")]
        except (TypeError, ValueError):
            return entered
        if not criteria:
            return entered
        return format_html(
            '<div>{}<details class="as-json"><summary>Change the criteria</summary>{}</details></div>',
            draw_criteria(criteria),
            entered,
        )


class QuestionForm(forms.ModelForm):
    text = forms.CharField(
        label="Question",
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="Word for word as the interviewer speaks it.",
    )
    assesses = forms.CharField(
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text="What a good answer shows, in one sentence. Stands on the scorecard.",
    )
    expected_answer = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
        help_text="An answer you would be glad to hear. The candidate never sees it.",
    )
    expected_elements = LinesField(label="Key points", help_text="What the answer should contain: one point a line.")
    criteria = forms.JSONField(
        initial=[{"key": "", "name": "", "description": "", "component": "technical", "weight": 1}],
        widget=CriteriaWidget(attrs={"rows": 10, "class": "vLargeTextField"}),
        help_text="What the answer is rated on. A list; each has key, name, description, component (relevance, depth, "
        "clarity, technical) and weight.",
    )
    red_flags = LinesField(required=False, help_text="What should make a reviewer look twice: one a line.")
    suggestions = LinesField(
        label="Reply starters", required=False, help_text="Offered to candidates who type instead: one a line."
    )
    expected_seconds = forms.IntegerField(initial=90, help_text="How long a good answer takes to say.")
    think_seconds = forms.IntegerField(initial=30, help_text="How long the candidate may think before speaking.")
    weights = forms.JSONField(
        required=False,
        initial=dict,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="Only if this question weighs the components otherwise than its panel, such as "
        '{"technical": 60, "relevance": 40}.',
    )

    class Meta:
        model = Question
        fields = ("organization", "key", "subtopic", "kind", "difficulty", "language", "status")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = self.instance.current_version if self.instance.pk else None
        if current is not None:
            for name in CONTENT_FIELDS:
                self.initial.setdefault(name, getattr(current, name))
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].help_text = "A stable name for import and export; made from the question if empty."

    @property
    def content(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in CONTENT_FIELDS}

    def clean_weights(self) -> Any:
        return self.cleaned_data["weights"] or {}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("key"):
            data["key"] = f"{slugify(data.get('text', ''))[:60].strip('-')}-{str(self.instance.uuid)[:8]}".lstrip("-")
        if not self.errors:
            for problem in find_content_problems(self.content, kind=str(data["kind"])):
                field = problem.field.split(".")[0].split("[")[0]
                self.add_error(field if field in CONTENT_FIELDS else None, f"{problem.field}: {problem.message}.")
            self._check_owner(data)
        return data

    def _check_owner(self, data: dict[str, Any]) -> None:
        owner = data["subtopic"].topic.category.organization
        if owner is not None and owner != data.get("organization"):
            self.add_error(
                "subtopic", "This subtopic belongs to one organization. Choose one of the question's, or one for all."
            )


class QuestionVersionInline(RecordedInline, StackedInline):
    model = QuestionVersion
    verbose_name_plural = "versions, as interviews have asked them"
    fields = ("created_at", "created_by", "text", "expected_answer", "key_points", "rubric", "looked_for")
    readonly_fields = fields
    ordering = ("-number",)

    @admin.display(description="key points")
    def key_points(self, version: QuestionVersion) -> str:
        return draw_list(version.expected_elements)

    @admin.display(description="criteria")
    def rubric(self, version: QuestionVersion) -> str:
        return draw_criteria(version.criteria)

    @admin.display(description="red flags")
    def looked_for(self, version: QuestionVersion) -> str:
        return draw_list(version.red_flags)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("created_by", "question")


@admin.register(Question)
class QuestionAdmin(TenantAdmin):
    has_global_rows = True
    form = QuestionForm
    inlines = (QuestionVersionInline,)
    list_display = ("spoken", "place", "kind", "difficulty", "status", "times_asked", "owner")
    list_filter = (
        *("status", "difficulty", "kind", "language", "created_at"),
        ("topic", admin.RelatedOnlyFieldListFilter),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("subtopic__topic", "organization", "current_version")
    search_fields = ("key", "current_version__text", "subtopic__name", "topic__name")
    date_hierarchy = "created_at"
    autocomplete_fields = ("subtopic",)
    readonly_fields = ("times_asked", "version", "uuid", "created_at")
    fieldsets = (
        (None, {"fields": ("organization", "subtopic", ("kind", "difficulty"), ("language", "status"), "version")}),
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
        ("Record", {"fields": ("key", "times_asked", "uuid", "created_at")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only look reads the content in the versions below: it stands in them, not in the question's row."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        return tuple(one for one in self.fieldsets if one[0] in (None, "Record"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.check_may_save(request, obj, change)
        user = request.user if isinstance(request.user, User) else None
        if save_question(obj, form.content, user=user):
            self.message_user(request, f"Version {obj.current_version.number} of this question was made.")

    @admin.display(description="current version")
    def version(self, question: Question) -> str:
        return str(question.current_version.number) if question.current_version else "none yet"

    @admin.display(description="question")
    def spoken(self, question: Question) -> str:
        text = question.current_version.text if question.current_version else ""
        return shorten(text or question.key, 120)

    @admin.display(description="subtopic", ordering="subtopic__name")
    def place(self, question: Question) -> str:
        return str(question.subtopic)

    @admin.display(description="for", ordering="organization__name")
    def owner(self, question: Question) -> str:
        return str(question.organization or "all organizations")
