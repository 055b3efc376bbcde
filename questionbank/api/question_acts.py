"""What is done with a question besides writing it: moved, copied, an old version read and made current again."""

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_user
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.owners import find_owner, make_owner_field
from organizations.models import Change
from organizations.services.row_values import read_values
from questionbank.api.question_base import PUBLISH, QuestionPart, read_sent
from questionbank.api.question_serializers import (
    CONTENT,
    EXAMPLE,
    VERSION_EXAMPLE,
    QuestionSerializer,
    VersionSerializer,
)
from questionbank.domain.question_states import (
    OTHER_REASON,
    RETIREMENT_REASONS,
    Move,
    QuestionMoveRefused,
    QuestionStatus,
    find_move,
    write_reason,
)
from questionbank.domain.question_states import PUBLISH as PUBLISHING
from questionbank.models import Question
from questionbank.services.question_states import MOST_REASON_CHARACTERS, move_question
from questionbank.services.versions import QuestionRefused, copy_question, restore_version

MOVE_EXAMPLE = {"status": "retired", "because": "outdated", "reason": "Since version 12 of the database"}
MOVED = {
    **EXAMPLE,
    "status": "retired",
    "status_reason": "Outdated: the answer has changed. Since version 12 of the database",
    "status_changed_at": "2026-03-02T12:00:00Z",
}
NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="Of the version.")


class MoveSerializer(serializers.Serializer):
    status = serializers.ChoiceField(choices=Question.Status.choices, help_text="The state it is to be in.")
    because = serializers.ChoiceField(
        choices=list(RETIREMENT_REASONS.items()), required=False, help_text="Needed to retire it, and for that only."
    )
    reason = serializers.CharField(
        max_length=MOST_REASON_CHARACTERS - 100,
        required=False,
        allow_blank=True,
        default="",
        help_text="In your words. Kept in the history.",
    )


class CopySerializer(serializers.Serializer):
    organization = make_owner_field()


class QuestionActs(QuestionPart):
    @extend_schema(
        summary="Move a question",
        description="From draft to review, live and retired; one step back, so that somebody reads it again. Only what "
        "could be scored goes live.",
        request=MoveSerializer,
        responses={200: QuestionSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(MOVE_EXAMPLE, of="request"), give_example(MOVED, of="response", name="Moved")],
    )
    @action(detail=True, methods=["post"])
    def move(self, request: Request, uuid: str) -> Response:
        data = read_sent(MoveSerializer(data=request.data))
        with transaction.atomic():
            question = self.lock_object()
            before = read_values(question)
            try:
                move = find_move(question.status, data["status"])
                if move.permission == PUBLISHING:
                    self.check_may(PUBLISH, question.organization_id)
                reason = read_reason(move, data)
                move_question(question=question, target=move.target, reason=reason, now=timezone.now())
            except QuestionMoveRefused as refusal:
                raise Refused(str(refusal)) from refusal
            owner = question.organization_id
            record(request, question, Change.Action.CHANGED, owner, move.done, reason, before=before)
        return Response(self.describe(self.read_again(question)))

    @extend_schema(
        summary="Copy a question that is for all",
        description="As a draft of your own, to be changed as you like.",
        request=CopySerializer,
        responses={201: QuestionSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[
            give_example({}, of="request"),
            give_example(EXAMPLE, of="response"),
        ],
    )
    @action(detail=True, methods=["post"])
    def copy(self, request: Request, uuid: str) -> Response:
        def make() -> Response:
            data = read_sent(CopySerializer(data=request.data))
            target = find_owner(request, self.permissions["copy"], data.get("organization"))
            question = self.find_seen(uuid)
            if question.organization_id is not None:
                raise Refused("This question belongs to one organization. Only those for all are copied.")
            try:
                copied = copy_question(question=question, organization=target, user=get_user(request))
            except QuestionRefused as refusal:
                raise Refused(str(refusal)) from refusal
            record(request, copied, Change.Action.ADDED, target.pk, "Copied from the question for all organizations.")
            place = f"{request.path.removesuffix(f'{uuid}/copy/')}{copied.uuid}/"
            told = self.describe(self.read_again(copied))
            return Response(told, status.HTTP_201_CREATED, headers={"Location": place})

        return create_once(request, make)

    def find_seen(self, uuid: str) -> Question:
        """To be read; whether something may be done elsewhere with it is asked there."""
        found: Question | None = self.get_queryset().filter(uuid=uuid).first()
        if found is None:
            raise Http404
        return found

    # --- Versions ---------------------------------------------------------------------------------------------

    @extend_schema(
        summary="One version of a question",
        parameters=[NUMBER],
        responses={200: VersionSerializer, 404: PROBLEM},
        examples=[give_example({**VERSION_EXAMPLE, **CONTENT}, of="response")],
    )
    @action(detail=True, methods=["get"], url_path="versions/<int:number>", url_name="version")
    def read_version(self, request: Request, uuid: str, number: int) -> Response:
        version = self.get_object().versions.filter(number=number).select_related("created_by").first()
        if version is None:
            raise Http404
        return answer_tagged(request, VersionSerializer(version).data)

    @extend_schema(
        summary="Make an old version current again",
        description="By repeating it as the next. Where the current one says the same, nothing is changed.",
        parameters=[NUMBER],
        request=None,
        responses={200: QuestionSerializer, 404: PROBLEM, 409: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    @action(detail=True, methods=["post"], url_path="versions/<int:number>/restore", url_name="restore")
    def restore(self, request: Request, uuid: str, number: int) -> Response:
        with transaction.atomic():
            question = self.lock_object()
            try:
                made = restore_version(question=question, number=number, user=get_user(request))
            except QuestionRefused as refusal:
                raise Http404 from refusal
            if made is not None:
                told = f"Version {number} was made current again, as version {made.number}."
                record(request, question, Change.Action.CHANGED, question.organization_id, told)
        return Response(self.describe(self.read_again(question)))


def read_reason(move: Move, data: dict[str, Any]) -> str:
    """Raises ValidationError where one is needed. A retirement has reasons to choose from, so that they are counted."""
    because, details = data.get("because", ""), data["reason"]
    is_retired = move.target == QuestionStatus.RETIRED
    if is_retired and not because:
        raise serializers.ValidationError({"because": "Choose a reason."})
    if because and not is_retired:
        raise serializers.ValidationError({"because": "Only a retirement has reasons to choose from. Use `reason`."})
    if (because == OTHER_REASON or (move.needs_reason and not is_retired)) and not details.strip():
        raise serializers.ValidationError({"reason": "Write why: whoever meets this question later reads it."})
    return write_reason(because, details)
