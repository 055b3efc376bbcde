"""A batch of questions for the bank: checked, and asked for as a whole whose parts do the work (batch_parts.py).

Each part is one subtopic at one difficulty, and fails or succeeds by itself; asked for again it makes what is missing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db.models import F, Q, QuerySet

from authentication.models import User
from organizations.models import Organization
from questionbank.domain.batches import BatchFault, BatchRow, BatchWish, check_batch, list_parts
from questionbank.models import Category, Generation, Subtopic, Topic
from questionbank.services.generation.requests import Asked, Part, ask_generation

Node = TypeVar("Node", Category, Topic, Subtopic)


class BatchRefused(Exception):
    """It cannot be asked for like this: `faults` says what is wrong, where, and what to do."""

    def __init__(self, faults: Iterable[BatchFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.message for fault in self.faults))


def start_batch(
    *, organization: Organization, wish: BatchWish, user: User | None, now: datetime, req_id: str = ""
) -> Generation:
    """Ask for a batch. Effects: the batch and its parts, announced on commit. A place that is new is made with its
    first question. Raises BatchRefused, and GenerationRefused as ask_generation."""
    if faults := check_batch(wish):
        raise BatchRefused(faults)
    rows = name_as_there(wish.rows, organization)
    wish = BatchWish(rows, wish.kinds, wish.language, wish.wishes, wish.use_cache)
    if faults := check_batch(wish):  # two ways to write one place
        raise BatchRefused(faults)
    parts = [Part(Generation.Kind.BATCH_PART, one, steps=one["count"]) for one in list_parts(wish)]
    parameters = {
        "kinds": list(wish.kinds),
        "language": wish.language,
        "wishes": wish.wishes,
        "use_cache": wish.use_cache,
        "places": list(dict.fromkeys(row.place for row in rows)),
    }
    asked = Asked(Generation.Kind.BATCH, parameters, req_id=req_id, parts=parts)
    return ask_generation(asked=asked, organization=organization, user=user, now=now)


def name_as_there(rows: Iterable[BatchRow], organization: Organization) -> list[BatchRow]:
    """The rows with the names as the catalogue writes them, and the ids of subtopics that are there: "sql" and "SQL"
    are one place. What is the organization's own comes before what is for all. At most three queries a row."""
    return [_name_row(row, organization) for row in rows]


def _name_row(row: BatchRow, organization: Organization) -> BatchRow:
    """As much of the place as is there: the subtopic, else the topic, else the category."""
    category, topic, subtopic = (" ".join(name.split()) for name in (row.category, row.topic, row.subtopic))
    subtopics = Subtopic.objects.filter(
        name__iexact=subtopic, topic__name__iexact=topic, topic__category__name__iexact=category
    ).select_related("topic__category")
    if place := _prefer_own(subtopics, organization, "topic__category__organization"):
        names = (place.topic.category.name, place.topic.name, place.name)
        return BatchRow(*names, row.difficulty, row.count, place.pk)
    topics = Topic.objects.filter(name__iexact=topic, category__name__iexact=category).select_related("category")
    if above := _prefer_own(topics, organization, "category__organization"):
        return BatchRow(above.category.name, above.name, subtopic, row.difficulty, row.count)
    root = _prefer_own(Category.objects.filter(name__iexact=category), organization, "organization")
    return BatchRow(root.name if root else category, topic, subtopic, row.difficulty, row.count)


def _prefer_own(rows: QuerySet[Node], organization: Organization, owner: str) -> Node | None:
    whose = Q(**{owner: organization}) | Q(**{f"{owner}__isnull": True})
    return rows.filter(whose).order_by(F(owner).asc(nulls_last=True), "pk").first()
