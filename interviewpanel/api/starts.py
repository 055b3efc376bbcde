"""`POST /interviews/start/`: the whole product in one call. Who and for which position go in, the way in comes out."""

from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.fields import KnownFields
from config.api.privacy import keep_private
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from interviewpanel.api.invitation_serializers import make_hours
from interviewpanel.api.metadata import MetadataField
from interviewpanel.api.rooms import RoomPassSerializer, describe_room
from interviewpanel.services.invitations import InvitationRefused, join_url, make_token, socket_url
from interviewpanel.services.starts import NoQuestionSet, Person, Started, Wish, start_interview
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.owners import find_owner, make_owner_field
from organizations.api.serializers import PhoneField
from organizations.api.single_webhooks import EXAMPLE as WEBHOOK
from organizations.api.single_webhooks import HELP as WEBHOOK_HELP
from organizations.api.single_webhooks import MADE_EXAMPLE as MADE_WEBHOOK
from organizations.api.single_webhooks import SingleWebhookSerializer, check_may_bring, set_webhook
from organizations.api.views import TenantViewSet
from organizations.models import Change
from organizations.services.candidates import NoCandidate

ADD = "interviewpanel.add_interviewpanelcandidate"
EXAMPLE = {
    "name": "Amara Okafor",
    "position": "Backend engineer",
    "experience": "3 years",
    "email": "amara@example.com",
    "metadata": {"application": "4711"},
    "webhook": WEBHOOK,
}
ANSWER = {
    "interview_id": "0f8c8a34-50a8-4d0e-9df5-8b9f1f7c2a01",
    "invitation_id": "a2c6f3de-93a1-4d8b-8a39-0d3f4f6b7c02",
    "candidate_id": "4b1d2f6a-0c35-4a1f-bf2e-6a9e7d8c9b03",
    "panel_id": "0d5b3c1e-70f5-4d0b-8a44-5f6c6f2b9d11",
    "question_set": "Backend engineer, 2 to 5 years",
    "token": "pq3m0Zr2S1x8bVfQ7yLwTn5uJdKcAeHgOi9RsMk4Xz0",
    "join_url": "https://interviews.example.com/i/pq3m0Zr2S1x8bVfQ7yLwTn5uJdKcAeHgOi9RsMk4Xz0/",
    "socket_url": "wss://interviews.example.com/ws/interview/pq3m0Zr2S1x8bVfQ7yLwTn5uJdKcAeHgOi9RsMk4Xz0/",
    "expires_at": "2026-05-05T09:00:00Z",
    "room": None,
    "metadata": {"application": "4711"},
    "webhook": MADE_WEBHOOK,
}


class StartSerializer(KnownFields):
    organization = make_owner_field()
    name = serializers.CharField(max_length=150, help_text="The candidate's, as they are to be addressed.")
    position = serializers.CharField(max_length=150, help_text="Of a question set; see `/positions/`.")
    experience = serializers.CharField(
        max_length=50, required=False, allow_blank=True, default="", help_text="In words or in years: `senior`, `4`."
    )
    email = serializers.EmailField(
        max_length=254, required=False, allow_blank=True, default="", help_text="Who is known by it is not added again."
    )
    phone = PhoneField(required=False, allow_blank=True, default="")
    language = serializers.ChoiceField(
        choices=settings.LANGUAGES, required=False, allow_blank=True, default="", help_text="Of the interview."
    )
    expires_in_hours = make_hours()
    metadata = MetadataField()
    webhook = SingleWebhookSerializer(required=False, help_text=WEBHOOK_HELP)


class StartedSerializer(serializers.Serializer):
    interview_id = serializers.UUIDField()
    invitation_id = serializers.UUIDField()
    candidate_id = serializers.UUIDField()
    panel_id = serializers.UUIDField()
    question_set = serializers.CharField(help_text="Which of the positions' sets was chosen.")
    token = serializers.CharField(help_text="Opens the interview: a secret of the candidate's.")
    join_url = serializers.URLField(help_text="The candidate's page.")
    socket_url = serializers.CharField(help_text="For a client of your own.")
    expires_at = serializers.DateTimeField(help_text="Until when the interview can be begun.")
    room = RoomPassSerializer(
        allow_null=True,
        help_text="Where the panel's candidates come into a room. Its token ends soon: see `/interviews/{id}/room/`.",
    )
    metadata = MetadataField()
    webhook = SingleWebhookSerializer(required=False, help_text="With its secret, which is not shown again.")


class StartViewSet(TenantViewSet):
    serializer_class = StartSerializer
    permissions: ClassVar = {"create": ADD}

    @extend_schema(
        tags=["interviews"],
        summary="Start an interview for a position",
        description="Adds the candidate unless their e-mail address is known, chooses the position's question set, and "
        "makes the private link. Nothing is sent: hand `join_url` over. Bring an `Idempotency-Key`.",
        request=StartSerializer,
        responses={201: StartedSerializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(EXAMPLE, of="request"), give_example(ANSWER, of="response")],
    )
    def create(self, request: Request) -> Response:
        def start() -> Response:
            wanted = StartSerializer(data=request.data)
            wanted.is_valid(raise_exception=True)
            started = _start(request, wanted.validated_data)
            if started.is_new_person:
                candidate = started.invitation.candidate
                record(request, candidate, Change.Action.ADDED, candidate.organization_id)
            record(request, started.invitation, Change.Action.ADDED, started.invitation.organization_id)
            told = _describe(started)
            if webhook := wanted.validated_data.get("webhook"):
                told["webhook"] = set_webhook(
                    organization=started.invitation.organization,
                    subject=started.invitation.uuid,
                    wanted=webhook,
                    now=timezone.now(),
                )
            place = f"{request.path.removesuffix('start/')}{started.session.uuid}/"
            return Response(StartedSerializer(told).data, status.HTTP_201_CREATED, headers={"Location": place})

        return keep_private(create_once(request, start))


def _start(request: Request, data: dict[str, Any]) -> Started:
    owner = find_owner(request, ADD, data.get("organization"))
    check_may_bring(request, owner, data)
    try:
        return start_interview(
            organization=owner,
            person=Person(full_name=data["name"], email=data["email"], phone=data["phone"]),
            wish=Wish(
                position=data["position"],
                experience=data["experience"],
                language=data["language"],
                hours=data["expires_in_hours"],
                metadata=data["metadata"],
            ),
            now=timezone.now(),
        )
    except NoQuestionSet as refusal:
        told = serializers.ErrorDetail(str(refusal), code="no_question_set")
        raise serializers.ValidationError({"position": told}) from refusal
    except (NoCandidate, InvitationRefused) as refusal:
        raise Refused(str(refusal)) from refusal


def _describe(started: Started) -> dict[str, Any]:
    invitation = started.invitation
    return {
        "interview_id": started.session.uuid,
        "invitation_id": invitation.uuid,
        "candidate_id": invitation.candidate.uuid,
        "panel_id": invitation.panel.uuid,
        "question_set": str(started.question_set),
        "token": make_token(invitation),
        "join_url": join_url(invitation),
        "socket_url": socket_url(invitation),
        "expires_at": invitation.expires_at,
        "room": describe_room(started.session),
        "metadata": invitation.metadata,
    }
