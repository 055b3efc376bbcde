"""Generated interviews by the API: their criteria, what of them came from the cache, and the panel made of one."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from interviewpanel.models import InterviewPanel
from interviewpanel.services.panels import find_problems
from questionbank.api import job_serializers
from questionbank.api.interview_serializers import CRITERION
from questionbank.models import Question, Topic
from tests.api_generations import INTERVIEWS, JOBS, follow, make_interview, pick
from tests.generated_texts import TEXTS, answer_all
from tests.integration.api.conftest import Callers
from tests.models_at_hand import model_at_hand
from tests.ollama_server import OllamaServer


@pytest.fixture(autouse=True)
def server(settings: Settings) -> Iterator[OllamaServer]:
    with model_at_hand(settings) as server:
        server.replies = [answer_all]
        yield server


def test_criteria_are_added_removed_and_put_in_order(callers: Callers) -> None:
    client = callers.use_key("generation:write")
    made = make_interview(client)
    page, first = f"{INTERVIEWS}{made['id']}/", made["questions"][0]
    before = first["criteria"]
    first["criteria"] = [CRITERION, *before[::-1]]
    edited = client.patch(page, {"questions": made["questions"]}, format="json").json()
    assert edited["questions"][0]["criteria"] == [CRITERION, *before[::-1]]
    assert edited["problems"] == []
    first["criteria"] = before[:7]
    edited = client.patch(page, {"questions": made["questions"]}, format="json").json()
    assert edited["problems"] == ["Question 1: There are 7 criteria, not 8 to 10."]
    assert client.post(f"{page}publish/").status_code == 409
    first["criteria"] = [*before[:7], {**CRITERION, "key": before[0]["key"]}]
    edited = client.patch(page, {"questions": made["questions"]}, format="json").json()
    assert len(edited["problems"]) == 1, "two criteria with one key"


def test_results_say_how_many_came_from_the_cache(callers: Callers, server: OllamaServer) -> None:
    client = callers.use_key("generation:write")
    assert make_interview(client, "REQ-1")["from_cache"] == 0
    second = make_interview(client, "REQ-2")
    assert (second["from_cache"], [one["is_from_cache"] for one in second["questions"]]) == (5, [True] * 5)
    (listed,) = client.get(INTERVIEWS, {"req_id": "REQ-2"}).json()["results"]
    assert listed["from_cache"] == 5
    told = client.get(f"/api/v1/generations/{second['generation']}/").json()
    assert pick(told, "from_cache", "tokens") == {"from_cache": 5, "tokens": 240}
    page, asked = f"{JOBS}{second['job_description']}/", len(server.chats)
    off = client.post(f"{page}interviews/", {"name": "Anew", "use_cache": False}, format="json")
    assert pick(follow(client, off), "status", "from_cache") == {"status": "success", "from_cache": 0}
    assert len(server.chats) == asked + 6
    counts = []
    for wish in ({}, {}, {"use_cache": False}):
        follow(client, client.post(f"{page}screenings/", wish, format="json"))
        counts.append(client.get("/api/v1/screenings/").json()["results"][0]["from_cache"])
    assert counts == [0, 5, 0]
    assert client.post(f"{page}screenings/", {"cache": 1}, format="json").status_code == 400


def test_from_published_to_panel(callers: Callers) -> None:
    client = callers.sign_in("recruiter")
    made = make_interview(client)
    page = f"{INTERVIEWS}{made['id']}/"
    early = client.post(f"{page}panel/", {}, format="json")
    assert (early.status_code, early.json()["detail"][:12]) == (409, "It is draft.")
    client.post(f"{page}publish/")
    answer = client.post(f"{page}panel/", {}, format="json")
    told = answer.json()
    assert (answer.status_code, client.get(answer["Location"]).json()) == (201, told)
    assert pick(told, "title", "job_title", "job_category", "experience_level", "status", "max_questions") == {
        "title": "REQ-2026-014 Backend engineer, first interview",
        "job_title": "Backend engineer",
        "job_category": "Ordering",
        "experience_level": "mid",
        "status": "draft",
        "max_questions": 10,
    }
    (row,) = told["distribution"]
    assert (row["easy_count"], row["medium_count"], row["hard_count"]) == (1, 3, 1)
    questions = Question.objects.filter(generated_interview__uuid=made["id"]).order_by("pk")
    assert [one.current_version.text for one in questions if one.current_version] == TEXTS
    assert {(one.status, one.organization, str(one.topic.category)) for one in questions} == {
        ("live", callers.fernbrook, "REQ-2026-014 Backend engineer")
    }
    panel = InterviewPanel.objects.get(uuid=told["id"])
    assert find_problems(panel) == [], "the bank fills the plan with exactly these five"
    again = client.post(f"{page}panel/", {}, format="json")
    assert (again.status_code, again.json()["id"], Question.objects.count()) == (200, told["id"], 5)
    assert client.post(f"/api/v1/panels/{told['id']}/publish/").json()["status"] == "published"


def test_only_checked_criteria_are_asked_for_and_a_topic_may_be_chosen(callers: Callers) -> None:
    client = callers.sign_in("recruiter")
    made = make_interview(client)
    page = f"{INTERVIEWS}{made['id']}/"
    made["questions"][0]["criteria"][0]["is_checked"] = False
    client.patch(page, {"questions": made["questions"]}, format="json")
    client.post(f"{page}publish/")
    category = client.post("/api/v1/categories/", {"name": "Ours"}, format="json").json()
    topic = client.post("/api/v1/topics/", {"name": "Backend", "category": category["id"]}, format="json").json()
    assert client.post(f"{page}panel/", {"topic": topic["id"]}, format="json").status_code == 201
    first = Question.objects.filter(topic__uuid=topic["id"]).order_by("pk")[0]
    assert first.current_version is not None
    assert len(first.current_version.criteria) == 7
    assert Topic.objects.count() == 1


def test_the_place_may_be_named(callers: Callers) -> None:
    client = callers.sign_in("recruiter")
    page = f"{INTERVIEWS}{make_interview(client)['id']}/"
    client.post(f"{page}publish/")
    half = client.post(f"{page}panel/", {"topic_name": "Backend"}, format="json")
    assert (half.status_code, half.json()["errors"][0]["pointer"]) == (400, "#/category_name")
    names = {"category_name": "Engineering", "topic_name": "Backend"}
    both = client.post(f"{page}panel/", {**names, "topic": job_serializers.ID}, format="json")
    assert (both.status_code, both.json()["errors"][0]["pointer"]) == (400, "#/topic")
    assert client.post(f"{page}panel/", names, format="json").status_code == 201
    topic = Topic.objects.get(category__organization=callers.fernbrook)
    assert (topic.category.name, topic.name) == ("Engineering", "Backend")


def test_a_panel_needs_the_rights_of_both_sides(callers: Callers) -> None:
    writer = callers.use_key("generation:write")
    made = make_interview(writer)
    page = f"{INTERVIEWS}{made['id']}/"
    writer.post(f"{page}publish/")
    assert writer.post(f"{page}panel/", {}, format="json").status_code == 403
    half = callers.use_key("panels:write", "generation:write")
    assert half.post(f"{page}panel/", {}, format="json").status_code == 403
    whole = callers.use_key("questions:write", "panels:write", "generation:write")
    assert whole.post(f"{page}panel/", {}, format="json").status_code == 201
    assert callers.sign_in("stranger").post(f"{page}panel/", {}, format="json").status_code == 404
