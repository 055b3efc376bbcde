"""A deed that the database ended for want of a lock, and that is done again, has its line with the values before.

Named people: Rosa, who recruits for Fernbrook.
"""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.db.models.signals import pre_save
from django.urls import reverse

from organizations.models import Candidate, Change
from tests.html_forms import read_form
from tests.integration.organizations.conftest import Tenants

pytestmark = pytest.mark.django_db


@pytest.fixture
def lose_once() -> Iterator[Callable[[], None]]:
    """The first line that is written after it loses its lock."""
    left = []

    def lose(**_: object) -> None:
        if left:
            left.pop()
            error = OperationalError("ended")
            error.__cause__ = psycopg.errors.DeadlockDetected()
            raise error

    pre_save.connect(lose, Change, weak=False)
    yield lambda: left.append(True)
    pre_save.disconnect(lose, Change)


def test_a_page_that_is_saved_at_the_second_try_tells_the_values(
    tenants: Tenants, lose_once: Callable[[], None]
) -> None:
    candidate = tenants.session.invitation.candidate
    url = reverse("admin:organizations_candidate_change", args=[candidate.pk])
    rosa = tenants.client("recruiter")
    form = read_form(rosa.get(url).content.decode(), "candidate_form")
    lose_once()
    assert rosa.post(url, {**form, "full_name": "Priya R."}).status_code == 302
    assert Candidate.objects.get(pk=candidate.pk).full_name == "Priya R."
    assert list_values("organizations.candidate") == [[("full_name", "Priya Raghunathan", "Priya R.")]]


def test_so_does_what_is_done_from_a_list(tenants: Tenants, lose_once: Callable[[], None]) -> None:
    url, panel = reverse("admin:interviewpanel_interviewpanel_changelist"), tenants.ours.panel
    rosa = tenants.client("recruiter")
    lose_once()
    rosa.post(url, {"action": "archive", "_selected_action": [panel.pk], "confirmed": "yes"})
    panel.refresh_from_db()
    assert panel.status == "archived"
    assert list_values("interviewpanel.interviewpanel", message="Archived.") == [[("status", "Published", "Archived")]]


def list_values(subject_type: str, **of: Any) -> list[list[tuple[str, str, str]]]:
    lines = Change.objects.filter(subject_type=subject_type, action="changed", **of).order_by("pk")
    return [[(one["field"], one["before"], one["after"]) for one in line.differences] for line in lines]
