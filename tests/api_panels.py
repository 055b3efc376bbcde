"""A small question bank, a panel and invitations for the tests of the API, in the words of its examples.

The bank has two medium questions on indexing, of Fernbrook's own catalogue.
"""

from typing import Any

from rest_framework.test import APIClient

from interviewpanel.api import invitation_examples as examples
from interviewpanel.models import (
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewPanelQuestionDistribution,
    InterviewSession,
)
from organizations.models import Organization
from questionbank.models import Category, Subtopic, Topic
from tests.api_examples import swap
from tests.question_banks import plan_question, save_live_questions

INVITATIONS = "/api/v1/panel-candidates/"


def make_subtopic(organization: Organization | None, name: str = "Indexing", *, medium: int = 2) -> Subtopic:
    slug = f"{organization.slug if organization else 'global'}-{name.lower()}"
    category = Category.objects.create(organization=organization, name="Databases", slug=f"databases-{slug}")
    topic = Topic.objects.create(category=category, name="Relational databases", slug="relational")
    subtopic = Subtopic.objects.create(topic=topic, name=name, slug=slug)
    save_live_questions(
        plan_question(f"{slug}-{number}", subtopic, "medium", organization=organization) for number in range(medium)
    )
    return subtopic


def make_panel(subtopic: Subtopic, organization: Organization, **changes: Any) -> InterviewPanel:
    """Published, with two medium questions on the subtopic."""
    values = {"title": "Backend screening", "job_title": "Backend engineer", "status": "published", **changes}
    panel = InterviewPanel.objects.create(organization=organization, **values)
    InterviewPanelQuestionDistribution.objects.create(
        panel=panel, category=subtopic.topic.category, topic=subtopic.topic, subtopic=subtopic, medium_count=2
    )
    return panel


def name_place(subtopic: Subtopic) -> dict[str, str]:
    topic = subtopic.topic
    return {"category": str(topic.category.uuid), "topic": str(topic.uuid), "subtopic": str(subtopic.uuid)}


def put_ids(example: Any, subtopic: Subtopic, **others: Any) -> Any:
    """An example with the ids of the catalogue that are there, and with what else is named in it."""
    values: dict[str, Any] = {**name_place(subtopic), **others}
    if isinstance(example, dict):
        return {
            name: values[name]
            if name in values and not isinstance(value, dict | list)
            else put_ids(value, subtopic, **others)
            for name, value in example.items()
        }
    return [put_ids(one, subtopic, **others) for one in example] if isinstance(example, list) else example


def invite(client: APIClient, panel: InterviewPanel, **values: Any) -> dict[str, Any]:
    response = client.post(
        INVITATIONS, {**swap(examples.NEW, {examples.PANEL_ID: str(panel.uuid)}), **values}, format="json"
    )
    assert response.status_code == 201, response.content
    return {name: value for name, value in response.json().items() if name != "webhook"}  # told once, and only here


def begin(row: InterviewPanelCandidate, **changes: Any) -> InterviewSession:
    at = row.created_at
    fields = {"status": "in_progress", "seed": 1, "consented_at": at, "started_at": at, "clock_limit_seconds": 60}
    return InterviewSession.objects.create(organization_id=row.organization_id, invitation=row, **{**fields, **changes})
