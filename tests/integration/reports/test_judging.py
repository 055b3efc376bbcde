"""People rate and override: who may, what is stored, what the scorecard and the report make of it.

Named people: Rosa, who recruits for Fernbrook; Omar, who reviews for it; a stranger.
"""

import json
from typing import Any

import pytest
from django.test import Client

from config.work.tasks import WorkNotReady
from interviewpanel.domain.human_ratings import RatingRefused
from interviewpanel.models import AnswerRating, InterviewSession, ScoreOverride
from interviewpanel.services.candidate_requests import ask_people
from interviewpanel.services.human_ratings import override_score, rate_answer
from organizations.models import Organization
from reports.models import InterviewReport
from reports.services.documents import from_document
from reports.services.reports import open_report, prepare_report
from tests.history_lines import list_lines, read_lines
from tests.integration.reports.test_review import read, text_of, url_of
from tests.interview_rows import ENDED_AT, MADE_AT, World, add_answer, add_score, make_interview, make_session
from tests.staff import make_member, sign_in
from tests.work import do_due

pytestmark = pytest.mark.django_db

OVERRIDE = {
    "composite": "90",
    "reason": "Right in other words.",
    "part_technical": "95",
    "part_relevance": "90",
    "part_depth": "",
    "part_clarity": "75",
    "seen": "0",
}


def member(world: World, role: str) -> Any:
    user = make_member(f"{role}@fernbrook.example", {world.organization: role})
    user.full_name = {"hr": "Rosa Lind", "reviewer": "Omar Said"}.get(role, role.title())
    user.save()
    return user


def post(client: Client, session: InterviewSession, what: str, number: int, **fields: str) -> Any:
    data = {f"{what}-{number}-{name}": value for name, value in fields.items()}
    return client.post(url_of(session), {"do": what, "answer": str(number), **data})


def values(report: InterviewReport) -> tuple[int | None, str]:
    report.refresh_from_db()
    return report.overall, report.work_status


# --- What is stored, and what comes of it ----------------------------------------------------------------------------


def test_a_rating_stands_beside_the_score_and_changes_nothing(world: World) -> None:
    session = make_interview(world)
    client = sign_in(member(world, "reviewer"))
    answer = post(client, session, "rate", 1, part_technical="2", part_relevance="4", reason="Only the first half.")
    assert answer["Location"] == f"{url_of(session)}#answer-1"
    rating = AnswerRating.objects.get()
    # (0.30·50 + 0.25·100) / 0.55
    assert (rating.composite, rating.components, rating.rated_by_name, rating.is_blind) == (
        *(73, {"technical": 50.0, "relevance": 100.0}),
        *("Omar Said", False),
    )
    text = text_of(read(client, session))
    assert "your rating: 73 (−7)" in text
    assert "Omar Said rated it 73 (technical 50, relevance 100)" in text
    assert "56 of 100" in text
    post(client, session, "rate", 1, composite="80")
    assert list(AnswerRating.objects.values_list("composite", flat=True)) == [73, 80]
    assert "your rating: 80 (+0)" in text_of(read(client, session))
    assert "Rated again later." in text_of(read(client, session))


def test_an_override_counts_and_both_numbers_are_shown(world: World) -> None:
    session = make_interview(world)
    client = sign_in(member(world, "hr"))
    post(client, session, "override", 2, **OVERRIDE)
    row = ScoreOverride.objects.get()
    assert (row.number, row.measured, row.composite, row.decided_by_name) == (1, 60, 90, "Rosa Lind")
    assert row.components == {"technical": 95.0, "relevance": 90.0, "clarity": 75.0}
    assert row.score == session.answers.get(number=2).scores.get()
    text = text_of(read(client, session))
    assert "68 of 100" in text  # (80·2 + 90·2 + 0) / 5
    assert "With 1 score set by people." in text
    assert "The automatic scores alone: 56 of 100, grade F." in text
    assert "90 of 100, set by a person measured: 60" in text
    assert "Rosa Lind set the score to 90 (measured: 60)" in text


def test_the_report_is_made_again_and_says_who_decided_what(world: World) -> None:
    session = make_interview(world)
    report = open_report(session=session, now=ENDED_AT)
    do_due(InterviewReport, now=MADE_AT)
    assert values(report) == (56, "done")
    client = sign_in(member(world, "hr"))
    post(client, session, "override", 2, **OVERRIDE)
    assert values(report) == (56, "queued")
    do_due(InterviewReport)
    assert values(report) == (68, "done")
    with report.json.open() as file:
        document = json.load(file)
    told = document["answers"][1]
    assert (told["composite"], told["measured"]["composite"], told["overrides"][0]["by"]) == (90, 60, "Rosa Lind")
    assert document["automatic"]["overall"] == 56
    assert from_document(document).overridden[0].number == 2
    assert report.pdf.size > 10_000


def test_withdrawn_what_was_measured_counts_again_and_all_of_it_stays_told(world: World) -> None:
    session = make_interview(world)
    client = sign_in(member(world, "hr"))
    post(client, session, "override", 2, **OVERRIDE)
    post(client, session, "withdraw", 2, reason="", seen="1")
    assert ScoreOverride.objects.get().withdrawn_at is None
    post(client, session, "withdraw", 2, reason="I took it for answer 1.", seen="1")
    row = ScoreOverride.objects.get()
    assert (row.composite, row.withdrawn_by_name, row.withdrawal_reason) == (90, "Rosa Lind", "I took it for answer 1.")
    text = text_of(read(client, session))
    assert "56 of 100" in text
    assert "Taken back by Rosa Lind" in text
    assert post(client, session, "withdraw", 2, reason="Again.", seen="1").status_code == 404
    post(client, session, "override", 2, **{**OVERRIDE, "composite": "70", "seen": "1"})
    assert list(ScoreOverride.objects.values_list("number", "composite")) == [(1, 90), (2, 70)]
    assert "60 of 100" in text_of(read(client, session))


def test_what_is_wrong_is_said_beside_the_form_and_nothing_is_stored(world: World) -> None:
    session = make_interview(world)
    client = sign_in(member(world, "hr"))
    refused = [
        (("override", {**OVERRIDE, "reason": " "}), "Say why: the reason stands in the report."),
        (("override", {**OVERRIDE, "composite": "101"}), "Ensure this value is less than or equal to 100."),
        (("override", {**OVERRIDE, "seen": "3"}), "Somebody has changed this score meanwhile."),
        (("rate", {"reason": "Fine."}), "Rate at least one part, or give a score from 0 to 100."),
        (("rate", {"part_technical": "5"}), "Select a valid choice."),
    ]
    for (what, fields), said in refused:
        response = post(client, session, what, 2, **fields)
        assert response.status_code == 200
        assert said in text_of(response.content.decode()), what
    assert (AnswerRating.objects.count(), ScoreOverride.objects.count()) == (0, 0)
    assert "Right in other words." in post(client, session, "override", 2, **{**OVERRIDE, "seen": "3"}).content.decode()


def test_every_judgement_is_in_the_interviews_history_with_its_reason(world: World) -> None:
    session = make_interview(world)
    client = sign_in(member(world, "hr"))
    post(client, session, "override", 2, **OVERRIDE)
    post(client, session, "rate", 1, composite="50", reason="Half of it.")
    assert read_lines(session) == [
        ("Answer 2: score set to 90 of 100.", "Right in other words."),
        ("Answer 1: rated 50 of 100.", "Half of it."),
    ]
    assert len(list_lines()) == 2


def test_a_number_where_the_machine_had_none(world: World) -> None:
    session = make_session(world)
    add_score(add_answer(session, world, 1), None, state="needs_human", reasons=["A list of terms."])
    client = sign_in(member(world, "hr"))
    assert "A person should look." in text_of(read(client, session))
    post(client, session, "override", 1, **OVERRIDE)
    text = text_of(read(client, session))
    assert "measured: needs a person" in text
    assert "A person should look." not in text
    assert ScoreOverride.objects.get().measured is None


# --- Who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["admin", "hr", "reviewer"])
def test_each_role_of_the_organization_may_rate_and_override(world: World, role: str) -> None:
    session = make_interview(world)
    client = sign_in(member(world, role))
    post(client, session, "rate", 1, composite="50")
    post(client, session, "override", 1, **OVERRIDE)
    post(client, session, "withdraw", 1, reason="Mistaken.", seen="1")
    assert (AnswerRating.objects.count(), ScoreOverride.objects.get().is_withdrawn) == (1, True)


def test_nobody_judges_for_another_organization(world: World) -> None:
    """Who reviews here and administers there judges here only; a stranger finds nothing to judge."""
    session = make_interview(world)
    elsewhere = Organization.objects.create(name="Elsewhere", slug="elsewhere")
    stranger = sign_in(make_member("stranger@elsewhere.example", {elsewhere: "admin"}))
    for what, fields in (("rate", {"composite": "50"}), ("override", OVERRIDE)):
        assert post(stranger, session, what, 1, **fields).status_code == 404
    assert (AnswerRating.objects.count(), ScoreOverride.objects.count()) == (0, 0)


def test_of_who_has_withdrawn_and_while_it_goes_on_nothing_is_judged(world: World) -> None:
    user = member(world, "hr")
    live = make_session(world, candidate="Omar Said", status="in_progress", ended_at=None)
    withdrawn = make_interview(world)
    ask_people(invitation=withdrawn.invitation, kind="withdraw", note="", now=ENDED_AT)
    add_score(add_answer(live, world, 1))
    for session, why in ((live, "The interview goes on"), (withdrawn, "has withdrawn")):
        assert post(sign_in(user), session, "rate", 1, composite="50").status_code == 404
        with pytest.raises(RatingRefused, match=why):
            rate_answer(
                answer_id=session.answers.get(number=1).pk,
                user=user,
                ratings={},
                composite=50,
                reason="",
                is_blind=False,
                now=ENDED_AT,
            )
    assert AnswerRating.objects.count() == 0


def test_of_two_who_override_at_once_the_second_is_told(world: World) -> None:
    session = make_interview(world)
    first, second = sign_in(member(world, "hr")), sign_in(member(world, "admin"))
    post(first, session, "override", 1, **OVERRIDE)
    response = post(second, session, "override", 1, **{**OVERRIDE, "composite": "10"})
    assert "Somebody has changed this score meanwhile." in text_of(response.content.decode())
    assert ScoreOverride.objects.get().composite == 90


def test_a_report_that_is_being_made_does_not_miss_a_decision(world: World) -> None:
    session = make_interview(world)
    report = open_report(session=session, now=ENDED_AT)
    store = prepare_report(report=report, now=MADE_AT)
    override_score(
        answer_id=session.answers.get(number=1).pk,
        user=member(world, "hr"),
        composite=10,
        components={},
        reason="Read off a screen.",
        seen=0,
        now=MADE_AT,
    )
    with pytest.raises(WorkNotReady):
        store()
    report.refresh_from_db()
    assert not report.is_made
