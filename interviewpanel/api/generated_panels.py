"""From a published interview of the question bank's to a panel, in one call."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.fields import KnownFields
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from interviewpanel.api import panel_examples
from interviewpanel.api.panel_serializers import PanelSerializer
from interviewpanel.api.panels import answer_made, tell
from interviewpanel.selectors.generated_places import NamedPlace
from interviewpanel.services.panels_from_interviews import PERMISSIONS, make_panel_from_interview
from organizations.api.callers import get_user
from organizations.api.history import name_way
from organizations.api.idempotency import create_once
from organizations.api.rows import find_named
from organizations.api.views import TenantViewSet
from questionbank.api.generated_interviews import VIEW
from questionbank.api.question_base import read_sent
from questionbank.domain.interview_states import InterviewRefused
from questionbank.models import GeneratedInterview, Topic
from questionbank.services.catalogue import MOST_NAME_CHARACTERS, CatalogueRefused

NAMES = ("category_name", "topic_name")
WISH = {"category_name": "Engineering", "topic_name": "Backend"}


class PanelWishSerializer(KnownFields, serializers.Serializer):
    topic = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Where the questions are to stand, in a subtopic of their own: a topic of yours.",
    )
    category_name, topic_name = (
        serializers.CharField(
            required=False,
            default="",
            allow_blank=True,
            max_length=MOST_NAME_CHARACTERS,
            help_text=f"Instead of `topic`: the name of the {what}; it is made where you have none of this name.",
        )
        for what in ("category", "topic")
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        names = {name: data[name] for name in NAMES if data[name]}
        if names and data["topic"] is not None:
            raise serializers.ValidationError({"topic": "Name a topic by its id or by names, not both."})
        if len(names) == 1:
            (missing,) = set(NAMES) - set(names)
            raise serializers.ValidationError({missing: "Name both, the category and the topic."})
        return data


@extend_schema(tags=["generated-interviews"])
class PanelOfInterviewViewSet(TenantViewSet):
    """Beside questionbank's own, which may not know panels."""

    queryset = GeneratedInterview.objects.select_related("organization", "description")
    serializer_class = PanelSerializer
    seen_by = VIEW
    permissions: ClassVar = {"make_panel": "interviewpanel.add_interviewpanel"}

    @extend_schema(
        summary="Make a panel of a published interview",
        description="The five questions become your own, live; the panel is a draft that asks exactly them. Asked "
        "again, the answer is the panel that is there, with 200. Where nothing is said of a place, the questions stand "
        "where others of the requisition do, else in your topic that has the name of a competency, else in a new one "
        "that is named after the requisition. Besides panels it needs the right to add questions and to put them live.",
        request=PanelWishSerializer,
        responses={200: PanelSerializer, 201: PanelSerializer, **dict.fromkeys((400, 404, 409, 422), PROBLEM)},
        examples=[give_example(WISH, of="request"), give_example(panel_examples.PANEL, of="response")],
    )
    @action(detail=True, methods=["post"], url_path="panel", url_name="panel")
    def make_panel(self, request: Request, uuid: str) -> Response:
        def make() -> Response:
            data = read_sent(PanelWishSerializer(data=request.data))
            interview: GeneratedInterview = self.get_object()
            for permission in PERMISSIONS:
                self.check_may(permission, interview.organization_id)
            return self._make(request, interview, data)

        return create_once(request, make)

    def _make(self, request: Request, interview: GeneratedInterview, wish: dict[str, Any]) -> Response:
        place: Topic | NamedPlace | None = None
        if wish["topic"] is not None:
            own = Topic.objects.filter(category__organization=interview.organization).select_related("category")
            place = find_named(own, wish["topic"], "topic", "topic")
        elif wish["topic_name"]:
            place = NamedPlace(*(wish[name] for name in NAMES))
        try:
            made = make_panel_from_interview(
                interview=interview, place=place, user=get_user(request), now=timezone.now(), told=name_way(request)
            )
        except (InterviewRefused, CatalogueRefused) as refusal:
            raise Refused(str(refusal)) from refusal
        if not made.is_new:
            return Response(tell(made.panel))
        return answer_made(request, made.panel, "/api/v1/panels/")
