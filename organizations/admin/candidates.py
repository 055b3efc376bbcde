"""The candidates an organization interviews: one by one, their résumés, and several at once (candidate_import.py)."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import slugify
from unfold.widgets import UnfoldAdminFileFieldWidget

from organizations.admin.candidate_import import CandidateImportAdmin
from organizations.admin.candidate_resumes import ResumeReadings
from organizations.admin.locked import LockedRow
from organizations.admin.recording import read_reason
from organizations.admin.scope import get_user
from organizations.admin.tables import NOTHING, show_moment
from organizations.domain.candidate_table import normalise_phone
from organizations.models import Candidate
from organizations.services.candidates import CandidateInvited, delete_candidate
from organizations.services.history import Author, forgetting_together
from organizations.services.resumes import TYPES, ResumeRefused, check_resume, remove_resume, store_resume

RESUME_HINT = "PDF or DOCX, at most 10 MB. Its text is read. Both are erased with the candidate's data."


class CandidateForm(forms.ModelForm):
    new_resume = forms.FileField(
        required=False,
        label="New résumé",
        help_text=RESUME_HINT,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".pdf,.docx"}),
    )
    removes_resume = forms.BooleanField(required=False, label="Remove the résumé")
    phone = forms.CharField(
        required=False, max_length=40, help_text="With its country code, such as +44 20 7183 8750. For SMS and calls."
    )

    class Meta:
        model = Candidate
        fields = ("organization", "full_name", "email", "phone", "time_zone")
        labels = {"email": "E-mail"}

    def clean_email(self) -> str:
        """Whoever is here already is led to, by who may see them: they belong to the same organization."""
        email = str(self.cleaned_data["email"])
        others = Candidate.objects.filter(organization=self.cleaned_data.get("organization"), email__iexact=email)
        other = others.exclude(pk=self.instance.pk).filter(is_erased=False, is_trial=False).first()
        if email and other is not None:
            link = reverse("admin:organizations_candidate_change", args=[other.pk])
            told = '{} has this address here already: <a class="desk-link" href="{}">open their page</a>.'
            raise forms.ValidationError(format_html(told, other, link))
        return email

    def clean_phone(self) -> str:
        return normalise_phone(str(self.cleaned_data["phone"]))

    def clean_new_resume(self) -> Any:
        file = self.cleaned_data["new_resume"]
        if file:
            try:
                check_resume(file)
            except ResumeRefused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return file


@admin.register(Candidate)
class CandidateAdmin(ResumeReadings, LockedRow, CandidateImportAdmin):
    form = CandidateForm
    change_form_outer_after_template = "admin/organizations/candidate/resume.html"
    list_display: ClassVar[tuple[str, ...]] = ("name", "address", "phone", "has_resume", "organization", "added")
    list_filter = (("organization", admin.RelatedOnlyFieldListFilter), "created_at")
    list_select_related = ("organization",)
    search_fields = ("full_name", "email")
    date_hierarchy = "created_at"
    readonly_fields = ("uuid", "created_at", "resume_link")
    fieldsets = (
        (None, {"fields": ("organization", "full_name", "email", "phone", "time_zone")}),
        ("Résumé", {"fields": ("resume_link", "new_resume", "removes_resume")}),
        ("Record", {"fields": ("uuid", "created_at"), "classes": ("collapse",)}),
    )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.send_resume, cacheable=True)
        return [path("<int:pk>/resume/", view, name="organizations_candidate_resume"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Without the one who stands for those whose data was erased, and without staff who try panels: nobody to
        invite, to change or to delete."""
        people: QuerySet = super().get_queryset(request).filter(is_erased=False, is_trial=False)
        return people

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What can be done with a résumé depends on whether there is one, and whether it may be changed."""
        may_change = self.has_change_permission(request, obj) if obj else True
        has_one = obj is not None and bool(obj.resume)
        hidden = {name for name, is_shown in (
            ("resume_link", obj is not None),
            ("new_resume", may_change),
            ("removes_resume", may_change and has_one),
        ) if not is_shown}  # fmt: skip
        return tuple(
            (title, {**options, "fields": tuple(name for name in options["fields"] if name not in hidden)})
            for title, options in super().get_fieldsets(request, obj)
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if file := form.cleaned_data.get("new_resume"):
            store_resume(candidate=obj, file=file, now=timezone.now())
        elif form.cleaned_data.get("removes_resume"):
            remove_resume(candidate=obj, now=timezone.now())

    # --- Deleting: the line is written when the history has forgotten the name ----------------------------------------

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Django calls it before, and what is written then is forgotten with the candidate."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._delete_all(request, [obj])

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with forgetting_together():  # the history is read once, not once for each
            self._delete_all(request, list(queryset.order_by("pk")))

    def _delete_all(self, request: HttpRequest, candidates: list[Candidate]) -> None:
        """Django's page refuses before whoever was invited; this, who is invited while it is open."""
        author = Author(get_user(request), timezone.now(), read_reason(request))
        try:
            for one in candidates:
                delete_candidate(candidate=one, author=author)
        except CandidateInvited as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    def send_resume(self, request: HttpRequest, pk: int) -> FileResponse:
        """The file, to whoever may see the candidate; for everyone else there is none. Saved, never shown in place."""
        candidate = self.get_object(request, str(pk))
        if candidate is None or not self.has_view_permission(request, candidate):
            raise Http404("There is no such résumé.")
        try:
            file = candidate.resume.open("rb")
        except (ValueError, FileNotFoundError):
            raise Http404("There is no such résumé.") from None
        ending = candidate.resume.name[candidate.resume.name.rfind(".") :]
        name = f"resume-{slugify(candidate.full_name) or candidate.uuid}{ending}"
        response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[ending])
        response["Cache-Control"] = "private, no-store"
        return response

    @admin.display(description="candidate", ordering="full_name")
    def name(self, candidate: Any) -> str:
        return str(candidate)

    @admin.display(description="e-mail", ordering="email")
    def address(self, candidate: Any) -> str:
        return str(candidate.email or NOTHING)

    @admin.display(description="résumé")
    def resume_link(self, candidate: Any) -> str:
        if not candidate.resume:
            return "none"
        url = reverse("admin:organizations_candidate_resume", args=[candidate.pk])
        return format_html(
            '<a class="desk-link" href="{}">{}</a> <span class="desk-hint">{}</span>',
            *(url, candidate.resume_name, show_moment(candidate.resume_at)),
        )

    @admin.display(description="résumé", ordering="resume_at")
    def has_resume(self, candidate: Any) -> str:
        if not candidate.resume:
            return NOTHING
        url = reverse("admin:organizations_candidate_resume", args=[candidate.pk])
        return format_html(
            '<a class="desk-link" href="{}">{}</a>', url, candidate.resume.name.rpartition(".")[2].upper()
        )

    @admin.display(description="added", ordering="created_at")
    def added(self, candidate: Any) -> str:
        return show_moment(candidate.created_at)
