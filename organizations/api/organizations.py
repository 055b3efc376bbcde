"""Organizations that the caller reaches; their settings, and the logo that candidates see."""

from typing import Any, ClassVar

from django.db import transaction
from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged, check_unchanged
from config.api.parsers import BoundedJsonParser
from config.api.schema import PROBLEM, give_example
from organizations.api.history import record
from organizations.api.serializers import ChangedOrganizationSerializer, OrganizationSerializer
from organizations.api.views import TenantViewSet
from organizations.domain.brand import find_logo_type
from organizations.models import Change, Organization
from organizations.services.logos import LogoRefused, read_start, remove_logo, store_logo
from organizations.services.row_values import read_values

EXAMPLE = {
    "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "name": "Fernbrook",
    "slug": "fernbrook",
    "primary_colour": "#1f5fa8",
    "has_logo": False,
    "contact_email": "people@fernbrook.example",
    "time_zone": "Europe/Berlin",
    "reminder_hours": 6,
    "retention_days": 90,
    "recording_days": 30,
    "monthly_tokens": None,
    "interview_limit": None,
    "interview_share": 1,
    "calling_opens": "09:00",
    "calling_closes": "20:00",
    "calling_days": "weekdays",
    "calling_prefixes": "",
    "created_at": "2026-03-02T12:00:00Z",
}
CHANGE_EXAMPLE = {
    "contact_email": "people@fernbrook.example",
    "time_zone": "Europe/Berlin",
    "retention_days": 90,
    "recording_days": 30,
    "reason": "Agreed with the works council",
}


class LogoSerializer(serializers.Serializer):
    file = serializers.FileField(help_text="PNG or JPEG, at most 500 kB.")


@extend_schema(tags=["organizations"])
@extend_schema_view(
    list=extend_schema(summary="The organizations you reach", examples=[give_example(EXAMPLE, of="response")])
)
class OrganizationViewSet(ListModelMixin, TenantViewSet):
    queryset = Organization.objects.order_by("name", "pk")
    serializer_class = OrganizationSerializer
    tenant_path = "pk"
    search_fields = ("name", "slug")
    ordering_fields = ("name", "created_at")
    seen_by = "organizations.view_organization"
    permissions: ClassVar = {
        "list": seen_by,
        "retrieve": seen_by,
        "partial_update": "organizations.change_organization",
        "read_logo": seen_by,
        "put_logo": "organizations.change_organization",
        "delete_logo": "organizations.change_organization",
    }

    @extend_schema(
        summary="One organization",
        responses={200: OrganizationSerializer, 404: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, OrganizationSerializer(self.get_object()).data)

    @extend_schema(
        summary="Change an organization",
        description="Who changes `retention_days` or `recording_days`, which candidates are promised, says why. "
        "`monthly_tokens`, the budget of language models, `interview_limit` and `interview_share` are set by "
        "superadmins only: by who runs the site.",
        request=ChangedOrganizationSerializer(partial=True),
        responses={200: OrganizationSerializer, 400: PROBLEM, 404: PROBLEM, 412: PROBLEM},
        examples=[give_example(CHANGE_EXAMPLE, of="request"), give_example(EXAMPLE, of="response")],
    )
    def partial_update(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            organization = self.lock_object()
            check_unchanged(request, OrganizationSerializer(organization).data)
            before = read_values(organization)
            sent = {"data": request.data, "partial": True, "context": {"request": request}}
            changed = ChangedOrganizationSerializer(organization, **sent)
            changed.is_valid(raise_exception=True)
            reason = changed.validated_data.pop("reason", "")
            changed.save()
            told = {"reason": reason, "before": before}
            record(request, organization, Change.Action.CHANGED, organization.pk, **told)
        return answer_tagged(request, OrganizationSerializer(organization).data)

    # --- Logo -------------------------------------------------------------------------------------------------

    @extend_schema(summary="The logo", responses={(200, "image/*"): OpenApiTypes.BINARY, 404: PROBLEM})
    @action(detail=True, methods=["get"], url_path="logo", url_name="logo")
    def read_logo(self, request: Request, uuid: str) -> FileResponse:
        organization = self.get_object()
        try:
            file = organization.logo.open("rb")
        except (ValueError, FileNotFoundError):
            raise Http404 from None
        kind = find_logo_type(read_start(file))
        if kind is None:  # from before, when whatever was given was taken
            file.close()
            raise Http404
        return FileResponse(file, content_type=f"image/{kind}", headers={"X-Content-Type-Options": "nosniff"})

    @extend_schema(
        summary="Put a logo in the place of what is there",
        request={"multipart/form-data": LogoSerializer},
        responses={200: OrganizationSerializer, 400: PROBLEM, 404: PROBLEM},
        examples=[give_example({**EXAMPLE, "has_logo": True}, of="response")],
    )
    @read_logo.mapping.put
    def put_logo(self, request: Request, uuid: str) -> Response:
        sent = LogoSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        with transaction.atomic():
            organization = self.lock_object()
            try:
                store_logo(organization=organization, file=sent.validated_data["file"])
            except LogoRefused as refusal:
                raise serializers.ValidationError({"file": str(refusal)}) from refusal
            record(request, organization, Change.Action.CHANGED, organization.pk, "Logo stored.")
        return Response(OrganizationSerializer(organization).data)

    @extend_schema(summary="Remove the logo", responses={204: OpenApiResponse(description="It is not there any more.")})
    @read_logo.mapping.delete
    def delete_logo(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            organization = self.lock_object()
            if organization.logo:
                remove_logo(organization=organization)
                record(request, organization, Change.Action.CHANGED, organization.pk, "Logo removed.")
        return Response(status=status.HTTP_204_NO_CONTENT)

    def get_parsers(self) -> list[Any]:
        return [BoundedJsonParser(), MultiPartParser()]
