"""Panels by the API: set up, changed, moved and told, in the words of publishing; by whom, and what is kept of it."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from interviewpanel.api import panel_examples as examples
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.services.invitations import issue_invitation
from organizations.models import Candidate, Change
from questionbank.models import Subtopic
from tests.api_panels import make_panel, make_subtopic, name_place, put_ids
from tests.integration.api.conftest import Callers

JSON = "application/json"
PAGE = "/api/v1/panels/"
FIXED = (
    "“Backend screening” is published, so this stays as it is: Max minutes, Plan. Take it back to draft, or duplicate "
    "it and change the duplicate."
)


@pytest.fixture
def subtopic(callers: Callers) -> Subtopic:
    return make_subtopic(callers.fernbrook)


@pytest.fixture
def owner(callers: Callers) -> APIClient:
    return callers.sign_in("recruiter")


def add(client: APIClient, subtopic: Subtopic, **values: Any) -> dict[str, Any]:
    response = client.post(PAGE, {**put_ids(examples.NEW_PANEL, subtopic), **values}, format="json")
    assert response.status_code == 201, response.content
    return dict(response.json())


def list_pointers(response: Any) -> list[str]:
    assert response.status_code == 400, response.content
    return [one["pointer"] for one in response.json()["errors"]]


def list_lines() -> list[tuple[str, str, str, list[str]]]:
    lines = Change.objects.filter(subject_type="interviewpanel.interviewpanel").order_by("pk")
    return [(one.action, one.message, one.reason, [part["label"] for part in one.differences]) for one in lines]


def test_one_is_set_up_read_and_listed_as_the_examples_say(
    callers: Callers, owner: APIClient, subtopic: Subtopic
) -> None:
    made = owner.post(PAGE, put_ids(examples.NEW_PANEL, subtopic), format="json")
    panel = InterviewPanel.objects.get()
    at = panel.created_at.isoformat().replace("+00:00", "Z")
    known = {"id": str(panel.uuid), "organization": str(callers.fernbrook.uuid), "created_at": at}
    assert (made.status_code, made["Location"]) == (201, f"{PAGE}{panel.uuid}/")
    assert made.json() == put_ids(examples.PANEL, subtopic, **known)
    read = owner.get(made["Location"])
    assert (read.json(), read["ETag"]) == (made.json(), made["ETag"])
    assert owner.get(PAGE).json()["results"] == [put_ids(examples.PANEL_IN_LIST, subtopic, **known)]
    assert list_lines() == [("added", "By the API.", "", [])]


def test_a_change_replaces_the_plan_and_is_kept_with_its_values(owner: APIClient, subtopic: Subtopic) -> None:
    page = f"{PAGE}{add(owner, subtopic)['id']}/"
    row = InterviewPanel.objects.get().distribution.get()
    changed = owner.patch(page, put_ids(examples.CHANGES, subtopic), format="json")
    assert (changed.status_code, changed.json()["title"], changed.json()["max_minutes"]) == (
        *(200, "Backend screening, spring"),
        40,
    )
    plan = {"label": "Relational databases › Indexing", "easy_count": 1, "medium_count": 2, "hard_count": 0}
    assert changed.json()["distribution"] == [{**name_place(subtopic), **plan, "weightage": 1.0}]
    assert InterviewPanel.objects.get().distribution.get().pk == row.pk
    _, line = list_lines()
    assert line == ("changed", "By the API.", "", ["Title", "Max minutes", "Plan"])
    told = Change.objects.order_by("-pk")[0].differences[-1]
    assert (told["before"], told["after"]) == (
        "Relational databases › Indexing 0 / 2 / 1 × 2",
        "Relational databases › Indexing 1 / 2 / 0",
    )
    same = owner.patch(page, changed.json(), format="json")
    assert (same.status_code, len(list_lines())) == (200, 2)
    wide = owner.patch(
        page, {"distribution": [{"category": str(subtopic.topic.category.uuid), "easy_count": 1}]}, format="json"
    )
    assert [row["label"] for row in wide.json()["distribution"]] == ["Databases"]
    assert owner.patch(page, {"distribution": []}, format="json").json()["distribution"] == []


def test_who_has_read_something_else_is_told(owner: APIClient, subtopic: Subtopic) -> None:
    page = f"{PAGE}{add(owner, subtopic)['id']}/"
    tag = owner.get(page)["ETag"]
    assert owner.get(page, HTTP_IF_NONE_MATCH=tag).status_code == 304
    assert owner.patch(page, {"title": "Mine"}, format="json", HTTP_IF_MATCH=tag).status_code == 200
    calls = [owner.patch(page, {"title": "Theirs"}, format="json", HTTP_IF_MATCH=tag)]
    calls += [owner.post(f"{page}{name}/", {}, format="json", HTTP_IF_MATCH=tag) for name in ("publish", "archive")]
    calls.append(owner.delete(page, HTTP_IF_MATCH=tag))
    assert [one.status_code for one in calls] == [412, 412, 412, 412]
    assert (InterviewPanel.objects.get().title, InterviewPanel.objects.get().status) == ("Mine", "draft")


TYPES = ["#/job_title", "#/turn_settings", "#/distribution"]
WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "window": ({"opens_at": "2026-05-01T00:00:00Z", "closes_at": "2026-04-01T00:00:00Z"}, ["#/closes_at"]),
    "far": ({"closes_at": "9999-12-31T23:59:59-11:00"}, ["#/closes_at"]),
    "language": ({"language": "xx"}, ["#/language"]),
    "limits": ({"max_questions": 51, "max_minutes": 0}, ["#/max_questions", "#/max_minutes"]),
    "days": ({"decision_days": 10**30}, ["#/decision_days"]),
    "turn names": ({"turn_settings": {"patience": 3}}, ["#/turn_settings"]),
    "turn numbers": ({"turn_settings": {"silence_seconds": 10**400}}, ["#/turn_settings/silence_seconds"]),
    "turn order": ({"turn_settings": {"silence_seconds": 500}}, ["#/turn_settings"]),
    "half a name": ({"turn_settings": {"\ud800": "x"}}, ["#/turn_settings"]),
    "nul": ({"title": "a\x00"}, ["#/title"]),
    "weights": ({"score_weights": {"technical": 40}}, ["#/score_weights"]),
    "weight names": ({"score_weights": {"a: b": 100}}, ["#/score_weights"]),
    "weights below": ({"score_weights": {"technical": -20, "depth": 120}}, ["#/score_weights"]),
    "types": ({"job_title": {}, "turn_settings": [], "distribution": "no"}, TYPES),
    "consent": ({"consent_version": "1", "consent_addition": "x" * 2001}, ["#/consent_version", "#/consent_addition"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_by_field(owner: APIClient, subtopic: Subtopic, name: str) -> None:
    values, pointers = WRONG[name]
    page = f"{PAGE}{add(owner, subtopic)['id']}/"
    sent = json.dumps(values)  # in ASCII, so that what is no UTF-8 gets there
    assert sorted(list_pointers(owner.patch(page, sent, content_type=JSON))) == sorted(pointers)
    sent = json.dumps({**examples.NEW_PANEL, "distribution": [], **values})
    assert sorted(list_pointers(owner.post(PAGE, sent, content_type=JSON))) == sorted(pointers)
    assert InterviewPanel.objects.count() == 1


def test_a_plan_is_wrong_row_by_row(callers: Callers, owner: APIClient, subtopic: Subtopic) -> None:
    theirs, other = make_subtopic(callers.elsewhere, "Joins"), make_subtopic(None, "Locks")
    page = f"{PAGE}{add(owner, subtopic)['id']}/"
    rows: list[dict[str, Any]] = [
        {"subtopic": str(subtopic.uuid), "easy_count": 1},
        {"subtopic": str(theirs.uuid), "easy_count": 1},
        {"subtopic": str(theirs.topic.uuid), "easy_count": 1},
        {"easy_count": 1},
        {"subtopic": str(subtopic.uuid), "easy_count": 0},
        {"subtopic": str(subtopic.uuid), "category": str(theirs.topic.category.uuid), "easy_count": 1},
        {"subtopic": str(subtopic.uuid), "category": str(other.topic.category.uuid), "easy_count": 1},
    ]
    wrong = owner.patch(page, {"distribution": rows}, format="json")
    told = [(one["pointer"], one["detail"]) for one in wrong.json()["errors"]]
    nobody = "There is no such subtopic that this organization may ask on."
    assert told == [
        ("#/distribution/1/subtopic", nobody),
        ("#/distribution/2/subtopic", nobody),
        ("#/distribution/3/category", "Choose what to ask on: a subtopic, or a whole topic or category."),
        (
            "#/distribution/4/subtopic",
            "“Relational databases › Indexing” is in the plan twice. Put its counts in one row.",
        ),
        (
            "#/distribution/4/medium_count",
            "This row asks nothing. Enter how many questions of which difficulty, or remove it.",
        ),
        ("#/distribution/5/category", nobody.replace("subtopic", "category")),
        ("#/distribution/6/category", "The subtopic is in another category."),
    ]
    shapes = [{"easy_count": 100}, {"subtopic": []}, {"subtopic": "x", "weightage": 0}]
    assert list_pointers(owner.patch(page, {"distribution": shapes}, format="json")) == [
        "#/distribution/0/easy_count",
        "#/distribution/1/subtopic",
        "#/distribution/2/subtopic",
        "#/distribution/2/weightage",
    ]
    assert list_pointers(owner.patch(page, {"distribution": [rows[0]] * 101}, format="json")) == ["#/distribution"]


def test_it_is_published_when_the_bank_can_fill_it(owner: APIClient, subtopic: Subtopic) -> None:
    page = f"{PAGE}{add(owner, subtopic)['id']}/"
    lacking = owner.get(f"{page}feasibility/")
    assert (lacking.status_code, lacking.json()) == (200, put_ids(examples.FEASIBILITY, subtopic))
    refused = owner.post(f"{page}publish/", {}, format="json")
    assert (refused.status_code, refused.json()["detail"]) == (409, examples.FEASIBILITY["problems"][0])
    owner.patch(page, {"distribution": [{"subtopic": str(subtopic.uuid), "medium_count": 2}]}, format="json")
    assert owner.get(f"{page}feasibility/").json()["can_be_published"] is True
    published = owner.post(f"{page}publish/", examples.REASON, format="json")
    assert (published.status_code, published.json()["status"], published.json()["is_plan_open"]) == (
        *(200, "published"),
        False,
    )
    again = owner.post(f"{page}publish/", {}, format="json")
    assert (again.status_code, again.json()["detail"]) == (409, "“Backend screening” is published already.")
    *_, line = list_lines()
    assert line == ("changed", "Published. By the API.", "The job is open again.", [])


def test_what_is_fixed_stays_and_the_rest_can_be_changed(owner: APIClient, subtopic: Subtopic) -> None:
    panel = make_panel(subtopic, subtopic.topic.category.organization)  # type: ignore[arg-type]
    page = f"{PAGE}{panel.uuid}/"
    refused = owner.patch(page, {"title": "New", "max_minutes": 20, "distribution": []}, format="json")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        FIXED,
    )
    whole = {**owner.get(page).json(), "title": "New", "decision_days": 5}
    assert owner.patch(page, whole, format="json").status_code == 200
    reopened = owner.post(f"{page}reopen/", {}, format="json")
    assert (reopened.status_code, reopened.json()["status"]) == (200, "draft")
    assert owner.patch(page, {"max_minutes": 20}, format="json").status_code == 200
    archived = owner.post(f"{page}archive/", examples.REASON, format="json")
    assert (archived.status_code, archived.json()["status"]) == (200, "archived")
    assert [one[1] for one in list_lines()] == [
        *("By the API.", "Taken back to draft. By the API.", "By the API."),
        "Archived. By the API.",
    ]


def test_one_is_duplicated_once(owner: APIClient, subtopic: Subtopic) -> None:
    page = f"{PAGE}{add(owner, subtopic)['id']}/duplicate/"
    first, again = (owner.post(page, examples.DUPLICATE, format="json", HTTP_IDEMPOTENCY_KEY="one") for _ in range(2))
    assert (first.status_code, again.status_code, first.json() == again.json()) == (201, 201, True)
    made = InterviewPanel.objects.get(uuid=first.json()["id"])
    assert (first["Location"], made.title, made.status) == (
        f"{PAGE}{made.uuid}/",
        "Backend screening, autumn",
        "draft",
    )
    assert (InterviewPanel.objects.count(), made.distribution.get().hard_count) == (2, 1)
    assert list_lines()[-1][1] == "Duplicated from “Backend screening”. By the API."


def test_one_that_nobody_was_invited_to_is_deleted(callers: Callers, owner: APIClient, subtopic: Subtopic) -> None:
    panel = make_panel(subtopic, callers.fernbrook)
    person = Candidate.objects.create(organization=callers.fernbrook, full_name="Noor", email="noor@example.com")
    issue_invitation(panel=panel, candidate=person, now=panel.created_at)
    page = f"{PAGE}{panel.uuid}/"
    refused = owner.delete(page)
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "Candidates were invited to “Backend screening”, so it stays. Archive it instead.",
    )
    InterviewPanelCandidate.objects.update(is_trial=True)
    assert (owner.delete(page).status_code, InterviewPanel.objects.exists()) == (204, False)
    assert [(one[0], one[1]) for one in list_lines()] == [("deleted", "By the API.")]


def test_each_reaches_their_own_and_does_what_their_role_says(callers: Callers, subtopic: Subtopic) -> None:
    page = f"{PAGE}{make_panel(subtopic, callers.fernbrook).uuid}/"
    calls = [("get", ""), ("patch", ""), ("delete", ""), ("get", "feasibility/")]
    calls += [("post", f"{name}/") for name in ("publish", "reopen", "archive", "duplicate")]
    callers_of = {
        "stranger": callers.sign_in("stranger"),
        "reviewer": callers.sign_in("reviewer"),
        "reader": callers.use_key("panels:read"),
        "their key": callers.use_key("panels:write", organization=callers.elsewhere),
        "other key": callers.use_key("candidates:write"),
    }
    found = {
        who: [getattr(client, method)(f"{page}{name}", {}, format="json").status_code for method, name in calls]
        for who, client in callers_of.items()
    }
    looks = [200, 403, 403, 200, 403, 403, 403, 403]
    assert found == {
        "stranger": [404] * 8,
        "reviewer": looks,
        "reader": looks,
        "their key": [404] * 8,
        "other key": [403] * 8,
    }
    counts = {who: client.get(PAGE).json().get("count") for who, client in callers_of.items()}
    assert counts == {"stranger": 0, "reviewer": 1, "reader": 1, "their key": 0, "other key": None}
    theirs = callers_of["stranger"].post(
        PAGE, {**examples.NEW_PANEL, "organization": str(callers.fernbrook.uuid), "distribution": []}, format="json"
    )
    assert list_pointers(theirs) == ["#/organization"]
    assert [one.status for one in InterviewPanel.objects.all()] == ["published"]


def test_a_list_is_searched_filtered_and_takes_as_many_queries_for_many(
    callers: Callers, owner: APIClient, subtopic: Subtopic
) -> None:
    make_panel(subtopic, callers.fernbrook)

    def read(query: str = "") -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            answer = owner.get(f"{PAGE}{query}")
        return len(answer.json().get("results", [])), len(queries)

    read()
    _, few = read()
    for number in range(6):
        make_panel(subtopic, callers.fernbrook, title=f"Panel {number}", status="draft", job_category="Sales")
    assert read() == (7, few)
    queries = ("?search=screening", "?status=draft", "?category=sales", "?language=de", "?page_size=2&ordering=title")
    assert [read(query)[0] for query in queries] == [1, 6, 6, 0, 2]
    for wrong in ("status=old", "language=xx", "organization=1", "created_after=9999-12-31T23:59:59-14:00"):
        assert list_pointers(owner.get(f"{PAGE}?{wrong}")) == [f"#/{wrong.partition('=')[0]}"]
    assert len(owner.get(f"{PAGE}?status=draft").json()["results"]) == 6
