"""Generated interviews: read, edited while they are drafts, published, archived, taken up as a new version."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged, check_unchanged
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_user
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.views import TenantViewSet
from organizations.models import Change
from questionbank.api import interview_serializers as told
from questionbank.api.interview_serializers import (
    GeneratedInterviewInListSerializer,
    GeneratedInterviewSerializer,
    InterviewChangesSerializer,
    tell_interview,
)
from questionbank.api.question_base import read_sent
from questionbank.domain.interview_states import InterviewRefused
from questionbank.models import GeneratedInterview
from questionbank.services.generated_interviews import (
    archive_interview,
    edit_interview,
    make_version,
    publish_interview,
)

VIEW, CHANGE = (f"questionbank.{one}_generatedinterview" for one in ("view", "change"))
TOLD = give_example(told.EXAMPLE, of="response")
MOVED = {200: GeneratedInterviewSerializer, 404: PROBLEM, 409: PROBLEM, 412: PROBLEM}


class GeneratedInterviewFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    job_description = filters.UUIDFilter("description__uuid")
    req_id = filters.CharFilter("description__req_id", max_length=60)
    status = filters.ChoiceFilter(choices=GeneratedInterview.Status.choices)
    series = filters.UUIDFilter("series", label="All versions of one.")
    generation = filters.UUIDFilter("generation__uuid", label="What this generation made.")


@extend_schema(tags=["generated-interviews"])
@extend_schema_view(
    list=extend_schema(
        summary="Generated interviews, the newest first",
        description="All of a requisition: `req_id`.",
        responses={200: GeneratedInterviewInListSerializer(many=True), 400: PROBLEM},
        examples=[give_example(told.LISTED, of="response")],
    )
)
class GeneratedInterviewViewSet(ListModelMixin, TenantViewSet):
    queryset = GeneratedInterview.objects.select_related("organization", "description", "generation")
    serializer_class = GeneratedInterviewInListSerializer
    filterset_class = GeneratedInterviewFilters
    search_fields = ("name", "description__req_id", "description__title")
    ordering_fields = ("created_at",)
    ordering = ("-pk",)
    seen_by = VIEW
    permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve"), VIEW),
        **dict.fromkeys(("partial_update", "publish", "archive", "make_version"), CHANGE),
    }

    @extend_schema(
        summary="One generated interview",
        description="With what keeps it from being published.",
        responses={200: GeneratedInterviewSerializer, 404: PROBLEM},
        examples=[TOLD],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, tell_interview(self.get_object()))

    @extend_schema(
        summary="Edit a generated interview",
        description="A draft is written. Of a published one the next version is made, as a draft with these changes: "
        "the answer is that version.",
        request=InterviewChangesSerializer,
        responses={200: GeneratedInterviewSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM, 412: PROBLEM},
        examples=[give_example(told.CHANGES, of="request"), TOLD],
    )
    def partial_update(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            row: GeneratedInterview = self.lock_object()
            check_unchanged(request, tell_interview(row))
            data = read_sent(InterviewChangesSerializer(data=request.data))
            kept = {one["id"]: one for one in row.questions}
            sent = [{**kept.get(one["id"], {}), **one} for one in data.get("questions", row.questions)]
            with refusing():
                name = data.get("name", row.name)
                written = edit_interview(interview=row, name=name, questions=sent, user=get_user(request))
            if written.pk == row.pk:
                record(request, row, Change.Action.CHANGED, row.organization_id, "Edited.")
            else:
                words = f"Version {written.version} was made by editing version {row.version}."
                record(request, written, Change.Action.ADDED, row.organization_id, words)
        return answer_tagged(request, tell_interview(written))

    @extend_schema(
        summary="Publish a generated interview",
        description="From then on a panel can be made of it. The version that was published before is archived.",
        request=None,
        responses=MOVED,
        examples=[TOLD],
    )
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, uuid: str) -> Response:
        return self.move(lambda row: publish_interview(interview=row, now=timezone.now()), "Published.")

    @extend_schema(
        summary="Archive a generated interview",
        description="Panels that were made of it stay.",
        request=None,
        responses=MOVED,
        examples=[TOLD],
    )
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, uuid: str) -> Response:
        return self.move(lambda row: archive_interview(interview=row), "Archived.")

    @extend_schema(
        summary="Make the next version of a generated interview",
        description="A draft that says the same.",
        request=None,
        responses={201: GeneratedInterviewSerializer, 404: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[TOLD],
    )
    @action(detail=True, methods=["post"], url_path="versions", url_name="version")
    def make_version(self, request: Request, uuid: str) -> Response:
        def make() -> Response:
            row: GeneratedInterview = self.lock_object()
            with refusing():
                made = make_version(interview=row, user=get_user(request))
            words = f"Version {made.version} was made from version {row.version}."
            record(request, made, Change.Action.ADDED, row.organization_id, words)
            response = answer_tagged(request, tell_interview(made), status.HTTP_201_CREATED)
            response["Location"] = f"{request.path.removesuffix(f'{row.uuid}/versions/')}{made.uuid}/"
            return response

        return create_once(request, make)

    def move(self, do: Callable[[GeneratedInterview], None], words: str) -> Response:
        with transaction.atomic():
            row: GeneratedInterview = self.lock_object()
            check_unchanged(self.request, tell_interview(row))
            with refusing():
                do(row)
            record(self.request, row, Change.Action.CHANGED, row.organization_id, words)
        return answer_tagged(self.request, tell_interview(row))


class refusing:  # noqa: N801 - a context, as in the standard library
    """What the services refuse, as the API says it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, InterviewRefused):
            raise Refused(str(error)) from error
