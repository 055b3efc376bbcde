"""Many candidates in one call: each row is added, known already, or told what is wrong. Part of candidates.py."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.fields import BoundedListField
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_user
from organizations.api.history import name_way
from organizations.api.idempotency import create_once
from organizations.api.owners import find_owner, make_owner_field
from organizations.api.serializers import RowErrorSerializer
from organizations.api.views import TenantViewSet
from organizations.domain.bulk import MOST_AT_ONCE
from organizations.domain.candidate_table import TableRow
from organizations.services.candidate_imports import ImportFailed, Plan, PlannedRow, import_candidates, record_import

OUTCOMES = {"new": "created", "changed": "changed", "known": "known", "bad": "error"}
BULK_EXAMPLE = {
    "candidates": [
        {"full_name": "Amara Okafor", "email": "amara@example.com", "phone": "+442071838750"},
        {"full_name": "Sam Okoro", "email": "sam@example"},
    ]
}
BULK_ANSWER = {
    "created": 1,
    "changed": 0,
    "known": 0,
    "failed": 1,
    "candidates": [
        {"outcome": "created", "id": "0f8fad5b-d9cb-469f-a165-70867728950e", "errors": []},
        {
            "outcome": "error",
            "id": None,
            "errors": [
                {"pointer": "#/candidates/1/email", "detail": "“sam@example” is no e-mail address.", "code": "invalid"}
            ],
        },
    ],
}


class BulkRowSerializer(serializers.Serializer):
    """Its form is looked at here, its content row by row when it is added."""

    full_name = serializers.CharField(max_length=1000, allow_blank=True, default="")
    email = serializers.CharField(max_length=1000, allow_blank=True, default="")
    phone = serializers.CharField(max_length=1000, allow_blank=True, default="", help_text="With its country code.")


class BulkCandidatesSerializer(serializers.Serializer):
    organization = make_owner_field()
    updates = serializers.BooleanField(
        default=False, help_text="Whether candidates who are here already get the name and phone number of their row."
    )
    candidates = BoundedListField(child=BulkRowSerializer(), min_length=1, max_length=MOST_AT_ONCE)


class BulkOutcomeSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=list(OUTCOMES.values()))
    id = serializers.UUIDField(allow_null=True)
    errors = RowErrorSerializer(many=True)


class BulkAnswerSerializer(serializers.Serializer):
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    known = serializers.IntegerField()
    failed = serializers.IntegerField()
    candidates = BulkOutcomeSerializer(many=True, help_text="One for each row, in the order they were sent in.")


class CandidateBulk(TenantViewSet):
    @extend_schema(
        summary="Add many candidates",
        description=f"Up to {MOST_AT_ONCE}. Rows that are wrong are left out, and say why; all others are added in one "
        "transaction. Who is here already, by e-mail address, is known and keeps what they have unless `updates`.",
        request=BulkCandidatesSerializer,
        responses={200: BulkAnswerSerializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(BULK_EXAMPLE, of="request"), give_example(BULK_ANSWER, of="response")],
    )
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        return create_once(request, lambda: self._add_many(request))

    def _add_many(self, request: Request) -> Response:
        wanted = BulkCandidatesSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        data = wanted.validated_data
        owner = find_owner(request, "organizations.add_candidate", data.get("organization"))
        if data["updates"]:
            self.check_may("organizations.change_candidate", owner.pk)
        rows = [read_row(number, row) for number, row in enumerate(data["candidates"], 1)]
        try:
            plan = import_candidates(owner, rows, updates=data["updates"], counted="row")
        except ImportFailed as failure:
            raise Refused(str(failure)) from failure
        record_import(plan=plan, organization=owner, actor=get_user(request), now=timezone.now(), way=name_way(request))
        return Response(describe_plan(plan))


def read_row(number: int, row: dict[str, str]) -> TableRow:
    name, email, phone = (" ".join(row[field].split()) for field in ("full_name", "email", "phone"))
    return TableRow(number, name, email, phone)


def describe_plan(plan: Plan) -> dict[str, Any]:
    counts = {told: len(plan.list_rows(outcome)) for outcome, told in OUTCOMES.items()}
    counts["failed"] = counts.pop("error")
    return {**counts, "candidates": [describe_row(number, row) for number, row in enumerate(plan.rows)]}


def describe_row(number: int, row: PlannedRow) -> dict[str, Any]:
    return {
        "outcome": OUTCOMES[row.outcome],
        "id": row.candidate and row.candidate.uuid,
        "errors": [
            {"pointer": f"#/candidates/{number}{f'/{field}' if field else ''}", "detail": told, "code": "invalid"}
            for field, words in row.faults.items()
            for told in words
        ],
    }
