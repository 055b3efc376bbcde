"""Categories, topics, subtopics and the tree by the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from organizations.models import Change
from questionbank.api import place_serializers, tree
from questionbank.models import Category, Topic
from tests.api_banks import Bank, make_bank, sign_in_superadmin
from tests.bank_desks import add_question, make_place
from tests.integration.api.conftest import Callers
from tests.integration.api.examples import assert_as_told

API = "/api/v1/"


@pytest.fixture
def bank(callers: Callers) -> Bank:
    return make_bank(callers.fernbrook, callers.elsewhere)


@pytest.fixture
def recruiter(callers: Callers) -> APIClient:
    return callers.sign_in("recruiter")


def names(client: APIClient, path: str) -> list[str]:
    return [one["name"] for one in client.get(f"{API}{path}").json()["results"]]


def test_places_are_added_read_and_renamed(callers: Callers, recruiter: APIClient) -> None:
    made = recruiter.post(f"{API}categories/", {"name": "Databases"}, format="json")
    assert made.status_code == 201
    assert_as_told(made.json(), place_serializers.CATEGORY)
    topic = recruiter.post(f"{API}topics/", {"category": made.json()["id"], "name": "Indexing"}, format="json")
    assert_as_told(topic.json(), place_serializers.TOPIC)
    new = {"topic": topic.json()["id"], "name": "Composite indexes"}
    subtopic = recruiter.post(f"{API}subtopics/", new, format="json")
    assert_as_told(subtopic.json(), place_serializers.SUBTOPIC)
    for one in (subtopic, topic, made):
        read, wanted = recruiter.get(one["Location"]), place_serializers.RENAMING
        assert read.json() == one.json()
        renamed = recruiter.patch(one["Location"], wanted, format="json", HTTP_IF_MATCH=read["ETag"])
        assert (renamed.status_code, renamed.json()) == (200, {**one.json(), **wanted})
        late = recruiter.patch(one["Location"], {"name": "Late"}, format="json", HTTP_IF_MATCH=read["ETag"])
        assert late.status_code == 412
    lines = Change.objects.filter(subject_type__startswith="questionbank.").order_by("pk")
    assert [line.message for line in lines] == [
        *["Added in the catalogue. By the API."] * 3,
        "Renamed; it was “Composite indexes”. By the API.",
        "Renamed; it was “Indexing”. By the API.",
        "Renamed; it was “Databases”. By the API.",
    ]


def test_what_cannot_be_added_says_why(bank: Bank, recruiter: APIClient) -> None:
    taken = recruiter.post(f"{API}categories/", {"name": " databases "}, format="json")
    assert (taken.status_code, taken.json()["detail"]) == (
        409,
        "“databases” is there already. Choose another name.",
    )
    foreign, nobodys = str(bank.theirs.category.uuid), str(bank.theirs.uuid)
    answers = [
        recruiter.post(f"{API}topics/", {"category": one, "name": "Mine"}, format="json") for one in (foreign, nobodys)
    ]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].json() == answers[1].json(), "whether it is there is nobody's business"
    for body in ({"name": "x" * 101}, {"name": "a\u0000"}, {"name": ["x"]}, {}, {"name": " "}, []):
        assert recruiter.post(f"{API}categories/", body, format="json").status_code == 400
    assert Topic.objects.count() == 3


def test_what_is_for_all_is_read_by_all_and_changed_by_superadmins(bank: Bank, recruiter: APIClient) -> None:
    common = bank.common.category
    page = f"{API}categories/{common.uuid}/"
    assert names(recruiter, "categories/") == ["Common ground", "Databases"]
    assert names(recruiter, "categories/?is_global=true") == ["Common ground"]
    below = {"category": str(common.uuid), "name": "Mine"}
    refused = [
        recruiter.patch(page, {"name": "Mine"}, format="json"),
        recruiter.post(f"{API}topics/", below, format="json"),
    ]
    assert [one.status_code for one in refused] == [403, 403]
    wrong = recruiter.post(f"{API}categories/", {"name": "For all", "is_global": True}, format="json")
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["#/is_global"]
    root = sign_in_superadmin()
    made = root.post(f"{API}categories/", {"name": "For all", "is_global": True}, format="json")
    assert (made.status_code, made.json()["organization"], made.json()["is_global"]) == (201, None, True)
    assert root.post(f"{API}topics/", below, format="json").status_code == 201
    owner = {"name": "Both", "is_global": True, "organization": str(bank.place.topic.category.organization.uuid)}
    assert root.post(f"{API}categories/", owner, format="json").status_code == 400


def test_each_reaches_their_own(callers: Callers, bank: Bank) -> None:
    stranger, reviewer = callers.sign_in("stranger"), callers.sign_in("reviewer")
    assert names(stranger, "topics/") == ["Common ground", "Secret plans"]
    outside, reader = callers.use_key("candidates:read"), callers.use_key("questions:read")
    rows = {"categories": bank.place.topic.category, "topics": bank.place.topic, "subtopics": bank.place}
    for kind, row in rows.items():
        page = f"{API}{kind}/{row.uuid}/"
        assert [client.get(page).status_code for client in (stranger, reviewer, outside, reader)] == [
            404,
            403,
            403,
            200,
        ]
        renamed = [client.patch(page, {"name": "Mine"}, format="json") for client in (stranger, reviewer, reader)]
        assert [one.status_code for one in renamed] == [404, 403, 403]
        assert type(row).objects.filter(pk=row.pk, name="Databases").exists()


def test_lists_are_filtered_at_the_same_cost(bank: Bank, recruiter: APIClient, callers: Callers) -> None:
    def read(query: str = "") -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            rows = recruiter.get(f"{API}subtopics/{query}").json()["results"]
        return len(rows), len(queries)

    few = read()[1]
    for number in range(4):
        make_place(f"Place {number}", callers.fernbrook)
    assert read() == (6, few)
    category, topic = bank.place.topic.category.uuid, bank.place.topic.uuid
    queries = (f"?category={category}", f"?topic={topic}", f"?organization={callers.fernbrook.uuid}", "?search=ground")
    assert [read(query)[0] for query in queries] == [1, 1, 5, 1]
    assert recruiter.get(f"{API}subtopics/?topic=x").json()["errors"][0]["pointer"] == "#/topic"
    for kind in ("categories", "topics", "subtopics", "catalogue"):
        asked = recruiter.get(f"{API}{kind}/?colour=red")
        assert (asked.status_code, asked.json()["errors"][0]["pointer"]) == (400, "#/colour")


def test_the_tree_counts_what_stands_where(callers: Callers, recruiter: APIClient) -> None:
    category = Category.objects.create(organization=callers.fernbrook, name="Databases", slug="databases")
    topic = category.topics.create(name="Indexing", slug="indexing")
    place = topic.subtopics.create(name="Composite indexes", slug="composite")
    for number in range(7):
        add_question(
            place,
            f"q{number}",
            f"Question {number}?",
            status="draft" if number == 6 else "live",
            difficulty="easy" if number < 4 else "medium",
        )
    read = recruiter.get(f"{API}catalogue/")
    assert_as_told(read.json(), tree.EXAMPLE)
    assert read.json()["categories"][0]["topics"][0]["id"] == str(topic.uuid)
    assert recruiter.get(f"{API}catalogue/", HTTP_IF_NONE_MATCH=read["ETag"]).status_code == 304
    make_bank_elsewhere = make_place("Secret plans", callers.elsewhere)
    add_question(make_bank_elsewhere, "theirs", "What are the secret plans?")
    with CaptureQueriesContext(connection) as queries:
        again = recruiter.get(f"{API}catalogue/")
    assert (again.json(), len(queries) < 12) == (read.json(), True)
    found = {
        query: [one["name"] for one in recruiter.get(f"{API}catalogue/?{query}").json()["categories"]]
        for query in ("search=composite", "search=nothing", "is_global=true", "search=%20")
    }
    assert found == {
        "search=composite": ["Databases"],
        "search=nothing": [],
        "is_global=true": [],
        "search=%20": ["Databases"],
    }
    assert recruiter.get(f"{API}catalogue/?search=%00").status_code == 400
