"""Scores, evaluation, report and PDF by the API: whole, as the examples say, and kept from who is to rate first."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from authentication.models import User
from interviewpanel.models import AnswerRating, AnswerScore, CandidateRequest, InterviewSession
from interviewpanel.services.human_ratings import override_score
from reports.api import result_examples
from reports.models import InterviewReport
from tests.integration.api.conftest import Callers
from tests.interview_rows import ENDED_AT, World, add_answer, add_score, add_segments, make_interview
from tests.told_interviews import differs, page_of

OPINION = {
    "engine": "embedded",
    "version": "embedded-1",
    "technical": 70.2,
    "relevance": 95.0,
    "interval": [46.1, 91.8],
    "flags": [],
    "by_model": {"technical": 81.25, "relevance": 90.0, "composite": 80},
    "margin": 10.0,
    "agrees": True,
    "why": "",
}
PARTS = ("scores", "evaluation", "report", "report/pdf")
SECRETS = ("Plan first, then the right index.", "Begins with the plan.", "llama3.1", "Not Recommended", '"rating":4')


def read(client: APIClient, session: InterviewSession, part: str) -> Any:
    response = client.get(page_of(session, part))
    assert response.status_code == 200, response.content
    return response.json()


def test_each_is_told_whole_as_its_example_says(callers: Callers, priya: InterviewSession) -> None:
    owner, interview = callers.sign_in("owner"), {"interview": str(priya.uuid)}
    AnswerScore.objects.update(second_opinion=OPINION)
    scores = read(owner, priya, "scores")
    (example,) = result_examples.SCORES["answers"]  # type: ignore[attr-defined]
    assert differs({**result_examples.SCORES, **interview}, scores) == []
    assert set(example) == set(scores["answers"][2])
    assert [(one["state"], one["composite"]) for one in scores["answers"]] == [
        ("scored", 80),
        ("scored", 60),
        ("skipped", None),
    ]
    assert differs({**result_examples.EVALUATION, **interview}, read(owner, priya, "evaluation")) == []
    report = InterviewReport.objects.get()
    told = read(owner, priya, "report")
    assert told.pop("scorecard") == report.document
    assert told == {
        **{name: one for name, one in result_examples.REPORT.items() if name != "scorecard"},
        **interview,
        "id": str(report.uuid),
    }
    part = result_examples.REPORT["scorecard"]
    assert {name: report.document[name] for name in part} == part  # type: ignore[index,attr-defined]


def test_the_pdf_is_the_stored_file(callers: Callers, priya: InterviewSession) -> None:
    client = callers.use_key("results:read")
    for headers in ({}, {"HTTP_ACCEPT": "application/pdf"}, {"HTTP_ACCEPT": "*/*"}):
        pdf = client.get(page_of(priya, "report/pdf"), **headers)
        assert (b"".join(pdf.streaming_content), pdf["Content-Type"]) == (b"%PDF-1.7\n", "application/pdf")
        assert pdf["Cache-Control"] == "no-store"
    wrong = callers.sign_in("stranger").get(page_of(priya, "report/pdf"), HTTP_ACCEPT="application/pdf")
    assert (wrong.status_code, wrong["Content-Type"], wrong.json()["status"]) == (404, "application/problem+json", 404)


def test_scores_take_as_many_queries_for_many_answers(callers: Callers, world: World, priya: InterviewSession) -> None:
    owner = callers.sign_in("owner")

    def count(session: InterviewSession) -> int:
        with CaptureQueriesContext(connection) as queries:
            read(owner, session, "scores")
        return len(queries)

    read(owner, priya, "scores")
    many = make_interview(world, candidate="Amara Okafor")
    for number in range(4, 12):
        answer = add_answer(many, world, number)
        add_segments(answer)
        add_score(answer)
    assert count(many) == count(priya)


def test_what_people_set_stands_beside_what_was_measured(callers: Callers, priya: InterviewSession) -> None:
    owner = callers.sign_in("owner")
    person = User.objects.get(email="owner@fernbrook.example")
    answer = priya.answers.get(number=1)
    override_score(
        answer_id=answer.pk, user=person, composite=95, components={}, reason="Heard more.", seen=0, now=ENDED_AT
    )
    (told, *_) = read(owner, priya, "scores")["answers"]
    assert (told["composite"], told["measured"]["composite"], told["overrides"]) == (
        95,
        80,
        [
            {
                "number": 1,
                "by": "owner@fernbrook.example",
                "at": "2026-03-12T09:42:00Z",
                "composite": 95,
                "reason": "Heard more.",
                "measured": 80,
                "components": [],
                "withdrawn_by": "",
                "withdrawn_at": None,
                "withdrawal_reason": "",
            }
        ],
    )


def find_status(client: APIClient, session: InterviewSession, part: str) -> int:
    response = client.get(page_of(session, part))
    if response.streaming:
        list(response.streaming_content)
    return int(response.status_code)


# --- Who may see what ------------------------------------------------------------------------------------------------


def blind(world: World, who: str) -> None:
    type(world.panel).objects.update(rates_blind=who)


def rate(session: InterviewSession, number: int, by: User | None, name: str = "Rosa") -> None:
    answer = session.answers.get(number=number)
    AnswerRating.objects.create(answer=answer, rated_by=by, rated_by_name=name, composite=50, at=ENDED_AT)


def test_who_is_to_rate_first_reads_no_score(callers: Callers, world: World, priya: InterviewSession) -> None:
    blind(world, "reviewers")
    reviewer = callers.sign_in("reviewer")
    response = reviewer.get(page_of(priya, "scores"))
    assert [word for word in SECRETS if word in response.content.decode()] == []
    told = response.json()
    assert (told["to_rate"], [one["is_hidden"] for one in told["answers"]]) == ([1, 2], [True, True, False])
    assert told["answers"][0]["transcript"].startswith("I would run")
    assert {one["state"] for one in told["answers"][0]["criteria"]} == {"hidden"}
    for part in PARTS[1:]:
        refused = reviewer.get(page_of(priya, part))
        assert (refused.status_code, refused.json()["detail"]) == (
            409,
            "This panel asks you to rate first. Rate 2 more answers, then the scorecard is shown.",
        )
    omar = User.objects.get(email="reviewer@fernbrook.example")
    for number in (1, 2):
        rate(priya, number, omar)
    assert (read(reviewer, priya, "scores")["to_rate"], read(reviewer, priya, "evaluation")["verdict"]["overall"]) == (
        [],
        56,
    )


def test_a_system_is_told_what_somebody_has_rated_where_everybody_rates_first(
    callers: Callers, world: World, priya: InterviewSession
) -> None:
    blind(world, "everyone")
    key, owner = callers.use_key("results:read"), callers.sign_in("owner")
    assert (read(key, priya, "scores")["to_rate"], key.get(page_of(priya, "report")).status_code) == ([1, 2], 409)
    for number in (1, 2):
        rate(priya, number, None, "somebody whose account is gone")
    assert (read(key, priya, "scores")["to_rate"], key.get(page_of(priya, "report")).status_code) == ([], 200)
    assert read(owner, priya, "scores")["to_rate"] == [1, 2], "not rated by this person"


def test_each_reaches_their_own_as_far_as_their_role_goes(callers: Callers, priya: InterviewSession) -> None:
    clients = {
        "stranger": callers.sign_in("stranger"),
        "their key": callers.use_key("results:read", organization=callers.elsewhere),
        "interviews": callers.use_key("interviews:read", "interviews:write", "candidates:read"),
        "reviewer": callers.sign_in("reviewer"),
    }
    found = {who: {find_status(client, priya, part) for part in PARTS} for who, client in clients.items()}
    assert found == {"stranger": {404}, "their key": {404}, "interviews": {403}, "reviewer": {200}}


# --- Not yet, and never ----------------------------------------------------------------------------------------------


def test_what_is_not_made_yet_is_said_to_be_made(callers: Callers, world: World) -> None:
    session, owner = make_interview(world), callers.sign_in("owner")
    report = InterviewReport.objects.create(session=session, organization=session.organization, due_at=ENDED_AT)
    for part in PARTS[1:]:
        waiting = owner.get(page_of(session, part))
        assert (waiting.status_code, waiting.json()["status"], waiting["Retry-After"]) == (202, "in_progress", "5")
        assert waiting["Content-Type"] == "application/json"
    InterviewReport.objects.filter(pk=report.pk).update(work_status="dead")
    assert {owner.get(page_of(session, part)).status_code for part in PARTS[1:]} == {409}


def test_of_who_has_withdrawn_and_of_what_goes_on_there_is_no_report(callers: Callers, priya: InterviewSession) -> None:
    owner = callers.sign_in("owner")
    CandidateRequest.objects.create(
        organization=priya.organization, invitation=priya.invitation, kind="withdraw", asked_at=ENDED_AT
    )
    refused = [owner.get(page_of(priya, part)) for part in PARTS[1:]]
    assert {one.json()["detail"] for one in refused} == {
        "The candidate has withdrawn: nothing more is made of this interview."
    }
    assert owner.get(page_of(priya)).json()["result"] is None
    CandidateRequest.objects.all().delete()
    InterviewSession.objects.update(status="in_progress", ended_at=None)
    assert owner.get(page_of(priya, "report")).json()["detail"].startswith("The interview goes on.")
