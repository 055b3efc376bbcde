"""Standings by the API: from the reports as they are, for who may see them. Named: Priya and Amara, of Fernbrook."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from interviewpanel.models import CandidateRequest, InterviewPanelCandidate, InterviewSession
from organizations.models import Candidate
from reports.api.standings import EXAMPLE
from reports.models import InterviewReport
from tests.integration.api.conftest import Callers
from tests.interview_rows import ENDED_AT, MADE_AT, STARTED_AT, World, make_session
from tests.told_interviews import hold_reported

PAGE, INTERVIEWS = "/api/v1/standings/", "/api/v1/interviews/"


def add_held(candidate: Candidate, world: World, overall: int | None, days: int) -> InterviewSession:
    """One more interview of theirs, so many days after the first, with a report of which only the number is there."""
    later = timedelta(days=days)
    helper = make_session(world, candidate=f"Copy{days} Of", started_at=STARTED_AT + later, ended_at=ENDED_AT + later)
    InterviewPanelCandidate.objects.filter(pk=helper.invitation_id).update(candidate=candidate)
    helper.invitation.candidate.delete()
    InterviewReport.objects.create(
        organization=world.organization,
        session=helper,
        kind="final",
        state="insufficient" if overall is None else "final",
        made_at=MADE_AT + later,
        document={},
        pdf="one.pdf",
        json="one.json",
        overall=overall,
        grade="" if overall is None else "A",
        recommendation="" if overall is None else "hire",
        work_status="done",
        finished_at=MADE_AT + later,
    )
    return helper


def standing_of(client: APIClient, session: InterviewSession) -> Any:
    response = client.get(f"/api/v1/candidates/{session.invitation.candidate.uuid}/standing/")
    assert response.status_code == 200, response.content
    return response.json()


def test_one_is_told_whole_as_the_example_says(callers: Callers, world: World, priya: InterviewSession) -> None:
    client, candidate = callers.use_key("results:read"), priya.invitation.candidate
    told = standing_of(client, priya)
    assert told == {**EXAMPLE, "candidate": str(candidate.uuid), "organization": str(world.organization.uuid)}
    assert client.get(PAGE).json()["results"] == [told]


def test_interviews_are_weighed_by_their_age_and_too_little_is_no_number(
    callers: Callers, world: World, priya: InterviewSession
) -> None:
    owner, candidate = callers.sign_in("owner"), priya.invitation.candidate
    add_held(candidate, world, 95, 180)
    told = standing_of(owner, priya)
    # (0.5 * 56 + 95) / 1.5 = 82
    assert (told["last_score"], told["last_grade"], told["overall"], told["tier"], told["interviews"]) == (
        *(95, "A+"),
        *(82, "gold", 2),
    )
    add_held(candidate, world, None, 200)
    told = standing_of(owner, priya)
    assert (told["last_score"], told["last_grade"], told["overall"], told["interviews"]) == (None, None, 82, 2)
    assert told["last_interviewed_at"] == "2026-09-28T09:30:00Z"
    assert told["last_calculated_at"] == "2026-09-28T09:42:20Z"


def test_who_was_not_interviewed_stands_nowhere(callers: Callers, world: World) -> None:
    person = Candidate.objects.create(organization=world.organization, full_name="Amara Okafor", email="a@example.com")
    owner = callers.sign_in("owner")
    told = owner.get(f"/api/v1/candidates/{person.uuid}/standing/").json()
    assert {name for name, one in told.items() if one is not None} == {
        *("candidate", "full_name"),
        *("organization", "interviews"),
    }
    assert owner.get(PAGE).json()["count"] == 0


def test_trials_the_erased_the_withdrawn_and_what_is_to_be_rated_first_count_nothing(
    callers: Callers, world: World, priya: InterviewSession
) -> None:
    owner, reviewer, key = callers.sign_in("owner"), callers.sign_in("reviewer"), callers.use_key("results:read")
    rows = InterviewPanelCandidate.objects
    for gone in ({"is_trial": True}, {"is_trial": False, "erased_at": ENDED_AT, "erased_because": "request"}):
        rows.update(**gone)
        assert (owner.get(PAGE).json()["count"], standing_of(owner, priya)["overall"]) == (0, None)
    rows.update(erased_at=None, erased_because="")
    request = CandidateRequest.objects.create(
        organization=world.organization, invitation=priya.invitation, kind="withdraw", asked_at=ENDED_AT
    )
    assert (owner.get(PAGE).json()["count"], standing_of(owner, priya)["overall"]) == (0, None)
    request.delete()
    type(world.panel).objects.update(rates_blind="everyone")
    for client in (owner, reviewer, key):
        assert (client.get(PAGE).json()["count"], standing_of(client, priya)["overall"]) == (0, None)
    type(world.panel).objects.update(rates_blind="reviewers")
    assert [client.get(PAGE).json()["count"] for client in (owner, reviewer, key)] == [1, 0, 1]


def test_a_list_is_filtered_and_takes_as_many_queries_for_many(
    callers: Callers, world: World, priya: InterviewSession
) -> None:
    owner = callers.sign_in("owner")

    def read(query: str = "") -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            response = owner.get(f"{PAGE}{query}")
        assert response.status_code == 200, response.content
        return len(response.json()["results"]), len(queries)

    _, few = read()
    for name, overall in (("Amara Okafor", 92), ("Jonas Lindqvist", 85), ("Mei Tanaka", 61)):
        session = hold_reported(world, candidate=name)
        InterviewReport.objects.filter(session=session).update(overall=overall)
    assert read() == (4, few)
    queries = (
        *("?tier=platinum", "?tier=gold&tier=starter", "?tier=silver", "?search=amara", "?page_size=3"),
        *(f"?organization={world.organization.uuid}", f"?organization={callers.elsewhere.uuid}"),
    )
    assert [read(query)[0] for query in queries] == [1, 2, 0, 1, 3, 4, 0]
    first, *_ = owner.get(f"{PAGE}?ordering=-full_name").json()["results"]
    assert first["full_name"] == priya.invitation.candidate.full_name
    wrong = owner.get(f"{PAGE}?tier=best&organization=1")
    assert {one["pointer"] for one in wrong.json()["errors"]} == {"#/tier", "#/organization"}


def test_each_reaches_their_own(callers: Callers, priya: InterviewSession) -> None:
    stranger, key = callers.sign_in("stranger"), callers.use_key("candidates:write", "interviews:write")
    page = f"/api/v1/candidates/{priya.invitation.candidate.uuid}/standing/"
    assert (stranger.get(page).status_code, stranger.get(PAGE).json()["count"]) == (404, 0)
    assert (key.get(page).status_code, key.get(PAGE).status_code) == (403, 403)


def test_an_address_is_found_by_who_may_read_it(callers: Callers, priya: InterviewSession) -> None:
    clients = {
        "results": callers.use_key("results:read"),
        "candidates": callers.use_key("results:read", "candidates:read"),
        "reviewer": callers.sign_in("reviewer"),
    }
    asked = ("priya@exa", "priya@exb", "raghu")
    found = {
        name: [client.get(page, {"search": one}).json()["count"] for page in (PAGE, INTERVIEWS) for one in asked]
        for name, client in clients.items()
    }
    assert found == {
        "results": [0, 0, 1, 0, 0, 1],
        "candidates": [1, 0, 1, 1, 0, 1],
        "reviewer": [1, 0, 1, 1, 0, 1],
    }
