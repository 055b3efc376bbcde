"""What the page of a panel posts, for the tests of the admin: tests/integration/interviewpanel/test_panel_*.py."""

from collections.abc import Mapping
from typing import Any

from django.contrib.messages import get_messages
from django.urls import reverse

from interviewpanel.models import InterviewPanel
from tests.interview_rows import World

PANELS = "admin:interviewpanel_interviewpanel"


def post_data(world: World, *rows: Mapping[str, object], stored: int = 0, **changes: object) -> dict[str, object]:
    """A panel as it is filled in, with these rows of its plan; `stored` of them are there already."""
    data: dict[str, object] = {
        "organization": world.organization.pk,
        "title": "Data engineers",
        "job_title": "Data engineer",
        "language": "en",
        "max_questions": 5,
        "max_minutes": 20,
        "max_follow_ups": 1,
        "pause_budget_seconds": 600,
        "grace_seconds": 600,
        "turn_profile": "patient",
        "accommodation_policy": "grant",
        "question_wording": "as_written",
        "interviewer_voice": "browser",
        "decision_days": 7,
        "consent_version": "2026-1",
        "distribution-TOTAL_FORMS": len(rows),
        "distribution-INITIAL_FORMS": stored,
    }
    for number, row in enumerate(rows):
        data |= {f"distribution-{number}-{name}": value for name, value in {"weightage": 1, **row}.items()}
    return {**data, **changes}


def list_messages(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def name_page(page: str, panel: InterviewPanel) -> str:
    return reverse(f"{PANELS}_{page}", args=[panel.pk])
