"""Many invitations in one call, each with its own outcome. Named: Amara, whom Fernbrook knows; Sam, whose address is no
address."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from interviewpanel.api import invitation_examples as examples
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.services.invitations import make_token
from organizations.models import Candidate, Change, Message
from tests.api_examples import swap
from tests.api_panels import INVITATIONS, begin, invite, make_panel, make_subtopic
from tests.integration.api.conftest import Callers

BULK = f"{INVITATIONS}bulk/"
SITE = {
    "https://interviews.example.com": "http://localhost:4545",
    "wss://interviews.example.com": "ws://localhost:4545",
}


@pytest.fixture(autouse=True)
def time_of_the_examples() -> Iterator[None]:
    with time_machine.travel("2026-03-02T09:30:00Z", tick=False):
        yield


@pytest.fixture
def panel(callers: Callers) -> InterviewPanel:
    return make_panel(make_subtopic(callers.fernbrook), callers.fernbrook)


@pytest.fixture
def recruiter(callers: Callers) -> APIClient:
    return callers.sign_in("recruiter")


@pytest.fixture
def amara(callers: Callers) -> Candidate:
    return Candidate.objects.create(organization=callers.fernbrook, full_name="Amara Okafor", email="amara@example.com")


def send(client: APIClient, panel: InterviewPanel, rows: list[Any], **values: Any) -> Any:
    answer = client.post(BULK, {"panel": str(panel.uuid), "rows": rows, **values}, format="json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def new(name: str, **values: Any) -> dict[str, Any]:
    return {"new_candidate": {"full_name": name.title(), "email": f"{name}@example.com", **values}}


def errors_of(told: Any) -> list[list[tuple[str, str]]]:
    return [[(one["pointer"], one["code"]) for one in row["errors"]] for row in told["rows"]]


def test_the_examples_are_sent_and_told(panel: InterviewPanel, recruiter: APIClient, amara: Candidate) -> None:
    ids = {**SITE, examples.PANEL_ID: str(panel.uuid), examples.CANDIDATE["id"]: str(amara.uuid)}
    answer = recruiter.post(BULK, swap(examples.BULK, ids), format="json")
    made = InterviewPanelCandidate.objects.get()
    ids |= {examples.ID: str(made.uuid), examples.LINK: make_token(made)}
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer.json() == swap(examples.BULK_TOLD, ids)
    assert made.metadata == {"application": 4711}


def test_each_row_has_its_own_outcome(
    callers: Callers, panel: InterviewPanel, recruiter: APIClient, amara: Candidate
) -> None:
    stranger = Candidate.objects.create(organization=callers.elsewhere, full_name="Mallory", email="m@example.com")
    invite(recruiter, panel, send=None, new_candidate=new("bela")["new_candidate"])
    rows = [
        {"candidate": str(amara.uuid)},
        {"candidate": str(stranger.uuid)},
        new("chike", phone="+44 20 7183 8750"),
        new("dana", phone="12", full_name=""),
        new("chike"),
        {**new("amara"), "metadata": {"again": True}},
        new("bela"),
    ]
    told = send(recruiter, panel, rows, send="email", expires_in_hours=2)
    assert (told["invited"], told["failed"], [row["outcome"] for row in told["rows"]]) == (
        *(2, 5),
        ["invited", "error", "invited", "error", "error", "error", "error"],
    )
    assert errors_of(told) == [
        [],
        [("#/rows/1/candidate", "does_not_exist")],
        [],
        [("#/rows/3/new_candidate/full_name", "blank"), ("#/rows/3/new_candidate/phone", "invalid")],
        [("#/rows/4/new_candidate/email", "invalid")],
        [("#/rows/5", "twice")],
        [("#/rows/6", "refused")],
    ]
    assert [told["rows"][number]["errors"][0]["detail"] for number in (4, 5)] == [
        "The same address stands in row 3 already.",
        "The same candidate stands in row 1 already.",
    ]
    assert [row["expires_at"] for row in told["rows"][::2]] == [
        "2026-03-02T11:30:00Z",
        "2026-03-02T11:30:00Z",
        None,
        None,
    ]
    assert Message.objects.count() == 2
    assert sorted(Candidate.objects.values_list("full_name", flat=True)) == ["Amara Okafor", "Bela", "Chike", "Mallory"]
    lines = Change.objects.order_by("pk").values_list("subject_name", "message")
    assert list(lines)[-3:] == [
        ("Chike", "By the API."),
        ("Amara Okafor · Backend screening", "By the API."),
        ("Chike · Backend screening", "By the API."),
    ]


def test_who_cannot_be_written_to_is_invited_nevertheless(
    settings: Any, panel: InterviewPanel, recruiter: APIClient, amara: Candidate
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    told = send(recruiter, panel, [{"candidate": str(amara.uuid)}], send="email")
    assert (told["invited"], errors_of(told), Message.objects.count()) == (1, [[("#/send", "refused")]], 0)


def test_what_is_no_call_at_all_is_refused_whole(callers: Callers, panel: InterviewPanel, recruiter: APIClient) -> None:
    ours = str(panel.uuid)
    wrong: list[tuple[Any, list[str]]] = [
        ([], ["#"]),
        ({"panel": ours, "rows": []}, ["#/rows"]),
        ({"panel": ours, "rows": [new("x")] * 501}, ["#/rows"]),
        (
            {"panel": ours, "rows": [1, {}, new("x", email=[])]},
            ["#/rows/0", "#/rows/1/candidate", "#/rows/2/new_candidate/email"],
        ),
        ({"panel": ours, "rows": [{**new("x"), "metadata": {"a": {}}}]}, ["#/rows/0/metadata/a"]),
        ({"panel": str(callers.fernbrook.uuid), "rows": [new("x")]}, ["#/panel"]),
    ]
    for sent, pointers in wrong:
        answer = recruiter.post(BULK, sent, format="json")
        assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (400, pointers)
    InterviewPanel.objects.update(status="archived")
    refused = recruiter.post(BULK, {"panel": ours, "rows": [new("x")]}, format="json")
    assert (refused.status_code, "is archived" in refused.json()["detail"]) == (409, True)
    keys = [callers.use_key("interviews:read"), callers.use_key("interviews:write", organization=callers.elsewhere)]
    answers = [one.post(BULK, {"panel": ours, "rows": [new("x")]}, format="json").status_code for one in keys]
    assert (answers, Candidate.objects.count()) == ([403, 400], 0)


def test_hundreds_take_a_handful_of_statements(panel: InterviewPanel, recruiter: APIClient) -> None:
    def count(names: list[str]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert send(recruiter, panel, [new(name) for name in names], send="email")["invited"] == len(names)
        return len(queries)

    count(["zero"])
    assert count([f"some{number}" for number in range(60)]) <= count(["one"]) + 2


def test_many_are_acted_on_each_by_its_own_rules(panel: InterviewPanel, recruiter: APIClient) -> None:
    ids = [
        invite(recruiter, panel, send=None, new_candidate=new(name)["new_candidate"])["id"] for name in ("a", "b", "c")
    ]
    begin(InterviewPanelCandidate.objects.get(uuid=ids[2]))

    def act(name: str, body: dict[str, Any], chosen: list[str]) -> list[tuple[str, list[str]]]:
        answer = recruiter.post(f"{BULK}{name}/", {**body, "ids": chosen}, format="json")
        assert answer.status_code == 200, answer.content
        return [(row["outcome"], [one["detail"] for one in row["errors"]]) for row in answer.json()["rows"]]

    begun = ("error", ["The interview has begun."])
    assert act("remind", examples.BULK_REMIND, ids) == [("done", []), ("done", []), begun]
    assert act("extend", examples.BULK_EXTEND, ids[1:]) == [("done", []), begun]
    shown = swap(examples.BULK_REVOKE, {examples.ID: ids[0]})
    answer = recruiter.post(f"{BULK}revoke/", shown, format="json")
    assert answer.json() == swap(examples.BULK_DONE, {examples.ID: ids[0]})
    assert act("revoke", examples.BULK_REVOKE, [ids[0], ids[0]]) == [
        ("error", ["The link was revoked already."]),
        ("error", ["The same invitation stands in row 1 already."]),
    ]
    assert list(Message.objects.order_by("pk").values_list("kind", flat=True)) == ["reminder", "reminder", "extended"]
    assert Change.objects.order_by("-pk")[0].reason == "The job is filled."


def test_a_repeated_call_reminds_nobody_twice_and_one_named_twice_is_done_once(
    panel: InterviewPanel, recruiter: APIClient
) -> None:
    one = invite(recruiter, panel, send=None, new_candidate=new("a")["new_candidate"])["id"]
    body = {**examples.BULK_REMIND, "ids": [one, one]}
    answers = [recruiter.post(f"{BULK}remind/", body, format="json", HTTP_IDEMPOTENCY_KEY="k") for _ in range(2)]
    told = answers[0].json()
    assert ((told["done"], told["failed"]), errors_of(told)) == ((1, 1), [[], [("#/ids/1", "twice")]])
    assert (answers[1].json(), answers[1]["Idempotency-Replayed"], Message.objects.count()) == (told, "true", 1)
    other = {**body, "ids": [one]}
    assert recruiter.post(f"{BULK}remind/", other, format="json", HTTP_IDEMPOTENCY_KEY="k").status_code == 422


def test_rows_of_others_are_not_acted_on(callers: Callers, panel: InterviewPanel, recruiter: APIClient) -> None:
    ours = invite(recruiter, panel)["id"]
    body = {"ids": [ours], "reason": "Mine.", "expires_at": "2026-03-20T09:30:00Z"}
    stranger, reviewer = callers.sign_in("stranger"), callers.sign_in("reviewer")
    for name in ("revoke", "extend", "remind"):
        told = stranger.post(f"{BULK}{name}/", body, format="json").json()
        assert told["rows"][0]["errors"][0]["detail"] == "There is no such invitation of yours."
        assert reviewer.post(f"{BULK}{name}/", body, format="json").status_code == 403
    wrong = recruiter.post(f"{BULK}revoke/", {"ids": ["x", 1.5], "reason": ""}, format="json").json()["errors"]
    assert [one["pointer"] for one in wrong] == ["#/ids/0", "#/ids/1", "#/reason"]
    row = InterviewPanelCandidate.objects.get()
    assert (row.revoked_at, Message.objects.count()) == (None, 1)
