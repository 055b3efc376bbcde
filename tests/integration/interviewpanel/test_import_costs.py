"""What an import of many costs, counted in statements: as many for 2,000 as a few batches need, not some for each.

Named people: Rosa, who recruits for Fernbrook.
"""

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from organizations.models import Candidate, Change, Message
from tests.live_interviews import T0, make_panel
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
IMPORT = reverse("admin:organizations_candidate_import")


@pytest.fixture(autouse=True)
def quick_hashing(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "interviews@ib.example"


@pytest.fixture
def panel() -> InterviewPanel:
    return make_panel()


@pytest.fixture
def rosa(panel: InterviewPanel) -> Client:
    with time_machine.travel(T0, tick=False):
        return sign_in(make_member("rosa@fernbrook.example", {panel.organization: "hr"}))


def count_statements(rosa: Client, panel: InterviewPanel, name: str, count: int) -> int:
    lines = "\n".join(f"{name} {one}, {name.lower()}{one}@example.com" for one in range(count))
    data = {"organization": panel.organization_id, "text": lines, "panel": panel.pk, "by_email": "on", "_confirm": ""}
    with time_machine.travel(T0, tick=False), CaptureQueriesContext(connection) as captured:
        assert rosa.post(IMPORT, data).status_code == 302
    return len(captured)


def test_two_thousand_cost_some_batches_more_than_two_hundred(panel: InterviewPanel, rosa: Client) -> None:
    """SQLite takes a thousand values a statement and so needs more of them than PostgreSQL; neither some for each."""
    few, many = count_statements(rosa, panel, "Ada", 200), count_statements(rosa, panel, "Bela", 2000)
    assert (few <= 60, many <= 280) == (True, True), (few, many)
    models = (Candidate, InterviewPanelCandidate, Message)
    assert [model.objects.count() for model in models] == [2200, 2200, 2200]
    assert Change.objects.filter(action="added", message="Imported.").count() == 2200


def test_what_is_changed_is_told_of_each(panel: InterviewPanel, rosa: Client) -> None:
    count_statements(rosa, panel, "Ada", 3)
    lines = "\n".join(f"Bela {one}, ada{one}@example.com" for one in range(3))
    data = {"organization": panel.organization_id, "text": lines, "updates": "on", "_confirm": ""}
    with time_machine.travel(T0, tick=False):
        assert rosa.post(IMPORT, data).status_code == 302
    told = Change.objects.filter(action="changed", subject_type="organizations.candidate").order_by("pk")
    assert [line.message for line in told] == [
        f"Changed by an import: name: Ada {one} → Bela {one}." for one in range(3)
    ]
    assert [one.full_name for one in Candidate.objects.order_by("email")] == ["Bela 0", "Bela 1", "Bela 2"]
