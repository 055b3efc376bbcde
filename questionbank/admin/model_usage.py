"""The page that sums up what language models took: by month and purpose, budgets, failures, how long answers took."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from organizations.admin.scope import get_reach
from organizations.admin.tables import NOTHING
from organizations.models import Organization
from questionbank.domain.model_purposes import Purpose
from questionbank.domain.usage_charts import find_share, stack_columns
from questionbank.selectors.model_usage import (
    LATELY_DAYS,
    PurposeMonth,
    Usage,
    list_failures,
    list_month_starts,
    list_month_tokens,
    list_purpose_months,
    list_speeds,
)
from questionbank.services.model_calls import find_budget

TEMPLATE = "admin/questionbank/modelcall/usage.html"
VIEW = "questionbank.view_modelcall"
MONTHS = 12
MOST_ORGANIZATIONS = 20
PURPOSES = {
    Purpose.GENERATE: "Generating",
    Purpose.SCORE: "Scoring",
    Purpose.NARRATE: "Report texts",
    Purpose.CONVERSE: "Conversation",
}


def show_usage(page: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Five queries, however many calls there are. `organization` in the address narrows it to one."""
    if not page.has_view_permission(request):
        raise PermissionDenied
    now = timezone.now()
    organizations = list_seen_organizations(request)
    calls = page.get_queryset(request).order_by()
    chosen = find_chosen(request, organizations)
    if chosen is not None:
        calls, organizations = calls.filter(organization=chosen), organizations.filter(pk=chosen.pk)
    starts = list_month_starts(now, MONTHS)
    rows = list_purpose_months(calls, starts[0])
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": "Language models",
        "chosen": chosen,
        "budgets": describe_budgets(organizations, now),
        "months": describe_months(rows, starts),
        "is_used": bool(rows),
        "now_month": describe_usage(sum_up(one for one in rows if one.month == starts[-1])),
        "speeds": [(PURPOSES[Purpose(one.purpose)], one) for one in list_speeds(calls, now)],
        "failures": list_failures(calls, now),
        "purposes": [(one.value, words) for one, words in PURPOSES.items()],
        "lately": LATELY_DAYS,
    }
    return TemplateResponse(request, TEMPLATE, context)


def list_seen_organizations(request: HttpRequest) -> Any:
    reach = get_reach(request)
    rows = Organization.objects.all()
    return rows if reach.sees_all else rows.filter(pk__in=reach.list_organizations(VIEW))


def find_chosen(request: HttpRequest, organizations: Any) -> Organization | None:
    """Raises Http404 where it is no organization of the reader's."""
    asked = request.GET.get("organization", "")
    if not asked:
        return None
    found: Organization | None = organizations.filter(slug=asked[:100].replace("\x00", "")).first()
    if found is None:
        raise Http404("There is no such organization.")
    return found


def describe_budgets(organizations: Any, now: datetime) -> list[dict[str, Any]]:
    """The organizations that used most this month, first; each with its budget."""
    described = []
    for organization, used in list_month_tokens(organizations, now, MOST_ORGANIZATIONS):
        budget = find_budget(organization)
        share = find_share(used, budget)
        tone = "" if not budget else "is-bad" if used >= budget else "is-warning" if share >= 80 else "is-good"
        described.append({"organization": organization, "used": used, "budget": budget, "share": share, "tone": tone})
    return described


def sum_up(rows: Any) -> Usage:
    total = Usage()
    for one in rows:
        total += one.usage
    return total


def describe_months(rows: Sequence[PurposeMonth], starts: Sequence[datetime]) -> list[dict[str, Any]]:
    by_month = {start: [one for one in rows if one.month == start] for start in starts}
    columns = [{one.purpose: one.usage.tokens for one in found} for found in by_month.values()]
    stacked = stack_columns(columns, [one.value for one in PURPOSES])
    return [
        {
            "label": f"{start:%b %Y}",
            "stretches": [(one, PURPOSES[Purpose(one.name)]) for one in stretches],
            "lines": [(PURPOSES[Purpose(one.purpose)], describe_usage(one.usage)) for one in found],
            "total": describe_usage(sum_up(found)),
        }
        for (start, found), stretches in zip(by_month.items(), stacked, strict=True)
    ]


def describe_usage(usage: Usage) -> dict[str, Any]:
    return {"usage": usage, "cost": write_cost(usage.cost, usage.unpriced)}


def write_cost(cost: Decimal | None, unpriced: int) -> str:
    """In US dollars. What has no price is said, never shown as 0."""
    if unpriced and not cost:
        return "no price set"
    if cost is None:
        return NOTHING
    written = f"${cost:,.2f}" if cost >= 1 or not cost else f"${cost:,.4f}"
    return f"{written}, and {unpriced:,} without a price" if unpriced else written
