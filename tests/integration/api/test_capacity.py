"""Places and the queue by the API: each caller's own candidates, ranked among themselves."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from authentication.models import User
from authentication.services.token_families import open_family
from interviewpanel.models import Place
from tests.integration.api.conftest import Callers, use
from tests.live_interviews import make_panel
from tests.queues import arrive

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/api/v1/capacity/"


def test_the_own_queue_is_told_and_nobody_elses(callers: Callers, settings: Settings) -> None:
    settings.INTERVIEW_LIMIT = 1
    ours, theirs = make_panel("Ours"), make_panel("Theirs")
    ours.organization, theirs.organization = callers.fernbrook, callers.elsewhere
    for panel in (ours, theirs):
        panel.save()
    now = timezone.now()
    arrive(ours, "Ada Lind", now)
    arrive(theirs, "Mallory Strange", now)
    ben = arrive(ours, "Ben Okoro", now)
    told = callers.sign_in("recruiter").get(PAGE).json()
    assert told["organizations"] == [
        {"organization": str(callers.fernbrook.uuid), "taken": 1, "waiting": 1, "absent": 0, "limit": None}
    ]
    assert (told["is_drained"], told["site"]) == (False, None)
    (row,) = told["queue"]
    place = Place.objects.get(session=ben)
    assert row["arrived_at"].startswith(f"{place.arrived_at:%Y-%m-%dT%H:%M:%S}")
    assert {name: row[name] for name in row if not name.endswith("_seconds") and name != "arrived_at"} == {
        "interview": str(ben.uuid),
        "invitation": str(ben.invitation.uuid),
        "organization": str(callers.fernbrook.uuid),
        "candidate": {"id": str(ben.invitation.candidate.uuid), "full_name": "Ben Okoro"},
        "state": "waiting",
        "rank": 1,
        "held_until": None,
        "tell_by": "",
        "is_connected": True,
        "starts_at": None,
    }
    assert row["shortest_seconds"] < row["estimated_seconds"] < row["longest_seconds"]
    other = callers.sign_in("stranger").get(PAGE).json()
    assert [one["candidate"]["full_name"] for one in other["queue"]] == ["Mallory Strange"]
    root = use(open_family(user=User.objects.create_superuser("root@example.com", "x"), now=now).access)
    assert root.get(PAGE).json()["site"] == {"taken": 1, "called": 0, "waiting": 2, "absent": 0, "limit": 1}
    chosen = root.get(PAGE, {"organization": str(callers.elsewhere.uuid)}).json()
    assert [one["candidate"]["full_name"] for one in chosen["queue"]] == ["Mallory Strange"]


def test_a_key_needs_the_scope_of_interviews(callers: Callers) -> None:
    assert callers.use_key("interviews:read").get(PAGE).status_code == 200
    assert callers.use_key("questions:read").get(PAGE).status_code == 403


def test_only_who_runs_the_site_sets_the_limit_of_an_organization(callers: Callers) -> None:
    page = f"/api/v1/organizations/{callers.fernbrook.uuid}/"
    refused = callers.sign_in("owner").patch(page, {"interview_limit": 5, "interview_share": 2}, format="json")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["#/interview_limit", "#/interview_share"]
    root = use(open_family(user=User.objects.create_superuser("root@example.com", "x"), now=timezone.now()).access)
    changed = root.patch(page, {"interview_limit": 5, "interview_share": 2}, format="json").json()
    assert (changed["interview_limit"], changed["interview_share"]) == (5, 2)
