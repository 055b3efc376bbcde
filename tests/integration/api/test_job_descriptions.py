"""From a job description to a panel by the API alone: each step as another system does it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from organizations.models import Change, Organization
from questionbank.api import interview_serializers, job_descriptions, job_serializers, screenings
from questionbank.models import Generation, JobDescription
from tests.api_generations import INTERVIEWS, JOBS, follow, make_interview, pick
from tests.generated_texts import ENHANCEMENT, SCREENING, add_description, answer_all
from tests.integration.api.conftest import Callers
from tests.models_at_hand import model_at_hand
from tests.ollama_server import OllamaServer


@pytest.fixture(autouse=True)
def server(settings: Settings) -> Iterator[OllamaServer]:
    with model_at_hand(settings) as server:
        server.replies = [answer_all]
        yield server


def test_a_description_is_written_read_and_changed(callers: Callers) -> None:
    client = callers.use_key("generation:write")
    answer = client.post(JOBS, job_serializers.WRITTEN, format="json")
    made = answer.json()
    assert (answer.status_code, set(made)) == (201, set(job_serializers.EXAMPLE))
    assert {name: made[name] for name in job_serializers.WRITTEN} == job_serializers.WRITTEN
    assert [one["name"] for one in made["checks"]["gaps"]] == ["too_short"]
    assert (made["checks"]["wording"], made["checks"]["instructions"]) == ([], [])
    assert made["enhanced"] is None
    page = f"{JOBS}{made['id']}/"
    assert answer["Location"] == page
    assert client.get(page).json() == client.get(f"{JOBS}by-requisition/REQ-2026-014/").json() == answer.json()
    (listed,) = client.get(JOBS, {"req_id": "REQ-2026-014"}).json()["results"]
    own = pick(made, "id", "organization", "created_at")
    assert listed == {**job_serializers.LISTED, "enhancements": 0, "interviews": 0, **own}
    again = client.post(JOBS, job_serializers.WRITTEN, format="json").json()
    assert again["errors"] == [{"pointer": "#/req_id", "detail": job_descriptions.TAKEN, "code": "invalid"}]
    tag = client.get(page)["ETag"]
    changed = client.patch(page, {"level": "senior"}, format="json", HTTP_IF_MATCH=tag).json()
    assert changed["level"] == "senior"
    assert client.patch(page, {"level": "lead"}, format="json", HTTP_IF_MATCH=tag).status_code == 412
    assert client.get(f"{JOBS}by-requisition/REQ-0/").status_code == 404
    lines = Change.objects.filter(subject_type="questionbank.jobdescription").order_by("pk")
    assert [line.action for line in lines] == ["added", "changed"]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"req_id": "../etc"}, "#/req_id"),
    ({"description": ""}, "#/description"),
    ({"tools": ["x"] * 41}, "#/tools"),
    ({"must_haves": ["x" * 301]}, "#/must_haves/0"),
    ({"salary": "much"}, "#/salary"),
    ({"title": "a\x00b"}, "#/title"),
    ({"working_mode": "moon"}, "#/working_mode"),
]


@pytest.mark.parametrize(("values", "pointer"), WRONG)
def test_what_is_wrong_is_named(callers: Callers, values: dict[str, Any], pointer: str) -> None:
    client = callers.use_key("generation:write")
    told = client.post(JOBS, {**job_serializers.WRITTEN, **values}, format="json")
    assert (told.status_code, [one["pointer"] for one in told.json()["errors"]]) == (400, [pointer])
    assert not JobDescription.objects.exists()


def test_enhanced_with_its_trace(callers: Callers) -> None:
    client = callers.use_key("generation:write")
    made = add_description(callers.fernbrook)
    page = f"{JOBS}{made.uuid}/"
    refused = client.post(f"{page}interviews/", {"name": "Too early"}, format="json")
    assert (refused.status_code, refused.json()["detail"][:31]) == (409, "It has not been enhanced yet. E")
    told = follow(client, client.post(f"{page}enhance/"))
    assert pick(told, "operation", "req_id", "status", "steps_done", "tokens") == {
        "operation": "enhancement",
        "req_id": "REQ-2026-014",
        "status": "success",
        "steps_done": 1,
        "tokens": 120,
    }
    enhanced = client.get(page).json()["enhanced"]
    assert set(enhanced) == set(job_serializers.ENHANCED)
    assert enhanced["document"]["summary"] == ENHANCEMENT["summary"]
    assert enhanced["traceability"]["requirements_without_competency"] == ["R1", "R6", "R7"]
    assert client.get(f"{page}enhancements/").json() == [enhanced]
    assert client.get(f"{page}enhancements/1/").json() == enhanced
    assert client.get(f"{page}enhancements/2/").status_code == 404
    told = follow(client, client.post(f"{page}interviews/", {"name": "First interview"}, format="json"))
    assert (told["status"], told["steps_done"]) == ("success", 6)
    traced = client.get(page).json()["enhanced"]["traceability"]
    assert traced["competencies_without_question"] == []
    assert traced["requirements"][2]["questions"] == ["Q1", "Q2"]


def test_asked_twice_with_one_key_is_made_once(callers: Callers) -> None:
    client = callers.use_key("generation:write")
    page = f"{JOBS}{add_description(callers.fernbrook).uuid}/workflow/"
    answers = [client.post(page, {}, format="json", HTTP_IDEMPOTENCY_KEY="one") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert Generation.objects.count() == 1
    other = client.post(page, {}, format="json")
    assert (other.status_code, "is being made already" in other.json()["detail"]) == (409, True)


def test_the_budget_refuses_clearly(callers: Callers) -> None:
    client = callers.use_key("generation:write")
    page = f"{JOBS}{add_description(callers.fernbrook).uuid}/"
    Organization.objects.filter(pk=callers.fernbrook.pk).update(monthly_tokens=100)
    follow(client, client.post(f"{page}enhance/"))
    refused = client.post(f"{page}enhance/")
    assert refused.status_code == 409
    assert "has used 120 of its 100 tokens" in refused.json()["detail"]


def test_an_interview_is_edited_and_published_in_versions(callers: Callers) -> None:
    client = callers.use_key("generation:write")
    made = make_interview(client)
    assert set(made) == set(interview_serializers.EXAMPLE)
    assert (made["problems"], made["wording"], made["version"], made["tokens"]) == ([], [], 1, 840)
    page = f"{INTERVIEWS}{made['id']}/"
    questions = made["questions"][::-1]
    questions[0]["text"] = "How old are you, and why?"
    edited = client.patch(page, {"questions": questions}, format="json").json()
    assert [one["id"] for one in edited["questions"]] == ["Q5", "Q4", "Q3", "Q2", "Q1"]
    assert [one["ground"] for one in edited["wording"]] == ["age"]
    few = client.patch(page, {"questions": questions[:4]}, format="json").json()
    assert few["problems"] == ["There are 4 questions, not 5."]
    refused = client.post(f"{page}publish/")
    assert (refused.status_code, "There are 4 questions" in refused.json()["detail"]) == (409, True)
    client.patch(page, {"questions": made["questions"]}, format="json")
    assert client.post(f"{page}publish/").json()["status"] == "published"
    second = client.patch(page, {"name": "Sharper"}, format="json").json()
    assert pick(second, "version", "status", "name", "series") == {
        "version": 2,
        "status": "draft",
        "name": "Sharper",
        "series": made["series"],
    }
    assert client.post(f"{page}versions/").status_code == 409
    assert client.post(f"{INTERVIEWS}{second['id']}/publish/").json()["status"] == "published"
    assert client.get(page).json()["status"] == "archived"
    assert client.patch(page, {"name": "Late"}, format="json").status_code == 409
    third = client.post(f"{page}versions/")
    assert (third.status_code, third.json()["version"]) == (201, 3)
    assert client.get(third["Location"]).json() == third.json()
    assert client.post(f"{INTERVIEWS}{third.json()['id']}/archive/").json()["status"] == "archived"
    rows = client.get(INTERVIEWS, {"series": made["series"]}).json()["results"]
    assert [(one["version"], one["status"]) for one in rows] == [(3, "archived"), (2, "published"), (1, "archived")]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (
            {"criteria": [{**interview_serializers.CRITERION, "component": "charm"}]},
            "#/questions/0/criteria/0/component",
        ),
        ({"criteria": [interview_serializers.CRITERION] * 11}, "#/questions/0/criteria"),
        ({"text": "x" * 501}, "#/questions/0/text"),
        ({"id": "Q1x"}, "#/questions/0/id"),
    ],
)
def test_a_wrong_question_is_refused(callers: Callers, change: dict[str, Any], pointer: str) -> None:
    client = callers.use_key("generation:write")
    made = make_interview(client)
    sent = {"questions": [{**made["questions"][0], **change}]}
    told = client.patch(f"{INTERVIEWS}{made['id']}/", sent, format="json")
    assert told.status_code == 400
    assert told.json()["errors"][0]["pointer"].startswith(pointer)


def test_screening_questions(callers: Callers) -> None:
    client = callers.use_key("generation:write")
    told = follow(client, client.post("/api/v1/screenings/", screenings.ASKED, format="json"))
    (made,) = client.get("/api/v1/screenings/", {"generation": told["id"]}).json()["results"]
    assert set(made) == set(screenings.EXAMPLE)
    assert pick(made, "title", "questions", "tokens", "job_description") == {
        "title": "Cook",
        "questions": SCREENING["questions"],
        "tokens": 120,
        "job_description": None,
    }
    assert client.get(f"/api/v1/screenings/{made['id']}/").json() == made
    description = add_description(callers.fernbrook)
    follow(client, client.post(f"{JOBS}{description.uuid}/screenings/"))
    (own,) = client.get("/api/v1/screenings/", {"req_id": description.req_id}).json()["results"]
    assert own["job_description"] == str(description.uuid)


@pytest.mark.parametrize("path", [JOBS, INTERVIEWS, "/api/v1/screenings/"])
def test_lists_are_cut_and_ask_the_same_for_many(callers: Callers, path: str) -> None:
    client = callers.use_key("generation:write")
    counts = []
    for number in range(3):
        made = make_interview(client, f"REQ-{number}")
        follow(client, client.post(f"{JOBS}{made['job_description']}/screenings/"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).json()["count"] == number + 1
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]
    assert callers.sign_in("stranger").get(path).json()["count"] == 0
    assert callers.sign_in("reviewer").get(path).status_code == 403
