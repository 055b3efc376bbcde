"""What language models were asked to write: the log, and how far each has come. Answers of 202 lead here."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.moments import MomentFilter
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_user
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.views import TenantViewSet
from organizations.models import Change
from questionbank.domain.generation_states import WORK_STATUSES, LogStatus, name_status
from questionbank.models import Generation
from questionbank.services.generation.requests import (
    GenerationRefused,
    ask_again,
    cancel_generation,
    tell_missing_model,
)

VIEW, GENERATE = "questionbank.view_generation", "questionbank.generate_generation"
STATUSES = [(one.value, one.value) for one in LogStatus]
ID = "3f1f0f0a-7d0f-4a51-9d0a-5a3d0c4b9e21"
EXAMPLE: dict[str, Any] = {
    "id": ID,
    "status_url": f"https://interviews.example.com/api/v1/generations/{ID}/",
    "organization": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "parent": None,
    "operation": "workflow",
    "req_id": "REQ-2026-014",
    "user": "recruiter@fernbrook.example",
    "status": "in_progress",
    "steps": 7,
    "steps_done": 2,
    "from_cache": 0,
    "doing": "Writing question 1 of 5",
    "error": "",
    "prompt_tokens": 4210,
    "completion_tokens": 1830,
    "tokens": 6040,
    "asked_at": "2026-11-21T09:30:00Z",
    "started_at": "2026-11-21T09:30:01Z",
    "completed_at": None,
}
WAITING = {
    **EXAMPLE,
    **dict.fromkeys(("steps_done", "prompt_tokens", "completion_tokens", "tokens"), 0),
    "doing": "Waiting for a worker",
    "started_at": None,
}
FAILED = {
    **EXAMPLE,
    "status": "failed",
    "doing": "",
    "error": "Cancelled by recruiter@fernbrook.example. What was made before is kept; it can be asked for again.",
    "completed_at": "2026-11-21T09:31:40Z",
}


class GenerationSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    status_url = serializers.SerializerMethodField(help_text="Ask here how far it has come.")
    organization = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    parent = serializers.SlugRelatedField(
        slug_field="uuid", read_only=True, allow_null=True, help_text="Of a part: the whole."
    )
    operation = serializers.ChoiceField(source="kind", choices=Generation.Kind.choices, read_only=True)
    user = serializers.SerializerMethodField(help_text="Who asked for it; null for an API key.")
    status = serializers.SerializerMethodField()
    error = serializers.CharField(source="last_error", read_only=True, help_text="Why it failed, or waits.")
    tokens = serializers.SerializerMethodField(help_text="Read and written together.")
    asked_at = serializers.DateTimeField(source="created_at", read_only=True)
    completed_at = serializers.DateTimeField(source="finished_at", read_only=True, allow_null=True)

    class Meta:
        model = Generation
        fields = read_only_fields = tuple(EXAMPLE)

    def get_status_url(self, generation: Generation) -> str:
        return write_status_url(generation)

    def get_user(self, generation: Generation) -> str | None:
        return str(generation.asked_by) if generation.asked_by else None

    @extend_schema_field(serializers.ChoiceField(choices=STATUSES))
    def get_status(self, generation: Generation) -> str:
        return name_status(generation.work_status)

    def get_tokens(self, generation: Generation) -> int:
        return generation.prompt_tokens + generation.completion_tokens


class GenerationDetailSerializer(GenerationSerializer):
    parts = GenerationSerializer(many=True, read_only=True, help_text="Of a large one; each succeeds by itself.")

    class Meta:
        model = Generation
        fields = read_only_fields = (*EXAMPLE, "parts")


def write_status_url(generation: Generation) -> str:
    path = reverse("api:generation-detail", args=[generation.uuid])
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def answer_accepted(generation: Generation) -> Response:
    """202: it is on its way, and here is where to ask after it."""
    told = GenerationSerializer(generation).data
    return Response(told, status.HTTP_202_ACCEPTED, headers={"Location": write_status_url(generation)})


ACCEPTED = OpenApiResponse(
    GenerationSerializer,
    "It is on its way; `Location` and `status_url` say where to ask how far it has come.",
    examples=[give_example(WAITING, of="response", status=202)],
)


class GenerationFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    req_id = filters.CharFilter(max_length=60)
    operation = filters.ChoiceFilter("kind", choices=Generation.Kind.choices)
    status = filters.ChoiceFilter(choices=STATUSES, method="keep_in_status")
    parent = filters.UUIDFilter("parent__uuid", label="The parts of this one.")
    asked_after = MomentFilter("created_at", "gte")
    asked_before = MomentFilter("created_at", "lt")

    def keep_in_status(self, rows: QuerySet[Generation], name: str, value: str) -> QuerySet[Generation]:
        return rows.filter(work_status__in=WORK_STATUSES[LogStatus(value)])


@extend_schema(tags=["generation"])
@extend_schema_view(
    list=extend_schema(
        summary="The generation log, the newest first",
        description="What language models were asked to write. Parts of a large one are listed with `parent`.",
        responses={200: GenerationSerializer(many=True), 400: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
)
class GenerationViewSet(ListModelMixin, TenantViewSet):
    queryset = Generation.objects.select_related("organization", "parent", "asked_by")
    serializer_class = GenerationSerializer
    filterset_class = GenerationFilters
    ordering_fields = ("created_at",)
    ordering = ("-pk",)
    seen_by = VIEW
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW, "cancel": GENERATE, "ask_again": GENERATE}

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if self.action == "list":
            rows = rows.defer("parameters", "result")
            return rows if "parent" in self.request.query_params else rows.filter(parent__isnull=True)
        return rows.prefetch_related("parts__asked_by", "parts__organization", "parts__parent")

    @extend_schema(
        summary="How far one has come",
        description="Ask every second or two until `status` is not `in_progress`. Tell by the ETag if nothing is new.",
        responses={200: GenerationDetailSerializer, 404: PROBLEM},
        examples=[give_example({**EXAMPLE, "parts": []}, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, GenerationDetailSerializer(self.get_object()).data)

    @extend_schema(
        summary="Cancel one",
        description="What was made before is kept.",
        request=None,
        responses={200: GenerationSerializer, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(FAILED, of="response")],
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, uuid: str) -> Response:
        user = get_user(request)
        who = str(user) if user else f"the API key {request.user.key}"
        generation = self._do(lambda row: cancel_generation(generation=row, who=who, now=timezone.now()), "Cancelled.")
        return Response(GenerationSerializer(generation).data)

    @extend_schema(
        summary="Ask again for one that failed",
        description="It goes on where it was: what was made stays, and costs nothing again.",
        request=None,
        responses={202: ACCEPTED, 404: PROBLEM, 409: PROBLEM},
    )
    @action(detail=True, methods=["post"], url_path="retry", url_name="retry")
    def ask_again(self, request: Request, uuid: str) -> Response:
        def begin() -> Response:
            told = "Asked for once more."
            return answer_accepted(self._do(lambda row: ask_again(generation=row, now=timezone.now()), told))

        tell_missing_model()
        return create_once(request, begin)

    def _do(self, do: Callable[[Generation], None], told: str) -> Generation:
        generation: Generation = self.get_object()
        with transaction.atomic():
            try:
                do(generation)
            except GenerationRefused as refusal:
                raise Refused(str(refusal)) from refusal
            record(self.request, generation, Change.Action.CHANGED, generation.organization_id, told)
        return generation
