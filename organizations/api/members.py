"""Members of organizations: listed, given another role, removed. For administrators, and for no key."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged, check_unchanged
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_reach, get_user
from organizations.api.serializers import REASON_EXAMPLE, ReasonSerializer
from organizations.api.views import TenantViewSet
from organizations.models import Membership
from organizations.selectors import mark_overseen
from organizations.services.history import Author
from organizations.services.locks import lock_organizations
from organizations.services.members import MemberRefused, RoleMissing, add_member, remove_member

ACCOUNTS = ("active", "deactivated", "no_password")
CHANGE = "organizations.change_membership"
ROLE_EXAMPLE = {"role": "hr", "reason": "Recruits for the new office"}
EXAMPLE = {
    "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "organization": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "email": "sam@example.com",
    "full_name": "Sam Okoro",
    "role": "reviewer",
    "account": "active",
    "last_sign_in_at": None,
    "created_at": "2026-03-02T12:00:00Z",
}


class MemberSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    organization = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)
    full_name = serializers.CharField(source="user.full_name", read_only=True)
    role = serializers.ChoiceField(choices=Membership.Role.choices, read_only=True)
    account = serializers.SerializerMethodField()
    last_sign_in_at = serializers.DateTimeField(
        source="seen_at",
        read_only=True,
        allow_null=True,
        help_text="Told to who administers every organization that the person belongs to; else empty.",
    )

    class Meta:
        model = Membership
        fields = ("id", "organization", "email", "full_name", "role", "account", "last_sign_in_at", "created_at")
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=ACCOUNTS))
    def get_account(self, member: Membership) -> str:
        if not member.user.is_active:
            return "deactivated"
        return "active" if member.user.has_usable_password() else "no_password"


class MemberChangeSerializer(serializers.Serializer):
    role = serializers.ChoiceField(choices=Membership.Role.choices)
    reason = serializers.CharField(max_length=500, help_text="Kept in the history.")


class MemberFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    role = filters.ChoiceFilter(choices=Membership.Role.choices)


@extend_schema(tags=["members"])
@extend_schema_view(list=extend_schema(summary="Members", examples=[give_example(EXAMPLE, of="response")]))
class MemberViewSet(ListModelMixin, TenantViewSet):
    queryset = Membership.objects.select_related("user", "organization")
    serializer_class = MemberSerializer
    filterset_class = MemberFilters
    search_fields = ("user__email", "user__full_name")
    ordering_fields = ("user__email",)
    ordering = ("user__email", "pk")
    seen_by = "organizations.view_membership"
    permissions: ClassVar = {
        "list": seen_by,
        "retrieve": seen_by,
        "partial_update": CHANGE,
        "remove": "organizations.delete_membership",
    }

    def get_queryset(self) -> QuerySet[Any]:
        """With the last sign-in where it is the reader's to know."""
        rows = mark_overseen(super().get_queryset(), get_reach(self.request))
        return rows.annotate(seen_at=Case(When(is_overseen=True, then=F("user__last_login"))))

    @extend_schema(
        summary="One member",
        responses={200: MemberSerializer, 404: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary="Give a member another role",
        description="They are signed out everywhere, and invitations that they have sent are revoked. Nobody changes "
        "their own role, nor that of the last administrator.",
        request=MemberChangeSerializer,
        responses={200: MemberSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM, 412: PROBLEM},
        examples=[
            give_example(ROLE_EXAMPLE, of="request"),
            give_example({**EXAMPLE, "role": ROLE_EXAMPLE["role"]}, of="response"),
        ],
    )
    def partial_update(self, request: Request, uuid: str) -> Response:
        told = MemberChangeSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        with transaction.atomic():
            member = self.take_turn()
            check_unchanged(request, self.get_serializer(member).data)
            author = self.make_author(told.validated_data["reason"])
            try:
                add_member(member.organization, member.user, told.validated_data["role"], author=author)
            except (MemberRefused, RoleMissing) as refusal:
                raise Refused(str(refusal)) from refusal
            changed = self.get_serializer(self.get_object()).data
        return answer_tagged(request, changed)

    @extend_schema(
        summary="Remove a member",
        description="They are signed out everywhere, and invitations to them and from them are revoked. Nobody removes "
        "themselves, nor the last administrator.",
        request=ReasonSerializer,
        responses={204: OpenApiResponse(description="Gone."), 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(REASON_EXAMPLE, of="request")],
    )
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, uuid: str) -> Response:
        told = ReasonSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        with transaction.atomic():
            member = self.take_turn()
            author = self.make_author(told.validated_data["reason"])
            try:
                remove_member(member.organization, member.user, author=author)
            except (MemberRefused, RoleMissing) as refusal:
                raise Refused(str(refusal)) from refusal
        return Response(status=status.HTTP_204_NO_CONTENT)

    def take_turn(self) -> Membership:
        """The member, once nobody else changes those of the organization: its lock comes first, as in the services."""
        lock_organizations([self.get_object().organization_id])
        found: Membership = self.get_object()
        return found

    def make_author(self, reason: str) -> Author:
        return Author(get_user(self.request), timezone.now(), reason)
