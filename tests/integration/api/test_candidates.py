"""Candidates by the API: who may do what with whose, and what is kept of it. Named: Amara, of Fernbrook."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from authentication.services.token_families import open_family
from interviewpanel.models import InterviewSession
from organizations.api.candidate_resumes import NO_RESUME
from organizations.api.candidates import ANSWER, CHANGE_EXAMPLE, CHANGED, EXAMPLE, STORED
from organizations.models import Candidate, Change
from organizations.services.candidates import INVITED
from tests.integration.api.conftest import Callers, use
from tests.integration.api.examples import assert_as_told
from tests.interview_rows import make_session, make_world
from tests.staff import make_member

PAGE = "/api/v1/candidates/"
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def owner(callers: Callers) -> APIClient:
    return callers.sign_in("owner")


def add(client: APIClient, **values: Any) -> dict[str, Any]:
    response = client.post(PAGE, {**EXAMPLE, **values}, format="json")
    assert response.status_code == 201, response.content
    return dict(response.json())


def list_lines() -> list[tuple[str, str, str, str]]:
    lines = Change.objects.filter(subject_type="organizations.candidate").order_by("pk").select_related("actor")
    return [(str(line.actor or ""), line.action, line.message, line.reason) for line in lines]


def test_one_is_added_read_changed_and_deleted(callers: Callers, owner: APIClient) -> None:
    made = owner.post(PAGE, EXAMPLE, format="json")
    amara = Candidate.objects.get()
    page = f"{PAGE}{amara.uuid}/"
    assert (made.status_code, made["Location"], made.json()) == (
        201,
        page,
        {
            "id": str(amara.uuid),
            "organization": str(callers.fernbrook.uuid),
            **EXAMPLE,
            "time_zone": "",
            "has_resume": False,
            "resume_name": "",
            "resume": NO_RESUME,
            "created_at": amara.created_at.isoformat().replace("+00:00", "Z"),
        },
    )
    assert owner.get(page).json() == made.json()
    assert_as_told(made.json(), ANSWER)
    changed = owner.patch(page, CHANGE_EXAMPLE, format="json")
    assert changed.status_code == 200
    assert_as_told(changed.json(), CHANGED)
    line = Change.objects.get(subject_type="organizations.candidate", action="changed")
    assert [(one["before"], one["after"]) for one in line.differences] == [("+442071838750", "+442071838751")]
    gone = owner.delete(page, {"reason": "Asked by Amara Okafor herself"}, format="json")
    assert (gone.status_code, owner.get(page).status_code, Candidate.objects.exists()) == (204, 404, False)
    person = "owner@fernbrook.example"
    *_, last = list_lines()
    assert (last[0], last[1], "Amara" in last[3]) == (person, "deleted", False)


def test_a_key_leaves_its_name_in_the_history(callers: Callers) -> None:
    add(callers.use_key("candidates:write"))
    ((actor, action, message, _),) = list_lines()
    assert (actor, action, message.startswith("By the API key ATS (ib_")) == ("", "added", True)


def test_what_is_wrong_is_said_by_field(owner: APIClient) -> None:
    add(owner)
    wrong = owner.post(PAGE, {"email": "AMARA@example.com", "phone": "12"}, format="json").json()
    told = {(one["pointer"], one["code"]) for one in wrong["errors"]}
    assert told == {("#/full_name", "required"), ("#/phone", "invalid")}
    again = owner.post(PAGE, {**EXAMPLE, "email": "AMARA@example.com"}, format="json").json()
    assert [(one["pointer"], one["code"]) for one in again["errors"]] == [("#/email", "exists")]


def test_each_reaches_their_own_and_does_what_their_role_says(callers: Callers, owner: APIClient) -> None:
    page = f"{PAGE}{add(owner)['id']}/"
    stranger, reviewer, reader = (
        callers.sign_in("stranger"),
        callers.sign_in("reviewer"),
        callers.use_key("candidates:read"),
    )
    calls = {"get": {}, "patch": {"full_name": "Mine"}, "delete": {}}
    found = {
        name: [getattr(client, method)(page, data, format="json").status_code for method, data in calls.items()]
        for name, client in {"stranger": stranger, "reviewer": reviewer, "key": reader}.items()
    }
    assert found == {"stranger": [404, 404, 404], "reviewer": [200, 403, 403], "key": [200, 403, 403]}
    assert stranger.get(PAGE).json()["results"] == []
    theirs = stranger.post(PAGE, {**EXAMPLE, "organization": str(callers.fernbrook.uuid)}, format="json")
    assert [one["pointer"] for one in theirs.json()["errors"]] == ["#/organization"]
    assert Candidate.objects.get().full_name == EXAMPLE["full_name"]


def test_who_rates_here_and_recruits_elsewhere_changes_nothing_here(callers: Callers, owner: APIClient) -> None:
    page = f"{PAGE}{add(owner)['id']}/"
    user = make_member("between@both.example", {callers.fernbrook: "reviewer", callers.elsewhere: "hr"})
    between = use(open_family(user=user, now=timezone.now()).access)
    changes = (
        between.patch(page, {"full_name": "Mine"}, format="json"),
        between.delete(page),
        between.delete(f"{page}resume/"),
    )
    assert (between.get(page).status_code, [one.status_code for one in changes]) == (200, [403, 403, 403])


def test_a_list_is_searched_filtered_and_takes_as_many_queries_for_many(owner: APIClient) -> None:
    add(owner)

    def read(query: str = "") -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            rows = owner.get(f"{PAGE}{query}").json()["results"]
        return len(rows), len(queries)

    _, few = read()
    for number in range(30):
        add(owner, full_name=f"Person {number}", email=f"person{number}@example.com")
    assert read() == (31, few)
    assert [
        read(query)[0] for query in ("?search=amara", "?has_resume=true", "?page_size=7", "?ordering=-created_at")
    ] == [
        *(1, 0, 7),
        31,
    ]


def test_a_resume_is_put_read_replaced_and_removed(owner: APIClient) -> None:
    page = f"{PAGE}{add(owner)['id']}/resume/"
    assert owner.get(page).status_code == 404
    stored = owner.put(page, {"file": SimpleUploadedFile("cv.pdf", PDF)}, format="multipart")
    assert stored.status_code == 200
    assert_as_told(stored.json(), STORED)
    read = owner.get(page)
    assert (b"".join(read.streaming_content), read["Content-Type"]) == (PDF, "application/pdf")
    wrong = owner.put(page, {"file": SimpleUploadedFile("cv.pdf", b"no pdf")}, format="multipart")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "#/file")
    assert (owner.delete(page).status_code, owner.get(page).status_code) == (204, 404)


def test_many_may_have_no_address(callers: Callers) -> None:
    owner = callers.sign_in("owner")
    made = [owner.post(PAGE, {"full_name": name}, format="json") for name in ("Amara", "Jonas")]
    assert [(one.status_code, one.json()["email"]) for one in made] == [(201, ""), (201, "")]
    changed = owner.patch(made[1]["Location"], {"full_name": "Jonas Weber"}, format="json")
    assert (changed.status_code, changed.json()["full_name"]) == (200, "Jonas Weber")


def test_who_was_invited_is_erased_and_not_deleted(db: None) -> None:
    world = make_world("Fernbrook")
    session = make_session(world, status="in_progress", ended_at=None, end_reason="")
    recruiter = Callers(world.organization, world.organization).sign_in("recruiter")
    page = f"{PAGE}{session.invitation.candidate.uuid}/"
    refused = recruiter.delete(page)
    assert (refused.status_code, refused.json()["detail"]) == (409, INVITED)
    assert (recruiter.get(page).status_code, InterviewSession.objects.count()) == (200, 1)


def test_who_deletes_says_what_they_have_read_and_leaves_the_keys_name(callers: Callers) -> None:
    key = callers.use_key("candidates:write")
    page = f"{PAGE}{add(key)['id']}/"
    tag = key.get(page)["ETag"]
    key.patch(page, CHANGE_EXAMPLE, format="json")
    stale = key.delete(page, HTTP_IF_MATCH=tag)
    assert (stale.status_code, key.get(page).status_code) == (412, 200)
    assert key.delete(page, HTTP_IF_MATCH=key.get(page)["ETag"]).status_code == 204
    *_, (actor, action, message, _) = list_lines()
    assert (actor, action, message.startswith("By the API key ATS (ib_")) == ("", "deleted", True)
