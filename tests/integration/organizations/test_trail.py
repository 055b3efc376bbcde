"""The way to a page, above it, is called as in the sidebar, and the sidebar marks the same entry."""

import re

import pytest
from django.urls import reverse

from interviewpanel.models import AnswerScore
from tests.integration.organizations.conftest import Tenants


def read_trail(tenants: Tenants, page: str, *keys: int) -> tuple[list[str], list[str]]:
    """The steps as they stand there, and the entries that the sidebar marks."""
    response = tenants.client("recruiter").get(reverse(page, args=keys))
    assert response.status_code == 200
    steps = re.findall(r'class="desk-trail-step"[^>]*>([^<]+)<', response.content.decode())
    groups = response.context["sidebar_navigation"]
    return steps, [str(entry["title"]) for one in groups for entry in one["items"] if entry["active"]]


@pytest.mark.parametrize(
    ("page", "group", "entry"),
    [
        ("interviewpanel_interviewpanel_changelist", "Setting up", "Panels"),
        ("organizations_candidate_changelist", "Setting up", "Candidates"),
        ("organizations_message_changelist", "Setting up", "Messages"),
        ("interviewpanel_interviewsession_live", "Interviews", "Live"),
        ("interviewpanel_interviewsession_changelist", "Interviews", "Interviews"),
        ("interviewpanel_answerscore_changelist", "Interviews", "Interviews"),
        ("interviewpanel_accommodationrequest_changelist", "From candidates", "Accommodations"),
        ("questionbank_category_tree", "Question bank", "Catalogue"),
        ("questionbank_question_similar", "Question bank", "Similar questions"),
        ("organizations_change_changelist", "Administration", "History"),
    ],
)
def test_a_list_is_called_as_its_entry(tenants: Tenants, page: str, group: str, entry: str) -> None:
    assert read_trail(tenants, f"admin:{page}") == ([group, entry], [entry])


def test_a_row_stands_below_its_entry_by_the_name_that_people_know(tenants: Tenants) -> None:
    question, score = tenants.ours.question, AnswerScore.objects.order_by("pk")[0]
    text = question.current_version.text if question.current_version else ""
    steps, marked = read_trail(tenants, "admin:questionbank_question_change", question.pk)
    assert (steps[:2], steps[2][:20], marked) == (["Question bank", "Questions"], text[:20], ["Questions"])
    steps, marked = read_trail(tenants, "admin:interviewpanel_answerscore_change", score.pk)
    assert (steps[:2], len(steps), marked) == (["Interviews", "Interviews"], 3, ["Interviews"])
