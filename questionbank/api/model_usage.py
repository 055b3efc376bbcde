"""What language models took, by month: tokens, costs and failures by purpose, and the budgets of this month."""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.lists import KnownParameters
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_reach
from organizations.api.views import TenantViewSet
from organizations.models import Organization
from questionbank.domain.model_purposes import Purpose
from questionbank.models import ModelCall
from questionbank.selectors.model_usage import (
    PurposeMonth,
    Usage,
    list_month_starts,
    list_month_tokens,
    list_purpose_months,
)
from questionbank.services.model_calls import find_budget

MOST_MONTHS = 36
MOST_ORGANIZATIONS = 100
OWNER = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
NOTHING = {
    "calls": 0,
    "failed": 0,
    "prompt_tokens": 0,
    "completion_tokens": 0,
    "cost": None,
    "calls_without_price": 0,
}
USED = {
    "calls": 42,
    "failed": 1,
    "prompt_tokens": 61500,
    "completion_tokens": 9800,
    "cost": "0.331500",
    "calls_without_price": 0,
}
EXAMPLE = {
    "months": [
        {"month": "2026-10", **NOTHING, "purposes": []},
        {"month": "2026-11", **USED, "purposes": [{"purpose": "score", **USED}]},
    ],
    "budgets": [{"organization": OWNER, "tokens_used": 71300, "monthly_tokens": 2000000, "tokens_left": 1928700}],
}


class ModelUsageSumSerializer(serializers.Serializer):
    calls = serializers.IntegerField()
    failed = serializers.IntegerField(help_text="Of the calls, those that brought no answer. Their tokens count too.")
    prompt_tokens = serializers.IntegerField(help_text="Read by the model.")
    completion_tokens = serializers.IntegerField(help_text="Written by the model.")
    cost = serializers.DecimalField(
        max_digits=14,
        decimal_places=6,
        allow_null=True,
        help_text="US dollars, of the calls whose model has a price. Null where none has.",
    )
    calls_without_price = serializers.IntegerField(help_text="Calls that used tokens of a model without a price.")


class ModelPurposeUsageSerializer(ModelUsageSumSerializer):
    purpose = serializers.ChoiceField(choices=[(one.value, one.value) for one in Purpose])


class ModelMonthUsageSerializer(ModelUsageSumSerializer):
    month = serializers.CharField(help_text="Such as 2026-11; of UTC.")
    purposes = ModelPurposeUsageSerializer(many=True)


class ModelBudgetSerializer(serializers.Serializer):
    organization = serializers.UUIDField()
    tokens_used = serializers.IntegerField(help_text="In this month, for all purposes.")
    monthly_tokens = serializers.IntegerField(allow_null=True, help_text="Null: no limit.")
    tokens_left = serializers.IntegerField(allow_null=True, help_text="0: nothing is generated until the month ends.")


class ModelUsageSerializer(serializers.Serializer):
    months = ModelMonthUsageSerializer(many=True, help_text="The oldest first, without gaps; this month is the last.")
    budgets = ModelBudgetSerializer(many=True, help_text=f"Who used most first; {MOST_ORGANIZATIONS} at most.")


USAGE: Any = forced_singular_serializer(ModelUsageSerializer)  # one answer, though it is asked for as lists are


class ModelUsageFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")


class AskedMonthsSerializer(serializers.Serializer):
    months = serializers.IntegerField(min_value=1, max_value=MOST_MONTHS, default=12)


@extend_schema(tags=["model-usage"])
class ModelUsageViewSet(TenantViewSet):
    queryset = ModelCall.objects.order_by()
    serializer_class = ModelUsageSerializer
    filterset_class = ModelUsageFilters
    filter_backends: ClassVar[Any] = [KnownParameters, filters.DjangoFilterBackend]
    more_parameters = ("months",)
    pagination_class = None
    seen_by = "questionbank.view_modelcall"
    permissions: ClassVar = {"list": seen_by}

    @extend_schema(
        summary="What language models took, by month",
        description="Of all that you reach together, or of one organization. Months are those of UTC, as budgets are.",
        parameters=[OpenApiParameter("months", int, description=f"How many, at most {MOST_MONTHS}; 12 if not said.")],
        responses={200: USAGE, 400: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    def list(self, request: Request) -> Response:
        asked = AskedMonthsSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        now = timezone.now()
        starts = list_month_starts(now, asked.validated_data["months"])
        rows = list_purpose_months(self.filter_queryset(self.get_queryset()), starts[0])
        answer = {
            "months": [describe_month(start, [one for one in rows if one.month == start]) for start in starts],
            "budgets": list_budgets(request, self.seen_by, now),
        }
        return answer_tagged(request, answer)


def list_budgets(request: Request, permission: str, now: datetime) -> list[dict[str, Any]]:
    reach = get_reach(request)
    seen = Organization.objects.all()
    if not reach.sees_all:
        seen = seen.filter(pk__in=reach.list_organizations(permission))
    if chosen := request.query_params.get("organization"):
        seen = seen.filter(uuid=chosen)
    return [describe_budget(*one) for one in list_month_tokens(seen, now, MOST_ORGANIZATIONS)]


def describe_month(start: datetime, rows: list[PurposeMonth]) -> dict[str, Any]:
    total = Usage()
    for one in rows:
        total += one.usage
    purposes = [{"purpose": one.purpose, **describe_usage(one.usage)} for one in rows]
    return {"month": f"{start:%Y-%m}", **describe_usage(total), "purposes": purposes}


def describe_usage(usage: Usage) -> dict[str, Any]:
    return {
        "calls": usage.calls,
        "failed": usage.failed,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost": None if usage.cost is None else f"{Decimal(usage.cost):.6f}",
        "calls_without_price": usage.unpriced,
    }


def describe_budget(organization: Organization, used: int) -> dict[str, Any]:
    budget = find_budget(organization) or None
    return {
        "organization": str(organization.uuid),
        "tokens_used": used,
        "monthly_tokens": budget,
        "tokens_left": None if budget is None else max(0, budget - used),
    }
