"""Import and export of questions: CSV or the bank's JSON. Part of QuestionAdmin.

The file is read twice: for the dry run, and again when somebody has seen what it would do. Between the two it travels
in the page, so that nothing of it is kept on a server.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from organizations.admin.recording import record_export
from organizations.admin.scope import get_reach, get_user
from organizations.admin.themed_forms import theme_fields
from organizations.desk_site import apart
from organizations.models import Organization
from questionbank.admin.question_pages import QuestionPages
from questionbank.domain.bank_tables import MOST_ROWS
from questionbank.domain.json_objects import BankFormatError
from questionbank.domain.question_states import PUBLISH
from questionbank.models import Question
from questionbank.services.bank_files import FORMATS, BankResource, ReadRow, import_file
from questionbank.services.bank_import import Outcome

TEMPLATE = "admin/questionbank/question/import.html"
MOST_BYTES = 1_000_000
MOST_CHARACTERS = MOST_BYTES + 100_000  # browsers send each end of a line as two characters
MOST_ROWS_SHOWN = 200
FOR_ALL = "all"


class ImportForm(forms.Form):
    """First with a file; then, when the dry run was seen, with its text."""

    organization = forms.ChoiceField(label="Whose questions")
    status = forms.ChoiceField(
        label="New questions become", help_text="Questions that are there already keep their state."
    )
    file = forms.FileField(
        label="File",
        required=False,
        help_text=f"CSV or JSON, UTF-8, at most 1 MB and {MOST_ROWS} questions.",
        widget=forms.ClearableFileInput(),
    )
    text = forms.CharField(required=False, strip=False, max_length=MOST_CHARACTERS, widget=forms.HiddenInput())
    format = forms.ChoiceField(required=False, choices=[(one, one) for one in FORMATS], widget=forms.HiddenInput())

    def __init__(
        self, owners: list[tuple[str, str]], statuses: list[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("organization", owners), ("status", statuses)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        self.fields["file"].widget.attrs["accept"] = ".csv,.json"
        theme_fields(self.fields)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        file = data.get("file")
        if file is not None:
            data["format"] = file.name.rpartition(".")[2].lower()
            if data["format"] not in FORMATS:
                raise forms.ValidationError({"file": "This is neither .csv nor .json. Save the table as CSV."})
            if file.size > MOST_BYTES:
                raise forms.ValidationError({"file": "The file is larger than 1 MB. Split it."})
            try:
                data["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError({"file": "This is not UTF-8 text. Save the file as UTF-8."}) from error
        if "text" in self.errors:
            raise forms.ValidationError({"file": "The file is larger than 1 MB. Split it."})
        if not data.get("text"):
            raise forms.ValidationError({"file": "Choose a file that has something in it."})
        return data


class QuestionFiles(QuestionPages):
    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name="questionbank_question_import"),
            path("export/<slug:file_format>/", wrap(self.export_view), name="questionbank_question_export"),
            *super().get_urls(),
        ]

    # --- Out --------------------------------------------------------------------------------------------------------

    def export_view(self, request: HttpRequest, file_format: str) -> HttpResponse:
        """What the list shows, with its filters and its search: never more than the user sees."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if file_format not in FORMATS:
            raise Http404("Questions are exported as csv or json.")
        questions = self.get_changelist_instance(request).get_queryset(request)
        one = FORMATS[file_format](encoding="utf-8")
        text = one.export_data(BankResource().export(Question.objects.filter(pk__in=questions.values("pk"))))
        record_export(request, self.name_permission("view"), f"The questions, as {file_format.upper()}.")
        name = f"questions-{timezone.localdate():%Y-%m-%d}.{file_format}"
        # The mark at the beginning tells spreadsheets that it is UTF-8.
        content = f"\ufeff{text}" if file_format == "csv" else text
        return HttpResponse(
            content,
            content_type=f"{one.get_content_type()}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
        )

    # --- In ---------------------------------------------------------------------------------------------------------

    @apart  # the dry run takes its time, and writes nothing
    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        owners = self.list_owners(request)
        statuses = self.list_new_statuses(request)
        form = ImportForm(owners, statuses, request.POST or None, request.FILES or None)
        context: dict[str, Any] = {"form": form}
        if request.method == "POST" and form.is_valid():
            is_dry_run = "confirm" not in request.POST
            try:
                resource, result = self._import_with_lines(request, form.cleaned_data, is_dry_run=is_dry_run)
            except BankFormatError as error:
                form.add_error("file", [f"{one.field}: {one.message}." for one in error.problems])
            else:
                if not is_dry_run and not result.has_errors() and not result.has_validation_errors():
                    return self._tell_imported(request, resource)
                context |= describe_result(resource, result)
        whole = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Import questions", **context}
        return TemplateResponse(request, TEMPLATE, whole)

    def list_owners(self, request: HttpRequest) -> list[tuple[str, str]]:
        """The organizations where the user may add and change questions."""
        reach = get_reach(request)
        if reach.sees_all:
            return [(FOR_ALL, "All organizations"), *((str(one.pk), one.name) for one in Organization.objects.all())]
        may_add, may_change = (set(reach.list_organizations(self.name_permission(one))) for one in ("add", "change"))
        return [(str(one.pk), one.name) for one in Organization.objects.filter(pk__in=may_add & may_change)]

    def list_new_statuses(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Live at once only where the user may put questions live in every organization offered."""
        known = [("draft", "Drafts"), ("review", "In review")]
        reach = get_reach(request)
        may_add = set(reach.list_organizations(self.name_permission("add")))
        may_publish = request.user.has_perm("questionbank.publish_question") and (
            reach.sees_all or may_add <= set(reach.list_organizations(self.name_permission(PUBLISH)))
        )
        return [*known, ("live", "Live at once")] if may_publish else known

    def _import_with_lines(
        self, request: HttpRequest, data: dict[str, Any], *, is_dry_run: bool
    ) -> tuple[BankResource, Any]:
        """What is written and its lines in the history, together."""
        if is_dry_run:
            return self._import(request, data, is_dry_run=True)
        with transaction.atomic():
            resource, result = self._import(request, data, is_dry_run=False)
            if not result.has_errors() and not result.has_validation_errors():
                self._record_imported(request, resource)
        return resource, result

    def _import(self, request: HttpRequest, data: dict[str, Any], *, is_dry_run: bool) -> tuple[BankResource, Any]:
        organization = None if data["organization"] == FOR_ALL else Organization.objects.get(pk=data["organization"])
        return import_file(
            data["text"],
            data["format"],
            organization=organization,
            status=data["status"],
            user=get_user(request),
            among=self.get_queryset(request),
            is_dry_run=is_dry_run,
        )

    def _record_imported(self, request: HttpRequest, resource: BankResource) -> None:
        for row in resource.read:
            if row.written is None or row.written.outcome == Outcome.UNCHANGED:
                continue
            log = self.log_addition if row.written.outcome == Outcome.NEW else self.log_change
            log(request, row.written.question, f"Imported from a file, {row.where}.")

    def _tell_imported(self, request: HttpRequest, resource: BankResource) -> HttpResponse:
        counts = count_rows(resource.read)
        self.message_user(
            request,
            f"Imported: {counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged.",
            messages.SUCCESS,
        )
        return HttpResponseRedirect(self.page_url("changelist"))


def count_rows(rows: list[ReadRow]) -> dict[str, int]:
    types = [row.import_type for row in rows]
    return {"new": types.count("new"), "changed": types.count("update"), "unchanged": types.count("skip")}


def describe_result(resource: BankResource, result: Any) -> dict[str, Any]:
    """For the page: every bad row first, then what the good ones would do."""
    bad = [row for row in resource.read if row.problems]
    good = [row for row in resource.read if not row.problems and row.import_type != "skip"]
    return {
        "is_read": True,
        "counts": {**count_rows(resource.read), "bad": len(bad)},
        "total": len(resource.read),
        "bad": bad,
        "good": good[:MOST_ROWS_SHOWN],
        "more": max(0, len(good) - MOST_ROWS_SHOWN),
        "similar": [row for row in resource.read if row.similar],
        "may_confirm": bool(good) and not bad and not result.has_errors(),
        "faults": [str(error.error) for error in result.base_errors],
    }
