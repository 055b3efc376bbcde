"""The catalogue as a panel's plan chooses from it: every category, topic and subtopic, in the order of the tree.

Read by the grid of the panel's page, and by the API.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from interviewpanel.domain.panel_plans import Place
from interviewpanel.models import InterviewPanelQuestionDistribution
from questionbank.models import Category, Subtopic, Topic

_LEVELS: Mapping[str, tuple[QuerySet[Any], str]] = {
    "category": (Category.objects.all(), "organization"),
    "topic": (Topic.objects.all(), "category__organization"),
    "subtopic": (Subtopic.objects.all(), "topic__category__organization"),
}


def load_catalogue(organization_ids: Collection[int] | None) -> dict[str, Place]:
    """By key (`subtopic:12`): what is global or of these organizations; of all where None. Three queries.

    Each level stands before what it holds; what has the same name is told apart by its id.
    """
    places: dict[str, Place] = {}
    for rows, names in (
        (_cut(Category.objects.all(), "organization", organization_ids), ("pk", "name")),
        (
            _cut(Topic.objects.all(), "category__organization", organization_ids),
            ("category_id", "pk", "category__name", "name"),
        ),
        (
            _cut(Subtopic.objects.all(), "topic__category__organization", organization_ids),
            ("topic__category_id", "topic_id", "pk", "topic__category__name", "topic__name", "name"),
        ),
    ):
        for values in rows.order_by().values_list(*names):
            half = len(values) // 2
            place = Place(tuple(values[:half]), tuple(values[half:]))
            places[place.key] = place
    ordered = sorted(places.values(), key=_order)
    return {place.key: place for place in ordered}


def find_named_places(named: Mapping[str, Collection[UUID]], organization_id: int) -> dict[tuple[str, UUID], int]:
    """The keys of what is named by level and id; nothing for what is none, or another organization's. Three queries."""
    found: dict[tuple[str, UUID], int] = {}
    for level, (rows, path) in _LEVELS.items():
        own = _cut(rows.filter(uuid__in=named.get(level, ())), path, [organization_id])
        found |= {(level, uuid): pk for uuid, pk in own.order_by().values_list("uuid", "pk")}
    return found


def read_place(row: InterviewPanelQuestionDistribution) -> Place:
    """Of a stored row, whose category, topic and subtopic are loaded."""
    levels = [level for level in (row.category, row.topic, row.subtopic) if level is not None]
    return Place(tuple(level.pk for level in levels), tuple(level.name for level in levels))


def _cut(rows: QuerySet[Any], path: str, organization_ids: Collection[int] | None) -> QuerySet[Any]:
    if organization_ids is None:
        return rows
    return rows.filter(Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__in": organization_ids}))


def _order(place: Place) -> tuple[tuple[str, int], ...]:
    return tuple((name.casefold(), number) for name, number in zip(place.names, place.ids, strict=True))
