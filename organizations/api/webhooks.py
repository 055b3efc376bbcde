"""Where events are sent: endpoints made, changed, tried, switched off and on; their secrets shown once."""

from typing import Any, ClassVar

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged, check_unchanged
from config.api.fields import BoundedListField, KnownFields
from config.api.privacy import keep_private
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.owners import HELP, find_owner
from organizations.api.serializers import OptionalReasonSerializer
from organizations.api.views import TenantViewSet
from organizations.api.webhook_deliveries import ON_ITS_WAY, WebhookDeliverySerializer
from organizations.domain.webhook_events import CHOICES
from organizations.models import Change, WebhookEndpoint
from organizations.services.webhook_endpoints import (
    WebhookRefused,
    change_endpoint,
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    make_endpoint,
    rotate_secret,
)
from organizations.services.webhooks import ReplayRefused, send_test

ADD, CHANGE = "organizations.add_webhookendpoint", "organizations.change_webhookendpoint"
EXAMPLE = {
    "url": "https://hooks.example.com/interviews",
    "description": "Our applicant tracking system",
    "event_types": ["interview.completed", "report.updated"],
}
ROW = {
    "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "organization": "1e9b4f5c-6a0d-4a53-8f0b-2f6f0d1c7b90",
    **EXAMPLE,
    "is_enabled": True,
    "disabled_at": None,
    "disabled_because": "",
    "last_success_at": None,
    "failing_since": None,
    "previous_secret_until": None,
    "created_at": "2026-11-21T09:00:00Z",
}
MADE = {**ROW, "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"}
ROTATED = {**MADE, "previous_secret_until": "2026-11-22T09:00:00Z"}


class WebhookSerializer(KnownFields, serializers.ModelSerializer):
    """`event_types`: none means all. Of a secret only who made it is told, once."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    organization = serializers.UUIDField(source="organization.uuid", required=False, help_text=HELP)
    event_types = BoundedListField(
        child=serializers.ChoiceField(choices=CHOICES), required=False, max_length=len(CHOICES), default=list
    )
    is_enabled = serializers.BooleanField(read_only=True)
    disabled_because = serializers.CharField(
        read_only=True, help_text="`person`, `gone` (410) or `failing`; empty while it is on."
    )

    class Meta:
        model = WebhookEndpoint
        fields = (
            *("id", "organization", "url", "description", "event_types", "is_enabled", "disabled_at"),
            *("disabled_because", "last_success_at", "failing_since", "previous_secret_until", "created_at"),
        )
        read_only_fields = fields[5:]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        wanted = data.get("organization")
        if self.instance is not None and wanted and wanted["uuid"] != self.instance.organization.uuid:
            told = "An endpoint stays with the organization that it was made for."
            raise serializers.ValidationError({"organization": told})
        return data


class MadeWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(read_only=True, help_text="Shown now and never again.")

    class Meta:
        model = WebhookEndpoint
        fields = (*WebhookSerializer.Meta.fields, "secret")
        read_only_fields = (*WebhookSerializer.Meta.read_only_fields, "secret")


def tell_refusal(refusal: WebhookRefused) -> Exception:
    if refusal.field:
        return serializers.ValidationError({refusal.field: refusal.words})
    return Refused(refusal.words)


@extend_schema(tags=["webhooks"])
@extend_schema_view(list=extend_schema(summary="Where events are sent", examples=[give_example(ROW, of="response")]))
class WebhookViewSet(ListModelMixin, TenantViewSet):
    queryset = WebhookEndpoint.objects.filter(subject=None).select_related("organization")
    serializer_class = WebhookSerializer
    search_fields = ("url", "description")
    ordering_fields = ("created_at",)
    ordering = ("pk",)
    permissions: ClassVar = {
        "list": "organizations.view_webhookendpoint",
        "retrieve": "organizations.view_webhookendpoint",
        "create": ADD,
        "partial_update": CHANGE,
        "destroy": "organizations.delete_webhookendpoint",
        "rotate_secret": CHANGE,
        "test": CHANGE,
        "enable": CHANGE,
        "disable": CHANGE,
    }

    @extend_schema(
        summary="One endpoint",
        responses={200: WebhookSerializer, 404: PROBLEM},
        examples=[give_example(ROW, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary="Have events sent somewhere",
        description="The answer holds the secret that signs them; it is not shown again.",
        responses={201: MadeWebhookSerializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(EXAMPLE, of="request"), give_example(MADE, of="response", name="Made")],
    )
    def create(self, request: Request) -> Response:
        def make() -> Response:
            wanted = self.get_serializer(data=request.data)
            wanted.is_valid(raise_exception=True)
            data = wanted.validated_data
            owner = data.pop("organization", None)
            try:
                row, secret = make_endpoint(
                    organization=find_owner(request, ADD, owner and owner["uuid"]), now=timezone.now(), **data
                )
            except WebhookRefused as refusal:
                raise tell_refusal(refusal) from refusal
            record(request, row, Change.Action.ADDED, row.organization_id)
            told = {**self.get_serializer(row).data, "secret": secret}
            return Response(told, status.HTTP_201_CREATED, headers={"Location": f"{request.path}{row.uuid}/"})

        return keep_private(create_once(request, make))

    @extend_schema(
        summary="Change an endpoint",
        responses={200: WebhookSerializer, 400: PROBLEM, 404: PROBLEM, 412: PROBLEM},
        examples=[
            give_example({"event_types": ["interview.completed"]}, of="request"),
            give_example({**ROW, "event_types": ["interview.completed"]}, of="response", name="Changed"),
        ],
    )
    def partial_update(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            endpoint = self._lock()
            check_unchanged(request, self.get_serializer(endpoint).data)
            wanted = self.get_serializer(endpoint, data=request.data, partial=True)
            wanted.is_valid(raise_exception=True)
            known = {name: getattr(endpoint, name) for name in ("url", "event_types", "description")}
            data = {name: wanted.validated_data.get(name, value) for name, value in known.items()}
            try:
                change_endpoint(endpoint=endpoint, **data)
            except WebhookRefused as refusal:
                raise tell_refusal(refusal) from refusal
            changed = [name for name, value in known.items() if getattr(endpoint, name) != value]
            if changed:
                words = f"Changed: {', '.join(changed)}."
                record(request, endpoint, Change.Action.CHANGED, endpoint.organization_id, words)
        return answer_tagged(request, self.get_serializer(endpoint).data)

    @extend_schema(
        summary="Delete an endpoint",
        description="With the log of what was sent there. What is on its way is not sent.",
        request=OptionalReasonSerializer,
        responses={204: OpenApiResponse(description="Gone."), 404: PROBLEM},
        examples=[give_example({"reason": "Moved"}, of="request")],
    )
    def destroy(self, request: Request, uuid: str) -> Response:
        told = OptionalReasonSerializer(data=request.data or {})
        told.is_valid(raise_exception=True)
        with transaction.atomic():
            endpoint = self._lock(goes=True)
            reason = told.validated_data["reason"]
            record(request, endpoint, Change.Action.DELETED, endpoint.organization_id, reason=reason)
            delete_endpoint(endpoint=endpoint)
        return Response(status=status.HTTP_204_NO_CONTENT)

    # --- Deeds -----------------------------------------------------------------------------------------------------

    @extend_schema(
        summary="Make a new secret",
        description="The one before signs beside it for 24 hours, so that nothing that is sent meanwhile is refused.",
        request=None,
        responses={201: MadeWebhookSerializer, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(ROTATED, of="response")],
    )
    @action(detail=True, methods=["post"], url_path="rotate-secret", url_name="rotate-secret")
    def rotate_secret(self, request: Request, uuid: str) -> Response:
        def rotate() -> Response:
            endpoint = self._lock()
            secret = rotate_secret(endpoint=endpoint, now=timezone.now())
            record(request, endpoint, Change.Action.CHANGED, endpoint.organization_id, "A new secret was made.")
            return Response({**self.get_serializer(endpoint).data, "secret": secret}, status.HTTP_201_CREATED)

        return keep_private(create_once(request, rotate))

    @extend_schema(
        summary="Send a test event",
        request=None,
        responses={202: ON_ITS_WAY, 404: PROBLEM, 409: PROBLEM},
    )
    @action(detail=True, methods=["post"])
    def test(self, request: Request, uuid: str) -> Response:
        def send() -> Response:
            endpoint = self.get_object()
            try:
                delivery = send_test(endpoint=endpoint, now=timezone.now())
            except ReplayRefused as refusal:
                raise Refused(str(refusal)) from refusal
            record(request, endpoint, Change.Action.CHANGED, endpoint.organization_id, "A test event was sent.")
            return Response(WebhookDeliverySerializer(delivery).data, status.HTTP_202_ACCEPTED)

        return create_once(request, send)

    @extend_schema(
        summary="Switch an endpoint on again",
        request=None,
        responses={200: WebhookSerializer, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(ROW, of="response")],
    )
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            endpoint = self._lock()
            if not enable_endpoint(endpoint=endpoint):
                raise Refused("This endpoint is on.")
            record(request, endpoint, Change.Action.CHANGED, endpoint.organization_id, "Switched on.")
        return Response(self.get_serializer(endpoint).data)

    @extend_schema(
        summary="Switch an endpoint off",
        description="What is on its way is given up; it can be sent again once the endpoint is on. What happens while "
        "it is off makes no delivery: ask `interviews/?ended_after=…` for it.",
        request=OptionalReasonSerializer,
        responses={200: WebhookSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        examples=[
            give_example({"reason": "Moved to another system"}, of="request"),
            give_example(
                {**ROW, "is_enabled": False, "disabled_at": "2026-11-21T09:40:00Z", "disabled_because": "person"},
                of="response",
                name="Off",
            ),
        ],
    )
    @action(detail=True, methods=["post"])
    def disable(self, request: Request, uuid: str) -> Response:
        told = OptionalReasonSerializer(data=request.data or {})
        told.is_valid(raise_exception=True)
        with transaction.atomic():
            endpoint = self._lock()
            if not disable_endpoint(endpoint=endpoint, now=timezone.now()):
                raise Refused("This endpoint is off.")
            reason = told.validated_data["reason"]
            record(request, endpoint, Change.Action.CHANGED, endpoint.organization_id, "Switched off.", reason=reason)
        return Response(self.get_serializer(endpoint).data)

    def _lock(self, *, goes: bool = False) -> WebhookEndpoint:
        """The row, until the transaction ends; 404 for what the caller does not reach. Unless it `goes`, who announces
        something to it need not wait.
        """
        found: WebhookEndpoint = self.get_object()
        rows = WebhookEndpoint.objects.select_for_update(of=("self",), no_key=not goes).select_related("organization")
        return get_object_or_404(rows, pk=found.pk)
