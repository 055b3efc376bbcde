"""An organization's settings and logo by the API, and what the history keeps of them."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from organizations.api.organizations import CHANGE_EXAMPLE, EXAMPLE
from organizations.models import Change, Organization
from tests.integration.api.conftest import Callers
from tests.integration.api.examples import assert_as_told

PNG = b"\x89PNG\r\n\x1a\nand so on"


@pytest.fixture
def owner(callers: Callers) -> APIClient:
    return callers.sign_in("owner")


@pytest.fixture
def page(callers: Callers) -> str:
    return f"/api/v1/organizations/{callers.fernbrook.uuid}/"


def list_lines() -> list[tuple[str, list[tuple[str, str]], str]]:
    lines = Change.objects.filter(subject_type="organizations.organization").order_by("pk")
    return [(line.message, [(one["field"], one["after"]) for one in line.differences], line.reason) for line in lines]


def test_settings_are_changed_and_the_history_has_the_values(owner: APIClient, page: str) -> None:
    changed = owner.patch(page, CHANGE_EXAMPLE, format="json")
    assert changed.status_code == 200
    assert_as_told(changed.json(), EXAMPLE)
    assert_as_told(owner.get(page).json(), EXAMPLE)
    assert list_lines() == [
        (
            "By the API.",
            [
                ("contact_email", "people@fernbrook.example"),
                ("time_zone", "Europe/Berlin"),
                ("retention_days", "90"),
                ("recording_days", "30"),
            ],
            "Agreed with the works council",
        )
    ]
    assert owner.patch(page, CHANGE_EXAMPLE, format="json").status_code == 200
    assert len(list_lines()) == 1, "nothing was changed, so that there is nothing to tell"


def test_what_candidates_are_promised_is_changed_with_a_reason(owner: APIClient, page: str) -> None:
    refused = owner.patch(page, {"retention_days": 7}, format="json")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["#/reason"]
    assert owner.patch(page, {"retention_days": 180, "name": "Fern"}, format="json").status_code == 200
    wrong = {"time_zone": "Mars/Base", "reminder_hours": 10**9, "name": "", "slug": "other", "id": "x"}
    answer = owner.patch(page, wrong, format="json")
    assert {one["pointer"] for one in answer.json()["errors"]} == {"#/time_zone", "#/reminder_hours", "#/name"}
    assert Organization.objects.get(name="Fern").slug == "fernbrook"


def test_a_logo_is_put_read_replaced_and_removed(
    owner: APIClient, page: str, django_capture_on_commit_callbacks: object
) -> None:
    logo = f"{page}logo/"
    assert owner.get(logo).status_code == 404
    stored = owner.put(logo, {"file": SimpleUploadedFile("logo.svg", PNG)}, format="multipart")
    assert (stored.status_code, stored.json()["has_logo"]) == (200, True)
    first = Organization.objects.get(slug="fernbrook").logo.name
    read = owner.get(logo)
    assert (read["Content-Type"], b"".join(read.streaming_content), first.endswith(".png")) == ("image/png", PNG, True)
    for content in (b"<svg/>", b"", PNG + bytes(500_000)):
        wrong = owner.put(logo, {"file": SimpleUploadedFile("logo.png", content)}, format="multipart")
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "#/file")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        owner.put(logo, {"file": SimpleUploadedFile("logo.png", PNG)}, format="multipart")
    assert not default_storage.exists(first)
    assert (owner.delete(logo).status_code, owner.get(logo).status_code) == (204, 404)
    told = [message for message, _, _ in list_lines()]
    assert told == ["Logo stored. By the API.", "Logo stored. By the API.", "Logo removed. By the API."]


def test_who_only_reads_changes_nothing(callers: Callers, page: str) -> None:
    found = {
        who: (client.get(page).status_code, client.patch(page, {"name": "Mine"}, format="json").status_code)
        for who, client in {
            "reviewer": callers.sign_in("reviewer"),
            "stranger": callers.sign_in("stranger"),
            "key": callers.use_key("organization:read"),
        }.items()
    }
    assert found == {"reviewer": (200, 403), "stranger": (404, 404), "key": (200, 403)}
    assert callers.sign_in("owner").delete(f"{page}logo/").status_code == 204
    assert Organization.objects.filter(name="Fernbrook").exists()
