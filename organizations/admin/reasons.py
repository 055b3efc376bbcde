"""Asking why: a field “Reason” on the page of a row, kept in the history. Base of every page (scope.py).

Where something that others will ask about is changed, the reason must be given (`reasoned_fields`); elsewhere it may be
(`asks_reason`). Deleting asks on its confirmation.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest

from organizations.admin.history_pages import HistoryPages
from organizations.admin.recording import MOST_REASON, REASON
from organizations.admin.themed_forms import theme_fields

MISSING = "Write why: the history keeps it, for whoever asks later."
HINT = "Kept in the history."


class ReasonField(forms.CharField):
    """The one field that asks why, wherever it is asked. What is kept elsewhere too may be longer, and says where."""

    def __init__(self, *, required: bool = False, **own: Any) -> None:
        shown: dict[str, Any] = {
            "label": "Reason",
            "help_text": HINT,
            "max_length": MOST_REASON,
            "widget": forms.TextInput(attrs={"autocomplete": "off"}),
            "error_messages": {"required": MISSING},
        }
        super().__init__(required=required, **{**shown, **own})


class ReasonForm(forms.Form):
    """For a page that asks nothing but why."""

    reason = ReasonField(required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theme_fields(self.fields)


class MayReasonForm(forms.Form):
    """For a page that offers to say why, under the name that its deed reads."""

    def __init__(self, name: str = REASON) -> None:
        super().__init__()
        self.fields[name] = ReasonField()
        theme_fields(self.fields)


class ReasonRules:
    """What a form that asks why checks besides."""

    reasoned_fields: ClassVar[Sequence[str]] = ()

    def clean(self) -> Any:
        data = super().clean()  # type: ignore[misc]
        form: Any = self
        is_needed = set(self.reasoned_fields) & set(form.changed_data)
        if is_needed and not str(form.cleaned_data.get(REASON, "")).strip():
            form.add_error(REASON, MISSING)
        return data


class ReasonedAdmin(HistoryPages):
    asks_reason = False
    reasoned_fields: ClassVar[Sequence[str]] = ()
    change_form_after_template = "admin/organizations/parts/reason.html"
    delete_confirmation_template = "admin/organizations/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/organizations/delete_confirmation.html"

    def is_reason_asked(self, request: HttpRequest, row: Any) -> bool:
        is_asked = self.asks_reason or bool(self.reasoned_fields)
        return row is not None and is_asked and self.has_change_permission(request, row)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if not self.is_reason_asked(request, obj):
            return form
        asking: Any = type(form.__name__, (ReasonRules, form), {"reasoned_fields": self.reasoned_fields})
        asking.base_fields[REASON] = ReasonField(help_text=self._say_when(form))
        return asking

    def _say_when(self, form: Any) -> str:
        labels = [
            str(form.base_fields[name].label).lower() for name in self.reasoned_fields if name in form.base_fields
        ]
        needed = f" Needed when you change: {', '.join(labels)}." if labels else ""
        return f"{HINT}{needed}"
