"""Questions by the API: read, listed, moved, copied, compared. Named: Rosa recruits for Fernbrook."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from organizations.models import Change
from questionbank.api import question_acts, question_serializers, similar
from questionbank.models import Question
from questionbank.services.versions import add_version
from tests.api_banks import Bank, make_bank, sign_in_superadmin
from tests.bank_desks import add_question, make_content
from tests.integration.api.conftest import Callers
from tests.integration.api.examples import assert_as_told

PAGE = "/api/v1/questions/"


@pytest.fixture
def bank(callers: Callers) -> Bank:
    return make_bank(callers.fernbrook, callers.elsewhere)


@pytest.fixture
def recruiter(callers: Callers) -> APIClient:
    return callers.sign_in("recruiter")


def page_of(question: Question, act: str = "") -> str:
    return f"{PAGE}{question.uuid}/{act}"


def move(client: APIClient, question: Question, status: str, **more: str) -> int:
    return client.post(page_of(question, "move/"), {"status": status, **more}, format="json").status_code


def test_each_reads_their_own_and_what_is_for_all(callers: Callers, bank: Bank, recruiter: APIClient) -> None:
    clients = {
        "recruiter": recruiter,
        "reviewer": callers.sign_in("reviewer"),
        "stranger": callers.sign_in("stranger"),
        "key": callers.use_key("questions:read"),
    }
    rows = (bank.question, bank.common, bank.theirs)
    found = {who: [client.get(page_of(row)).status_code for row in rows] for who, client in clients.items()}
    assert found == {
        **{who: [200, 200, 404] for who in ("recruiter", "reviewer", "key")},
        "stranger": [404, 200, 200],
    }
    listed = {who: [one["key"] for one in client.get(PAGE).json()["results"]] for who, client in clients.items()}
    assert listed == {
        **{who: ["common", "own-index"] for who in ("recruiter", "reviewer", "key")},
        "stranger": ["common", "theirs"],
    }
    assert callers.use_key("candidates:read").get(PAGE).status_code == 403


def test_a_list_is_filtered_at_the_same_cost(callers: Callers, bank: Bank, recruiter: APIClient) -> None:
    def read(query: str = "") -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            rows = recruiter.get(f"{PAGE}{query}").json()["results"]
        return len(rows), len(queries)

    few = read()[1]
    for number in range(4):
        add_question(bank.place, f"more-{number}", f"Number {number}?", status="draft", difficulty="easy")
    assert read() == (6, few)
    counts = {
        "?difficulty=easy": 4,
        "?status=draft": 4,
        "?status=live": 2,
        "?type=behavioral": 0,
        "?language=en": 6,
        "?is_global=true": 1,
        "?is_global=false": 5,
        f"?subtopic={bank.place.uuid}": 5,
        f"?topic={bank.place.topic.uuid}": 5,
        f"?category={bank.common.category.uuid}": 1,
        f"?organization={callers.elsewhere.uuid}": 0,
        "?search=composite": 1,
        "?key=common": 1,
        "?page_size=2": 2,
    }
    assert {query: read(query)[0] for query in counts} == counts
    wrong = ("difficulty=x", "status=x", "subtopic=x", "language=abcdefghijk", "type=technical%00")
    for query in wrong:
        told = recruiter.get(f"{PAGE}?{query}")
        assert (told.status_code, told.json()["errors"][0]["pointer"]) == (400, f"#/{query.split('=')[0]}")


def test_a_question_tells_all_its_versions(bank: Bank, recruiter: APIClient) -> None:
    add_version(bank.question, make_content("What does a composite index do?"), user=None, note="Plainer")
    read = recruiter.get(page_of(bank.question))
    told = read.json()
    assert (told["version"], told["text"]) == (2, "What does a composite index do?")
    assert [(one["number"], one["note"]) for one in told["versions"]] == [(2, "Plainer"), (1, "")]
    assert recruiter.get(page_of(bank.question), HTTP_IF_NONE_MATCH=read["ETag"]).status_code == 304
    first = recruiter.get(page_of(bank.question, "versions/1/")).json()
    assert (first["text"], first["number"]) == ("Why is a composite index fast for this query?", 1)
    for number in (3, 10**30):
        assert recruiter.get(page_of(bank.question, f"versions/{number}/")).status_code == 404
        assert recruiter.post(page_of(bank.question, f"versions/{number}/restore/")).status_code == 404
    restored = recruiter.post(page_of(bank.question, "versions/1/restore/")).json()
    assert (restored["version"], restored["text"]) == (3, first["text"])
    assert recruiter.post(page_of(bank.question, "versions/1/restore/")).json()["version"] == 3
    line = Change.objects.get(subject_type="questionbank.question")
    assert line.message == "Version 1 was made current again, as version 3. By the API."


def test_a_question_goes_its_way_and_the_history_says_why(bank: Bank, recruiter: APIClient) -> None:
    question = bank.question
    refused = recruiter.post(page_of(question, "move/"), {"status": "draft"}, format="json")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "The question is live; from there it can become retired or review, not draft.",
    )
    retired = recruiter.post(page_of(question, "move/"), question_acts.MOVE_EXAMPLE, format="json")
    told, promised = retired.json(), question_acts.MOVED
    assert {name: told[name] for name in ("status", "status_reason")} == {
        name: promised[name] for name in ("status", "status_reason")
    }
    assert set(told) == set(promised)
    assert move(recruiter, question, "review", reason="Right again") == 200
    assert move(recruiter, question, "live") == 200
    lines = Change.objects.filter(subject_type="questionbank.question").order_by("pk")
    assert [(line.message, line.reason) for line in lines] == [
        ("Retired. By the API.", promised["status_reason"]),
        ("Brought back to review. By the API.", "Right again"),
        ("Put live. By the API.", ""),
    ]


def test_a_move_says_what_it_lacks(bank: Bank, recruiter: APIClient) -> None:
    pointers = {
        "#/because": [
            {"status": "retired"},
            {"status": "review", "because": "leaked"},
            {"status": "retired", "because": "x"},
        ],
        "#/reason": [
            {"status": "review"},
            {"status": "retired", "because": "other"},
            {"status": "review", "reason": "x" * 201},
        ],
        "#/status": [{}, {"status": "gone"}, {"status": None}],
    }
    for pointer, bodies in pointers.items():
        for body in bodies:
            answer = recruiter.post(page_of(bank.question, "move/"), body, format="json")
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
    assert Question.objects.get(pk=bank.question.pk).status == "live"


def test_who_only_reads_moves_and_changes_nothing(callers: Callers, bank: Bank, recruiter: APIClient) -> None:
    clients = {
        "reviewer": callers.sign_in("reviewer"),
        "key": callers.use_key("questions:read"),
        "stranger": callers.sign_in("stranger"),
    }
    found = {
        who: (
            move(client, bank.question, "retired", because="leaked"),
            client.patch(page_of(bank.question), {"difficulty": "hard", "seen": 1}, format="json").status_code,
            client.post(page_of(bank.question, "versions/1/restore/")).status_code,
        )
        for who, client in clients.items()
    }
    assert found == {"reviewer": (403,) * 3, "key": (403,) * 3, "stranger": (404,) * 3}
    assert move(recruiter, bank.common, "retired", because="leaked") == 403, "seen, and not theirs"
    assert recruiter.patch(page_of(bank.common), {"difficulty": "hard", "seen": 1}, format="json").status_code == 403
    assert move(sign_in_superadmin(), bank.common, "retired", because="leaked") == 200


def test_what_is_for_all_is_copied_as_a_draft_of_ones_own(callers: Callers, bank: Bank, recruiter: APIClient) -> None:
    copied = recruiter.post(page_of(bank.common, "copy/"), {}, format="json")
    told = copied.json()
    assert (copied.status_code, told["organization"], told["status"]) == (201, str(callers.fernbrook.uuid), "draft")
    assert set(told) == set(question_serializers.EXAMPLE)
    assert recruiter.get(copied["Location"]).json() == told
    assert recruiter.post(page_of(bank.common, "copy/"), {}, format="json").status_code == 409
    assert recruiter.post(page_of(bank.question, "copy/"), {}, format="json").status_code == 409
    assert recruiter.post(page_of(bank.theirs, "copy/"), {}, format="json").status_code == 404
    line = Change.objects.get(subject_type="questionbank.question")
    assert line.message == "Copied from the question for all organizations. By the API."


def test_questions_that_ask_the_same_are_found(callers: Callers, bank: Bank, recruiter: APIClient) -> None:
    other = add_question(bank.place, "again", "Why is the composite index fast for this query?")
    found = recruiter.post(f"{PAGE}similar/", similar.TEXT_EXAMPLE, format="json").json()["similar"]
    assert {one["question"]["key"] for one in found} == {"own-index", "again"}
    assert set(found[0]) == set(similar.FOUND_EXAMPLE["similar"][0])
    assert set(found[0]["question"]) == set(question_serializers.SUMMARY_EXAMPLE)
    like = recruiter.get(page_of(bank.question, "similar/")).json()["similar"]
    assert [one["question"]["id"] for one in like] == [str(other.uuid)]
    pairs = recruiter.get(f"{PAGE}similar/").json()
    assert (pairs["count"], set(pairs["pairs"][0])) == (1, set(similar.PAIRS_EXAMPLE["pairs"][0]))
    assert recruiter.get(page_of(bank.theirs, "similar/")).status_code == 404
    stranger = callers.sign_in("stranger")
    assert stranger.post(f"{PAGE}similar/", similar.TEXT_EXAMPLE, format="json").json() == {"similar": []}
    theirs = {**similar.TEXT_EXAMPLE, "organization": str(callers.fernbrook.uuid)}
    wrong = stranger.post(f"{PAGE}similar/", theirs, format="json").json()
    assert [one["pointer"] for one in wrong["errors"]] == ["#/organization"]


def test_similar_ones_are_found_at_the_same_cost(bank: Bank, recruiter: APIClient) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert recruiter.get(page_of(bank.question, "similar/")).json()["similar"]
        return len(queries)

    add_question(bank.place, "again", "Why is the composite index fast for this query?")
    few = count()
    for number in range(4):
        add_question(bank.place, f"again-{number}", f"Why is a composite index fast for query {number}?")
    assert count() == few
    assert_as_told(recruiter.get(page_of(bank.common, "similar/")).json(), {"similar": []})
