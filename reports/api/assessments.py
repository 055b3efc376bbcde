"""An assessment partner of an applicant tracking system, in the shape that Greenhouse documents: it lists tests, sends
one to a candidate, and asks how it stands. A test is a published panel, a test that was sent is an invitation.

https://developers.greenhouse.io/assessment.html. The keys of the bodies, the paths without a slash at their end and the
API key as the user name of HTTP Basic are that document's.
"""

import logging
import re
from typing import Any, ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.fields import BoundedListField
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.services.assessments import AssessmentRefused, Order, order_assessment
from interviewpanel.services.starts import Person
from organizations.api.authentication import BasicKeyAuthentication, KeyAuthentication, read_key
from organizations.api.callers import KeyHolder, get_reach
from organizations.api.history import record
from organizations.api.views import TenantViewSet
from organizations.domain.candidate_table import is_phone, normalise_phone
from organizations.models import Change
from organizations.selectors import Reach
from reports.selectors.assessments import describe_assessment

logger = logging.getLogger(__name__)

ADDRESS = re.compile(r"[^\s@<>\"']+(?:@|%40)[^\s@<>\"']+")
SEES = "interviewpanel.view_interviewpanel"
PANEL, SENT = "0d5b3c1e-70f5-4d0b-8a44-5f6c6f2b9d11", "a2c6f3de-93a1-4d8b-8a39-0d3f4f6b7c02"
ORDER_EXAMPLE = {
    "partner_test_id": PANEL,
    "candidate": {
        "first_name": "Amara",
        "last_name": "Okafor",
        "email": "amara@example.com",
        "phone_number": "+44 20 7183 8750",
        "resume_url": None,
        "greenhouse_profile_url": "https://app.greenhouse.io/people/17681532?application_id=26234709",
    },
    "url": "https://app.greenhouse.io/integrations/testing_partners/take_home_tests/12345",
}
STATUS_EXAMPLE = {
    "partner_status": "complete",
    "partner_profile_url": "https://interviews.example.com/admin/reports/interviewreport/1/review/",
    "partner_score": 81,
    "metadata": {
        "Panel": "Backend engineer, Pune",
        "Grade": "B",
        "Technical": 84,
        "Communication": 78,
        "Problem solving": 80,
        "Role fit": None,
        "Advice": "yes",
        "Decided by a person": "no_decision",
        "Started at": "2026-05-05T09:00:00Z",
        "Ended at": "2026-05-05T09:31:00Z",
        "Notes": "",
    },
}


class TestSerializer(serializers.Serializer):
    partner_test_id = serializers.CharField()
    partner_test_name = serializers.CharField()


class OrderedCandidateSerializer(serializers.Serializer):
    first_name = serializers.CharField(max_length=75)
    last_name = serializers.CharField(max_length=74, allow_blank=True)
    email = serializers.EmailField(max_length=254)
    phone_number = serializers.CharField(max_length=40, required=False, allow_null=True, allow_blank=True)
    resume_url = serializers.CharField(
        max_length=2000, required=False, allow_null=True, allow_blank=True, help_text="Taken and not fetched."
    )
    greenhouse_profile_url = serializers.CharField(max_length=500, required=False, allow_null=True, allow_blank=True)


class OrderSerializer(serializers.Serializer):
    partner_test_id = serializers.CharField(max_length=64)
    candidate = OrderedCandidateSerializer()
    url = serializers.CharField(
        max_length=2000, required=False, allow_null=True, allow_blank=True, help_text="Told by PATCH when it is over."
    )


class OrderedSerializer(serializers.Serializer):
    partner_interview_id = serializers.CharField()


class AssessmentStatusSerializer(serializers.Serializer):
    partner_status = serializers.CharField(help_text="`complete` once the scorecard exists.")
    partner_profile_url = serializers.URLField(help_text="Where members of the organization review it, signed in.")
    partner_score = serializers.IntegerField(allow_null=True, help_text="0 to 100; null if too little was measured.")
    metadata = serializers.DictField(help_text="Flat.")


class ResponseErrorSerializer(serializers.Serializer):
    api_call = serializers.CharField(max_length=100)
    errors = BoundedListField(child=serializers.CharField(max_length=1000), max_length=50)
    partner_test_id = serializers.CharField(max_length=64, required=False, allow_null=True)
    partner_interview_id = serializers.CharField(max_length=64, required=False, allow_null=True)


@extend_schema(tags=["ats"])
class AssessmentViewSet(TenantViewSet):
    """Of keys alone: a key says whose tests they are."""

    authentication_classes = (BasicKeyAuthentication, KeyAuthentication)
    queryset = InterviewPanel.objects.filter(status=InterviewPanel.Status.PUBLISHED)
    serializer_class = TestSerializer
    pagination_class = None
    filter_backends = ()
    permissions: ClassVar = {
        "list_tests": SEES,
        "send_test": "interviewpanel.add_interviewpanelcandidate",
        "test_status": "reports.view_interviewreport",
        "response_error": SEES,
    }

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if not isinstance(request.user, KeyHolder):
            raise PermissionDenied("Only an API key may ask this: it says whose tests these are.")

    @extend_schema(
        summary="The tests there are",
        responses={200: TestSerializer(many=True)},
        examples=[
            give_example({"partner_test_id": PANEL, "partner_test_name": "Backend engineer, Pune"}, of="response")
        ],
    )
    def list_tests(self, request: Request) -> Response:
        rows = self.get_queryset().order_by("title", "pk").values_list("uuid", "title")
        return Response([{"partner_test_id": str(uuid), "partner_test_name": title} for uuid, title in rows])

    @extend_schema(
        summary="Send a test to a candidate",
        description="The candidate gets the invitation by e-mail. Asked again while that invitation is open, it "
        "answers the same id and sends nothing more.",
        request=OrderSerializer,
        responses={200: OrderedSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        examples=[
            give_example(ORDER_EXAMPLE, of="request"),
            give_example({"partner_interview_id": SENT}, of="response"),
        ],
    )
    def send_test(self, request: Request) -> Response:
        wanted = OrderSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        order = _read_order(wanted.validated_data, request)
        with transaction.atomic():
            panel = self.get_queryset().filter(uuid=_read_id(order.test_id)).first()
            if panel is None:
                raise Http404
            try:
                ordered = order_assessment(panel=panel, order=order, now=timezone.now())
            except AssessmentRefused as refusal:
                raise Refused(str(refusal)) from refusal
            invitation = ordered.invitation
            if ordered.is_new_person:
                record(request, invitation.candidate, Change.Action.ADDED, invitation.organization_id)
            if ordered.is_new:
                record(request, invitation, Change.Action.ADDED, invitation.organization_id)
        return Response({"partner_interview_id": str(invitation.uuid)})

    @extend_schema(
        summary="How a test stands",
        parameters=[
            OpenApiParameter(
                "partner_interview_id",
                str,
                required=True,
                description="As send_test has answered.",
                examples=[OpenApiExample("Example", SENT)],
            )
        ],
        responses={200: AssessmentStatusSerializer, 404: PROBLEM},
        examples=[give_example(STATUS_EXAMPLE, of="response")],
    )
    def test_status(self, request: Request) -> Response:
        if not (given := request.query_params.get("partner_interview_id")):
            raise serializers.ValidationError({"partner_interview_id": "Say of which: it was the answer to send_test."})
        sent = _read_id(given)
        rows = self.cut(InterviewPanelCandidate.objects.all(), self.permissions["test_status"])
        invitation = rows.filter(uuid=sent, is_trial=False, erased_at=None).first()
        if invitation is None:
            raise Http404
        return Response(_describe_status(invitation, get_reach(request)))

    @extend_schema(
        summary="Say that an answer of ours could not be used",
        description="It is written to the log, for whoever runs the site.",
        request=ResponseErrorSerializer,
        responses={200: inline_serializer("Received", {"status": serializers.IntegerField()})},
        examples=[
            give_example({"api_call": "test_status", "errors": ["partner_status is missing"]}, of="request"),
            give_example({"status": 200}, of="response"),
        ],
    )
    def response_error(self, request: Request) -> Response:
        told = ResponseErrorSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        data = told.validated_data
        # Neither the test's name nor the candidate's address: names of people do not belong into logs.
        logger.warning(
            "An applicant tracking system could not use the answer to %r about %s: %r",
            _hide_addresses(data["api_call"]),
            _read_id(data.get("partner_interview_id") or "") or "no interview of ours",
            [_hide_addresses(one) for one in data["errors"]],
        )
        return Response({"status": 200})


def _read_order(data: dict[str, Any], request: Request) -> Order:
    person = data["candidate"]
    phone = normalise_phone(person.get("phone_number") or "")
    return Order(
        test_id=data["partner_test_id"],
        person=Person(
            full_name=f"{person['first_name']} {person['last_name']}".strip(),
            email=person["email"],
            phone=phone if is_phone(phone) else "",  # as people write it: a number that nobody can call is none
        ),
        url=data.get("url") or "",
        key=cast("KeyHolder", request.user).key,
        secret=read_key(request),
        profile_url=person.get("greenhouse_profile_url") or "",
    )


def _hide_addresses(text: str) -> str:
    return ADDRESS.sub("[address]", text)


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _describe_status(invitation: InterviewPanelCandidate, reach: Reach) -> dict[str, Any]:
    told = describe_assessment(invitation, reach)
    return {
        "partner_status": told.status,
        "partner_profile_url": f"{settings.PUBLIC_URL}{told.path}",
        "partner_score": told.score,
        "metadata": told.metadata,
    }
