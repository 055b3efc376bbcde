"""Phone calls: asked for, with the candidate's consent recorded before; listed and read. Placed in the background."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from config.api.fields import KnownFields
from config.api.moments import MomentFilter
from config.api.privacy import keep_private
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from interviewpanel.domain.calling import CallOutcome, CallStatus
from interviewpanel.models import InterviewPanelCandidate, PhoneCall
from interviewpanel.selectors.calls import list_calls
from interviewpanel.services.call_permissions import MOST_NOTE, ConsentRefused, record_consent, record_opt_out
from interviewpanel.services.phone_calls import CallRefused, request_call
from organizations.api.callers import get_user
from organizations.api.history import name_way
from organizations.api.idempotency import create_once
from organizations.api.views import TenantViewSet

VIEW, PLACE = "interviewpanel.view_phonecall", "interviewpanel.place_phonecall"
INVITATION = "a3c7a1de-1b5e-47c5-b5b2-9f4d1c2e3f40"
CALL = "4d6c0f61-8a0b-4c1e-9f41-6c7a2f9b3e10"
EXAMPLE = {
    "id": CALL,
    "organization": "0d9c6a4e-2f51-4d6f-8a56-1f2d3c4b5a69",
    "panel_candidate": INVITATION,
    "interview": None,
    "call_back_of": None,
    "direction": "outbound",
    "status": "completed",
    "outcome": "person",
    "answered_by": "human",
    "requested_at": "2026-03-12T09:29:00Z",
    "placed_at": "2026-03-12T09:29:01Z",
    "answered_at": "2026-03-12T09:29:13Z",
    "ended_at": "2026-03-12T09:51:40Z",
    "seconds": 1347,
    "price": "0.31050",
    "price_unit": "USD",
    "has_recording": True,
    "error": "",
}
ASKED = {
    **EXAMPLE,
    "status": "requested",
    "outcome": "",
    "answered_by": "",
    **dict.fromkeys(("placed_at", "answered_at", "ended_at", "seconds", "price")),
    "price_unit": "",
    "has_recording": False,
    "status_url": f"https://interviews.example.org/api/v1/calls/{CALL}/",
}
NOTE = {"note": "Agreed by e-mail of 2 May to be called by an automated voice."}
CONSENT = {"panel_candidate": INVITATION, "may_be_called": True}
STATUSES = [(one.value, one.value) for one in CallStatus]  # settings name the schemas of both
OUTCOMES = [(one.value, one.value) for one in CallOutcome]
REFUSALS: dict[int, Any] = dict.fromkeys((400, 404, 409, 422), PROBLEM)


class PhoneCallSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid")
    organization = serializers.UUIDField(source="organization.uuid")
    panel_candidate = serializers.UUIDField(source="invitation.uuid")
    interview = serializers.UUIDField(source="session.uuid", allow_null=True, default=None)
    call_back_of = serializers.UUIDField(source="call_back_of.uuid", allow_null=True, default=None)
    direction = serializers.ChoiceField(choices=PhoneCall.Direction.choices)
    status = serializers.ChoiceField(
        choices=STATUSES,
        help_text="As Twilio names it. Of ours: `requested`; `unknown`, nobody knows whether it was placed; "
        "`not-placed`, certainly not; `lost`, it is over and nobody knows how it went.",
    )
    outcome = serializers.ChoiceField(
        choices=OUTCOMES,
        allow_blank=True,
        help_text="Empty while it goes on. `unknown` is no machine.",
    )
    answered_by = serializers.CharField(help_text="As machine detection found it; empty where it has found nothing.")
    requested_at = serializers.DateTimeField()
    placed_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.IntegerField(allow_null=True)
    price = serializers.DecimalField(
        max_digits=10, decimal_places=5, allow_null=True, help_text="What it cost; known some minutes after the call."
    )
    price_unit = serializers.CharField()
    has_recording = serializers.SerializerMethodField()
    error = serializers.CharField(help_text="Why it stands as it does, in words.")

    def get_has_recording(self, call: PhoneCall) -> bool:
        recording = getattr(call, "recording", None)
        return recording is not None and bool(recording.file)


class AskedCallSerializer(PhoneCallSerializer):
    status_url = serializers.SerializerMethodField(help_text="Where to read what became of it.")

    def get_status_url(self, call: PhoneCall) -> str:
        return str(reverse("api:call-detail", args=[call.uuid], request=self.context["request"]))


class NewCallSerializer(KnownFields, serializers.Serializer):
    call_back_of = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="An earlier call to this candidate that it follows."
    )


class CallConsentSerializer(KnownFields, serializers.Serializer):
    note = serializers.CharField(max_length=MOST_NOTE, help_text="When and how the candidate agreed. Kept.")


class MayBeCalledSerializer(serializers.Serializer):
    panel_candidate = serializers.UUIDField()
    may_be_called = serializers.BooleanField(help_text="Whether consent is recorded and the number has not opted out.")


class CallFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    panel_candidate = filters.UUIDFilter("invitation__uuid")
    interview = filters.UUIDFilter("session__uuid")
    status = filters.MultipleChoiceFilter(choices=STATUSES)
    outcome = filters.MultipleChoiceFilter(choices=OUTCOMES)
    requested_after = MomentFilter("requested_at", "gte")
    requested_before = MomentFilter("requested_at", "lt")


@extend_schema(tags=["calls"])
@extend_schema_view(
    list=extend_schema(
        summary="Phone calls",
        description="Numbers are not told here; they are the candidates’.",
        responses={200: PhoneCallSerializer(many=True), 400: PROBLEM, 404: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
)
class CallViewSet(ListModelMixin, TenantViewSet):
    queryset = list_calls()
    serializer_class = PhoneCallSerializer
    filterset_class = CallFilters
    ordering_fields = ("requested_at",)
    ordering = ("-requested_at", "-pk")
    seen_by = VIEW
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW}

    @extend_schema(
        summary="One phone call",
        description="Asked again and again, it tells what becomes of a call.",
        responses={200: PhoneCallSerializer, 404: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return keep_private(Response(PhoneCallSerializer(self.get_object()).data))


@extend_schema(tags=["calls"])
class CallOrderViewSet(TenantViewSet):
    """Below an invitation: who is called is always somebody who was invited."""

    queryset = InterviewPanelCandidate.objects.filter(is_trial=False)
    seen_by = "interviewpanel.view_interviewpanelcandidate"
    permissions: ClassVar = dict.fromkeys(("calls", "consent", "opt_out"), PLACE)

    def get_queryset(self) -> QuerySet[Any]:
        return self.cut(self.queryset.select_related("candidate", "organization"), self.seen_by)

    @extend_schema(
        summary="Call a candidate",
        description="A worker places the call as soon as it can; `status_url` tells what becomes of it. Refused with "
        "every reason where the candidate may not be called now: without recorded consent, after they asked not to be "
        "called, outside calling hours by their own clock, to a number that is not on the list. "
        "With an `Idempotency-Key` a repeated call of this rings nobody again.",
        request=NewCallSerializer,
        responses={202: AskedCallSerializer, **REFUSALS},
        examples=[give_example({"call_back_of": None}, of="request"), give_example(ASKED, of="response", status=202)],
    )
    @action(detail=True, methods=["post"])
    def calls(self, request: Request, uuid: str) -> Response:
        return keep_private(create_once(request, lambda: self._call(request)))

    def _call(self, request: Request) -> Response:
        row = self.get_object()
        sent = NewCallSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            call = request_call(
                invitation=row,
                user=get_user(request),
                now=timezone.now(),
                message=name_way(request),
                call_back_of=self._find_earlier(row, sent.validated_data["call_back_of"]),
            )
        except CallRefused as refusal:
            raise Refused(str(refusal)) from refusal
        told = AskedCallSerializer(list_calls().get(pk=call.pk), context={"request": request}).data
        return Response(told, status.HTTP_202_ACCEPTED, headers={"Location": told["status_url"]})

    def _find_earlier(self, row: InterviewPanelCandidate, wanted: Any) -> PhoneCall | None:
        if wanted is None:
            return None
        earlier = PhoneCall.objects.filter(uuid=wanted, invitation=row).first()
        if earlier is None:
            raise serializers.ValidationError({"call_back_of": "There is no such call to this candidate."})
        return earlier

    @extend_schema(
        summary="Record consent to be called",
        description="That the candidate agreed to be called by an automated voice, at the number they have now.",
        request=CallConsentSerializer,
        responses={200: MayBeCalledSerializer, **REFUSALS},
        examples=[give_example(NOTE, of="request"), give_example(CONSENT, of="response")],
    )
    @action(detail=True, methods=["post"], url_path="call-consent")
    def consent(self, request: Request, uuid: str) -> Response:
        def do() -> Response:
            row = self.get_object()
            sent = CallConsentSerializer(data=request.data)
            sent.is_valid(raise_exception=True)
            try:
                record_consent(
                    invitation=row,
                    user=get_user(request),
                    note=sent.validated_data["note"],
                    now=timezone.now(),
                    message=name_way(request),
                )
            except ConsentRefused as refusal:
                raise Refused(str(refusal)) from refusal
            return Response({"panel_candidate": row.uuid, "may_be_called": True})

        return keep_private(create_once(request, do))

    @extend_schema(
        summary="Record that a candidate is not to be called",
        description="Their number is called by this organization no more, whoever has it. Only the candidate can take "
        "that back, on their own page.",
        request=None,
        responses={200: MayBeCalledSerializer, **REFUSALS},
        examples=[give_example({**CONSENT, "may_be_called": False}, of="response")],
    )
    @action(detail=True, methods=["post"], url_path="call-opt-out")
    def opt_out(self, request: Request, uuid: str) -> Response:
        def do() -> Response:
            row = self.get_object()
            if not row.candidate.phone:
                raise Refused("The candidate has no phone number here.")
            record_opt_out(
                organization=row.organization,
                number=row.candidate.phone,
                way="staff",
                now=timezone.now(),
                invitation=row,
                user=get_user(request),
                message=name_way(request),
            )
            return Response({"panel_candidate": row.uuid, "may_be_called": False})

        return keep_private(create_once(request, do))
