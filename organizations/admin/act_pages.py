"""The page between choosing and doing: what will be done, to whom, who is left out and why. Called by admin pages.

Pages with forms of their own fill templates/admin/act.html themselves; `ask_first` is for a list's action that needs
nothing but to be meant.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest
from django.template.response import TemplateResponse

TEMPLATE = "admin/act.html"
CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Words:
    """What is asked of one and of several: the button heads the page too. `{count}` stands for how many."""

    one: str
    many: str
    says: Sequence[str] = ()
    is_danger: bool = False

    def name(self, count: int) -> str:
        return self.one if count == 1 else self.many.format(count=count)


def describe_act(
    page: Any, request: HttpRequest, words: Words, *, count: int, back: str, **more: Any
) -> dict[str, Any]:
    """What the template needs."""
    return {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": words.name(count),
        "button": words.name(count),
        "button_name": CONFIRMED,
        "says": words.says,
        "is_danger": words.is_danger,
        "back": back,
        **more,
    }


def ask_first(
    page: Any,
    request: HttpRequest,
    words: Words,
    rows: Iterable[Any],
    *,
    form: forms.Form | None = None,
    left_out: Sequence[tuple[Any, str]] = (),
) -> TemplateResponse | None:
    """The page for the action of a list; None once it is confirmed. `rows`: those with which it will be done."""
    chosen = list(rows)
    if CONFIRMED in request.POST and (form is None or form.is_valid()):
        return None
    keys = [(ACTION_CHECKBOX_NAME, row.pk) for row in chosen]
    context = describe_act(
        page,
        request,
        words,
        count=len(chosen),
        back=request.get_full_path(),
        form=form,
        rows=[(name_row(page, row),) for row in chosen],
        left_out=left_out,
        hidden=[("action", request.POST["action"]), *keys],
    )
    if len(chosen) == 1:
        context["says"] = [name_row(page, chosen[0]), *words.says]
    return TemplateResponse(request, TEMPLATE, context)


def name_row(page: Any, row: Any) -> str:
    name = getattr(page, "name_row", None)
    return str(name(row) if name else row)


def is_confirmed(request: HttpRequest) -> bool:
    return CONFIRMED in request.POST
