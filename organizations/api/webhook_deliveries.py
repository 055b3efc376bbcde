"""What was sent to other systems, or is on its way: listed, read with every attempt, sent again."""

import json
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_reach, get_user
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.views import TenantViewSet
from organizations.domain.webhook_events import ALL_CHOICES, EVENT_TYPES, ONLY_A_CALL, RATE_FIRST, STATES
from organizations.models import Change, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from organizations.selectors import may_read_sent
from organizations.services.webhooks import ReplayRefused, find_in_state, name_state, replay_delivery

ROW = {
    "id": "6b1f7d0e-1b1c-4f5e-9a55-3f6d2c9e8a01",
    "event_id": "msg_8c2d1e0f4b5a4d3c9e8f7a6b5c4d3e2f",
    "event": "interview.completed",
    "endpoint": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "about": "5f0c1c0e-8f5b-4a56-9f2a-0c5a3e7f9b11",
    "state": "delivered",
    "error": "",
    "event_at": "2026-11-21T09:31:40Z",
    "next_attempt_at": None,
    "finished_at": "2026-11-21T09:31:41Z",
}
ATTEMPT = {"at": "2026-11-21T09:31:41Z", "status": 200, "milliseconds": 84, "answer": "ok", "error": ""}
PAYLOAD = {
    "type": "interview.completed",
    "timestamp": "2026-11-21T09:31:40Z",
    "data": EVENT_TYPES["interview.completed"].data,
}
WAITING = {**ROW, "state": "waiting", "next_attempt_at": "2026-11-21T09:31:40Z", "finished_at": None}
EXAMPLE = {**ROW, "payload": PAYLOAD, "note": "", "attempts": [ATTEMPT]}
HIDDEN = {**EXAMPLE, "payload": None, "note": RATE_FIRST, "attempts": [{**ATTEMPT, "answer": ""}]}


class WebhookDeliverySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    event = serializers.ChoiceField(choices=ALL_CHOICES, read_only=True)
    endpoint = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    about = serializers.UUIDField(read_only=True, allow_null=True, help_text="The invitation that it tells of.")
    state = serializers.SerializerMethodField()
    error = serializers.CharField(source="last_error", read_only=True, help_text="Of the last attempt, if it failed.")
    next_attempt_at = serializers.SerializerMethodField()

    class Meta:
        model = WebhookDelivery
        fields = (
            *("id", "event_id", "event", "endpoint", "about", "state", "error"),
            *("event_at", "next_attempt_at", "finished_at"),
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, delivery: WebhookDelivery) -> str:
        return name_state(delivery)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_attempt_at(self, delivery: WebhookDelivery) -> Any:
        return None if delivery.is_over else serializers.DateTimeField().to_representation(delivery.due_at)


class WebhookAttemptSerializer(serializers.ModelSerializer):
    class Meta:
        model = WebhookAttempt
        fields = ("at", "status", "milliseconds", "answer", "error")
        read_only_fields = fields


class WebhookDeliveryDetailSerializer(WebhookDeliverySerializer):
    """Who is to rate an interview first reads neither what was sent about it nor what was answered."""

    payload = serializers.SerializerMethodField(help_text="What is sent, as it is signed. Null where it is hidden.")
    note = serializers.SerializerMethodField(help_text="Why the payload is empty or null; else empty.")
    attempts = WebhookAttemptSerializer(source="tries", many=True, read_only=True)

    class Meta:
        model = WebhookDelivery
        fields = read_only_fields = (*WebhookDeliverySerializer.Meta.fields, "payload", "note", "attempts")

    def get_payload(self, delivery: WebhookDelivery) -> dict[str, Any] | None:
        payload: dict[str, Any] = json.loads(delivery.payload)
        return payload

    def get_note(self, delivery: WebhookDelivery) -> str:
        return ONLY_A_CALL if delivery.endpoint.style == WebhookEndpoint.Style.CALLBACK else ""

    def to_representation(self, delivery: WebhookDelivery) -> dict[str, Any]:
        told: dict[str, Any] = super().to_representation(delivery)
        request = self.context["request"]
        user = get_user(request)
        if may_read_sent(delivery, user.pk if user else None, get_reach(request)):
            return told
        attempts = [{**one, "answer": ""} for one in told["attempts"]]
        return {**told, "payload": None, "note": RATE_FIRST, "attempts": attempts}


ON_ITS_WAY = OpenApiResponse(WebhookDeliverySerializer, "On its way.", examples=[give_example(WAITING, of="response")])


class WebhookDeliveryFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    endpoint = filters.UUIDFilter("endpoint__uuid")
    event = filters.ChoiceFilter(choices=ALL_CHOICES)
    about = filters.UUIDFilter("about")
    state = filters.ChoiceFilter(choices=STATES, method="keep_in_state")
    created_after = filters.IsoDateTimeFilter("created_at", "gte")
    created_before = filters.IsoDateTimeFilter("created_at", "lt")

    def keep_in_state(self, rows: QuerySet[WebhookDelivery], name: str, value: str) -> QuerySet[WebhookDelivery]:
        return rows.filter(find_in_state(value))


@extend_schema(tags=["webhooks"])
@extend_schema_view(
    list=extend_schema(summary="What was sent, the newest first", examples=[give_example(ROW, of="response")])
)
class WebhookDeliveryViewSet(ListModelMixin, TenantViewSet):
    queryset = WebhookDelivery.objects.select_related("endpoint")
    serializer_class = WebhookDeliverySerializer
    filterset_class = WebhookDeliveryFilters
    search_fields = ("=event_id",)
    ordering_fields = ("created_at",)
    ordering = ("-pk",)
    permissions: ClassVar = {
        "list": "organizations.view_webhookdelivery",
        "retrieve": "organizations.view_webhookdelivery",
        "replay": "organizations.change_webhookendpoint",
    }

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if self.action == "list":
            return rows.defer("payload")
        return rows.prefetch_related(Prefetch("tries", WebhookAttempt.objects.order_by("pk")))

    @extend_schema(
        summary="One, with what became of each attempt",
        description="A person who is to rate the interview first reads neither what was sent nor what was answered.",
        responses={200: WebhookDeliveryDetailSerializer, 404: PROBLEM},
        examples=[give_example(EXAMPLE, of="response"), give_example(HIDDEN, of="response", name="To be rated first")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        told = WebhookDeliveryDetailSerializer(self.get_object(), context=self.get_serializer_context())
        return answer_tagged(request, told.data)

    @extend_schema(
        summary="Send it again",
        description="Under the same event id, once it was delivered or given up.",
        request=None,
        responses={202: ON_ITS_WAY, 404: PROBLEM, 409: PROBLEM},
    )
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, uuid: str) -> Response:
        def send() -> Response:
            delivery = self.get_object()
            try:
                replay_delivery(delivery=delivery, now=timezone.now())
            except ReplayRefused as refusal:
                raise Refused(str(refusal)) from refusal
            words = f"{delivery.event} {delivery.event_id} was sent again."
            record(request, delivery.endpoint, Change.Action.CHANGED, delivery.organization_id, words)
            return Response(WebhookDeliverySerializer(delivery).data, status.HTTP_202_ACCEPTED)

        return create_once(request, send)
