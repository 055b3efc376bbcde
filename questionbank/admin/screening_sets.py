"""Screening questions: read, and asked for from any description."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from organizations.admin.scope import OfferedLookupsAdmin, RecordedAdmin, get_reach, get_user
from organizations.admin.tables import NOTHING, draw_link, show_moment
from organizations.admin.themed_forms import theme_fields
from organizations.models import Organization
from questionbank.admin.progress import GENERATE
from questionbank.models import JobDescription, ScreeningSet
from questionbank.services.generation.requests import GenerationRefused, tell_missing_model
from questionbank.services.job_descriptions import ask_screening_of_text
from questionbank.services.question_cache import is_cache_on


class AskForm(forms.Form):
    organization = forms.ModelChoiceField(Organization.objects.none())
    title = forms.CharField(max_length=150, help_text="What the job is called.")
    text = forms.CharField(
        label="Description",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"}),
        help_text="Any description of a job. It is kept with the questions.",
    )
    language = forms.ChoiceField(choices=JobDescription._meta.get_field("language").choices or [])
    use_cache = forms.BooleanField(
        label="Take them from the cache where some were written for this very description",
        required=False,
        initial=True,
    )

    def __init__(self, organizations: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organization"]
        field.queryset = organizations
        if organizations.count() == 1:
            field.initial, field.empty_label = organizations.first(), None
        if not is_cache_on(wanted=True):
            del self.fields["use_cache"]
        theme_fields(self.fields)


@admin.register(ScreeningSet)
class ScreeningSetAdmin(OfferedLookupsAdmin, RecordedAdmin):
    change_list_template = "admin/questionbank/screeningset/change_list.html"
    list_display: ClassVar[Any] = ("title", "requisition", "count", "made", "organization")
    list_filter = ("created_at", ("organization", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("organization", "description")
    search_fields = ("title", "description__req_id")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": (("title", "requisition"), ("made", "organization"), "cached", "shown")}),
        ("The description that it was made from", {"fields": ("source",), "classes": ("collapse",)}),
        ("Record", {"fields": ("uuid", "engine", "model"), "classes": ("collapse",)}),
    )
    readonly_fields = ("requisition", "made", "cached", "shown", "count")

    class Media:
        css: ClassVar[Any] = {"all": ["questionbank/generation.css"]}

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.ask_view)
        return [path("ask/", view, name="questionbank_screeningset_ask"), *super().get_urls()]

    def list_owners(self, request: HttpRequest) -> Any:
        """Where this user may have something generated."""
        reach, all_of_them = get_reach(request), Organization.objects.order_by("name")
        return all_of_them if reach.sees_all else all_of_them.filter(pk__in=reach.list_organizations(GENERATE))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {"may_ask": self.list_owners(request).exists()}
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **more})
        return response

    def ask_view(self, request: HttpRequest) -> HttpResponse:
        owners = self.list_owners(request)
        if not owners.exists():
            raise Http404("There is no such page for you.")
        form = AskForm(owners, request.POST or None)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            tell_missing_model()  # before anything is locked
            try:
                with transaction.atomic():
                    generation = ask_screening_of_text(**data, user=get_user(request), now=timezone.now())
                    self.log_addition(request, generation, f"Screening questions were asked for: {data['title']}.")
                return HttpResponseRedirect(reverse("admin:questionbank_generation_change", args=[generation.pk]))
            except GenerationRefused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
        back = reverse("admin:questionbank_screeningset_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Screening questions from a description",
            "says": [
                "Five to seven short questions for a first call, written by the language model in the background."
            ],
            "form": form,
            "button": "Write screening questions",
            "back": back,
        }
        return TemplateResponse(request, "admin/act.html", context)

    def name_row(self, row: Any) -> str:
        return str(row.title)

    @admin.display(description="requisition")
    def requisition(self, row: ScreeningSet) -> SafeString | str:
        if row.description is None:
            return NOTHING
        return draw_link("questionbank_jobdescription_interviews", row.description.pk, row.description.req_id)

    @admin.display(description="questions")
    def count(self, row: ScreeningSet) -> int:
        return len(row.questions)

    @admin.display(description="from the cache")
    def cached(self, row: ScreeningSet) -> str:
        return f"{row.from_cache} of {len(row.questions)} questions"

    @admin.display(description="made", ordering="created_at")
    def made(self, row: ScreeningSet) -> SafeString | str:
        return show_moment(row.created_at)

    @admin.display(description="questions")
    def shown(self, row: ScreeningSet) -> SafeString:
        return format_html("{}", render_to_string("questionbank/screening.html", {"questions": row.questions}))
