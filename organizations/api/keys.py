"""API keys: made by administrators, shown once, revoked. By people only: a key makes no keys."""

from typing import Any, ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from authentication.models import User
from config.api.etags import answer_tagged
from config.api.fields import KnownFields
from config.api.privacy import keep_private
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_user
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.owners import find_owner, make_owner_field
from organizations.api.serializers import REASON_EXAMPLE, ReasonSerializer
from organizations.api.views import TenantViewSet
from organizations.domain.scopes import SCOPES
from organizations.models import ApiKey, Change
from organizations.services.api_keys import make_key, revoke_key

CHANGE = "organizations.change_apikey"
EXAMPLE: dict[str, Any] = {
    "name": "Our applicant tracking system",
    "scopes": ["candidates:write", "interviews:write"],
    "days": 365,
}

SHOWN = {
    "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "organization": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "name": EXAMPLE["name"],
    "prefix": "ib_q3Zk8wPb",
    "scopes": EXAMPLE["scopes"],
    "created_at": "2026-03-02T12:00:00Z",
    "expires_at": "2027-03-02T12:00:00Z",
    "last_used_at": None,
    "revoked_at": None,
}
MADE = {**SHOWN, "key": "ib_q3Zk8wPb_the-rest-of-the-key"}
REVOKED = {**SHOWN, "revoked_at": "2026-04-02T12:00:00Z"}


class ApiKeySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    organization = serializers.SlugRelatedField(slug_field="uuid", read_only=True)

    class Meta:
        model = ApiKey
        fields = (
            *("id", "organization", "name", "prefix", "scopes"),
            *("created_at", "expires_at", "last_used_at", "revoked_at"),
        )
        read_only_fields = fields


class MadeKeySerializer(ApiKeySerializer):
    key = serializers.CharField(read_only=True, help_text="Shown now and never again.")

    class Meta:
        model = ApiKey
        fields = read_only_fields = (*ApiKeySerializer.Meta.fields, "key")


class NewKeySerializer(KnownFields):
    organization = make_owner_field()
    name = serializers.CharField(max_length=100)
    scopes = serializers.MultipleChoiceField(
        choices=[(name, words) for name, (words, _) in SCOPES.items()], allow_empty=False
    )
    days = serializers.IntegerField(min_value=1, max_value=3650, required=False, help_text="Until it ends; else never.")


@extend_schema(tags=["api-keys"])
@extend_schema_view(list=extend_schema(summary="API keys", examples=[give_example(SHOWN, of="response")]))
class ApiKeyViewSet(ListModelMixin, TenantViewSet):
    queryset = ApiKey.objects.select_related("organization")
    serializer_class = ApiKeySerializer
    search_fields = ("name", "prefix")
    ordering_fields = ("name", "created_at", "last_used_at")
    ordering = ("name", "pk")
    permissions: ClassVar = {
        "list": "organizations.view_apikey",
        "retrieve": "organizations.view_apikey",
        "create": CHANGE,
        "revoke": CHANGE,
    }

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if get_user(request) is None:
            raise PermissionDenied("Keys are made and revoked by people.")

    @extend_schema(
        summary="One API key",
        responses={200: ApiKeySerializer, 404: PROBLEM},
        examples=[give_example(SHOWN, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary="Make an API key",
        request=NewKeySerializer,
        responses={201: MadeKeySerializer, 400: PROBLEM},
        examples=[give_example(EXAMPLE, of="request"), give_example(MADE, of="response")],
    )
    def create(self, request: Request) -> Response:
        def make() -> Response:
            wanted = NewKeySerializer(data=request.data)
            wanted.is_valid(raise_exception=True)
            data = wanted.validated_data
            row, key = make_key(
                organization=find_owner(request, CHANGE, data.get("organization")),
                name=data["name"],
                scopes=sorted(data["scopes"]),
                made_by=cast("User", get_user(request)),
                now=timezone.now(),
                days=data.get("days"),
            )
            record(request, row, Change.Action.ADDED, row.organization_id, f"May: {', '.join(row.scopes)}.")
            told = {**ApiKeySerializer(row).data, "key": key}
            return Response(told, status.HTTP_201_CREATED, headers={"Location": f"{request.path}{row.uuid}/"})

        return keep_private(create_once(request, make))

    @extend_schema(
        summary="Revoke an API key",
        request=ReasonSerializer,
        responses={200: ApiKeySerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(REASON_EXAMPLE, of="request"), give_example(REVOKED, of="response")],
    )
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, uuid: str) -> Response:
        told = ReasonSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        row = self.get_object()
        if not revoke_key(key=row, now=timezone.now()):
            raise Refused("This key was revoked before.")
        row.refresh_from_db()
        record(
            request, row, Change.Action.CHANGED, row.organization_id, "Revoked.", reason=told.validated_data["reason"]
        )
        return Response(ApiKeySerializer(row).data)
