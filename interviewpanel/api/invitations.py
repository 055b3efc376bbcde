"""Invitations ("panel candidates"): a candidate, a panel, and the private link: made, told, sent, replaced, revoked."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.moments import MomentFilter
from config.api.privacy import keep_private
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from interviewpanel.api import invitation_examples as examples
from interviewpanel.api.invitation_serializers import (
    ADD,
    CHANGE,
    InvitationDetailSerializer,
    InvitationSerializer,
    LinkExtensionSerializer,
    LinkMessageSerializer,
    LinkReissueSerializer,
    LinkRevocationSerializer,
    MadeInvitationSerializer,
    NewInvitationSerializer,
)
from interviewpanel.api.many_invitations import ManyInvitations
from interviewpanel.api.raters import keep_seen_terms
from interviewpanel.api.wishes import list_channels, read_wish
from interviewpanel.domain.link_acts import Act
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.selectors.told_invitations import STATES, filter_state, list_told
from interviewpanel.services.bulk_invitations import invite_candidate
from interviewpanel.services.invitations import InvitationRefused
from interviewpanel.services.link_acts import ActRefused, act_on_link
from organizations.api.candidates import CandidateSerializer
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.rows import find_named
from organizations.api.single_webhooks import check_may_bring, set_webhook
from organizations.models import Candidate, Change, Organization

VIEW, ADD_CANDIDATE = "interviewpanel.view_interviewpanelcandidate", "organizations.add_candidate"
TOLD = give_example(examples.TOLD, of="response")
ACTED = {200: InvitationDetailSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM, 422: PROBLEM}


class InvitationFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    panel = filters.UUIDFilter("panel__uuid")
    candidate = filters.UUIDFilter("candidate__uuid")
    state = filters.ChoiceFilter(
        choices=[(one.value, one.value) for one in STATES], method="keep_state", label="How the link stands."
    )
    created_after = MomentFilter("created_at", "gte")
    created_before = MomentFilter("created_at", "lt")

    def keep_state(self, rows: Any, name: str, value: str) -> Any:
        """Not answered to who rates: it tells whether a deadline has passed."""
        return filter_state(keep_seen_terms(cast("Request", self.request), rows), value, timezone.now())


@extend_schema(tags=["panel-candidates"])
@extend_schema_view(
    list=extend_schema(
        summary="Invitations",
        description="The private link of each is told on its own page.",
        responses={200: InvitationSerializer(many=True), 400: PROBLEM, 404: PROBLEM},
        examples=[give_example(examples.IN_LIST, of="response")],
    )
)
class InvitationViewSet(ListModelMixin, ManyInvitations):
    queryset = InterviewPanelCandidate.objects.all()
    serializer_class = InvitationSerializer
    filterset_class = InvitationFilters
    search_fields = ("candidate__full_name", "panel__title")
    ordering_fields = ("created_at",)
    ordering = ("-created_at", "-pk")
    seen_by = VIEW
    permissions: ClassVar = {
        "list": VIEW,
        "retrieve": VIEW,
        **dict.fromkeys(("create", "bulk"), ADD),
        **dict.fromkeys(("revoke", "reissue", "extend", "send", "remind"), CHANGE),
        **dict.fromkeys(("bulk_revoke", "bulk_extend", "bulk_remind"), CHANGE),
    }

    def get_queryset(self) -> QuerySet[Any]:
        return self.cut(list_told(), VIEW)

    @extend_schema(
        summary="One invitation",
        description="With its private link, for who may send it.",
        responses={200: InvitationDetailSerializer, 404: PROBLEM},
        examples=[TOLD],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return self.answer(self.get_object())

    @extend_schema(
        summary="Invite a candidate",
        description="One who is here, or a new one; nobody has two open links to one panel.",
        request=NewInvitationSerializer,
        responses={201: MadeInvitationSerializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(examples.NEW, of="request"), give_example(examples.MADE, of="response")],
    )
    def create(self, request: Request) -> Response:
        return keep_private(create_once(request, lambda: self._invite(request)))

    def _invite(self, request: Request) -> Response:
        sent = NewInvitationSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data = sent.validated_data
        panel = self.find_panel(data["panel"])
        check_may_bring(request, panel.organization, data)
        try:
            made = invite_candidate(
                panel=panel,
                candidate=self._find_or_add_candidate(request, panel.organization, data),
                channels=list_channels(data),
                now=timezone.now(),
                hours=data["expires_in_hours"],
                metadata=data["metadata"],
            )
        except (InvitationRefused, ActRefused) as refusal:
            raise Refused(str(refusal)) from refusal
        record(request, made, Change.Action.ADDED, made.organization_id)
        response = self.answer(made, status.HTTP_201_CREATED)
        response["Location"] = f"{request.path}{made.uuid}/"
        response.data = {**response.data, "webhook": self._set_webhook(made, data.get("webhook"))}
        return response

    def _set_webhook(self, made: InterviewPanelCandidate, wanted: dict[str, Any] | None) -> dict[str, str] | None:
        if wanted is None:
            return None
        return set_webhook(organization=made.organization, subject=made.uuid, wanted=wanted, now=timezone.now())

    def _find_or_add_candidate(self, request: Request, owner: Organization, data: dict[str, Any]) -> Candidate:
        if data.get("candidate"):
            rows = Candidate.objects.filter(organization=owner, is_erased=False, is_trial=False)
            return cast("Candidate", find_named(rows, data["candidate"], "candidate", "candidate"))
        self.check_may(ADD_CANDIDATE, owner.pk)
        person = CandidateSerializer(
            data={**data["new_candidate"], "organization": owner.uuid}, context={"request": request}
        )
        try:
            person.is_valid(raise_exception=True)
            candidate = person.save()
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"new_candidate": error.detail}) from error
        record(request, candidate, Change.Action.ADDED, candidate.organization_id)
        return candidate

    # --- What is done with a link -------------------------------------------------------------------------------------

    @extend_schema(
        summary="Revoke a link",
        description="It stops working at once. An interview that goes on is interrupted.",
        request=LinkRevocationSerializer,
        responses=ACTED,
        examples=[give_example(examples.REVOKE, of="request"), TOLD],
    )
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, uuid: str) -> Response:
        return self.act(request, Act.REVOKE, LinkRevocationSerializer)

    @extend_schema(
        summary="Make a new link",
        description="The one before stops working at once; an interview that has begun goes on by the new one.",
        request=LinkReissueSerializer,
        responses=ACTED,
        examples=[give_example(examples.REISSUE, of="request"), TOLD],
    )
    @action(detail=True, methods=["post"])
    def reissue(self, request: Request, uuid: str) -> Response:
        return self.act(request, Act.NEW_LINK, LinkReissueSerializer)

    @extend_schema(
        summary="Move the deadline",
        description="The link stays the same; only who has not begun needs it.",
        request=LinkExtensionSerializer,
        responses=ACTED,
        examples=[give_example(examples.EXTEND, of="request"), TOLD],
    )
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, uuid: str) -> Response:
        return self.act(request, Act.EXTEND, LinkExtensionSerializer)

    @extend_schema(
        summary="Send the invitation",
        description="Who was sent it before gets the same link again.",
        request=LinkMessageSerializer,
        responses=ACTED,
        examples=[give_example(examples.SEND, of="request"), TOLD],
    )
    @action(detail=True, methods=["post"])
    def send(self, request: Request, uuid: str) -> Response:
        return self.act(request, Act.SEND, LinkMessageSerializer)

    @extend_schema(
        summary="Send a reminder",
        description="To who has not begun.",
        request=LinkMessageSerializer,
        responses=ACTED,
        examples=[give_example(examples.SEND, of="request"), TOLD],
    )
    @action(detail=True, methods=["post"])
    def remind(self, request: Request, uuid: str) -> Response:
        return self.act(request, Act.REMIND, LinkMessageSerializer)

    def act(self, request: Request, act: Act, form: type[serializers.Serializer]) -> Response:
        """Once for each Idempotency-Key: nobody is written to twice for one call."""

        def do() -> Response:
            sent = form(data=request.data)
            sent.is_valid(raise_exception=True)
            row = self.get_object()
            try:
                told = act_on_link(invitation=row, act=act, wish=read_wish(sent.validated_data), now=timezone.now())
            except ActRefused as refusal:
                raise Refused(str(refusal)) from refusal
            reason = sent.validated_data.get("reason", "")
            record(request, row, Change.Action.CHANGED, row.organization_id, told, reason)
            return self.answer(row)

        return keep_private(create_once(request, do))

    def answer(self, row: InterviewPanelCandidate, status_code: int = status.HTTP_200_OK) -> Response:
        """As it stands now."""
        told = InvitationDetailSerializer(list_told().get(pk=row.pk), context={"request": self.request}).data
        return keep_private(answer_tagged(self.request, told, status_code))
