"""The whole catalogue in one answer, with how many questions stand where."""

from typing import Any, ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged
from config.api.lists import KnownParameters, read_search
from config.api.schema import PROBLEM, give_example
from organizations.api.views import TenantViewSet
from questionbank.api.place_serializers import CATEGORY, ID, OWNER
from questionbank.models import Category, Difficulty, Question
from questionbank.selectors.catalogue_tree import Node, load_tree

DIFFICULTIES, STATUSES = Difficulty.values, Question.Status.values
NONE = dict.fromkeys(STATUSES, 0)
COUNTS = {"easy": {**NONE, "live": 4}, "medium": {**NONE, "draft": 1, "live": 2}, "hard": NONE}
PLACE = {"id": ID, "name": "Indexing", "counts": COUNTS}
EXAMPLE = {
    "totals": {**NONE, "draft": 1, "live": 6},
    "categories": [
        {
            **PLACE,
            "id": CATEGORY["id"],
            "name": CATEGORY["name"],
            "organization": OWNER,
            "is_global": False,
            "topics": [{**PLACE, "subtopics": [{**PLACE, "name": "Composite indexes"}]}],
        }
    ],
}


class StatusCountsSerializer(serializers.Serializer):
    draft = serializers.IntegerField()
    review = serializers.IntegerField()
    live = serializers.IntegerField()
    retired = serializers.IntegerField()


class PlaceCountsSerializer(serializers.Serializer):
    """By difficulty; of everything below."""

    easy = StatusCountsSerializer()
    medium = StatusCountsSerializer()
    hard = StatusCountsSerializer()


class TreeSubtopicSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    counts = PlaceCountsSerializer()


class TreeTopicSerializer(TreeSubtopicSerializer):
    subtopics = TreeSubtopicSerializer(many=True)


class TreeCategorySerializer(TreeSubtopicSerializer):
    organization = serializers.UUIDField(allow_null=True)
    is_global = serializers.BooleanField()
    topics = TreeTopicSerializer(many=True)


class CatalogueSerializer(serializers.Serializer):
    totals = StatusCountsSerializer(help_text="Questions by status.")
    categories = TreeCategorySerializer(many=True)


TREE: Any = forced_singular_serializer(CatalogueSerializer)  # one tree, though it is asked for as lists are


class TreeFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    is_global = filters.BooleanFilter("organization", "isnull")


class SearchSerializer(serializers.Serializer):
    search = serializers.CharField(required=False, default="", allow_blank=True)

    def validate_search(self, text: str) -> str:
        return " ".join(read_search(text))


@extend_schema(tags=["catalogue"])
class CatalogueViewSet(TenantViewSet):
    queryset = Category.objects.order_by("name", "pk")
    serializer_class = CatalogueSerializer
    filterset_class = TreeFilters
    filter_backends: ClassVar[Any] = [KnownParameters, filters.DjangoFilterBackend]
    more_parameters = ("search",)
    pagination_class = None
    has_global_rows = True
    seen_by = "questionbank.view_category"
    permissions: ClassVar = {"list": seen_by}

    @extend_schema(
        summary="The catalogue as one tree",
        description="Categories with their topics and subtopics, and how many questions stand at each by difficulty "
        "and status. With `search`, what has the words in its name, what is above it and all below it.",
        parameters=[OpenApiParameter("search", str)],
        responses={200: TREE, 400: PROBLEM},
        examples=[give_example(EXAMPLE, of="response")],
    )
    def list(self, request: Request) -> Response:
        asked = SearchSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        questions = self.cut(Question.objects.all(), "questionbank.view_question")
        tree, totals = load_tree(self.filter_queryset(self.get_queryset()), questions, asked.validated_data["search"])
        return answer_tagged(request, {"totals": totals, "categories": [describe_category(one) for one in tree]})


def describe_category(node: Node) -> dict[str, Any]:
    owner = node.row.organization
    return {
        **describe_node(node),
        "organization": str(owner.uuid) if owner else None,
        "is_global": owner is None,
        "topics": [
            {**describe_node(topic), "subtopics": [describe_node(one) for one in topic.children]}
            for topic in node.children
        ],
    }


def describe_node(node: Node) -> dict[str, Any]:
    counts = {level: {status: node.count(level, status) for status in STATUSES} for level in DIFFICULTIES}
    return {"id": str(node.row.uuid), "name": node.name, "counts": counts}
