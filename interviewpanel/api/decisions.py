"""What people decided about an interview. Read by whoever may see decisions; decided by people alone."""

from typing import Any, ClassVar, cast

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from authentication.models import User
from config.api.etags import NothingSaid, answer_tagged, check_unchanged
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from interviewpanel.api.sessions import RatedFirstRows
from interviewpanel.models import Decision, InterviewSession
from interviewpanel.models.decisions import MOST_REASON_CHARACTERS
from interviewpanel.selectors.decisions import filter_decidable, list_decisions
from interviewpanel.services.decisions import DecisionRefused, decide
from interviewpanel.services.events import lock_session
from organizations.api.callers import get_user
from organizations.api.history import record
from organizations.models import Change

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the decision as you have read it.",
    examples=[OpenApiExample("Example", '"0f343b0931126a20f133d67c2b018a3b"')],
)
WANTED = {"stage": "advance", "reason": "Reads the plan before changing anything, and said why the order matters."}
EXAMPLE = {
    "interview": "5f0c2c8e-6d5b-4f0e-9d0b-0a4f6f2b7c11",
    "stage": "advance",
    "can_be_decided": True,
    "decisions": [
        {
            "id": "e4da3b7f-bbce-4345-9777-2b0674a318d5",
            **WANTED,
            "decided_by": "owner@fernbrook.example",
            "decided_at": "2026-03-12T11:00:00Z",
        }
    ],
}


class WantedDecisionSerializer(serializers.Serializer):
    stage = serializers.ChoiceField(
        choices=Decision.Stage.choices, help_text="`to_review` takes back what is in force."
    )
    reason = serializers.CharField(
        max_length=MOST_REASON_CHARACTERS,
        help_text="In a sentence that you could read out to the candidate: it stands in the report.",
    )


class MadeDecisionSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid")
    stage = serializers.ChoiceField(choices=Decision.Stage.choices)
    reason = serializers.CharField()
    decided_by = serializers.SerializerMethodField(help_text="null where the account is gone.")
    decided_at = serializers.DateTimeField()

    def get_decided_by(self, decision: Decision) -> str | None:
        return str(decision.decided_by) if decision.decided_by else None


class DecisionSerializer(serializers.Serializer):
    interview = serializers.UUIDField()
    stage = serializers.ChoiceField(choices=Decision.Stage.choices, help_text="In force.")
    can_be_decided = serializers.BooleanField(help_text="Not before the end, nor of who has withdrawn.")
    decisions = MadeDecisionSerializer(many=True, help_text="All of them, the last first.")


@extend_schema(tags=["interviews"])
class DecisionViewSet(RatedFirstRows):
    permissions: ClassVar = {"read_decision": "interviewpanel.view_decision", "decide": "interviewpanel.add_decision"}

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if self.action == "decide" and get_user(request) is None:
            raise exceptions.PermissionDenied("People decide about people; a key does not.")

    @extend_schema(
        summary="What was decided",
        description="409 for who is to rate the interview first.",
        responses={200: DecisionSerializer, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    @action(detail=True, methods=["get"], url_path="decision", url_name="decision")
    def read_decision(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, tell_decision(self.get_object()))

    @extend_schema(
        summary="Decide",
        description="By a person, with a reason. Nothing is sent to the candidate. The report is made again, and says "
        "so.",
        parameters=[IF_MATCH],
        request=WantedDecisionSerializer,
        responses={
            200: DecisionSerializer,
            **dict.fromkeys((400, 404, 409, 412, 428), PROBLEM),
        },
        examples=[give_example(WANTED, of="request"), give_example(EXAMPLE, of="response")],
    )
    @read_decision.mapping.put
    def decide(self, request: Request, uuid: str) -> Response:
        session = self.get_object()
        if "If-Match" not in request.headers:
            raise NothingSaid
        wanted = WantedDecisionSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        stage, reason = wanted.validated_data["stage"], wanted.validated_data["reason"]
        with transaction.atomic():
            lock_session(session.pk)
            check_unchanged(request, tell_decision(session))
            last = list_decisions(session.pk).first()
            try:
                decide(
                    session_id=session.pk,
                    stage=stage,
                    reason=reason,
                    decided_by=cast("User", get_user(request)),
                    now=timezone.now(),
                    seen_id=last.pk if last else None,
                )
            except DecisionRefused as refusal:
                raise Refused(str(refusal)) from refusal
            record(
                request, session, Change.Action.CHANGED, session.organization_id, f"Decision: {stage}.", reason=reason
            )
        return answer_tagged(request, tell_decision(session))


def tell_decision(session: InterviewSession) -> dict[str, Any]:
    made = list(list_decisions(session.pk))
    told = {
        "interview": session.uuid,
        "stage": made[0].stage if made else Decision.Stage.TO_REVIEW,
        "can_be_decided": filter_decidable(InterviewSession.objects.filter(pk=session.pk)).exists(),
        "decisions": made,
    }
    data: dict[str, Any] = DecisionSerializer(told).data
    return data
