"""Panels: set up with their plan, checked against the bank, published, reopened, archived, duplicated, deleted."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings as site_settings
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged, check_unchanged
from config.api.moments import MomentFilter
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from interviewpanel.api import panel_examples as examples
from interviewpanel.api.panel_serializers import (
    PanelCopySerializer,
    PanelInListSerializer,
    PanelSerializer,
)
from interviewpanel.api.plans import PanelFeasibilitySerializer, describe_feasibility, read_plan
from interviewpanel.models import InterviewPanel, InterviewPanelQuestionDistribution
from interviewpanel.selectors.panel_facts import annotate_figures
from interviewpanel.services.panel_changes import PanelFixed, SettingRefused, change_panel, make_panel
from interviewpanel.services.panels import (
    PanelInUse,
    PanelMoved,
    PanelNotReady,
    archive_panel,
    copy_panel,
    delete_panel,
    hold_panel,
    publish_panel,
    reopen_panel,
)
from organizations.api.callers import get_user
from organizations.api.history import name_way, record
from organizations.api.idempotency import create_once
from organizations.api.owners import find_owner
from organizations.api.serializers import OptionalReasonSerializer
from organizations.api.views import TenantViewSet
from organizations.models import Change
from organizations.services.history import record_change

VIEW, ADD = "interviewpanel.view_interviewpanel", "interviewpanel.add_interviewpanel"
CHANGE, DELETE = "interviewpanel.change_interviewpanel", "interviewpanel.delete_interviewpanel"
TOLD = give_example(examples.PANEL, of="response")
MOVED = {200: PanelSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM, 412: PROBLEM}


class PanelFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    status = filters.ChoiceFilter(choices=InterviewPanel.Status.choices)
    language = filters.ChoiceFilter(choices=site_settings.LANGUAGES)
    category = filters.CharFilter("job_category", "iexact", max_length=100, label="The job's category.")
    created_after = MomentFilter("created_at", "gte")
    created_before = MomentFilter("created_at", "lt")


@extend_schema(tags=["panels"])
@extend_schema_view(
    list=extend_schema(
        summary="Panels",
        responses={200: PanelInListSerializer(many=True), 400: PROBLEM, 404: PROBLEM},
        examples=[give_example(examples.PANEL_IN_LIST, of="response")],
    )
)
class PanelViewSet(ListModelMixin, TenantViewSet):
    queryset = InterviewPanel.objects.select_related("organization")
    serializer_class = PanelSerializer
    filterset_class = PanelFilters
    search_fields = ("title", "job_title", "job_category")
    ordering_fields = ("title", "created_at")
    ordering = ("-created_at", "-pk")
    seen_by = VIEW
    permissions: ClassVar = {
        "list": VIEW,
        "retrieve": VIEW,
        "create": ADD,
        "partial_update": CHANGE,
        "destroy": DELETE,
        "check_feasibility": VIEW,
        "publish": CHANGE,
        "reopen": CHANGE,
        "archive": CHANGE,
        "duplicate": ADD,
    }

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return annotate_figures(rows) if self.action == "list" else rows

    def get_serializer_class(self) -> Any:
        return PanelInListSerializer if self.action == "list" else PanelSerializer

    @extend_schema(summary="One panel, with its plan", responses={200: PanelSerializer, 404: PROBLEM}, examples=[TOLD])
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, tell(self.get_object()))

    @extend_schema(
        summary="Set a panel up",
        description="It is a draft: nobody can be invited before it is published.",
        responses={201: PanelSerializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(examples.NEW_PANEL, of="request"), TOLD],
    )
    def create(self, request: Request) -> Response:
        def make() -> Response:
            sent = PanelSerializer(data=request.data)
            sent.is_valid(raise_exception=True)
            settings = dict(sent.validated_data)
            wanted = settings.pop("organization", None)
            owner = find_owner(request, ADD, wanted and wanted["uuid"])
            plan = read_plan(settings.pop("distribution", []), owner.pk)
            try:
                panel = make_panel(organization=owner, settings=settings, plan=plan)
            except SettingRefused as refusal:
                raise serializers.ValidationError({refusal.name: str(refusal)}) from refusal
            record(request, panel, Change.Action.ADDED, panel.organization_id)
            return answer_made(request, panel, request.path)

        return create_once(request, make)

    @extend_schema(
        summary="Change a panel",
        description="What is left out stays. A plan that is sent stands in place of the whole plan before.",
        responses=MOVED,
        examples=[give_example(examples.CHANGES, of="request"), TOLD],
    )
    def partial_update(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            panel = self.hold(request)
            sent = PanelSerializer(panel, data=request.data, partial=True)
            sent.is_valid(raise_exception=True)
            settings = dict(sent.validated_data)
            check_owner(panel, settings.pop("organization", None))
            rows = settings.pop("distribution", None)
            plan = None if rows is None else read_plan(rows, panel.organization_id)
            try:
                differences = change_panel(panel=panel, settings=settings, plan=plan)
            except SettingRefused as refusal:
                raise serializers.ValidationError({refusal.name: str(refusal)}) from refusal
            except PanelFixed as refusal:
                raise Refused(str(refusal)) from refusal
            if differences:
                record_change(
                    row=panel,
                    action=Change.Action.CHANGED,
                    organization_id=panel.organization_id,
                    actor=get_user(request),
                    now=timezone.now(),
                    message=name_way(request),
                    differences=differences,
                )
        return answer_tagged(request, tell(panel))

    @extend_schema(
        summary="Delete a panel",
        description="Only one that no candidate was ever invited to; all others are archived.",
        request=None,
        responses={204: OpenApiResponse(description="Gone."), 404: PROBLEM, 409: PROBLEM, 412: PROBLEM},
    )
    def destroy(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            panel = self.hold(request)
            record(request, panel, Change.Action.DELETED, panel.organization_id)
            refuse(delete_panel, panel)
        return Response(status=status.HTTP_204_NO_CONTENT)

    # --- What is done with panels -------------------------------------------------------------------------------------

    @extend_schema(
        summary="Whether it could be published",
        description="What is missing, in the sentences of publishing, and for each cell of the plan what the bank has.",
        responses={200: PanelFeasibilitySerializer, 404: PROBLEM},
        examples=[give_example(examples.FEASIBILITY, of="response")],
    )
    @action(detail=True, methods=["get"], url_path="feasibility", url_name="feasibility")
    def check_feasibility(self, request: Request, uuid: str) -> Response:
        return Response(describe_feasibility(self.get_object()))

    @extend_schema(
        summary="Publish a panel",
        description="From then on candidates can be invited, and the plan stays as it is. Refused with all that is "
        "missing.",
        request=OptionalReasonSerializer,
        responses=MOVED,
        examples=[give_example(examples.REASON, of="request"), TOLD],
    )
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, uuid: str) -> Response:
        return self.move(request, publish_panel, "Published.")

    @extend_schema(
        summary="Take a panel back to draft",
        description="Its links open nothing until it is published again.",
        request=OptionalReasonSerializer,
        responses=MOVED,
        examples=[give_example(examples.REASON, of="request"), TOLD],
    )
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, uuid: str) -> Response:
        return self.move(request, reopen_panel, "Taken back to draft.")

    @extend_schema(
        summary="Archive a panel",
        description="Nobody is invited any more and no interview begins; those that go on are finished.",
        request=OptionalReasonSerializer,
        responses=MOVED,
        examples=[give_example(examples.REASON, of="request"), TOLD],
    )
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, uuid: str) -> Response:
        return self.move(request, archive_panel, "Archived.")

    @extend_schema(
        summary="Duplicate a panel",
        description="A draft with the same settings and plan, without the window and the invitations.",
        request=PanelCopySerializer,
        responses={201: PanelSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(examples.DUPLICATE, of="request"), TOLD],
    )
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, uuid: str) -> Response:
        def make() -> Response:
            sent = PanelCopySerializer(data=request.data)
            sent.is_valid(raise_exception=True)
            panel = self.get_object()
            made = copy_panel(panel, sent.validated_data.get("title"))
            told = f"Duplicated from “{panel}”."
            reason = sent.validated_data["reason"]
            record(request, made, Change.Action.ADDED, made.organization_id, told, reason)
            return answer_made(request, made, request.path.removesuffix(f"{panel.uuid}/duplicate/"))

        return create_once(request, make)

    def hold(self, request: Request) -> InterviewPanel:
        """The row, locked, and as the client has read it if it says so."""
        try:
            panel = hold_panel(self.get_object().pk)
        except InterviewPanel.DoesNotExist:  # somebody has deleted it just now
            raise Http404 from None
        check_unchanged(request, tell(panel))
        return panel

    def move(self, request: Request, do: Callable[[InterviewPanel], None], told: str) -> Response:
        sent = OptionalReasonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        with transaction.atomic():
            panel = self.hold(request)
            refuse(do, panel)
            record(
                request,
                panel,
                Change.Action.CHANGED,
                panel.organization_id,
                told,
                sent.validated_data["reason"],
            )
        return answer_tagged(request, tell(panel))


def refuse(do: Callable[[InterviewPanel], None], panel: InterviewPanel) -> None:
    try:
        do(panel)
    except (PanelNotReady, PanelMoved, PanelInUse) as refusal:
        raise Refused(str(refusal)) from refusal


def tell(panel: InterviewPanel) -> dict[str, Any]:
    """With its plan as it is stored now."""
    getattr(panel, "_prefetched_objects_cache", {}).pop("distribution", None)
    rows = InterviewPanelQuestionDistribution.objects.select_related("category", "topic", "subtopic__topic")
    prefetch_related_objects([panel], Prefetch("distribution", rows.order_by("pk")))
    told: dict[str, Any] = PanelSerializer(panel).data
    return told


def answer_made(request: Request, panel: InterviewPanel, path: str) -> Response:
    response = answer_tagged(request, tell(panel), status.HTTP_201_CREATED)
    response["Location"] = f"{path}{panel.uuid}/"
    return response


def check_owner(panel: InterviewPanel, wanted: Any) -> None:
    if wanted and wanted["uuid"] != panel.organization.uuid:
        told = "A panel stays with the organization that it was made for."
        raise serializers.ValidationError({"organization": told})
