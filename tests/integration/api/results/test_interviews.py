"""Interviews by the API: who is told what of them, and what may be done while they go on.

Named people: Priya, interviewed by Fernbrook; its owner, recruiter and reviewer; a stranger of Elsewhere.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from interviewpanel.api.sessions import EXAMPLE, EXTENSION, REASON
from interviewpanel.models import InterviewPanelCandidate, InterviewSession, SessionEvent
from interviewpanel.services import session_manager
from organizations.models import Change
from tests.integration.api.conftest import Callers
from tests.interview_rows import ENDED_AT, World, make_interview, make_session
from tests.live_interviews import begin_now, invite, make_panel, reload
from tests.told_interviews import PAGE, call_for, hold_reported, page_of

INVITATIONS = "/api/v1/panel-candidates/"


def test_one_is_told_of_whole_as_the_example_says(callers: Callers, world: World, priya: InterviewSession) -> None:
    told = callers.sign_in("owner").get(page_of(priya)).json()
    invitation = priya.invitation
    assert told == {
        **EXAMPLE,
        "id": str(priya.uuid),
        "organization": str(world.organization.uuid),
        "invitation": str(invitation.uuid),
        "candidate": {**EXAMPLE["candidate"], "id": str(invitation.candidate.uuid)},  # type: ignore[dict-item]
        "panel": {**EXAMPLE["panel"], "id": str(world.panel.uuid)},  # type: ignore[dict-item]
        "created_at": priya.created_at.isoformat().replace("+00:00", "Z"),
    }
    (listed,) = callers.sign_in("recruiter").get(PAGE).json()["results"]
    assert listed == told


def test_what_tells_of_an_accommodation_or_a_result_is_told_to_who_may_know(
    callers: Callers, priya: InterviewSession
) -> None:
    clients = {
        "reviewer": callers.sign_in("reviewer"),
        "their results": callers.use_key("results:read"),
        "their interviews": callers.use_key("interviews:read"),
        "steers": callers.use_key("interviews:write"),
    }
    told = {who: client.get(page_of(priya)).json() for who, client in clients.items()}
    assert {who: (one["clock"] is None, one["result"] is None) for who, one in told.items()} == {
        "reviewer": (True, False),
        "their results": (True, False),
        "their interviews": (True, True),
        "steers": (False, True),
    }


@pytest.mark.parametrize(
    ("who", "hidden_from"), [("reviewers", {"reviewer"}), ("everyone", {"reviewer", "owner", "key"})]
)
def test_who_rates_first_is_told_no_number(
    callers: Callers, world: World, priya: InterviewSession, who: str, hidden_from: set[str]
) -> None:
    type(world.panel).objects.update(rates_blind=who)
    clients = {"owner": callers.sign_in("owner"), "reviewer": callers.sign_in("reviewer"), "key": callers.use_key()}
    told = {name: client.get(page_of(priya)).json() for name, client in clients.items()}
    assert {name for name, one in told.items() if one["rate_first"]} == hidden_from
    assert {name for name, one in told.items() if one["result"] is None} == hidden_from


def test_a_stranger_a_trial_and_what_is_erased_are_not_there(callers: Callers, priya: InterviewSession) -> None:
    owner, stranger = callers.sign_in("owner"), callers.sign_in("stranger")
    deeds = {"": "get", "end": "post", "pause": "post", "resume": "post", "extend": "post"}
    body = {**REASON, "minutes": 3}
    answers = {getattr(stranger, do)(page_of(priya, one), body, format="json").status_code for one, do in deeds.items()}
    assert answers == {404}
    assert stranger.get(PAGE).json()["count"] == 0
    for gone in ({"is_trial": True}, {"is_trial": False, "erased_at": timezone.now(), "erased_because": "request"}):
        InterviewPanelCandidate.objects.update(**gone)
        assert (owner.get(PAGE).json()["count"], owner.get(page_of(priya)).status_code) == (0, 404)


def test_a_list_is_filtered_searched_and_takes_as_many_queries_for_many(
    callers: Callers, world: World, priya: InterviewSession
) -> None:
    owner = callers.sign_in("owner")

    def read(query: str = "") -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            response = owner.get(f"{PAGE}{query}")
        assert response.status_code == 200, response.content
        return len(response.json()["results"]), len(queries)

    _, few = read()
    for name in ("Amara Okafor", "Jonas Lindqvist", "Mei Tanaka"):
        hold_reported(world, candidate=name)
    later = make_interview(world, candidate="Diego Fuentes", started_at=priya.started_at + timedelta(days=1))
    assert read() == (5, few)
    found = {
        query: read(f"?{query}")[0]
        for query in (
            *("status=completed&status=abandoned", "status=pending", "is_live=true", "is_live=false"),
            *("search=priya", "search=amara%40example.com", f"panel={world.panel.uuid}", f"panel={priya.uuid}"),
            *(f"candidate={later.invitation.candidate.uuid}", "started_after=2026-03-13T00:00:00Z"),
            *("started_before=2026-03-13T00:00:00Z", "ended_before=2020-01-01T00:00:00Z", "page_size=2"),
        )
    }
    assert list(found.values()) == [5, 0, 0, 5, 1, 1, 5, 0, 1, 1, 4, 0, 2]
    InterviewSession.objects.filter(pk=priya.pk).update(started_at=None)
    for order in ("started_at", "-started_at"):
        ids = [one["id"] for one in owner.get(f"{PAGE}?ordering={order}").json()["results"]]
        assert (ids.index(str(later.uuid)), ids[-1]) == (3 if order == "started_at" else 0, str(priya.uuid))
    far = ("2026-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00%2B14:00")
    assert [owner.get(f"{PAGE}?started_after={one}").status_code for one in far] == [200, 400, 400]
    wrong = owner.get(f"{PAGE}?status=lost&panel=1&started_after=yesterday")
    assert {one["pointer"] for one in wrong.json()["errors"]} == {"#/status", "#/panel", "#/started_after"}


# --- What is done while it goes on -----------------------------------------------------------------------------------


@pytest.fixture
def live(db: None) -> InterviewSession:
    return begin_now(invite(make_panel(), now=timezone.now()))


@pytest.fixture
def steering(live: InterviewSession) -> Callers:
    return call_for(live.organization)


def list_lines() -> list[tuple[str, str]]:
    lines = Change.objects.filter(subject_type="interviewpanel.interviewsession").order_by("pk")
    return [(line.message, line.reason) for line in lines]


def test_it_is_paused_resumed_extended_and_ended(steering: Callers, live: InterviewSession) -> None:
    recruiter = steering.sign_in("recruiter")

    def do(deed: str, **more: Any) -> tuple[int, Any]:
        response = recruiter.post(page_of(live, deed), {**REASON, **more}, format="json")
        return response.status_code, response.json()

    assert (do("pause")[1]["status"], reload(live).pause_reason) == ("paused", "organization")
    assert do("pause")[1]["detail"] == "This interview is paused already."
    assert do("resume")[1]["status"] == "in_progress"
    assert do("resume")[1]["detail"] == "This interview is not paused."
    extended = do("extend", **EXTENSION)[1]
    assert extended["clock"]["limit_seconds"] == 2400
    status, refused = do("extend", **EXTENSION)
    assert (status, refused["type"]) == (409, "urn:interviewbot:problem:refused")
    assert "Somebody has changed the time" in refused["detail"]
    ended = do("end")[1]
    assert (ended["status"], ended["end_reason"]) == ("completed", "ended_by_organization")
    assert (do("end")[0], do("pause")[0], do("resume")[0], do("extend", minutes=1)[0]) == (409, 409, 409, 409)
    assert list_lines() == [
        ("Paused. By the API.", REASON["reason"]),
        ("Pause ended. By the API.", REASON["reason"]),
        ("Extended by 10 minutes. By the API.", EXTENSION["reason"]),
        ("Ended while it went on. By the API.", REASON["reason"]),
    ]
    told = SessionEvent.objects.filter(session=live).order_by("sequence").values_list("type", "payload__reason")
    assert [one for one in told if one[0] in ("paused", "resumed", "time_added", "interview_completed")] == [
        ("paused", "organization"),
        ("resumed", "organization"),
        ("time_added", None),
        ("interview_completed", "ended_by_organization"),
    ]


def test_an_extension_that_is_sent_twice_adds_once(steering: Callers, live: InterviewSession) -> None:
    client, body = steering.use_key("interviews:write"), {"reason": "The line was bad.", "minutes": 5}
    answers = [
        client.post(page_of(live, "extend"), body, format="json", HTTP_IDEMPOTENCY_KEY="once").json()["clock"]
        for _ in range(2)
    ]
    assert [one["limit_seconds"] for one in answers] == [2100, 2100]
    assert reload(live).clock_limit_seconds == 2100


def test_nobody_is_called_back_from_their_own_break(steering: Callers, live: InterviewSession) -> None:
    session_manager.pause_session(session_id=live.pk, epoch=None, now=timezone.now())
    refused = steering.sign_in("owner").post(page_of(live, "resume"), REASON, format="json")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "This pause is the candidate's, who goes on when they are back.",
    )


def test_who_may_not_steer_changes_nothing(steering: Callers, live: InterviewSession) -> None:
    before = InterviewSession.objects.values().get()
    for client in (steering.sign_in("reviewer"), steering.use_key("interviews:read", "results:read")):
        deeds = [client.post(page_of(live, one), {**REASON, "minutes": 1}, format="json") for one in ("end", "pause")]
        assert [one.status_code for one in deeds] == [403, 403]
    stranger = steering.sign_in("stranger").post(page_of(live, "end"), REASON, format="json")
    assert (stranger.status_code, InterviewSession.objects.values().get()) == (404, before)


@pytest.mark.parametrize("body", [{}, [], "x", {"reason": ""}, {"reason": "\0"}, {"reason": "x" * 501}])
def test_without_a_reason_nothing_is_done(steering: Callers, live: InterviewSession, body: Any) -> None:
    owner = steering.sign_in("owner")
    assert owner.post(page_of(live, "end"), body, format="json").status_code == 400
    for minutes in (0, 61, 10**30, "x", None, 1.5):
        more = {**REASON, "minutes": minutes}
        assert owner.post(page_of(live, "extend"), more, format="json").status_code == 400, minutes
    half = '{"reason": "\\ud800", "minutes": 1}'  # of a pair, which no text has
    for headers in ({}, {"HTTP_IDEMPOTENCY_KEY": "once"}):
        answer = owner.post(page_of(live, "extend"), half, content_type="application/json", **headers)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/reason")
    assert reload(live).status == "in_progress"


def test_who_rates_is_told_neither_what_came_with_the_invitation_nor_that_a_deadline_passed(
    callers: Callers, world: World
) -> None:
    late = make_session(
        world, status="expired", started_at=None, consented_at=None, ended_at=ENDED_AT, end_reason="expired"
    )
    InterviewPanelCandidate.objects.update(metadata={"note": "asked for a later day"})
    people = {name: callers.sign_in(name) for name in ("recruiter", "reviewer")}
    told = {name: client.get(page_of(late)).json() for name, client in people.items()}
    hidden = {"status": "pending", "ended_at": None, "end_reason": "", "metadata": None, "clock": None}
    assert told["reviewer"] == {**told["recruiter"], **hidden}
    assert (told["recruiter"]["status"], told["recruiter"]["end_reason"]) == ("expired", "expired")
    asked = ("status=expired", "status=pending", "status=expired&status=completed", "ended_after=2020-01-01T00:00:00Z")
    found = {
        name: [client.get(f"{PAGE}?{one}").json()["count"] for one in (*asked, "is_live=false")]
        for name, client in {**people, "key": callers.use_key("interviews:read")}.items()
    }
    assert found == {"recruiter": [1, 0, 1, 1, 1], "reviewer": [0, 1, 0, 0, 1], "key": [1, 0, 1, 1, 1]}
    invited = [client.get(f"{INVITATIONS}{late.invitation.uuid}/").json() for client in people.values()]
    assert [one["interview"]["status"] for one in invited] == ["expired", "pending"]
