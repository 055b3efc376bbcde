"""Screening questions: read, and asked for from any description."""

from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
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
from questionbank.api.generations import ACCEPTED, GENERATE, answer_accepted
from questionbank.api.job_descriptions import CacheWishSerializer
from questionbank.api.question_base import read_sent
from questionbank.models import ScreeningSet
from questionbank.services.generation.requests import GenerationRefused, tell_missing_model
from questionbank.services.job_descriptions import ask_screening_of_text

VIEW = "questionbank.view_screeningset"
ASKED = {
    "title": "Cook",
    "description": "You cook for 200 guests, five days a week.",
    "language": "en",
    "use_cache": True,
}
EXAMPLE: dict[str, Any] = {
    "id": "6f0d7a54-2f0b-4c0e-9d3a-1b2c3d4e5f60",
    "organization": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "job_description": None,
    "generation": "3f1f0f0a-7d0f-4a51-9d0a-5a3d0c4b9e21",
    "title": "Cook",
    "questions": [
        {
            "text": "For how many guests have you cooked at once?",
            "listens_for": "A number near 200, and where that was.",
            "disqualifies": "",
        }
    ],
    "from_cache": 0,
    "tokens": 610,
    "created_at": "2026-11-21T09:30:40Z",
}


class ScreeningWishSerializer(CacheWishSerializer):
    organization = make_owner_field()
    title = serializers.CharField(max_length=150, help_text="What the job is called.")
    description = serializers.CharField(max_length=20_000)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, default="en")


class ScreeningQuestionSerializer(serializers.Serializer):
    text = serializers.CharField()
    listens_for = serializers.CharField()
    disqualifies = serializers.CharField(allow_blank=True)


class ScreeningSetSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    organization = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    job_description = serializers.UUIDField(source="description.uuid", default=None, read_only=True, allow_null=True)
    generation = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    questions = ScreeningQuestionSerializer(many=True, read_only=True)
    from_cache = serializers.IntegerField(
        read_only=True, help_text="How many were written before, for the very same description: all or none."
    )
    tokens = serializers.SerializerMethodField()

    class Meta:
        model = ScreeningSet
        fields = read_only_fields = tuple(EXAMPLE)

    def get_tokens(self, row: ScreeningSet) -> int:
        return row.prompt_tokens + row.completion_tokens


class ScreeningFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    job_description = filters.UUIDFilter("description__uuid")
    req_id = filters.CharFilter("description__req_id", max_length=60)
    generation = filters.UUIDFilter("generation__uuid", label="What this generation made.")


@extend_schema(tags=["screenings"])
@extend_schema_view(
    list=extend_schema(
        summary="Screening questions, the newest first",
        responses={200: ScreeningSetSerializer(many=True), 400: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
)
class ScreeningViewSet(ListModelMixin, TenantViewSet):
    queryset = ScreeningSet.objects.select_related("organization", "description", "generation")
    serializer_class = ScreeningSetSerializer
    filterset_class = ScreeningFilters
    search_fields = ("title",)
    ordering_fields = ("created_at",)
    ordering = ("-pk",)
    seen_by = VIEW
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW, "create": GENERATE}

    @extend_schema(
        summary="One set of screening questions",
        responses={200: ScreeningSetSerializer, 404: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    def retrieve(self, request: Request, uuid: str) -> Response:
        return answer_tagged(request, ScreeningSetSerializer(self.get_object()).data)

    @extend_schema(
        summary="Have screening questions written for any description",
        description="Five to seven. `generation` of the list finds what came of it.",
        request=ScreeningWishSerializer,
        responses={202: ACCEPTED, 400: PROBLEM, 409: PROBLEM},
        examples=[give_example(ASKED, of="request")],
    )
    def create(self, request: Request) -> Response:
        def ask() -> Response:
            data = read_sent(ScreeningWishSerializer(data=request.data))
            owner = find_owner(request, GENERATE, data.pop("organization", None))
            text = data.pop("description")
            try:
                made = ask_screening_of_text(
                    organization=owner, text=text, user=get_user(request), now=timezone.now(), **data
                )
            except GenerationRefused as refusal:
                raise Refused(str(refusal)) from refusal
            words = f"Screening questions were asked for: {data['title']}."
            record(request, made, Change.Action.ADDED, owner.pk, words)
            return answer_accepted(made)

        tell_missing_model()
        return create_once(request, ask)
