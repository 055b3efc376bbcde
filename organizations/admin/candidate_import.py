"""Adding several candidates: pasted lines or a CSV file, looked at row by row before anything is written. Base of the
admin of candidates (candidates.py).

What was pasted travels with the page until it is confirmed, so that no half-finished import lies in any folder. Apps
above this one may ask for more in the form and do more with those who were imported (`describe_more`, `do_more`).
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import CSV
from unfold.widgets import UnfoldAdminFileFieldWidget

from organizations.admin.recording import record_export
from organizations.admin.scope import TenantAdmin, get_reach, get_user
from organizations.admin.themed_forms import offer_organizations, theme_fields
from organizations.desk_site import apart
from organizations.domain.candidate_table import TableRefused, TableRow, read_table
from organizations.models import Candidate, Organization
from organizations.services.candidate_imports import (
    CandidateExport,
    ImportFailed,
    Plan,
    import_candidates,
    plan_import,
    record_import,
)

MOST_BYTES = 1_000_000
LIST_PAGE = "admin:organizations_candidate_changelist"
EXAMPLE = "Kim Example, kim@example.com, +44 20 7183 8750\nSasha Sample, sasha@example.com"


class CandidateImportForm(forms.Form):
    organization = forms.ModelChoiceField(queryset=Organization.objects.none(), empty_label=None)
    text = forms.CharField(
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        label="Paste lines",
        widget=forms.Textarea(attrs={"rows": 10, "placeholder": EXAMPLE, "spellcheck": "false"}),
        help_text="Name, e-mail, phone: one candidate a line, or the cells as you copy them from a spreadsheet.",
    )
    file = forms.FileField(
        required=False,
        label="Or a CSV file",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
        help_text="With a line of headings, in any order: name (or first name, last name), e-mail, phone.",
    )
    updates = forms.BooleanField(
        required=False, label="Change name and phone of those who are here already, where the lines say otherwise"
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_organizations(self, organizations)
        theme_fields(self.fields)

    def clean(self) -> dict[str, Any]:
        """`rows` and `text`: what was read, wherever it came from."""
        data = super().clean() or self.cleaned_data
        try:
            text = _decode(data["file"]) if data.get("file") else data.get("text", "")
            data["rows"], data["text"] = read_table(text), text
        except TableRefused as refusal:
            self.add_error("file" if data.get("file") else "text", str(refusal))
        return data


def _decode(file: Any) -> str:
    """UTF-8, or what spreadsheets of Windows write. Raises TableRefused."""
    if file.size > MOST_BYTES:
        raise TableRefused(f"The file has more than {MOST_BYTES // 1000} kB. Import it in parts.")
    content: bytes = file.read()
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise TableRefused("This is a workbook, not a CSV file. Save it as CSV, or copy its cells and paste them.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


class CandidateImportAdmin(ImportExportModelAdmin, TenantAdmin):
    """Import in two steps, export in one; both for those who set up interviews in an organization."""

    import_form: ClassVar[Any] = CandidateImportForm
    resource_classes = (CandidateExport,)
    formats = (CSV,)
    skip_export_form = True
    import_export_change_list_template = "admin/organizations/candidate/change_list.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Not for raters: a list of everybody's addresses is no help in rating."""
        return super().has_view_permission(request) and self.may_anywhere(request, "change")

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Candidate]:
        rows: QuerySet[Candidate] = super().get_export_queryset(request)
        reach = get_reach(request)
        if not reach.sees_all:
            rows = rows.filter(organization__in=reach.list_organizations(self.name_permission("change")))
        return rows.select_related("organization")

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Names and addresses leave: the history says who took them."""
        response: HttpResponse = super().export_action(request)
        record_export(request, self.name_permission("change"), "The candidates, as a file.")
        return response

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The library's second step, which keeps files in a folder meanwhile. Ours is `import_action` again."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:organizations_candidate_import"))

    def list_organizations(self, request: HttpRequest) -> QuerySet[Organization]:
        """Where the user may add candidates."""
        reach, rows = get_reach(request), Organization.objects.order_by("name")
        return rows if reach.sees_all else rows.filter(pk__in=reach.list_organizations(self.name_permission("add")))

    @apart  # what is looked at is not written, and whom it invites are invited so many at a time
    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """GET asks, POST looks at every row, POST with `_confirm` writes."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = self.make_import_form(request)
        if request.method != "POST" or "_back" in request.POST or not form.is_valid():
            return self._show(request, form, None)
        data = form.cleaned_data
        try:
            plan = plan_import(data["organization"], data["rows"], updates=data["updates"])
            if "_confirm" in request.POST:
                return self._import(request, form, data)
        except ImportFailed as failure:
            form.add_error(None, str(failure))
            return self._show(request, form, None)
        return self._show(request, form, plan)

    def make_import_form(self, request: HttpRequest, **kwargs: Any) -> CandidateImportForm:
        kwargs["organizations"] = self.list_organizations(request)
        if request.method == "POST" and "_back" not in request.POST:
            return self.import_form(request.POST, request.FILES, **kwargs)
        initial = request.POST.dict() if request.method == "POST" else request.GET.dict()
        return self.import_form(initial=initial, **kwargs)

    def describe_more(self, form: CandidateImportForm, plan: Plan) -> dict[str, Any]:
        """More for the page that asks to confirm."""
        return {}

    def do_more(self, request: HttpRequest, form: CandidateImportForm, plan: Plan) -> str:
        """What else was asked for is done with those who were imported. Returns where to go then, or nothing."""
        return ""

    def _import(self, request: HttpRequest, form: CandidateImportForm, data: dict[str, Any]) -> HttpResponse:
        rows: list[TableRow] = data["rows"]
        with transaction.atomic():
            plan = import_candidates(data["organization"], rows, updates=data["updates"])
            record_import(plan=plan, organization=data["organization"], actor=get_user(request), now=timezone.now())
        self.message_user(request, _summarise(plan), messages.SUCCESS)
        return HttpResponseRedirect(self.do_more(request, form, plan) or reverse(LIST_PAGE))

    def _show(self, request: HttpRequest, form: CandidateImportForm, plan: Plan | None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Add several candidates",
            "opts": self.opts,
            "form": form,
            "plan": plan,
            "list_url": reverse(LIST_PAGE),
        }
        if plan is not None:
            outcomes = {name: plan.list_rows(name) for name in ("bad", "new", "changed", "known")}
            context |= {**outcomes, "text": form.cleaned_data["text"], **self.describe_more(form, plan)}
            context["bad_text"] = "\n".join(row.row.text for row in outcomes["bad"])
        return TemplateResponse(request, "admin/organizations/candidate/import.html", context)


def _summarise(plan: Plan) -> str:
    counts = {name: len(plan.list_rows(name)) for name in ("new", "changed", "known", "bad")}
    words = {"new": "new", "changed": "changed", "known": "here already", "bad": "left out"}
    return f"Imported: {', '.join(f'{count} {words[name]}' for name, count in counts.items() if count)}."
