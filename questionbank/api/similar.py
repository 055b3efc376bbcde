"""Questions that ask the same: as one that is there, as a text that somebody is about to add, or each other."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.schema import PROBLEM, give_example
from organizations.api.owners import find_owner
from questionbank.api.question_base import SEEN_BY, QuestionPart, read_sent
from questionbank.api.question_serializers import SUMMARY_EXAMPLE, QuestionSummarySerializer
from questionbank.domain.bank_format import LANGUAGE_PATTERN
from questionbank.models import Question
from questionbank.selectors.similar_questions import SimilarQuestion, find_similar, find_similar_pairs

MOST_SHOWN, MOST_PAIRS = 50, 200
TEXT_EXAMPLE = {"text": "Why is a composite index fast for the query?", "language": "en"}
FOUND_EXAMPLE = {"similar": [{"percent": 100, "question": SUMMARY_EXAMPLE}]}
PAIRS_EXAMPLE = {"count": 1, "pairs": [{"percent": 100, "questions": [SUMMARY_EXAMPLE, SUMMARY_EXAMPLE]}]}


class TextSerializer(serializers.Serializer):
    organization = serializers.UUIDField(
        required=False, help_text="Compared with its questions and those for all; left out, with all that you see."
    )
    text = serializers.CharField(max_length=4000)
    language = serializers.RegexField(f"^{LANGUAGE_PATTERN.pattern}$", max_length=8, default="en")


class SimilarSerializer(serializers.Serializer):
    percent = serializers.IntegerField(help_text="How much of it is the same.")
    question = QuestionSummarySerializer()


class FoundSerializer(serializers.Serializer):
    similar = SimilarSerializer(many=True)


class PairSerializer(serializers.Serializer):
    percent = serializers.IntegerField()
    questions = QuestionSummarySerializer(many=True)


class PairsSerializer(serializers.Serializer):
    count = serializers.IntegerField(help_text=f"Of all; at most {MOST_PAIRS} are told.")
    pairs = PairSerializer(many=True)


class SimilarQuestions(QuestionPart):
    @extend_schema(
        operation_id="questions_similar_pairs",
        summary="Pairs of questions that ask the same",
        description="Among all that you see, the most similar first.",
        filters=False,
        responses={200: PairsSerializer},
        examples=[give_example(PAIRS_EXAMPLE, of="response")],
    )
    @action(detail=False, methods=["get"], url_path="similar", url_name="similar", pagination_class=None)
    def list_similar(self, request: Request) -> Response:
        pairs = find_similar_pairs(self.get_rows())
        told = [{"percent": one.percent, "questions": summarise([one.first, one.second])} for one in pairs[:MOST_PAIRS]]
        return Response({"count": len(pairs), "pairs": told})

    @extend_schema(
        operation_id="questions_similar_to_text",
        summary="Questions that ask the same as a text",
        description="To look before one is added. Nothing is changed.",
        filters=False,
        request=TextSerializer,
        responses={200: FoundSerializer, 400: PROBLEM},
        examples=[give_example(TEXT_EXAMPLE, of="request"), give_example(FOUND_EXAMPLE, of="response")],
    )
    @list_similar.mapping.post
    def find_similar(self, request: Request) -> Response:
        data = read_sent(TextSerializer(data=request.data))
        rows = self.get_rows()
        if "organization" in data:
            owner = find_owner(request, SEEN_BY, data["organization"])
            rows = rows.filter(organization=owner) | rows.filter(organization__isnull=True)
        return Response(describe_found(find_similar(data["text"], data["language"], rows)))

    @extend_schema(
        operation_id="questions_similar_to_one",
        summary="Questions that ask the same as this one",
        description="Of its own organization, and of those for all.",
        filters=False,
        responses={200: FoundSerializer, 404: PROBLEM},
        examples=[give_example(FOUND_EXAMPLE, of="response")],
    )
    @action(detail=True, methods=["get"], url_path="similar", url_name="similar-to", pagination_class=None)
    def find_like_it(self, request: Request, uuid: str) -> Response:
        question = self.get_object()
        if question.current_version is None:
            return Response(describe_found([]))
        rows = self.get_rows()
        among = rows.filter(organization=question.organization_id)
        if question.organization_id is not None:
            among |= rows.filter(organization__isnull=True)
        text, language = question.current_version.text, question.language
        return Response(describe_found(find_similar(text, language, among, without=question.pk)))

    def get_rows(self) -> QuerySet[Question]:
        """All that the caller sees, without what the page of one question needs besides."""
        rows: QuerySet[Question] = self.cut(self.queryset.all(), SEEN_BY)
        return rows


def describe_found(found: list[SimilarQuestion]) -> dict[str, Any]:
    return {
        "similar": [{"percent": one.percent, "question": summarise([one.question])[0]} for one in found[:MOST_SHOWN]]
    }


def summarise(questions: list[Question]) -> Any:
    return QuestionSummarySerializer(questions, many=True).data
