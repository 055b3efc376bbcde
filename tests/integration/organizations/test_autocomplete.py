"""What a field that is typed into offers: what its reader may see, and nothing of others."""

import pytest
from django.urls import reverse

from tests.integration.organizations.conftest import Tenants

pytestmark = pytest.mark.django_db
AUTOCOMPLETES = (
    ("interviewpanel", "interviewpanelcandidate", "panel", {"owner": ["Backend screening"], "stranger": []}),
    (
        "interviewpanel",
        "interviewpanelcandidate",
        "candidate",
        {"owner": ["Priya Raghunathan"], "stranger": ["Aiko Mori"]},
    ),
    (
        "questionbank",
        "question",
        "subtopic",
        {"owner": ["Relational databases › Indexing", "Teamwork › Feedback"], "stranger": ["Teamwork › Feedback"]},
    ),
    (
        "interviewpanel",
        "interviewpanelquestiondistribution",
        "category",
        {"owner": ["Common ground", "Databases"], "stranger": ["Common ground"]},
    ),
)


@pytest.mark.parametrize(("app", "model", "field", "wanted"), AUTOCOMPLETES)
def test_autocomplete_offers_only_ones_own(
    tenants: Tenants, app: str, model: str, field: str, wanted: dict[str, list[str]]
) -> None:
    for person, names in wanted.items():
        asked = {"app_label": app, "model_name": model, "field_name": field, "term": ""}
        response = tenants.client(person).get(reverse("admin:autocomplete"), asked)
        assert sorted(one["text"] for one in response.json()["results"]) == names
    assert tenants.client("nobody").get(reverse("admin:autocomplete")).status_code == 302
