"""What was said in an interview: as JSON, or as captions on the clock of the whole recording (WebVTT)."""

from typing import Any, ClassVar

from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.privacy import keep_private
from config.api.schema import PROBLEM, give_example
from interviewpanel.api.renderers import VttRenderer
from interviewpanel.api.sessions import InterviewRows
from interviewpanel.models import TranscriptEntry
from interviewpanel.selectors.captions import write_session_captions
from interviewpanel.selectors.told_interviews import list_said, write_said

EXAMPLE = {
    "interview": "5f0c2c8e-6d5b-4f0e-9d0b-0a4f6f2b7c11",
    "language": "en",
    "entries": [
        {
            "sequence": 2,
            "speaker": "interviewer",
            "kind": "question",
            "answer": 1,
            "text": "A query has become slow. What do you do?",
            "started_at": "2026-03-12T09:31:00Z",
            "ended_at": None,
            "correction": None,
        },
        {
            "sequence": 3,
            "speaker": "candidate",
            "kind": "answer",
            "answer": 1,
            "text": "I would run explain analyze first. Then I add a composite index with customer first.",
            "started_at": "2026-03-12T09:31:00Z",
            "ended_at": None,
            "correction": "I said: with the customer first.",
        },
    ],
}


class TranscriptLineSerializer(serializers.Serializer):
    sequence = serializers.IntegerField()
    speaker = serializers.ChoiceField(choices=TranscriptEntry.Speaker.values)
    kind = serializers.ChoiceField(choices=TranscriptEntry.Kind.values)
    answer = serializers.IntegerField(allow_null=True, help_text="The number of the question it belongs to.")
    text = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    correction = serializers.CharField(
        allow_null=True, help_text="The candidate's note on what was heard: beside it, never in its place."
    )


class TranscriptSerializer(serializers.Serializer):
    interview = serializers.UUIDField()
    language = serializers.CharField()
    entries = TranscriptLineSerializer(many=True)


@extend_schema(tags=["interviews"])
class TranscriptViewSet(InterviewRows):
    permissions: ClassVar = {"transcript": "interviewpanel.view_transcriptentry"}

    @extend_schema(
        summary="What was said",
        description="By both speakers, in the order in which it was said. As WebVTT: the answers with their questions "
        "above, on the clock of the whole recording.",
        parameters=[OpenApiParameter("format", enum=["json", "vtt"], description="Or by the header Accept.")],
        responses={
            (200, "application/json"): TranscriptSerializer,
            (200, "text/vtt"): OpenApiTypes.STR,
            404: PROBLEM,
            406: PROBLEM,
        },
        examples=[give_example(EXAMPLE, of="response")],
    )
    @action(detail=True, methods=["get"], renderer_classes=[JSONRenderer, VttRenderer])
    def transcript(self, request: Request, uuid: str) -> Response:
        session = self.get_object()
        language = session.invitation.panel.language
        if isinstance(request.accepted_renderer, VttRenderer):
            with translation.override(language):
                return keep_private(Response(write_session_captions(session)))
        entries = [tell_entry(entry) for entry in list_said(session)]
        told = TranscriptSerializer({"interview": session.uuid, "language": language, "entries": entries}).data
        return answer_tagged(request, told)


def tell_entry(entry: TranscriptEntry) -> dict[str, Any]:
    is_answer = entry.kind == TranscriptEntry.Kind.ANSWER
    correction = getattr(entry.answer, "correction", None) if is_answer else None
    return {
        "sequence": entry.sequence,
        "speaker": entry.speaker,
        "kind": entry.kind,
        "answer": entry.answer.number if entry.answer else None,
        "text": write_said(entry),
        "started_at": entry.started_at,
        "ended_at": entry.ended_at,
        "correction": correction.text if correction else None,
    }
