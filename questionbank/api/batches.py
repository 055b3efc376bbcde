"""Batches of questions that a language model writes for the bank: asked for, and what became of each part."""

from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.callers import get_user
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.owners import find_owner, make_owner_field
from organizations.api.views import TenantViewSet
from organizations.models import Change
from questionbank.api.faults import make_error
from questionbank.api.generations import ACCEPTED, EXAMPLE, GENERATE, ID, VIEW, GenerationSerializer, answer_accepted
from questionbank.api.question_base import read_sent
from questionbank.domain.bank_format import KINDS, MAX_NAME_CHARS
from questionbank.domain.batches import MOST_OF_A_BATCH, MOST_OF_A_ROW, MOST_ROWS, MOST_WISHES, BatchRow, BatchWish
from questionbank.domain.generation_states import name_status
from questionbank.models import Difficulty, Generation, Question
from questionbank.selectors.batches import BatchState, MadeQuestion, PartState, RefusedQuestion, read_batch
from questionbank.selectors.existing_questions import list_bank
from questionbank.services.generation.batches import BatchRefused, start_batch
from questionbank.services.generation.requests import GenerationRefused, tell_missing_model

QUESTION_ID = "0d6f1c52-0f0f-4c1e-9a57-1f8f5f6f0a11"
OTHER_ID = "5b0c4d7e-6a0b-4f6d-8f0e-3c5d1c2b7a90"
ROW = {
    "category": "Databases",
    "topic": "Indexing",
    "subtopic": "Composite indexes",
    "difficulty": "medium",
    "count": 3,
}
REQUEST_EXAMPLE = {
    "rows": [ROW, {**ROW, "subtopic": "Covering indexes", "difficulty": "hard", "count": 2}],
    "kinds": ["technical"],
    "language": "en",
    "wishes": "For people who run PostgreSQL in production.",
    "use_cache": True,
}
PART_EXAMPLE = {
    **ROW,
    "id": "a6f0b1c2-3d4e-4f50-8a6b-7c8d9e0f1a2b",
    "status": "failed",
    "made": 2,
    "missing": 1,
    "error": "2 of 3 were made: the model wrote 4 that could not be taken, the last because it asks what “Why is the "
    "order of columns in an index important?” (live) asks. Ask for fewer, or say in the remarks what is still missing "
    "there.",
    "tokens": 9120,
    "questions": [
        {
            "id": QUESTION_ID,
            "text": "When would you put the less selective column of an index first?",
            "question_status": "review",
            "from_cache": False,
            "copy_of": None,
        }
    ],
    "refused": [
        {
            "text": "Why does the order of columns in an index matter?",
            "why": "it asks what “Why is the order of columns in an index important?” (live) asks.",
            "duplicate_of": OTHER_ID,
            "percent": 88,
            "from_cache": False,
        }
    ],
}
BATCH_EXAMPLE = {
    "id": ID,
    "generation": {
        **EXAMPLE,
        "operation": "batch",
        "req_id": "",
        "status": "failed",
        "steps": 5,
        "steps_done": 4,
        "doing": "",
        "error": "1 of 2 parts failed; what the others made is kept. Ask again, and only those are made.",
    },
    "asked": 5,
    "made": 4,
    "missing": 1,
    "from_cache": 0,
    "to_review": 4,
    "parts": [PART_EXAMPLE],
}


def make_name_field() -> serializers.CharField:
    return serializers.CharField(max_length=MAX_NAME_CHARS)


class BatchRowSerializer(serializers.Serializer):
    category = make_name_field()
    topic = make_name_field()
    subtopic = serializers.CharField(
        max_length=MAX_NAME_CHARS, help_text="A place that is not there yet is made with its first question."
    )
    difficulty = serializers.ChoiceField(choices=Difficulty.choices)
    count = serializers.IntegerField(min_value=1, max_value=MOST_OF_A_ROW)


class BatchWishSerializer(serializers.Serializer):
    organization = make_owner_field()
    rows = BatchRowSerializer(
        many=True, allow_empty=False, max_length=MOST_ROWS, help_text=f"At most {MOST_OF_A_BATCH} questions in all."
    )
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=Question.Kind.choices),
        default=["technical"],
        allow_empty=False,
        max_length=len(KINDS),
        help_text="Taken in turn, question by question.",
    )
    language = serializers.CharField(max_length=8, default="en")
    wishes = serializers.CharField(
        max_length=MOST_WISHES, default="", allow_blank=True, help_text="What is wanted besides, in your words."
    )
    use_cache = serializers.BooleanField(
        default=True, help_text="Whether what was written before for such a wish may be given out again."
    )


class MadeSerializer(serializers.Serializer[MadeQuestion]):
    id = serializers.UUIDField(source="question.uuid", allow_null=True, help_text="Null: it was deleted since.")
    text = serializers.CharField(help_text="As it was written.")
    question_status = serializers.ChoiceField(
        source="question.status", choices=Question.Status.choices, allow_null=True, help_text="As it is by now."
    )
    from_cache = serializers.BooleanField(source="is_from_cache")
    copy_of = serializers.UUIDField(source="copy_of.uuid", allow_null=True, help_text="It stands there as well.")


class RefusedSerializer(serializers.Serializer[RefusedQuestion]):
    text = serializers.CharField()
    why = serializers.CharField()
    duplicate_of = serializers.UUIDField(source="duplicate.uuid", allow_null=True)
    percent = serializers.IntegerField(allow_null=True, help_text="How much of it is the same.")
    from_cache = serializers.BooleanField(source="is_from_cache")


class BatchPartSerializer(serializers.Serializer[PartState]):
    category = serializers.CharField(source="row.category")
    topic = serializers.CharField(source="row.topic")
    subtopic = serializers.CharField(source="row.subtopic")
    difficulty = serializers.ChoiceField(source="row.difficulty", choices=Difficulty.choices)
    count = serializers.IntegerField(source="row.count")
    id = serializers.UUIDField(source="part.uuid")
    status = serializers.SerializerMethodField()
    made = serializers.SerializerMethodField()
    missing = serializers.IntegerField()
    error = serializers.CharField(source="part.last_error", help_text="Why some are missing, or wait.")
    tokens = serializers.SerializerMethodField()
    questions = MadeSerializer(source="made", many=True)
    refused = RefusedSerializer(many=True)

    def get_status(self, state: PartState) -> str:
        return name_status(state.part.work_status)

    def get_made(self, state: PartState) -> int:
        return len(state.made)

    def get_tokens(self, state: PartState) -> int:
        return state.part.prompt_tokens + state.part.completion_tokens


class QuestionBatchSerializer(serializers.Serializer[BatchState]):
    id = serializers.UUIDField(source="batch.uuid")
    generation = GenerationSerializer(source="batch", help_text="How far it has come; cancelled and retried there.")
    asked = serializers.IntegerField()
    made = serializers.IntegerField()
    missing = serializers.IntegerField()
    from_cache = serializers.IntegerField(help_text="Of those made: written before, and given out again.")
    to_review = serializers.IntegerField(help_text="Of those made: not yet looked at by anybody.")
    parts = BatchPartSerializer(many=True, help_text="One for each row; each succeeds by itself.")


@extend_schema(tags=["generation"])
class QuestionBatchViewSet(TenantViewSet):
    queryset = Generation.objects.filter(kind=Generation.Kind.BATCH).select_related(
        "organization", "parent", "asked_by"
    )
    serializer_class = QuestionBatchSerializer
    seen_by = VIEW
    permissions: ClassVar = {"create": GENERATE, "retrieve": VIEW}

    @extend_schema(
        summary="Have questions written for the bank",
        description="A row for each subtopic and difficulty. Each question lands in the bank in review, never live by "
        "itself; what asks the same as one that is there is refused, with that one. What fails in one row leaves the "
        "others alone; `generations/{id}/retry/` makes only what is missing.",
        request=BatchWishSerializer,
        responses={202: ACCEPTED, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
        examples=[give_example(REQUEST_EXAMPLE, of="request")],
    )
    def create(self, request: Request) -> Response:
        tell_missing_model()
        return create_once(request, lambda: self._start(request))

    def _start(self, request: Request) -> Response:
        data = read_sent(BatchWishSerializer(data=request.data))
        owner = find_owner(request, GENERATE, data.pop("organization", None))
        wish = BatchWish(**{**data, "rows": [BatchRow(**row) for row in data["rows"]]})
        try:
            batch = start_batch(organization=owner, wish=wish, user=get_user(request), now=timezone.now())
        except BatchRefused as refused:
            raise make_error(([str(step) for step in one.path], one.message) for one in refused.faults) from refused
        except GenerationRefused as refusal:
            raise Refused(str(refusal)) from refusal
        record(request, batch, Change.Action.ADDED, owner.pk, f"Asked for {batch.steps} questions.")
        return answer_accepted(batch)

    @extend_schema(
        summary="A batch and its questions",
        description="What each row made so far, what was refused and why. Tell by the ETag if nothing is new.",
        responses={200: QuestionBatchSerializer, 404: PROBLEM},
        examples=[give_example(BATCH_EXAMPLE, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        batch = self.get_object()
        return answer_tagged(request, QuestionBatchSerializer(read_batch(batch, list_bank(batch.organization_id))).data)
