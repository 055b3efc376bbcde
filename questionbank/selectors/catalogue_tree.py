"""The catalogue as one tree with what the bank holds at each place. Called by the admin's page of the catalogue.

Four queries, however large the catalogue is. What belongs to whom is cut by the caller.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from questionbank.models import Category, Difficulty, Question, Subtopic, Topic

Counts = dict[tuple[str, str], int]
"""By difficulty and status."""


@dataclass
class Node:
    """A category, a topic or a subtopic; `counts` are of everything below."""

    level: str
    row: Any
    owner_id: int | None
    children: list["Node"] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)

    def add(self, counts: Mapping[tuple[str, str], int]) -> None:
        for key, count in counts.items():
            self.counts[key] = self.counts.get(key, 0) + count

    @property
    def pk(self) -> int:
        return int(self.row.pk)

    @property
    def name(self) -> str:
        return str(self.row.name)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def count(self, difficulty: str, status: str) -> int:
        return self.counts.get((difficulty, status), 0)


def load_tree(
    categories: QuerySet[Category], questions: QuerySet[Question], search: str = ""
) -> tuple[list[Node], dict[str, int]]:
    """The categories with all below, by name, and how many questions are in which status.

    With a search, only what has the words in its name, what is above it, and all below it.
    """
    roots = {one.pk: Node("category", one, one.organization_id) for one in categories.select_related("organization")}
    topics = _load_topics(roots)
    subtopics = _load_subtopics(topics)
    totals: dict[str, int] = dict.fromkeys(Question.Status.values, 0)
    counted = questions.order_by().values_list("subtopic", "difficulty", "status").annotate(count=Count("pk"))
    for subtopic, difficulty, status, count in counted:
        if node := subtopics.get(subtopic):
            node.add({(difficulty, status): count})
            totals[status] += count
    for topic in topics.values():
        for child in topic.children:
            topic.add(child.counts)
    for root in roots.values():
        for child in root.children:
            root.add(child.counts)
    return _search(roots.values(), search.casefold().split()), totals


def _load_topics(roots: Mapping[int, Node]) -> dict[int, Node]:
    nodes: dict[int, Node] = {}
    for one in Topic.objects.filter(category__in=list(roots)).order_by("name", "pk"):
        parent = roots[one.category_id]
        nodes[one.pk] = Node("topic", one, parent.owner_id)
        parent.children.append(nodes[one.pk])
    return nodes


def _load_subtopics(topics: Mapping[int, Node]) -> dict[int, Node]:
    nodes: dict[int, Node] = {}
    categories = {node.row.category_id for node in topics.values()}
    for one in Subtopic.objects.filter(topic__category__in=categories).order_by("name", "pk"):
        if parent := topics.get(one.topic_id):
            nodes[one.pk] = Node("subtopic", one, parent.owner_id)
            parent.children.append(nodes[one.pk])
    return nodes


def _search(nodes: Iterable[Node], words: list[str]) -> list[Node]:
    if not words:
        return list(nodes)
    found: list[Node] = []
    for node in nodes:
        if all(word in node.name.casefold() for word in words):
            found.append(node)
        elif children := _search(node.children, words):
            found.append(Node(node.level, node.row, node.owner_id, children, node.counts))
    return found


DIFFICULTIES = tuple(Difficulty.values)
