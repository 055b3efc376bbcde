"""Job descriptions: written, read by id and by requisition; what is generated for them is on its way with 202."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet
from django.http import Http404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged, check_unchanged
from config.api.fields import KnownFields
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_user
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.owners import find_owner
from organizations.api.views import TenantViewSet
from organizations.models import Change
from organizations.services.row_values import read_values
from questionbank.api import job_serializers as told
from questionbank.api.generations import ACCEPTED, GENERATE, answer_accepted
from questionbank.api.job_serializers import (
    EnhancementSerializer,
    JobDescriptionInListSerializer,
    JobDescriptionSerializer,
    JobDescriptionWriteSerializer,
    tell_description,
    tell_enhanced,
)
from questionbank.api.question_base import read_sent
from questionbank.models import Generation, JobDescription
from questionbank.services.generation.requests import GenerationRefused, tell_missing_model
from questionbank.services.job_descriptions import ask_enhancement, ask_interview, ask_screening, ask_workflow

VIEW, ADD, CHANGE = (f"questionbank.{one}_jobdescription" for one in ("view", "add", "change"))
TOLD = give_example(told.EXAMPLE, of="response")
TAKEN = "This requisition is there already. Change that one, or choose another number."
NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="Of the version.")
WANTED = OpenApiParameter("req_id", str, OpenApiParameter.PATH, description="As it was given.")
NAME = {"name": "First interview", "use_cache": True}
CACHE = {"use_cache": True}
USE_CACHE = (
    "Take questions that were written before for the same wish, or one much alike (0.85), instead of having new ones "
    "written. `from_cache` of what comes of it says how many."
)


class CacheWishSerializer(KnownFields, serializers.Serializer):
    use_cache = serializers.BooleanField(default=True, help_text=USE_CACHE)


class InterviewWishSerializer(CacheWishSerializer):
    """The model finds a name where none is given."""

    name = serializers.CharField(max_length=150, required=False, default="", allow_blank=True)


class JobDescriptionFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    req_id = filters.CharFilter(max_length=60)
    department = filters.CharFilter("department", "iexact", max_length=100)
    level = filters.CharFilter("level", "iexact", max_length=50)


@extend_schema(tags=["job-descriptions"])
@extend_schema_view(
    list=extend_schema(
        summary="Job descriptions, the newest first",
        responses={200: JobDescriptionInListSerializer(many=True), 400: PROBLEM},
        examples=[give_example(told.LISTED, of="response")],
    )
)
class JobDescriptionViewSet(ListModelMixin, TenantViewSet):
    queryset = JobDescription.objects.select_related("organization")
    serializer_class = JobDescriptionInListSerializer
    filterset_class = JobDescriptionFilters
    search_fields = ("req_id", "title", "department")
    ordering_fields = ("req_id", "created_at")
    ordering = ("-pk",)
    seen_by = VIEW
    permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "find_by_requisition", "list_versions", "read_version"), VIEW),
        "create": ADD,
        "partial_update": CHANGE,
        **dict.fromkeys(("enhance", "generate_interview", "run_workflow", "screen"), GENERATE),
    }

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if self.action != "list":
            return rows
        return rows.annotate(
            versions=Count("enhancements", distinct=True), interview_count=Count("interviews", distinct=True)
        )

    @extend_schema(
        summary="One job description",
        description="With what code finds in it, and its newest enhanced version.",
        responses={200: JobDescriptionSerializer, 404: PROBLEM},
        examples=[TOLD],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, tell_description(self.get_object()))

    @extend_schema(
        summary="The job description of a requisition",
        parameters=[WANTED, OpenApiParameter("organization", str, description="Needed by who reaches several.")],
        responses={200: JobDescriptionSerializer, 400: PROBLEM, 404: PROBLEM},
        filters=False,
        examples=[TOLD],
    )
    @action(detail=False, methods=["get"], url_path="by-requisition/<str:req_id>", url_name="by-requisition")
    def find_by_requisition(self, request: Request, req_id: str) -> Response:
        found = list(self.filter_queryset(self.get_queryset()).filter(req_id=req_id.replace("\x00", ""))[:2])
        if len(found) > 1:
            raise serializers.ValidationError({"organization": "Say for which of your organizations."})
        if not found:
            raise Http404
        return answer_tagged(request, tell_description(found[0]))

    @extend_schema(
        summary="Write a job description",
        request=JobDescriptionWriteSerializer,
        responses={201: JobDescriptionSerializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(told.WRITTEN, of="request"), TOLD],
    )
    def create(self, request: Request) -> Response:
        def make() -> Response:
            data = read_sent(JobDescriptionWriteSerializer(data=request.data))
            owner = find_owner(request, ADD, data.pop("organization", None))
            row = JobDescription(organization=owner, created_by=get_user(request), **data)
            save(row)
            record(request, row, Change.Action.ADDED, row.organization_id)
            response = answer_tagged(request, tell_description(row), status.HTTP_201_CREATED)
            response["Location"] = f"{request.path}{row.uuid}/"
            return response

        return create_once(request, make)

    @extend_schema(
        summary="Change a job description",
        description="What is left out stays. What was made of it stays as it was: have it enhanced again.",
        request=JobDescriptionWriteSerializer(partial=True),
        responses={200: JobDescriptionSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM, 412: PROBLEM},
        examples=[give_example({"level": "senior"}, of="request"), TOLD],
    )
    def partial_update(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            row: JobDescription = self.lock_object()
            check_unchanged(request, tell_description(row))
            data = read_sent(JobDescriptionWriteSerializer(row, data=request.data, partial=True))
            if data.pop("organization", row.organization.uuid) != row.organization.uuid:
                raise serializers.ValidationError({"organization": "It stays with its organization."})
            before = read_values(row)
            for name, value in data.items():
                setattr(row, name, value)
            save(row)
            record(request, row, Change.Action.CHANGED, row.organization_id, before=before)
        return answer_tagged(request, tell_description(row))

    # --- Versions ----------------------------------------------------------------------------------------------------

    @extend_schema(
        summary="All enhanced versions of a job description",
        description="The newest first.",
        responses={200: EnhancementSerializer(many=True), 404: PROBLEM},
        filters=False,
        examples=[give_example(told.ENHANCED, of="response")],
    )
    @action(detail=True, methods=["get"], url_path="enhancements", url_name="enhancements", pagination_class=None)
    def list_versions(self, request: Request, uuid: str) -> Response:
        return Response([tell_enhanced(one) for one in self.get_object().enhancements.order_by("-number")[:50]])

    @extend_schema(
        summary="One enhanced version of a job description",
        parameters=[NUMBER],
        responses={200: EnhancementSerializer, 404: PROBLEM},
        examples=[give_example(told.ENHANCED, of="response")],
    )
    @action(detail=True, methods=["get"], url_path="enhancements/<int:number>", url_name="enhancement")
    def read_version(self, request: Request, uuid: str, number: int) -> Response:
        found = self.get_object().enhancements.filter(number=min(number, 2**31 - 1)).first()
        if found is None:
            raise Http404
        return answer_tagged(request, tell_enhanced(found))

    # --- Asking ------------------------------------------------------------------------------------------------------

    @extend_schema(
        summary="Have a job description enhanced",
        description="By the WORK method: work output, role, knowledge, competencies. It becomes the next version.",
        request=None,
        responses={202: ACCEPTED, 404: PROBLEM, 409: PROBLEM},
    )
    @action(detail=True, methods=["post"])
    def enhance(self, request: Request, uuid: str) -> Response:
        return self.ask(ask_enhancement, "Enhancement was asked for.")

    @extend_schema(
        summary="Have an interview generated",
        description="Five questions with eight to ten criteria each, from the newest enhanced version.",
        request=InterviewWishSerializer,
        responses={202: ACCEPTED, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(NAME, of="request")],
    )
    @action(detail=True, methods=["post"], url_path="interviews", url_name="generate")
    def generate_interview(self, request: Request, uuid: str) -> Response:
        return self.ask(ask_interview, "An interview was asked for.", InterviewWishSerializer)

    @extend_schema(
        summary="Have both in one step",
        description="The description is enhanced, and an interview is generated from that.",
        request=InterviewWishSerializer,
        responses={202: ACCEPTED, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(NAME, of="request")],
    )
    @action(detail=True, methods=["post"], url_path="workflow", url_name="workflow")
    def run_workflow(self, request: Request, uuid: str) -> Response:
        return self.ask(ask_workflow, "Enhancement and an interview were asked for.", InterviewWishSerializer)

    @extend_schema(
        summary="Have screening questions written",
        request=CacheWishSerializer,
        responses={202: ACCEPTED, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(CACHE, of="request")],
    )
    @action(detail=True, methods=["post"], url_path="screenings", url_name="screen")
    def screen(self, request: Request, uuid: str) -> Response:
        return self.ask(ask_screening, "Screening questions were asked for.", CacheWishSerializer)

    def ask(
        self, ask: Callable[..., Generation], words: str, wish: type[CacheWishSerializer] | None = None
    ) -> Response:
        def begin() -> Response:
            more = {} if wish is None else read_sent(wish(data=self.request.data))
            row: JobDescription = self.get_object()
            try:
                made = ask(description=row, user=get_user(self.request), now=timezone.now(), **more)
            except GenerationRefused as refusal:
                raise Refused(str(refusal)) from refusal
            record(self.request, row, Change.Action.CHANGED, row.organization_id, words)
            return answer_accepted(made)

        tell_missing_model()
        return create_once(self.request, begin)


def save(row: JobDescription) -> None:
    """Raises ValidationError on `req_id` where the organization has one of that number."""
    same = JobDescription.objects.filter(organization=row.organization, req_id=row.req_id).exclude(pk=row.pk)
    try:
        if same.exists():
            raise IntegrityError
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise serializers.ValidationError({"req_id": TAKEN}) from None
