"""Decisions by the API: by people, with a reason, and never past one that they have not read."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from authentication.models import User
from interviewpanel.api.decisions import EXAMPLE, WANTED
from interviewpanel.models import Decision, InterviewPanel, InterviewSession
from organizations.models import Change
from reports.models import InterviewReport
from tests.integration.api.conftest import Callers
from tests.interview_rows import ENDED_AT
from tests.told_interviews import page_of


def put(client: APIClient, session: InterviewSession, tag: str | None = None, **changes: Any) -> Any:
    page = page_of(session, "decision")
    headers = {"HTTP_IF_MATCH": client.get(page)["ETag"] if tag is None else tag}
    return client.put(page, {**WANTED, **changes}, format="json", **headers)


def test_a_person_decides_and_takes_it_back(callers: Callers, priya: InterviewSession) -> None:
    owner = callers.sign_in("owner")
    made = put(owner, priya)
    row = Decision.objects.get()
    at = row.decided_at.isoformat().replace("+00:00", "Z")
    (example,) = EXAMPLE["decisions"]  # type: ignore[attr-defined]
    assert (made.status_code, made.json()) == (
        200,
        {
            **EXAMPLE,
            "interview": str(priya.uuid),
            "decisions": [{**example, "id": str(row.uuid), "decided_at": at}],
        },
    )
    page = page_of(priya, "decision")
    assert (owner.get(page).json(), owner.get(page)["ETag"]) == (made.json(), made["ETag"])
    assert callers.sign_in("reviewer").get(page).json() == made.json()
    back = put(owner, priya, stage="to_review", reason="Decided about the wrong one.").json()
    assert (back["stage"], [one["stage"] for one in back["decisions"]]) == ("to_review", ["to_review", "advance"])
    lines = Change.objects.filter(subject_type="interviewpanel.interviewsession").order_by("pk")
    assert [(str(one.actor), one.message, one.reason) for one in lines] == [
        ("owner@fernbrook.example", "Decision: advance. By the API.", WANTED["reason"]),
        ("owner@fernbrook.example", "Decision: to_review. By the API.", "Decided about the wrong one."),
    ]
    assert InterviewReport.objects.get().work_status == "queued", "made again, to say so"


def test_who_is_to_rate_first_reads_no_decision_and_makes_none(callers: Callers, priya: InterviewSession) -> None:
    owner, reviewer, key = callers.sign_in("owner"), callers.sign_in("reviewer"), callers.use_key("results:read")
    assert put(owner, priya, reason="Overall 81 of 100.").status_code == 200
    InterviewPanel.objects.update(rates_blind="everyone")
    told = "This panel asks you to rate first. What was decided is shown once you have rated the answers."
    for client in (owner, reviewer, key):
        refused = client.get(page_of(priya, "decision"))
        assert (refused.status_code, refused.json()["detail"]) == (409, told)
    assert put(owner, priya, "*", stage="decline").status_code == 409
    for answer in priya.answers.exclude(transcript=""):
        rater = User.objects.get(email="reviewer@fernbrook.example")
        answer.ratings.create(rated_by=rater, rated_by_name="Omar", composite=70, at=ENDED_AT)
    assert [client.get(page_of(priya, "decision")).status_code for client in (owner, reviewer, key)] == [409, 200, 200]


def test_nobody_decides_past_a_decision_they_have_not_read(callers: Callers, priya: InterviewSession) -> None:
    owner, recruiter = callers.sign_in("owner"), callers.sign_in("recruiter")
    tag = recruiter.get(page_of(priya, "decision"))["ETag"]
    assert put(owner, priya).status_code == 200
    late = put(recruiter, priya, tag, stage="decline")
    assert (late.status_code, late.json()["type"]) == (412, "urn:interviewbot:problem:changed-meanwhile")
    unread = recruiter.put(page_of(priya, "decision"), WANTED, format="json")
    assert (unread.status_code, unread.json()["type"]) == (428, "urn:interviewbot:problem:version-not-said")
    again = put(recruiter, priya)
    assert (again.status_code, again.json()["detail"]) == (409, "The decision is “Advance” already.")
    assert [one.stage for one in Decision.objects.all()] == ["advance"]


def test_a_key_and_who_only_rates_decide_nothing(callers: Callers, priya: InterviewSession) -> None:
    for client in (callers.use_key(), callers.sign_in("reviewer")):
        assert client.get(page_of(priya, "decision")).status_code == 200
        assert put(client, priya).status_code == 403
    assert callers.sign_in("stranger").put(page_of(priya, "decision"), WANTED, format="json").status_code == 404
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"stage": "hire"}, "#/stage"),
        ({"stage": None}, "#/stage"),
        ({"reason": "  "}, "#/reason"),
        ({"reason": "a\0b"}, "#/reason"),
        ({"reason": "x" * 2001}, "#/reason"),
    ],
)
def test_what_is_wrong_is_said_by_field(
    callers: Callers, priya: InterviewSession, changes: dict[str, Any], pointer: str
) -> None:
    wrong = put(callers.sign_in("owner"), priya, **changes)
    assert (wrong.status_code, [one["pointer"] for one in wrong.json()["errors"]]) == (400, [pointer])


def test_about_what_goes_on_nothing_is_decided(callers: Callers, priya: InterviewSession) -> None:
    InterviewSession.objects.update(status="in_progress", ended_at=None)
    owner = callers.sign_in("owner")
    assert owner.get(page_of(priya, "decision")).json()["can_be_decided"] is False
    refused = put(owner, priya)
    assert (refused.status_code, refused.json()["detail"].split(":")[0]) == (
        409,
        "Nothing can be decided about this interview",
    )
