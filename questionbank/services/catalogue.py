"""Category → Topic → Subtopic: made, renamed, moved. Called by the page of the catalogue and by imports.

Names are unique among siblings, by eye: "SQL" and "sql" are one. What plans of panels point at is interviewpanel's:
its page moves both in one transaction.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from organizations.models import Organization
from questionbank.models import Category, Question, Subtopic, Topic

MOST_NAME_CHARACTERS = 100
Node = Category | Topic | Subtopic


class CatalogueRefused(Exception):
    """The catalogue cannot be changed like this; the message says why and what to do."""


def find_owner_id(node: Node) -> int | None:
    """The organization a node belongs to; None for what is everybody's. Its parents must be loaded."""
    if isinstance(node, Category):
        return node.organization_id
    return (node.category if isinstance(node, Topic) else node.topic.category).organization_id


@transaction.atomic
def add_category(*, name: str, organization: Organization | None) -> Category:
    _take_turns(organization)
    siblings = Category.objects.filter(organization=organization)
    name = _check_name(name, siblings)
    return Category.objects.create(organization=organization, name=name, slug=_slug_among(name, siblings))


@transaction.atomic
def add_topic(*, name: str, category: Category) -> Topic:
    _take_turns(category)
    siblings = category.topics.all()
    name = _check_name(name, siblings)
    return Topic.objects.create(category=category, name=name, slug=_slug_among(name, siblings))


@transaction.atomic
def add_subtopic(*, name: str, topic: Topic) -> Subtopic:
    _take_turns(topic)
    siblings = topic.subtopics.all()
    name = _check_name(name, siblings)
    return Subtopic.objects.create(topic=topic, name=name, slug=_slug_among(name, siblings))


@transaction.atomic
def rename_node(*, node: Node, name: str) -> None:
    """The slug stays: imports and addresses go by it."""
    _take_turns(_find_above(node))
    node.name = _check_name(name, _list_siblings(node).exclude(pk=node.pk))
    node.save(update_fields=["name"])


@transaction.atomic
def move_topic(*, topic: Topic, category: Category) -> None:
    """Effects: the topic, with all its subtopics, and the questions in them. Raises CatalogueRefused."""
    _check_owner(topic.category, category)
    _check_name(topic.name, category.topics.exclude(pk=topic.pk))
    topic.category, topic.slug = category, _slug_among(topic.slug, category.topics.exclude(pk=topic.pk))
    topic.save(update_fields=["category", "slug"])
    Question.objects.filter(topic=topic).update(category=category)


@transaction.atomic
def move_subtopic(*, subtopic: Subtopic, topic: Topic) -> None:
    """Effects: the subtopic, and the questions in it. Raises CatalogueRefused."""
    _check_owner(subtopic.topic.category, topic.category)
    _check_name(subtopic.name, topic.subtopics.exclude(pk=subtopic.pk))
    subtopic.topic, subtopic.slug = topic, _slug_among(subtopic.slug, topic.subtopics.exclude(pk=subtopic.pk))
    subtopic.save(update_fields=["topic", "slug"])
    Question.objects.filter(subtopic=subtopic).update(topic=topic, category=topic.category)


def _check_owner(category: Category, other: Category) -> None:
    if category.organization_id != other.organization_id:
        raise CatalogueRefused(
            f"“{other}” belongs to somebody else than “{category}”. Choose a place of the same organization."
        )


def _take_turns(above: Organization | Category | Topic | None) -> None:
    """Who adds or renames below it waits for who does just now: of two of one name the second finds the first.

    What is everybody's has nothing above it; superadmins alone change that.
    """
    if above is not None:
        list(type(above)._default_manager.select_for_update(no_key=True).filter(pk=above.pk).values_list("pk"))


def _find_above(node: Node) -> Organization | Category | Topic | None:
    if isinstance(node, Category):
        return node.organization
    return node.category if isinstance(node, Topic) else node.topic


def _check_name(name: str, siblings: QuerySet[Category] | QuerySet[Topic] | QuerySet[Subtopic]) -> str:
    name = " ".join(name.split())
    if not name:
        raise CatalogueRefused("The name is empty. Write one.")
    if len(name) > MOST_NAME_CHARACTERS:
        raise CatalogueRefused(f"The name has {len(name)} characters. Shorten it to {MOST_NAME_CHARACTERS}.")
    if siblings.filter(name__iexact=name).exists():
        raise CatalogueRefused(f"“{name}” is there already. Choose another name.")
    return name


def _list_siblings(node: Node) -> QuerySet[Category] | QuerySet[Topic] | QuerySet[Subtopic]:
    if isinstance(node, Category):
        return Category.objects.filter(organization=node.organization_id)
    return node.category.topics.all() if isinstance(node, Topic) else node.topic.subtopics.all()


def _slug_among(name: str, siblings: QuerySet[Category] | QuerySet[Topic] | QuerySet[Subtopic]) -> str:
    return free_slug(name, siblings.values_list("slug", flat=True))


def free_slug(name: str, taken: Iterable[str]) -> str:
    """ "C", "C++" and "C#" all become "c": whoever comes later gets a number."""
    base = slugify(name, allow_unicode=True)[:90] or "unnamed"
    others = set(taken)
    slug, number = base, 1
    while slug in others:
        number += 1
        slug = f"{base}-{number}"
    return slug
