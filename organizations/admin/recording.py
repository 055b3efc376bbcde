"""Every change made in the admin goes into the history, with the values before and after: the base of its pages.

`log_addition`, `log_change` and `log_deletions` are Django's, and called by its forms, by our actions and views. They
write the line here, and nothing into Django's own log: what is erased would have to be found there too. What a row held
before is remembered when a page or an action that will change it loads it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.text import capfirst
from unfold.admin import ModelAdmin

from authentication.models import User
from organizations.domain.bulk import refuse_too_many
from organizations.domain.differences import Difference, describe_formsets, make_difference
from organizations.models import Change, Organization
from organizations.selectors import load_reach
from organizations.services.history import record_change, record_changes
from organizations.services.row_values import compare_rows, read_values, show_plain

REASON = "change_reason"  # the field of a form, or of a confirmation, that asks why
MOST_REASON = 500
MOST_REMEMBERED = 500  # of what an action may change at once: their values before
Values = Mapping[str, Any]


def get_actor(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def read_reason(request: HttpRequest, name: str = REASON) -> str:
    """What was posted as the reason. Pages take no more letters than this; nothing that somebody wrote is cut."""
    reason = request.POST.get(name, "").strip()
    if len(reason) > MOST_REASON:
        raise BadRequest(f"A reason has {MOST_REASON} characters at most.")
    return reason


def record_export(request: HttpRequest, permission: str, message: str) -> None:
    """A line in the history of each organization whose rows this user takes away as a file.

    Who reaches all organizations leaves one that superadmins read.
    """
    reach, actor = load_reach(request.user), get_actor(request)
    owners = Organization.objects.filter(pk__in=reach.list_organizations(permission))
    rows: list[tuple[Model, int | None]] = [(one, one.pk) for one in owners]
    if reach.sees_all and actor is not None:
        rows = [(actor, None)]
    record_changes(rows=rows, action=Change.Action.EXPORTED, actor=actor, now=timezone.now(), message=message)


class RecordingAdmin(ModelAdmin):
    """`keeps_values` is False where rows are also written by the machine: only words are kept there.

    `records_itself` where a service writes the lines. `reason_name` is the field of the page's form that asks why.
    """

    keeps_values = True
    records_itself = False
    reason_name = REASON

    def find_owner_id(self, row: Any) -> int | None:
        """Whose history the row's changes belong to; None: superadmins'."""
        return None

    # --- What was there before ---------------------------------------------------------------------------------------

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        if row is not None and request.method == "POST" and self.keeps_values:
            self._remembered(request).setdefault((row._meta.label_lower, row.pk), read_values(row))
        return row

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        chosen = [pk for pk in request.POST.getlist(helpers.ACTION_CHECKBOX_NAME) if pk.isdecimal()]
        count = queryset.count() if request.POST.get("select_across") == "1" else len(chosen)
        if refusal := refuse_too_many(count):
            self.message_user(request, refusal, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        is_confirmed = bool(request.POST.get("action")) and self.keeps_values
        if chosen and is_confirmed and request.POST.get("action") != "delete_selected":
            for row in self.model._base_manager.filter(pk__in=chosen[:MOST_REMEMBERED]):
                self._remembered(request).setdefault((row._meta.label_lower, row.pk), read_values(row))
        response: HttpResponse | None = super().response_action(request, queryset)
        return response

    def _remembered(self, request: HttpRequest) -> dict[tuple[str, int], Values]:
        if not hasattr(request, "_rows_before"):
            setattr(request, "_rows_before", {})  # noqa: B010 - the request is Django's, the name is ours
        return getattr(request, "_rows_before")  # noqa: B009

    def _find_differences(self, request: HttpRequest, row: Model) -> list[Difference] | None:
        """None where nothing is known of before; what is told once is not told again."""
        key = (row._meta.label_lower, row.pk)
        before = self._remembered(request).get(key)
        now = type(row)._base_manager.filter(pk=row.pk).first() if before is not None else None
        if before is None or now is None:
            return None
        self._remembered(request)[key] = read_values(now)
        return compare_rows(before, now)

    # --- The lines ---------------------------------------------------------------------------------------------------

    def log_addition(self, request: HttpRequest, obj: Any, message: Any, reason: str = "") -> None:
        self._record(request, obj, Change.Action.ADDED, message, reason, ())

    def log_change(self, request: HttpRequest, obj: Any, message: Any, reason: str = "") -> None:
        differences = self._find_differences(request, obj) if self.keeps_values else None
        told = [*(differences or ()), *getattr(request, "_rows_below", ())]
        if told or isinstance(message, str) or describe_formsets(message) or differences is None:
            self._record(request, obj, Change.Action.CHANGED, message, reason, told)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Any]) -> None:
        for row in queryset:
            self._record(request, row, Change.Action.DELETED, "", "", ())

    def _record(
        self, request: HttpRequest, row: Any, action: str, message: Any, reason: str, differences: Iterable[Difference]
    ) -> None:
        if self.records_itself:
            return
        record_change(
            row=row,
            action=action,
            organization_id=self.find_owner_id(row),
            actor=get_actor(request),
            now=timezone.now(),
            message=message if isinstance(message, str) else describe_formsets(message),
            differences=list(differences),
            reason=reason or read_reason(request, self.reason_name),
        )

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """As Django says it; the values of the rows below the row are kept aside for the history."""
        below = [] if add else [one for formset in formsets or () for one in compare_formset(formset)]
        setattr(request, "_rows_below", below)  # noqa: B010
        return super().construct_change_message(request, form, formsets, add)


def compare_formset(formset: Any) -> list[Difference]:
    """What was changed in rows below the row of a page, each called by its name."""
    differences = []
    changed = {row.pk for row, _ in getattr(formset, "changed_objects", ())}
    for form in formset.forms:
        if form.instance.pk in changed and isinstance(form, forms.ModelForm):
            differences += [describe_field(form, name) for name in form.changed_data if name != "id"]
    return differences


def describe_field(form: forms.ModelForm, name: str) -> Difference:
    """A field of a form as it was when the page was opened, and as it was saved."""
    field = form.fields[name]
    before, after = form.get_initial_for_field(field, name), form.cleaned_data.get(name)
    label = f"{form.instance}: {capfirst(str(field.label or name)).lower()}"
    return make_difference(name, label, show_choice(field, before), show_choice(field, after))


def show_choice(field: forms.Field, value: Any) -> str:
    """A row or a choice by the name that the page shows."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(field, forms.ModelChoiceField) and not isinstance(value, Model) and field.queryset is not None:
        row = field.queryset.model._base_manager.filter(pk=value).first()
        return str(row) if row is not None else str(value)
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = [str(label) for choice, label in choices if str(choice) == str(value)]
        return labels[0] if labels else show_plain(value)
    return show_plain(value)
