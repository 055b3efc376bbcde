"""What every page of the comparison has in common: whose panel it is, what the address asks for, heads and pages.

Used by compare.py, which has the pages.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from interviewpanel.models import Decision, InterviewPanel
from organizations.admin.scope import get_reach
from reports.domain.wording import MEASURES

VIEW_REPORTS = "reports.view_interviewreport"
TEMPLATES = "admin/reports/compare"


@dataclass(frozen=True)
class Wish:
    """What the address asks for: who was chosen, in which order, whose decision, with or without names."""

    panel: InterviewPanel
    chosen: tuple[int, ...] = ()
    sort: str = "-overall"
    stage: str = ""
    is_blind: bool = False

    def link(self, name: str, *args: object, **changes: Any) -> str:
        """The address of a page of the comparison that asks for the same, but for the changes."""
        page = changes.pop("page", None)
        wish = replace(self, **changes)
        told: list[tuple[str, object]] = [("c", pk) for pk in wish.chosen]
        told += [(key, value) for key, value in (("sort", wish.sort), ("stage", wish.stage)) if name == "compare"]
        told += [("blind", 1)] if wish.is_blind else []
        told += [("page", page)] if page else []
        query = urlencode([(key, value) for key, value in told if value and (key, value) != ("sort", "-overall")])
        return reverse(name, args=[self.panel.pk, *args]) + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Column:
    """A head of the table that sorts: its link, and how it sorts now (`ascending`, `descending` or nothing)."""

    key: str
    label: str
    link: str
    sorted: str
    is_number: bool = True


View = Callable[..., HttpResponse]


def for_panel_viewers(view: View) -> View:
    """Hands over what the address asks of a panel that the user may see with its reports; else there is none."""

    @wraps(view)
    def find_panel(request: HttpRequest, pk: int, **names: object) -> HttpResponse:
        page = admin.site.get_model_admin(InterviewPanel)
        panel = page.get_object(request, str(pk))
        if panel is None or not page.has_view_permission(request, panel):
            raise Http404("There is no such panel.")
        if not get_reach(request).may(VIEW_REPORTS, panel.organization_id):
            raise Http404("There is no such panel.")
        return view(request, read_wish(request, panel), **names)

    return admin.site.admin_view(find_panel)


def read_wish(request: HttpRequest, panel: InterviewPanel) -> Wish:
    chosen = [int(key) for key in request.GET.getlist("c") if key.isascii() and key.isdecimal() and len(key) < 19]
    stage = request.GET.get("stage", "")
    return Wish(
        panel,
        chosen=tuple(dict.fromkeys(chosen)),
        sort=request.GET.get("sort", "") or "-overall",
        stage=stage if stage in Decision.Stage.values else "",
        is_blind="blind" in request.GET,
    )


def show(request: HttpRequest, wish: Wish, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the comparison; `here` tells its head which of the ways to compare it is."""
    shared = {
        **admin.site.each_context(request),
        "title": title,
        "opts": InterviewPanel._meta,
        "panel": wish.panel,
        "wish": wish,
        "here": "questions" if template == "question" else template,
        "links": {
            "table": wish.link("compare"),
            "questions": wish.link("compare-questions"),
            "side": wish.link("compare-side"),
        },
    }
    return TemplateResponse(request, f"{TEMPLATES}/{template}.html", {**shared, **context})


def list_columns(wish: Wish, four: list[str], categories: list[str]) -> list[Column]:
    keys = [("name", "Candidate", False), ("overall", "Overall", True), ("decision", "Decision", False)]
    keys += [(name, MEASURES[name], True) for name in four]
    keys += [(f"category:{name}", name, True) for name in categories]
    keys.append(("time", "Time", True))
    return [make_column(wish, *key) for key in keys]


def make_column(wish: Wish, key: str, label: str, is_number: bool) -> Column:
    """A click on it sorts the best first, on the one that sorts already the other way round."""
    first = f"-{key}" if is_number else key
    turned = key if first.startswith("-") else f"-{key}"
    order = {first: first.startswith("-"), turned: turned.startswith("-")}
    state = ("descending" if order[wish.sort] else "ascending") if wish.sort in order else ""
    link = wish.link("compare", sort=turned if wish.sort == first else first)
    return Column(key, label, link, state, is_number)


def list_stages(wish: Wish) -> list[tuple[str, str, bool]]:
    stages = [("", "All"), *Decision.Stage.choices]
    return [(label, wish.link("compare", stage=value), value == wish.stage) for value, label in stages]


def list_pages(wish: Wish, name: str, page: Page, *args: object) -> list[tuple[int, str, bool]]:
    """Nothing where there is one page only."""
    numbers = page.paginator.page_range if page.has_other_pages() else ()
    return [(number, wish.link(name, *args, page=number), number == page.number) for number in numbers]
