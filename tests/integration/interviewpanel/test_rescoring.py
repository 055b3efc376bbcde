"""Answers are scored again: a new row each time, by whom and why; what counted goes on counting until it is done."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.db.utils import IntegrityError
from pytest_django import Settings

from authentication.models import User
from config.work.claims import Status
from interviewpanel.domain.human_ratings import RatingRefused
from interviewpanel.models import Answer, AnswerScore, InterviewSession
from interviewpanel.selectors.waiting import list_for_person
from interviewpanel.services.candidate_requests import ask_people
from interviewpanel.services.human_ratings import override_score, withdraw_override
from interviewpanel.services.rescoring import MOST_SCORINGS, rescore_answers
from questionbank.domain.model_purposes import Purpose
from questionbank.engines.llm import load_language_model
from questionbank.engines.llm.ollama import OllamaModel
from questionbank.models import ModelCall, QuestionVersion
from reports.domain.evaluation import compile_scorecard
from reports.models import InterviewReport
from reports.selectors.interviews import read_interview
from reports.services.reports import open_report, prepare_report
from tests.graders import Grader
from tests.interview_rows import (
    MADE_AT,
    World,
    add_answer,
    add_score,
    make_interview,
    make_report,
    make_session,
    make_world,
    read_rows,
)
from tests.ollama_server import OllamaServer, fail_with
from tests.work import do_due

WHY = "The model was replaced."


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_world()


@pytest.fixture
def server(settings: Settings) -> Iterator[OllamaServer]:
    """A grader that rates everything 0."""
    with OllamaServer() as running:
        settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL, settings.REQUEST_TIMEOUT = running.url, "tiny", 5
        load_language_model.cache_clear()
        Grader(running)
        yield running
        model = load_language_model(Purpose.SCORE)
        assert isinstance(model, OllamaModel)
        model.close()
    load_language_model.cache_clear()


def ask(session: InterviewSession, *numbers: int, why: str = WHY) -> list[AnswerScore]:
    return rescore_answers(
        session_id=session.pk, numbers=numbers or None, user=None, asked_by="Rosa Lind", reason=why, now=MADE_AT
    )


def list_scorings(answer: Answer) -> list[tuple[int, str, int | None, str]]:
    return list(answer.scores.order_by("number").values_list("number", "state", "composite", "work_status"))


def refusal(session: InterviewSession, *numbers: int, why: str = WHY) -> str:
    with pytest.raises(RatingRefused) as refused:
        ask(session, *numbers, why=why)
    return str(refused.value)


def test_scoring_again_adds_a_row_and_the_report_is_made_again(world: World, server: OllamaServer) -> None:
    session = make_interview(world)
    report = make_report(session)
    (made,) = ask(session, 2)
    answer = session.answers.get(number=2)
    assert list_scorings(answer) == [(1, "scored", 60, "done"), (2, "", None, "queued")]
    assert (made.asked_by_name, made.asked_reason) == ("Rosa Lind", WHY)
    report.refresh_from_db()
    assert (report.overall, report.work_status) == (56, "done"), "what was measured counts until it is done"
    assert do_due(AnswerScore, times=3) == 1
    answer.refresh_from_db()
    made.refresh_from_db()
    first, second = list_scorings(answer)
    assert (first, second[0], second[3]) == ((1, "scored", 60, "done"), 2, "done")
    assert made.second_opinion is not None
    assert made.second_opinion["by_model"]["composite"] == 0
    assert made.provenance["engine"] == "ollama"
    call = ModelCall.objects.get()
    assert (call.organization, call.interview, call.operation) == (world.organization, session.uuid, "score_answer")
    report.refresh_from_db()
    assert report.work_status == "queued"
    assert answer.status == "scored"


def test_all_that_have_words_are_scored_again_and_the_skipped_one_is_not(world: World) -> None:
    session = make_interview(world)
    assert [score.answer.number for score in ask(session)] == [1, 2]


def test_what_is_under_way_is_not_asked_for_twice(world: World) -> None:
    session = make_interview(world)
    ask(session, 1)
    assert refusal(session, 1) == "Answer 1 is being scored just now. Read that first, then decide again."
    assert refusal(session) == "Answer 1 is being scored just now. Read that first, then decide again."
    assert AnswerScore.objects.count() == 3


def test_what_cannot_be_scored_again_is_said(world: World) -> None:
    session = make_interview(world)
    assert refusal(session, 1, 3, 9) == ("Answer 3, 9 cannot be scored again: it has no words, or was not scored yet.")
    assert refusal(session, 1, why="  ").startswith("Say why you have it scored again")
    live = make_session(world, candidate="Lena Maier", status="in_progress", ended_at=None)
    assert refusal(live).startswith("The interview goes on.")
    silent = make_session(world, candidate="Omar Said")
    assert refusal(silent) == "No answer of this interview has words that could be scored."
    answer = session.answers.get(number=1)
    for number in range(2, MOST_SCORINGS + 1):
        add_score(answer, 50, number=number)
    assert refusal(session, 1) == "Answer 1 was scored 20 times. Rate it yourself."


def test_of_who_has_withdrawn_nothing_is_scored_neither_asked_for_nor_stored(
    world: World, server: OllamaServer
) -> None:
    session = make_interview(world)
    (made,) = ask(session, 1)
    ask_people(invitation=session.invitation, kind="withdraw", note="", now=MADE_AT)
    do_due(AnswerScore)
    made.refresh_from_db()
    assert (made.work_status, made.state, server.chats) == ("failed", "", [])
    assert refusal(session, 2) == "The candidate has withdrawn. Nothing more is scored of this interview."


def test_a_scoring_that_fails_leaves_the_earlier_one_in_force(world: World, server: OllamaServer) -> None:
    session = make_interview(world)
    first = session.answers.get(number=1).scores.get()
    AnswerScore.objects.filter(pk=first.pk).update(reasons=["Look."])
    (made,) = ask(session, 1)
    assert list(list_for_person(AnswerScore.objects.all())) == [first], "it waits for a person as long as it counts"
    AnswerScore.objects.filter(pk=made.pk).update(attempts=AnswerScore.max_attempts - 1)
    QuestionVersion.objects.update(criteria=[{"key": "no rubric at all"}])
    do_due(AnswerScore)
    made.refresh_from_db()
    assert (made.work_status, made.state, made.composite) == (Status.DEAD, "technical_failure", None)
    assert session.answers.get(number=1).status == "scored"
    assert list(list_for_person(AnswerScore.objects.all())) == [first]
    report = open_report(session=session, now=MADE_AT)
    assert report.work_status == "queued"


def test_an_answer_whose_first_scoring_had_failed_is_scored_at_last(world: World, server: OllamaServer) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1, status="technical_failure")
    add_score(answer, None, state="technical_failure", work_status="dead", criteria=[])
    ask(session)
    do_due(AnswerScore)
    answer.refresh_from_db()
    assert answer.status == "scored"
    assert [one[3] for one in list_scorings(answer)] == ["dead", "done"]


def test_a_follow_up_whose_scoring_had_failed_is_scored_with_its_question_at_last(
    world: World, server: OllamaServer
) -> None:
    session = make_session(world)
    answer = add_answer(session, world, 1)
    add_score(answer, 40)
    fields: dict[str, Any] = {"kind": "follow_up", "follow_up_of": answer, "question_text": "And why?"}
    silent = add_answer(session, world, 2, **fields, status="no_speech", transcript="")
    told = add_answer(session, world, 3, **fields, status="technical_failure", transcript="It costs every insert.")
    failed = {"state": "technical_failure", "work_status": "dead", "criteria": []}
    add_score(answer, None, number=2, follow_ups=1, **failed)
    (made,) = ask(session)
    assert (made.number, made.follow_ups) == (3, 1)
    do_due(AnswerScore)
    assert "\nIt costs every insert.\nEND ANSWER" in server.chats[0]["messages"][-1]["content"]
    statuses = dict(session.answers.values_list("number", "status"))
    assert statuses == {1: "scored", silent.number: "no_speech", told.number: "scored"}


def test_what_a_person_set_goes_on_counting_beside_another_measurement(world: World, server: OllamaServer) -> None:
    session = make_interview(world)
    user = User.objects.create_user("rosa@example.com", "x")
    answer = session.answers.get(number=2)
    (made,) = ask(session, 2)
    override_score(answer_id=answer.pk, user=user, composite=90, components={}, reason="Read out.", seen=0, now=MADE_AT)
    do_due(AnswerScore, times=3)
    made.refresh_from_db()
    rows = read_rows(session)
    scorecard = compile_scorecard(header=rows.header, kind="final", answers=rows.answers, transcript=rows.transcript)
    card = scorecard.answers[1]
    assert card.measured is not None
    assert (card.composite, card.measured.state, card.measured.composite) == (90, made.state, made.composite)
    (kept,) = answer.overrides.all()
    assert (kept.measured, kept.score_id) == (60, answer.scores.get(number=1).pk), "what it was set in place of"
    assert withdraw_override(answer_id=answer.pk, user=user, reason="Heard again.", seen=1, now=MADE_AT).is_withdrawn
    report = InterviewReport.objects.get(session=session)
    assert read_interview(report, MADE_AT).answers[1].composite == made.composite


def test_a_failing_model_takes_no_ratings_away_and_does_no_worse_than_before(
    world: World, server: OllamaServer
) -> None:
    session = make_interview(world)
    (made,) = ask(session, 1)
    server.replies = [fail_with(500, "out of memory")]
    AnswerScore.objects.filter(pk=made.pk).update(attempts=AnswerScore.max_attempts - 1)
    do_due(AnswerScore)
    made.refresh_from_db()
    assert (made.work_status, made.state) == ("failed", "technical_failure")
    assert made.last_error.startswith("The earlier score stays: ")
    AnswerScore.objects.filter(answer=made.answer_id, number=1).update(is_fallback=True)
    (again,) = ask(session, 1)
    AnswerScore.objects.filter(pk=again.pk).update(attempts=AnswerScore.max_attempts - 1)
    do_due(AnswerScore)
    again.refresh_from_db()
    assert (again.work_status, again.is_fallback, again.provenance["engine"]) == ("done", True, "embedded")
    assert again.second_opinion is None


def test_a_report_under_way_does_not_tell_an_older_score(world: World, server: OllamaServer) -> None:
    from config.work.tasks import WorkNotReady

    session = make_interview(world)
    report = open_report(session=session, now=MADE_AT)
    store = prepare_report(report=report, now=MADE_AT)
    ask(session, 1)
    do_due(AnswerScore)
    with pytest.raises(WorkNotReady):
        store()
    assert not InterviewReport.objects.get().is_made


def test_who_asks_says_why(world: World) -> None:
    answer = add_answer(make_session(world), world, 1)
    with pytest.raises(IntegrityError):
        AnswerScore.objects.create(answer=answer, number=2, asked_by_name="Rosa Lind")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_one_is_told() -> None:
    session = make_interview(make_world())
    barrier = Barrier(2)

    def press(_: int) -> str:
        barrier.wait()
        try:
            return str(ask(session, 1)[0].number)
        except RatingRefused as refused:
            return str(refused)[:8]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == ["2", "Answer 1"]
    assert AnswerScore.objects.filter(answer__number=1).count() == 2
