"""Where candidates stand across their interviews: one, or all of whom there is a report."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.schema import PROBLEM, give_example
from interviewpanel.api.sessions import get_reader_id
from organizations.api.callers import get_reach
from organizations.api.searches import SEARCHED_EMAIL, search_email
from organizations.api.views import TenantViewSet
from organizations.models import Candidate
from reports.domain.standings import TIER_NAMES, Standing
from reports.models import InterviewReport
from reports.selectors.standings import find_last_interviews, find_standings, list_counted, list_ranked

VIEW = "reports.view_interviewreport"
EXAMPLE = {
    "candidate": "8f14e45f-ceea-467f-a3f9-b5c1d2e3f405",
    "full_name": "Priya Raghunathan",
    "organization": "0d9c6a4e-2f51-4d6f-8a56-1f2d3c4b5a69",
    "last_score": 56,
    "last_grade": "F",
    "overall": 56,
    "tier": "starter",
    "interviews": 1,
    "last_interviewed_at": "2026-03-12T09:30:00Z",
    "last_calculated_at": "2026-03-12T09:42:20Z",
}


class StandingSerializer(serializers.Serializer):
    candidate = serializers.UUIDField()
    full_name = serializers.CharField()
    organization = serializers.UUIDField()
    last_score = serializers.IntegerField(
        allow_null=True, help_text="The overall of the last interview; null if too little of it was measured."
    )
    last_grade = serializers.CharField(allow_null=True)
    overall = serializers.IntegerField(
        allow_null=True, help_text="Of all interviews; one counts half as much as one 180 days later."
    )
    tier = serializers.ChoiceField(
        choices=TIER_NAMES,
        allow_null=True,
        help_text="Of the overall: platinum from 90, gold 80, silver 70, bronze 60.",
    )
    interviews = serializers.IntegerField(help_text="How many count in the overall.")
    last_interviewed_at = serializers.DateTimeField(allow_null=True)
    last_calculated_at = serializers.DateTimeField(
        allow_null=True, help_text="When the newest of the reports was made that it comes from."
    )


class StandingFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    tier = filters.MultipleChoiceFilter(choices=[(one, one) for one in TIER_NAMES], method="keep_tiers")

    def keep_tiers(self, rows: Any, name: str, value: Sequence[str]) -> Any:
        """Computed of all, since a tier is stored nowhere: a light row for each report."""
        if not value:
            return rows
        reports = count_for(self.request).filter(session__invitation__candidate__in=rows)
        return rows.filter(pk__in=[pk for pk, one in find_standings(reports).items() if one.tier in value])


def count_for(request: Request) -> QuerySet[InterviewReport]:
    return list_counted(get_reader_id(request), get_reach(request))


class StandingRows(TenantViewSet):
    """Base of both views: candidates, told of as they stand."""

    queryset = Candidate.objects.filter(is_erased=False, is_trial=False).select_related("organization")
    serializer_class = StandingSerializer

    def tell(self, candidates: list[Candidate]) -> list[dict[str, Any]]:
        """Two queries, however many candidates."""
        reports = count_for(self.request).filter(session__invitation__candidate__in=candidates)
        standings, last = find_standings(reports), find_last_interviews(candidates)
        return [
            {
                "candidate": one.uuid,
                "full_name": one.full_name,
                "organization": one.organization.uuid,
                **describe(standings.get(one.pk, Standing())),
                "last_interviewed_at": last.get(one.pk),
            }
            for one in candidates
        ]


@extend_schema(tags=["standings"])
class StandingViewSet(StandingRows):
    filterset_class = StandingFilters
    search_fields = ("full_name", SEARCHED_EMAIL)
    ordering_fields = ("full_name", "created_at")
    ordering = ("full_name", "pk")
    permissions: ClassVar = {"list": VIEW}

    def get_queryset(self) -> QuerySet[Any]:
        rows = search_email(self.request, super().get_queryset(), "email")
        return list_ranked(rows, get_reader_id(self.request), get_reach(self.request))

    @extend_schema(
        summary="Standings",
        description="Of candidates of whom a report is made. Interviews that you are to rate first do not count yet, "
        "nor do those of who has withdrawn.",
        responses={200: StandingSerializer(many=True), 400: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(StandingSerializer(self.tell(page), many=True).data)


@extend_schema(tags=["standings"])
class CandidateStandingViewSet(StandingRows):
    filter_backends: ClassVar[list[Any]] = []
    permissions: ClassVar = {"standing": VIEW}

    @extend_schema(
        summary="Where a candidate stands",
        description="Everything is null of who has not been interviewed.",
        responses={200: StandingSerializer, 404: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    @action(detail=True, methods=["get"])
    def standing(self, request: Request, uuid: str) -> Response:
        (told,) = self.tell([self.get_object()])
        return answer_tagged(request, StandingSerializer(told).data)


def describe(standing: Standing) -> dict[str, Any]:
    return {
        "last_score": standing.last_score,
        "last_grade": standing.last_grade,
        "overall": standing.overall,
        "tier": standing.tier,
        "interviews": standing.counted,
        "last_calculated_at": standing.last_calculated_at,
    }
