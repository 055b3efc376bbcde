"""What another system does with the API of generation: ask, follow the address that it was told, read what was made."""

from typing import Any

from django.conf import settings as site
from rest_framework.test import APIClient

from questionbank.api import job_serializers
from questionbank.models import Generation
from tests.generated_texts import INPUTS
from tests.work import do_due

JOBS, INTERVIEWS = "/api/v1/job-descriptions/", "/api/v1/generated-interviews/"


def follow(client: APIClient, accepted: Any) -> dict[str, Any]:
    """As another system would: by the address that it was told."""
    assert accepted.status_code == 202, accepted.content
    address = accepted["Location"].removeprefix(site.PUBLIC_URL)
    assert accepted.json()["status_url"] == accepted["Location"]
    do_due(Generation)
    told: dict[str, Any] = client.get(address).json()
    return told


def make_interview(client: APIClient, req_id: str = "REQ-2026-014") -> dict[str, Any]:
    made = client.post(JOBS, {**job_serializers.WRITTEN, "req_id": req_id, **INPUTS}, format="json").json()
    assert follow(client, client.post(f"{JOBS}{made['id']}/workflow/", {}, format="json"))["status"] == "success"
    (interview,) = client.get(INTERVIEWS, {"req_id": req_id}).json()["results"]
    told: dict[str, Any] = client.get(f"{INTERVIEWS}{interview['id']}/").json()
    return told


def pick(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: told[name] for name in names}
