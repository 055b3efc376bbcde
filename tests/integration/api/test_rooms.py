"""An interview's room by the API: a pass with the start and whenever it is asked for, and to whom it is refused."""

from collections.abc import Iterator

import pytest
from livekit import api
from pytest_django import Settings

from config.rooms import Rooms
from interviewpanel.api import rooms
from interviewpanel.api.starts import EXAMPLE
from interviewpanel.models import InterviewPanel, InterviewSession, Room
from tests.integration.api.conftest import Callers
from tests.interview_rows import World, make_world
from tests.room_servers import KEY, SECRET, RoomServer, run_room_server
from tests.rows_besides import add_question_set

START = "/api/v1/interviews/start/"


@pytest.fixture
def server(settings: Settings) -> Iterator[RoomServer]:
    with run_room_server() as running:
        settings.LIVEKIT = running.settings(client_url="https://meet.example.com/?url={url}&token={token}")
        yield running


@pytest.fixture
def world(db: None) -> World:
    world = make_world("Fernbrook")
    add_question_set(world.panel, "Backend engineer", "2 to 5 years")
    InterviewPanel.objects.filter(pk=world.panel.pk).update(door="room")
    return world


@pytest.fixture
def callers(world: World) -> Callers:
    return Callers(world.organization, make_world("Elsewhere").organization)


def start(callers: Callers) -> dict[str, object]:
    given = {name: value for name, value in EXAMPLE.items() if name != "webhook"}
    told: dict[str, object] = callers.use_key("interviews:write").post(START, given, format="json").json()
    return told


def test_who_starts_an_interview_in_a_room_is_given_a_pass(callers: Callers, server: RoomServer) -> None:
    told = start(callers)["room"]
    assert isinstance(told, dict)
    room = Room.objects.get()
    assert set(told) == set(rooms.EXAMPLE)
    assert (told["name"], told["url"]) == (room.name, server.url)
    assert told["client_url"].startswith("https://meet.example.com/?url=http%3A%2F%2F127.0.0.1")
    claims = api.TokenVerifier(KEY, SECRET).verify(told["token"])
    assert claims.video is not None
    assert (claims.identity, claims.video.room, claims.video.can_publish_sources, claims.video.room_admin) == (
        room.candidate_identity,
        room.name,
        ["microphone"],
        None,
    )


def test_another_pass_into_the_same_room_is_given_to_who_may_start_interviews(
    callers: Callers, server: RoomServer
) -> None:
    told = start(callers)
    page = f"/api/v1/interviews/{told['interview_id']}/room/"
    again = callers.sign_in("recruiter").post(page)
    assert (again.status_code, again["Cache-Control"], again.json()["name"]) == (
        200,
        "no-store",
        Room.objects.get().name,
    )
    statuses = {
        "reviewer": callers.sign_in("reviewer").post(page).status_code,
        "reading key": callers.use_key("interviews:read").post(page).status_code,
        "stranger": callers.sign_in("stranger").post(page).status_code,
    }
    assert statuses == {"reviewer": 403, "reading key": 403, "stranger": 404}


def test_where_there_is_no_room_it_is_said_why(callers: Callers, server: RoomServer, settings: Settings) -> None:
    told = start(callers)
    page = f"/api/v1/interviews/{told['interview_id']}/room/"
    client = callers.sign_in("owner")
    InterviewSession.objects.update(status="revoked", ended_at="2031-05-05T09:00:00Z")
    over = client.post(page)
    InterviewSession.objects.update(status="pending", ended_at=None)
    InterviewPanel.objects.update(door="page")
    elsewhere = client.post(page)
    settings.LIVEKIT = Rooms()
    off = client.post(page)
    needed = "LIVEKIT_URL, LIVEKIT_API_KEY, LIVEKIT_API_SECRET"
    assert [(one.status_code, one.json()["detail"]) for one in (over, elsewhere, off)] == [
        (409, "This interview is over; nobody can come in any more."),
        (409, "This panel's interviews are held on the candidate's page, not in a room."),
        (409, f"Rooms are not set up on this site. Whoever runs it sets {needed}."),
    ]


def test_without_rooms_the_interview_starts_on_the_page(callers: Callers) -> None:
    told = start(callers)
    assert (told["room"], Room.objects.count()) == (None, 0)
    assert str(told["join_url"]).startswith("http")
