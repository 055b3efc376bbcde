"""Answers are scored again: asked for here, done in the background, read where scores are read."""

from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.fields import BoundedListField
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from interviewpanel.api.sessions import RatedFirstRows
from interviewpanel.domain.human_ratings import MOST_REASON_CHARACTERS, RatingRefused
from interviewpanel.services.rescoring import rescore_answers
from organizations.api.callers import get_user
from organizations.api.history import name_way, record
from organizations.api.idempotency import create_once
from organizations.models import Change

MOST_ANSWERS = 200
WANTED = {"reason": "The language model was replaced by a larger one.", "answers": [1, 2]}
EXAMPLE = {
    "interview": "5f0c2c8e-6d5b-4f0e-9d0b-0a4f6f2b7c11",
    "scorings": [{"answer": 1, "scoring": 2}, {"answer": 2, "scoring": 2}],
}


class RescoringWishSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=MOST_REASON_CHARACTERS, help_text="Kept with the new scorings.")
    answers = BoundedListField(
        child=serializers.IntegerField(min_value=1, max_value=100_000),
        max_length=MOST_ANSWERS,
        min_length=1,
        required=False,
        help_text="The numbers of the answers. Left out: every answer that has words.",
    )


class OrderedScoringSerializer(serializers.Serializer):
    answer = serializers.IntegerField(help_text="Its number.")
    scoring = serializers.IntegerField(help_text="The number of the new scoring among this answer’s.")


class RescoringSerializer(serializers.Serializer):
    interview = serializers.UUIDField()
    scorings = OrderedScoringSerializer(many=True)


@extend_schema(tags=["results"])
class RescoringViewSet(RatedFirstRows):
    permissions: ClassVar = {"rescore": "interviewpanel.rescore_answerscore"}

    @extend_schema(
        summary="Have answers scored again",
        description="By the model and the prompt that are set up now, in the background; `scores` tells how it "
        "goes. Each is a new scoring: earlier ones stay, and so do people’s ratings and overrides. When it is done the "
        "report is made again (`report.updated`). With an `Idempotency-Key` a repeated call asks for nothing more.",
        request=RescoringWishSerializer,
        responses={202: RescoringSerializer, 422: PROBLEM, **dict.fromkeys((400, 404, 409), PROBLEM)},
        examples=[give_example(WANTED, of="request"), give_example(EXAMPLE, of="response", status=202)],
    )
    @action(detail=True, methods=["post"])
    def rescore(self, request: Request, uuid: str) -> Response:
        return create_once(request, lambda: self.ask(request))

    def ask(self, request: Request) -> Response:
        told = RescoringWishSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        session, values = self.get_object(), told.validated_data
        user = get_user(request)
        try:
            made = rescore_answers(
                session_id=session.pk,
                numbers=values.get("answers"),
                user=user,
                asked_by=str(user) if user else name_way(request).removeprefix("By ").rstrip("."),
                reason=values["reason"],
                now=timezone.now(),
            )
        except RatingRefused as refusal:
            raise Refused(str(refusal)) from refusal
        scorings = [{"answer": score.answer.number, "scoring": score.number} for score in made]
        numbers = ", ".join(str(one["answer"]) for one in scorings)
        said = f"Answer{'s' if len(made) > 1 else ''} {numbers}: scored again."
        record(request, session, Change.Action.CHANGED, session.organization_id, said, reason=values["reason"])
        return Response({"interview": session.uuid, "scorings": scorings}, status.HTTP_202_ACCEPTED)
