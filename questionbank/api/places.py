"""Categories, topics and subtopics: listed, added, renamed. Moving them, with the plans of panels, is the admin's."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django_filters import rest_framework as filters
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.etags import answer_tagged, check_unchanged
from config.api.lists import BoundedSearch, KnownParameters
from config.api.problems import Refused
from config.api.schema import PROBLEM, give_example
from organizations.api.history import record
from organizations.api.idempotency import create_once
from organizations.api.rows import find_named
from organizations.api.views import TenantViewSet
from organizations.models import Change
from questionbank.api.owners import find_bank_owner
from questionbank.api.place_serializers import (
    CATEGORY,
    RENAMING,
    SUBTOPIC,
    TOPIC,
    CategorySerializer,
    NewCategorySerializer,
    NewSubtopicSerializer,
    NewTopicSerializer,
    RenamingSerializer,
    SubtopicSerializer,
    TopicSerializer,
)
from questionbank.models import Category, Subtopic, Topic
from questionbank.services.catalogue import (
    CatalogueRefused,
    add_category,
    add_subtopic,
    add_topic,
    rename_node,
)


class CategoryFilters(filters.FilterSet):
    organization = filters.UUIDFilter("organization__uuid")
    is_global = filters.BooleanFilter("organization", "isnull")


class TopicFilters(filters.FilterSet):
    organization = filters.UUIDFilter("category__organization__uuid")
    is_global = filters.BooleanFilter("category__organization", "isnull")
    category = filters.UUIDFilter("category__uuid")


class SubtopicFilters(filters.FilterSet):
    organization = filters.UUIDFilter("topic__category__organization__uuid")
    is_global = filters.BooleanFilter("topic__category__organization", "isnull")
    category = filters.UUIDFilter("topic__category__uuid")
    topic = filters.UUIDFilter("topic__uuid")


class PlaceViewSet(ListModelMixin, TenantViewSet):
    """What the three have in common."""

    has_global_rows = True
    filter_backends: ClassVar[Any] = [KnownParameters, DjangoFilterBackend, BoundedSearch]
    search_fields = ("name",)

    def read(self, request: Request) -> Response:
        return answer_tagged(request, self.get_serializer(self.get_object()).data)

    def rename(self, request: Request) -> Response:
        wanted = RenamingSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        with transaction.atomic():
            node = self.lock_object()
            check_unchanged(request, self.get_serializer(node).data)
            before = node.name
            try:
                rename_node(node=node, name=wanted.validated_data["name"])
            except CatalogueRefused as refusal:
                raise Refused(str(refusal)) from refusal
            if node.name != before:
                owner = self.find_organization_id(node)
                record(request, node, Change.Action.CHANGED, owner, f"Renamed; it was “{before}”.")
        return answer_tagged(request, self.get_serializer(node).data)

    def add(self, request: Request, make: Callable[[], Any]) -> Response:
        def create() -> Response:
            try:
                node = make()
            except CatalogueRefused as refusal:
                raise Refused(str(refusal)) from refusal
            except IntegrityError:
                raise Refused("Somebody has added this name just now. Choose another.") from None
            record(request, node, Change.Action.ADDED, self.find_organization_id(node), "Added in the catalogue.")
            told = self.get_serializer(node).data
            return Response(told, status.HTTP_201_CREATED, headers={"Location": f"{request.path}{node.uuid}/"})

        return create_once(request, create)

    def find_parent(self, above: type["PlaceViewSet"], field: str, wanted: UUID) -> Any:
        """What it is to stand in, seen by the caller and theirs to add to. Raises ValidationError, PermissionDenied."""
        view = above(request=self.request)
        rows = view.cut(above.queryset.select_for_update(of=("self",)), above.seen_by)
        found = find_named(rows, wanted, field, field)
        self.check_may(self.permissions["create"], view.find_organization_id(found))
        return found


def allow(kind: str) -> dict[str, str]:
    seen, add, change = (f"questionbank.{action}_{kind}" for action in ("view", "add", "change"))
    return {"list": seen, "retrieve": seen, "create": add, "partial_update": change}


def describe(many: str, one: str, new: Any, place: dict[str, Any], sent: dict[str, Any]) -> Any:
    """What the schema says of the four operations, alike for the three."""
    shown = give_example(place, of="response")
    serializer = {"categories": CategorySerializer, "topics": TopicSerializer, "subtopics": SubtopicSerializer}[many]
    return extend_schema_view(
        list=extend_schema(summary=many.capitalize(), examples=[shown]),
        retrieve=extend_schema(summary=f"One {one}", responses={200: serializer, 404: PROBLEM}, examples=[shown]),
        create=extend_schema(
            summary=f"Add a {one}",
            request=new,
            responses={201: serializer, 400: PROBLEM, 409: PROBLEM, 422: PROBLEM},
            examples=[give_example(sent, of="request"), shown],
        ),
        partial_update=extend_schema(
            summary=f"Rename a {one}",
            request=RenamingSerializer,
            responses={200: serializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM, 412: PROBLEM},
            examples=[give_example(RENAMING, of="request"), give_example({**place, **RENAMING}, of="response")],
        ),
    )


@extend_schema(tags=["catalogue"])
@describe("categories", "category", NewCategorySerializer, CATEGORY, {"name": "Databases"})
class CategoryViewSet(PlaceViewSet):
    queryset = Category.objects.select_related("organization").order_by("name", "pk")
    serializer_class = CategorySerializer
    filterset_class = CategoryFilters
    seen_by = "questionbank.view_category"
    permissions: ClassVar = allow("category")

    def retrieve(self, request: Request, uuid: str) -> Response:
        return self.read(request)

    def partial_update(self, request: Request, uuid: str) -> Response:
        return self.rename(request)

    def create(self, request: Request) -> Response:
        def make() -> Category:
            data = read(NewCategorySerializer, request)
            owner = find_bank_owner(request, self.permissions["create"], data)
            return add_category(name=data["name"], organization=owner)

        return self.add(request, make)


@extend_schema(tags=["catalogue"])
@describe("topics", "topic", NewTopicSerializer, TOPIC, {"category": TOPIC["category"]["id"], "name": "Indexing"})
class TopicViewSet(PlaceViewSet):
    queryset = Topic.objects.select_related("category__organization").order_by("name", "pk")
    serializer_class = TopicSerializer
    filterset_class = TopicFilters
    tenant_path = "category__organization"
    seen_by = "questionbank.view_topic"
    permissions: ClassVar = allow("topic")

    def retrieve(self, request: Request, uuid: str) -> Response:
        return self.read(request)

    def partial_update(self, request: Request, uuid: str) -> Response:
        return self.rename(request)

    def create(self, request: Request) -> Response:
        def make() -> Topic:
            data = read(NewTopicSerializer, request)
            return add_topic(
                name=data["name"], category=self.find_parent(CategoryViewSet, "category", data["category"])
            )

        return self.add(request, make)


@extend_schema(tags=["catalogue"])
@describe(
    "subtopics",
    "subtopic",
    NewSubtopicSerializer,
    SUBTOPIC,
    {"topic": SUBTOPIC["topic"]["id"], "name": "Composite indexes"},
)
class SubtopicViewSet(PlaceViewSet):
    queryset = Subtopic.objects.select_related("topic__category__organization").order_by("name", "pk")
    serializer_class = SubtopicSerializer
    filterset_class = SubtopicFilters
    tenant_path = "topic__category__organization"
    seen_by = "questionbank.view_subtopic"
    permissions: ClassVar = allow("subtopic")

    def retrieve(self, request: Request, uuid: str) -> Response:
        return self.read(request)

    def partial_update(self, request: Request, uuid: str) -> Response:
        return self.rename(request)

    def create(self, request: Request) -> Response:
        def make() -> Subtopic:
            data = read(NewSubtopicSerializer, request)
            return add_subtopic(name=data["name"], topic=self.find_parent(TopicViewSet, "topic", data["topic"]))

        return self.add(request, make)


def read(serializer: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    wanted = serializer(data=request.data)
    wanted.is_valid(raise_exception=True)
    data: dict[str, Any] = wanted.validated_data
    return data
