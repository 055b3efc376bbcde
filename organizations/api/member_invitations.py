"""Invitations of members: sent, made anew, revoked. By administrators, never by a key.

As in the admin nothing here says whether an address has an account, and the link goes to the address by e-mail; only
where this site sends no e-mail it is told, once, to who made it.
"""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.privacy import keep_private
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_user
from organizations.api.idempotency import create_once
from organizations.api.owners import find_owner, make_owner_field
from organizations.api.serializers import REASON_EXAMPLE, ReasonSerializer
from organizations.api.views import TenantViewSet
from organizations.engines.mail import explain_mail
from organizations.models import Membership, MembershipInvitation
from organizations.services.history import Author
from organizations.services.membership_invitations import (
    InvitationRefused,
    invite_member,
    make_invitation_link,
    renew_invitation,
    withdraw_invitation,
)

ADD = "organizations.add_membershipinvitation"
STATES = ("pending", "ended", "accepted", "revoked")
NEW_EXAMPLE = {"email": "nia@example.com", "role": "reviewer"}
EXAMPLE = {
    "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "organization": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    **NEW_EXAMPLE,
    "state": "pending",
    "expires_at": "2026-03-09T12:00:00Z",
    "created_at": "2026-03-02T12:00:00Z",
}
SENT_EXAMPLE = {**EXAMPLE, "join_link": None}


class MemberInvitationSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    organization = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    role = serializers.ChoiceField(choices=Membership.Role.choices, read_only=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = MembershipInvitation
        fields: ClassVar[Any] = ("id", "organization", "email", "role", "state", "expires_at", "created_at")
        read_only_fields: ClassVar[Any] = fields

    @extend_schema_field(serializers.ChoiceField(choices=STATES, help_text="`ended`: its link has run out."))
    def get_state(self, invitation: MembershipInvitation) -> str:
        if invitation.accepted_at is not None:
            return "accepted"
        if invitation.withdrawn_at is not None:
            return "revoked"
        return "pending" if invitation.is_open(timezone.now()) else "ended"


class SentMemberInvitationSerializer(MemberInvitationSerializer):
    join_link = serializers.SerializerMethodField(
        help_text="Only where this site sends no e-mail: to be handed over. Told now and never again."
    )

    class Meta(MemberInvitationSerializer.Meta):
        fields = read_only_fields = (*MemberInvitationSerializer.Meta.fields, "join_link")

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_join_link(self, invitation: MembershipInvitation) -> str | None:
        return make_invitation_link(invitation) if explain_mail() else None


class NewMemberInvitationSerializer(serializers.Serializer):
    organization = make_owner_field()
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=Membership.Role.choices)


class MemberInvitationFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    role = filters.ChoiceFilter(choices=Membership.Role.choices)
    state = filters.ChoiceFilter(choices=[(one, one) for one in STATES], method="keep_in_state")

    def keep_in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        pending, now = rows.filter(accepted_at=None, withdrawn_at=None), timezone.now()
        return {
            "pending": pending.filter(expires_at__gt=now),
            "ended": pending.filter(expires_at__lte=now),
            "accepted": rows.filter(accepted_at__isnull=False),
            "revoked": rows.filter(withdrawn_at__isnull=False),
        }[value]


@extend_schema(tags=["members"])
@extend_schema_view(
    list=extend_schema(summary="Invitations of members", examples=[give_example(EXAMPLE, of="response")])
)
class MemberInvitationViewSet(ListModelMixin, TenantViewSet):
    queryset = MembershipInvitation.objects.select_related("organization")
    serializer_class = MemberInvitationSerializer
    filterset_class = MemberInvitationFilters
    search_fields = ("email",)
    ordering_fields = ("created_at",)
    ordering = ("-created_at", "-pk")
    seen_by = "organizations.view_membershipinvitation"
    permissions: ClassVar = {"list": seen_by, "retrieve": seen_by, "create": ADD, "renew": ADD, "revoke": ADD}

    @extend_schema(
        summary="One invitation of a member",
        responses={200: MemberInvitationSerializer, 404: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, self.get_serializer(self.get_object()).data)

    @extend_schema(
        summary="Invite somebody to an organization",
        description="Whoever reads mail at the address joins by the link, which works for seven days and once.",
        request=NewMemberInvitationSerializer,
        responses={201: SentMemberInvitationSerializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(NEW_EXAMPLE, of="request"), give_example(SENT_EXAMPLE, of="response")],
    )
    def create(self, request: Request) -> Response:
        def invite() -> Response:
            wanted = NewMemberInvitationSerializer(data=request.data)
            wanted.is_valid(raise_exception=True)
            data = wanted.validated_data
            owner = find_owner(request, ADD, data.get("organization"))
            try:
                row = invite_member(owner, data["email"], data["role"], author=self.make_author())
            except InvitationRefused as refusal:
                raise Refused(str(refusal)) from refusal
            told = SentMemberInvitationSerializer(row).data
            return Response(told, status.HTTP_201_CREATED, headers={"Location": f"{request.path}{row.uuid}/"})

        return keep_private(create_once(request, invite))

    @extend_schema(
        summary="Make the link of an invitation anew",
        description="For another seven days; the link before opens nothing any more.",
        request=None,
        responses={200: SentMemberInvitationSerializer, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(SENT_EXAMPLE, of="response")],
    )
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, uuid: str) -> Response:
        def make_anew() -> Response:
            try:
                row = renew_invitation(self.get_object(), author=self.make_author())
            except InvitationRefused as refusal:
                raise Refused(str(refusal)) from refusal
            return Response(SentMemberInvitationSerializer(row).data)

        return keep_private(create_once(request, make_anew))

    @extend_schema(
        summary="Revoke an invitation of a member",
        request=ReasonSerializer,
        responses={200: MemberInvitationSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        examples=[
            give_example(REASON_EXAMPLE, of="request"),
            give_example({**EXAMPLE, "state": "revoked"}, of="response"),
        ],
    )
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, uuid: str) -> Response:
        told = ReasonSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        with transaction.atomic():
            row = self.get_object()
            try:
                withdraw_invitation(row, author=self.make_author(told.validated_data["reason"]))
            except InvitationRefused as refusal:
                raise Refused(str(refusal)) from refusal
            row.refresh_from_db()
        return Response(self.get_serializer(row).data)

    def make_author(self, reason: str = "") -> Author:
        return Author(get_user(self.request), timezone.now(), reason)
