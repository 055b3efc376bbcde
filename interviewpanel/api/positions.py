"""Question sets of positions: which panel interviews whom, so that a caller need only know a position."""

from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged, check_unchanged
from config.api.fields import KnownFields
from config.api.schema import PROBLEM, give_example
from interviewpanel.models import InterviewPanel, PositionQuestionSet
from interviewpanel.selectors.positions import is_taken
from interviewpanel.services.panels import hold_panels
from organizations.api.callers import get_reach
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.views import TenantViewSet
from organizations.models import Change
from organizations.services.row_values import read_values

IS_TAKEN = {"position": serializers.ErrorDetail("This position has a question set for this experience.", code="exists")}
NAME = "interviewpanel.{}_positionquestionset"
ID, PANEL = "5b0e1c52-6d0f-4a55-9a4b-0c1f5a0d7a10", "0d5b3c1e-70f5-4d0b-8a44-5f6c6f2b9d11"
EXAMPLE = {"position": "Backend engineer", "experience": "2 to 5 years", "panel": PANEL}
ANSWER = {
    "id": ID,
    "organization": "c2a9e1c8-4b7c-4f62-9a51-3f3b6f1f6a12",
    **EXAMPLE,
    "panel_title": "Backend engineer, Pune",
    "panel_status": "published",
    "created_at": "2026-05-04T09:00:00Z",
}


class PositionSerializer(KnownFields, serializers.ModelSerializer):
    """A set belongs to the organization of its panel."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    organization = serializers.UUIDField(source="organization.uuid", read_only=True)
    panel = serializers.SlugRelatedField(slug_field="uuid", queryset=InterviewPanel.objects.none())
    panel_title = serializers.CharField(source="panel.title", read_only=True)
    panel_status = serializers.CharField(source="panel.status", read_only=True, help_text="Only published ones serve.")

    class Meta:
        model = PositionQuestionSet
        fields = (
            *("id", "organization", "position", "experience"),
            *("panel", "panel_title", "panel_status", "created_at"),
        )
        read_only_fields = ("created_at",)

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        if request := self.context.get("request"):
            view: Any = self.context["view"]
            fields["panel"].queryset = view.list_panels(request)
        return fields

    def validate_panel(self, panel: InterviewPanel) -> InterviewPanel:
        if self.instance is not None and panel.organization_id != self.instance.organization_id:
            raise serializers.ValidationError("A question set stays with its organization.")
        return panel

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if self.find_twin(data):
            raise serializers.ValidationError(IS_TAKEN)
        return data

    def find_twin(self, data: dict[str, Any]) -> bool:
        """Whether the row, as it is to be, would be a second of its position and experience."""
        row = self.instance or PositionQuestionSet()
        owner = row.organization if row.pk else data["panel"].organization
        position, experience = data.get("position", row.position), data.get("experience", row.experience)
        return is_taken(owner, position, experience, besides=row.pk)

    def save(self, **values: Any) -> PositionQuestionSet:
        """Raises ValidationError as well, where somebody has added the same at the same moment."""
        try:
            with transaction.atomic():
                row: PositionQuestionSet = super().save(**values)
        except IntegrityError as error:
            if not self.find_twin(self.validated_data):
                raise
            raise serializers.ValidationError(IS_TAKEN) from error
        return row


class PositionFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    panel = filters.UUIDFilter("panel__uuid")


@extend_schema(tags=["positions"])
@extend_schema_view(
    list=extend_schema(
        summary="Question sets of positions",
        description="Which panel interviews whom: `POST /interviews/start/` chooses among these.",
        examples=[give_example(ANSWER, of="response")],
    )
)
class PositionViewSet(ListModelMixin, TenantViewSet):
    queryset = PositionQuestionSet.objects.select_related("organization", "panel")
    serializer_class = PositionSerializer
    filterset_class = PositionFilters
    search_fields = ("position", "experience")
    ordering_fields = ("position", "created_at")
    ordering = ("position", "experience", "pk")
    seen_by = NAME.format("view")
    permissions: ClassVar = {
        "list": NAME.format("view"),
        "retrieve": NAME.format("view"),
        "create": NAME.format("add"),
        "partial_update": NAME.format("change"),
        "destroy": NAME.format("delete"),
    }

    def list_panels(self, request: Request) -> Any:
        """Those that the caller may offer for a position."""
        rows = InterviewPanel.objects.all()
        reach = get_reach(request)
        if reach.sees_all:
            return rows
        return rows.filter(organization__in=reach.list_organizations(self.permissions[self.action]))

    @extend_schema(
        summary="One question set",
        responses={200: PositionSerializer, 404: PROBLEM},
        examples=[give_example(ANSWER, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary="Offer a panel for a position",
        responses={201: PositionSerializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(EXAMPLE, of="request"), give_example(ANSWER, of="response")],
    )
    def create(self, request: Request) -> Response:
        def add() -> Response:
            self._hold_panels(request)
            wanted = self.get_serializer(data=request.data)
            wanted.is_valid(raise_exception=True)
            row = wanted.save(organization=wanted.validated_data["panel"].organization)
            record(request, row, Change.Action.ADDED, row.organization_id)
            return Response(wanted.data, status.HTTP_201_CREATED, headers={"Location": f"{request.path}{row.uuid}/"})

        return create_once(request, add)

    @extend_schema(
        summary="Change a question set",
        responses={200: PositionSerializer, 400: PROBLEM, 412: PROBLEM},
        examples=[give_example({"experience": "senior"}, of="request"), give_example(ANSWER, of="response")],
    )
    def partial_update(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            self._hold_panels(request, self.get_object())
            row = self.lock_object()
            check_unchanged(request, self.get_serializer(row).data)
            before = read_values(row)
            changed = self.get_serializer(row, data=request.data, partial=True)
            changed.is_valid(raise_exception=True)
            changed.save()
            record(request, row, Change.Action.CHANGED, row.organization_id, before=before)
        return answer_tagged(request, changed.data)

    @extend_schema(
        summary="Take a question set away",
        description="Its panel stays.",
        responses={204: OpenApiResponse(description="Gone."), 404: PROBLEM, 412: PROBLEM},
    )
    def destroy(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            row = self.lock_object()
            check_unchanged(request, self.get_serializer(row).data)
            record(request, row, Change.Action.DELETED, row.organization_id)
            row.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _hold_panels(self, request: Request, row: PositionQuestionSet | None = None) -> None:
        """Those that the row leads to, and is to lead to: whoever deletes one waits, or has deleted it when what was
        sent is looked at again. Before the row is locked, as they are deleted: first the panel, then its rows.
        """
        wanted = self.get_serializer(row, data=request.data, partial=row is not None)
        wanted.is_valid(raise_exception=True)
        panels = [one.pk for one in (wanted.validated_data.get("panel"), row and row.panel) if one is not None]
        hold_panels(panels)
