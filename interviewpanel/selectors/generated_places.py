"""Where in the bank the questions of a generated interview are to stand: what is offered, and what is there to choose.

Read by the interview's page and by the service that makes a panel of it. Only what is the organization's own counts:
a catalogue that is for all has no questions of one.
"""

from collections import Counter
from dataclasses import dataclass

from django.db.models.functions import Lower

from organizations.models import Organization
from questionbank.models import GeneratedInterview, Question, Topic
from questionbank.services.catalogue import MOST_NAME_CHARACTERS

MOST_OFFERED = 500


@dataclass(frozen=True)
class NamedPlace:
    """A topic by names; what is not there yet is made. `why`: where the offer comes from, for who reads the page."""

    category: str
    topic: str
    why: str = ""


def suggest_place(interview: GeneratedInterview) -> NamedPlace:
    """Where questions of this requisition stand already; else the own topic that has the name of a competency, the one
    most asked about first; else a new one that is named after the requisition. At most two queries."""
    description = interview.description
    asked = Question.objects.filter(
        generated_interview__description=description, category__organization=interview.organization_id
    )
    last = asked.select_related("topic__category").order_by("-pk").first()
    if last is not None:
        return NamedPlace(
            last.topic.category.name, last.topic.name, f"Questions of {description.req_id} stand there already."
        )
    names = list_competencies(interview)
    if found := _find_topic(names, interview.organization_id):
        return NamedPlace(
            found.category.name, found.name, "A topic of your bank that has the name of one of its competencies."
        )
    none = "None of its competencies has a topic in your bank yet: this one is named after the requisition."
    return NamedPlace(
        shorten_name(f"{description.req_id} {description.title}"), shorten_name(interview.name), none if names else ""
    )


def list_competencies(interview: GeneratedInterview) -> list[str]:
    """Their names, the most asked about first; none where the enhanced description was deleted."""
    if interview.enhancement is None:
        return []
    times = Counter(one for question in interview.questions for one in question.get("competencies", ()))
    named = {one["id"]: one["name"] for one in interview.enhancement.document["competencies"]}
    return [named[one] for one, _ in times.most_common() if one in named]


def _find_topic(names: list[str], organization_id: int) -> Topic | None:
    order = {name.casefold(): at for at, name in reversed(list(enumerate(names)))}
    own = Topic.objects.filter(category__organization=organization_id).annotate(plain=Lower("name"))
    found = own.filter(plain__in=[name.lower() for name in names]).select_related("category").order_by("pk")
    return min(found, key=lambda one: (order.get(one.name.casefold(), len(order)), one.pk), default=None)


def list_own_topics(organization: Organization) -> list[tuple[str, str]]:
    """Category and topic by names, in their order, to be offered. One query."""
    rows = Topic.objects.filter(category__organization=organization)
    return list(rows.order_by("category__name", "name").values_list("category__name", "name")[:MOST_OFFERED])


def shorten_name(name: str, room: int = 0) -> str:
    """As long as a name of the catalogue may be, less what is to stand behind it."""
    return " ".join(name.split())[: MOST_NAME_CHARACTERS - room].strip()
