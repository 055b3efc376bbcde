"""Without LiveKit: nothing of it is imported, nothing of it need be installed, and everything else is as it was."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client
from pytest_django import Settings

from config.rooms import Rooms
from interviewpanel.engines.rooms import RoomsNotSetUp
from interviewpanel.models import Room
from interviewpanel.services.invitations import make_token
from interviewpanel.services.room_passes import give_invited_pass
from tests.live_interviews import T0, begin, invite, make_panel
from tests.rooms import make_invited

SCRIPT = """
import json, os, sys
from importlib.machinery import PathFinder

find = PathFinder.find_spec
if {is_missing}:  # as on a machine where pip has not installed it
    PathFinder.find_spec = lambda name, *rest: None if name.partition(".")[0] == "livekit" else find(name, *rest)
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.core.checks import run_checks
from django.urls import get_resolver
import config.asgi, interviewpanel.room_agents.worker, interviewpanel.management.commands.room_agent
get_resolver().url_patterns
from interviewpanel.engines.rooms import explain_rooms
from reports.services.diagnosis.doors import look_at_rooms
print(json.dumps({{
    "checks": sorted(one.id for one in run_checks() if one.id.startswith("config.")),
    "why": explain_rooms(),
    "doctor": [(one.health, one.detail) for one in look_at_rooms()],
    "imported": sorted(name for name in sys.modules if name.partition(".")[0] == "livekit"),
}}))
"""
NEEDED = {"LIVEKIT_URL": "ws://127.0.0.1:9", "LIVEKIT_API_KEY": "k", "LIVEKIT_API_SECRET": "s" * 32}


def run(*, is_missing: bool, **values: str) -> dict[str, object]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIVEKIT_")}  # noqa: TID251
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(is_missing=is_missing)],
        env=kept | {"PYTHON_DOTENV_DISABLED": "1"} | values,
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    found: dict[str, object] = json.loads(ran.stdout)
    return found


def test_nothing_of_livekit_is_imported_by_a_site_without_rooms() -> None:
    off = "off: LIVEKIT_URL is not set. Interviews are held on candidates' pages."
    assert run(is_missing=False) == {
        "checks": [],
        "why": "Rooms are not set up on this site. Whoever runs it sets "
        "LIVEKIT_URL, LIVEKIT_API_KEY, LIVEKIT_API_SECRET.",
        "doctor": [["good", off]],
        "imported": [],
    }


def test_a_site_without_the_libraries_says_what_to_install() -> None:
    words = "Rooms need livekit-api and livekit, which are not installed. Run: pip install -r requirements-livekit.txt"
    assert run(is_missing=True, **NEEDED) == {
        "checks": ["config.W003"],
        "why": words,
        "doctor": [["broken", words]],
        "imported": [],
    }


def test_a_server_that_does_not_answer_is_told_by_the_doctor() -> None:
    found = run(is_missing=False, **NEEDED)
    assert found["doctor"] == [
        ["broken", "ws://127.0.0.1:9: The LiveKit server does not answer: ClientConnectorError."]
    ]


@pytest.mark.django_db
def test_without_rooms_an_interview_of_such_a_panel_is_held_on_the_page(settings: Settings) -> None:
    settings.LIVEKIT = Rooms()
    invitation = make_invited()
    with pytest.raises(RoomsNotSetUp):
        give_invited_pass(invitation=invitation, now=T0)
    answer = Client().get(f"/i/{make_token(invitation)}/room/")
    assert (answer.status_code, answer["Location"]) == (302, f"/i/{make_token(invitation)}/")
    assert begin(invitation).status == "in_progress"
    assert Room.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("server")
def test_a_panel_that_is_held_on_the_page_has_no_room() -> None:
    invitation = invite(make_panel(), now=T0)
    answer = Client().post(f"/i/{make_token(invitation)}/room/")
    assert (answer.status_code, answer.json()["code"]) == (409, "room.none")
    assert Client().post("/i/nobodys/room/").status_code == 404
    assert Room.objects.count() == 0
