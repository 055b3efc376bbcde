"""Moving a part of the catalogue with the plans of panels that name it. Called by the page of the catalogue."""

from django.db import transaction

from interviewpanel.models import InterviewPanelQuestionDistribution
from questionbank.models import Category, Subtopic, Topic
from questionbank.services.catalogue import move_subtopic, move_topic


@transaction.atomic
def move_planned_topic(*, topic: Topic, category: Category) -> int:
    """Effects: the topic with its questions, and the rows of plans that name it. Returns how many rows those were.

    Raises CatalogueRefused.
    """
    move_topic(topic=topic, category=category)
    return InterviewPanelQuestionDistribution.objects.filter(topic=topic).update(category=category)


@transaction.atomic
def move_planned_subtopic(*, subtopic: Subtopic, topic: Topic) -> int:
    """Effects: the subtopic with its questions, and the rows of plans that name it. Returns how many rows those were.

    Raises CatalogueRefused.
    """
    move_subtopic(subtopic=subtopic, topic=topic)
    rows = InterviewPanelQuestionDistribution.objects.filter(subtopic=subtopic)
    return rows.update(topic=topic, category=topic.category)
