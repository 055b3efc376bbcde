"""Questions: listed, read, written. What is changed of their content is their next version."""

from typing import Any, ClassVar, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import NothingSaid, answer_tagged, check_unchanged
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_user
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.rows import find_named
from organizations.models import Change
from organizations.services.row_values import read_values
from questionbank.api.bank import BankImports
from questionbank.api.faults import make_error, read_path, write_sentence
from questionbank.api.owners import find_bank_owner
from questionbank.api.places import SubtopicViewSet
from questionbank.api.question_acts import QuestionActs
from questionbank.api.question_base import CHANGE, SEEN_BY, read_sent
from questionbank.api.question_serializers import (
    CHANGE_EXAMPLE,
    EXAMPLE,
    NEW_EXAMPLE,
    SUMMARY_EXAMPLE,
    ChangedQuestionSerializer,
    NewQuestionSerializer,
    QuestionSerializer,
    QuestionSummarySerializer,
)
from questionbank.api.similar import SimilarQuestions
from questionbank.models import Difficulty, Question, Subtopic
from questionbank.services.versions import (
    CONTENT_FIELDS,
    PlaceRefused,
    QuestionRefused,
    describe_content,
    find_content_problems,
    make_key,
    save_question,
)

ADD = "questionbank.add_question"
DEFAULTS: dict[str, Any] = {
    "red_flags": [],
    "suggestions": [],
    "expected_seconds": 90,
    "think_seconds": 30,
    "weights": {},
}
ROW = {"type": "kind", "difficulty": "difficulty", "language": "language"}
CHANGED = {**EXAMPLE, "text": CHANGE_EXAMPLE["text"], "version": 2}


class QuestionFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    is_global = filters.BooleanFilter("organization", "isnull")
    category = filters.UUIDFilter("category__uuid")
    topic = filters.UUIDFilter("topic__uuid")
    subtopic = filters.UUIDFilter("subtopic__uuid")
    difficulty = filters.ChoiceFilter(choices=Difficulty.choices)
    type = filters.ChoiceFilter("kind", choices=Question.Kind.choices)
    status = filters.ChoiceFilter(choices=Question.Status.choices)
    language = filters.CharFilter(max_length=8)
    key = filters.CharFilter(max_length=120)


@extend_schema(tags=["questions"])
@extend_schema_view(
    list=extend_schema(
        summary="Questions",
        description="Those of your organizations, and those for all.",
        responses={200: QuestionSummarySerializer(many=True), 400: PROBLEM},
        examples=[give_example(SUMMARY_EXAMPLE, of="response")],
    )
)
class QuestionViewSet(BankImports, SimilarQuestions, QuestionActs, ListModelMixin):
    serializer_class = QuestionSummarySerializer
    filterset_class = QuestionFilters
    search_fields = ("key", "current_version__text", "subtopic__name", "topic__name")
    ordering_fields = ("key",)
    ordering = ("key", "pk")
    permissions: ClassVar = {
        **dict.fromkeys(("list", "retrieve", "read_version", "find_like_it", "list_similar", "find_similar"), SEEN_BY),
        **dict.fromkeys(("create", "copy", "bulk"), ADD),
        **dict.fromkeys(("partial_update", "move", "restore"), CHANGE),
    }

    @extend_schema(
        summary="One question",
        description="With what its answers are judged by, and its versions.",
        responses={200: QuestionSerializer, 404: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, self.describe(self.get_object()))

    @extend_schema(
        summary="Write a question",
        description="It is a draft: `move` it to review, and live.",
        request=NewQuestionSerializer,
        responses={201: QuestionSerializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(NEW_EXAMPLE, of="request"), give_example(EXAMPLE, of="response")],
    )
    def create(self, request: Request) -> Response:
        def write() -> Response:
            data = read_sent(NewQuestionSerializer(data=request.data))
            question = Question(
                organization=find_bank_owner(request, ADD, data),
                subtopic=self.find_place(data["subtopic"]),
                **{row: data[name] for name, row in ROW.items()},
            )
            question.key = data.get("key") or make_key(question, data["text"])
            self.save(question, {**DEFAULTS, **pick_content(data)}, note=data.get("note", ""))
            record(request, question, Change.Action.ADDED, question.organization_id, reason=data.get("note", ""))
            told = self.describe(self.read_again(question))
            return Response(told, status.HTTP_201_CREATED, headers={"Location": f"{request.path}{question.uuid}/"})

        return create_once(request, write)

    @extend_schema(
        summary="Change a question",
        description="What is asked or how it is judged becomes the next version; interviews held before keep the one "
        "that they asked. Say what you have read: its ETag in `If-Match`, or `seen`.",
        request=ChangedQuestionSerializer(partial=True),
        responses={
            200: QuestionSerializer,
            **dict.fromkeys((400, 404, 409, 412, 428), PROBLEM),
        },
        examples=[give_example(CHANGE_EXAMPLE, of="request"), give_example(CHANGED, of="response", name="Changed")],
    )
    def partial_update(self, request: Request, uuid: str) -> Response:
        with transaction.atomic():
            question = self.lock_object()
            check_unchanged(request, self.describe(question))
            data = read_sent(ChangedQuestionSerializer(data=request.data, partial=True))
            if "seen" not in data and "If-Match" not in request.headers:
                raise NothingSaid
            before, current = read_values(question), question.current_version
            if "subtopic" in data:
                question.subtopic = self.find_place(data["subtopic"])
            for name, row in ROW.items():
                setattr(question, row, data.get(name, getattr(question, row)))
            known = describe_content(current) if current else DEFAULTS
            note = data.get("note", "")
            self.save(question, {**known, **pick_content(data)}, note=note, seen=data.get("seen"))
            record(request, question, Change.Action.CHANGED, question.organization_id, reason=note, before=before)
            told = self.describe(self.read_again(question))
        return answer_tagged(request, told)

    def find_place(self, wanted: UUID) -> Subtopic:
        """Raises ValidationError where the caller sees no such subtopic."""
        places = SubtopicViewSet(request=self.request)
        found = find_named(places.cut(places.queryset, places.seen_by), wanted, "subtopic", "subtopic")
        return cast("Subtopic", found)

    def save(self, question: Question, content: dict[str, Any], *, note: str, seen: int | None = None) -> None:
        """Raises ValidationError for what cannot be scored or stands wrong, Refused for what came in between."""
        missing = {name: "" for name in CONTENT_FIELDS if name not in content}
        if problems := find_content_problems({**missing, **content}, kind=question.kind):
            raise make_error((read_path(one.field), write_sentence(one.message)) for one in problems)
        same = Question.objects.filter(organization=question.organization_id, key=question.key)
        if same.exclude(pk=question.pk).exists():
            raise serializers.ValidationError({"key": "Another question has this key. Choose another."})
        try:
            with transaction.atomic():
                save_question(question, content, user=get_user(self.request), note=note, seen=seen)
        except PlaceRefused as refusal:
            raise serializers.ValidationError({"subtopic": str(refusal)}) from refusal
        except QuestionRefused as refusal:
            raise Refused(str(refusal)) from refusal
        except IntegrityError:
            raise Refused("Somebody has written a question of this key just now. Choose another key.") from None


def pick_content(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in CONTENT_FIELDS if name in data}
