"""The calibration desk's services: a file becomes a set, scorers score it, nights are compared, reviews measured."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from authentication.models import User
from config.work.tasks import perform
from interviewpanel.domain.rated_sets import RatedSetRefused
from interviewpanel.models import AnswerRating, CalibrationRun, RatedSet
from interviewpanel.selectors.calibration import measure_interviews
from interviewpanel.services.calibration import imports, runs
from questionbank.domain.model_purposes import Purpose
from questionbank.engines.llm import load_language_model
from questionbank.engines.llm.ollama import OllamaModel
from questionbank.models import ModelCall
from tests.interview_rows import World, add_answer, add_score, make_session, make_world
from tests.ollama_server import OllamaServer, fail_with, reply_with
from tests.rated_files import NOW, POOR, import_set, write_file

pytestmark = pytest.mark.django_db(transaction=True)
TASK = "interviewpanel.tasks.score_rated_set"


@pytest.fixture
def server(settings: Any) -> Iterator[OllamaServer]:
    with OllamaServer() as running:
        settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL = running.url, "tiny"
        load_language_model.cache_clear()
        yield running
        model = load_language_model(Purpose.SCORE)
        if isinstance(model, OllamaModel):
            model.close()
    load_language_model.cache_clear()


# --- Import ---


def test_a_file_becomes_a_set(world: World, user: User) -> None:
    rated_set = import_set(world, user)
    first = rated_set.answers.first()
    assert first is not None
    assert rated_set.answers.count() == 24
    assert (first.number, first.question, first.text, first.ratings) == (
        1,
        "What does index 0 cost?",
        f"{POOR} Case 0.",
        {"a": 10.0, "b": 20.0},
    )


def test_a_key_takes_the_banks_question_as_it_stands(world: World, user: User) -> None:
    content = f"question_key,answer,rater,rating\n{world.question.key},Read the plan,a,50\n".encode()
    answer = import_set(world, user, content).answers.get()
    version = world.question.current_version
    assert version is not None
    assert (answer.question, answer.expected_elements, answer.criteria) == (
        version.text,
        version.expected_elements,
        version.criteria,
    )


def test_a_key_of_another_organization_is_none(world: World, user: User) -> None:
    other = make_world("Stranger")
    content = f"question_key,answer,rater,rating\n{other.question.key},Read the plan,a,50\n".encode()
    with pytest.raises(RatedSetRefused, match=f"The bank has no question called: {other.question.key}."):
        import_set(world, user, content)
    assert not RatedSet.objects.exists()


def test_one_file_is_imported_once(world: World, user: User) -> None:
    import_set(world, user)
    with pytest.raises(RatedSetRefused, match="imported already, as “Autumn”"):
        import_set(world, user)


# --- Runs ---


def score(rated_set: RatedSet, user: User) -> CalibrationRun:
    run = runs.ask_run(rated_set=rated_set, user=user)
    perform(TASK, run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.usefixtures("no_model")
def test_a_run_says_how_the_scorers_agree_with_people(world: World, user: User) -> None:
    run = score(import_set(world, user), user)
    assert (run.work_status, run.engine, len(run.scores), run.alarms) == ("done", "embedded", 24, [])
    assert run.agreement["people"]["pairs"] == 24
    assert run.agreement["people"]["mae"] == 15.0
    assert run.agreement["scorer"] == run.agreement["embedded"]
    assert run.drift == {}


@pytest.mark.usefixtures("no_model")
def test_the_same_scorer_is_steady_and_a_second_request_waits(world: World, user: User) -> None:
    rated_set = import_set(world, user)
    score(rated_set, user)
    again = score(rated_set, user)
    assert (again.drift["compared"], again.drift["mean_change"], again.alarms) == (24, 0.0, [])
    runs.ask_run(rated_set=rated_set, user=user)
    with pytest.raises(runs.RunRefused, match="being scored already"):
        runs.ask_run(rated_set=rated_set, user=user)


def rate_all(rating: int) -> Any:
    """A model that gives every criterion the same rating and quotes the first words of the answer."""

    def answer(request: dict[str, Any]) -> Any:
        words = request["messages"][-1]["content"].split("BEGIN ANSWER ")[1].split("\n")[1].split()[:4]
        criteria = [
            {"number": n, "quote": " ".join(words), "reason": "As asked.", "rating": rating} for n in range(1, 9)
        ]
        return reply_with({"criteria": criteria, "rationale": "So.", "strengths": [], "improvements": []})

    return answer


@pytest.mark.usefixtures("no_model")
def test_a_scorer_that_became_milder_raises_the_alarm(world: World, user: User) -> None:
    rated_set = import_set(world, user)
    first = score(rated_set, user)
    for kept in first.scores.values():
        kept["composite"] = None if kept["composite"] is None else max(0, kept["composite"] - 8)
    first.save()
    drifted = score(rated_set, user)
    assert 3 < drifted.drift["shift"] <= 8
    assert drifted.alarms[0].startswith("Scores differ by ")
    runs.take_as_baseline(run=drifted, user=user, now=NOW)
    assert score(rated_set, user).alarms == []


@pytest.mark.usefixtures("no_model")
def test_a_run_that_has_not_ended_takes_no_baselines_place(world: World, user: User) -> None:
    rated_set = import_set(world, user, write_file(questions=1))
    chosen, later = score(rated_set, user), runs.ask_run(rated_set=rated_set, user=user)
    runs.take_as_baseline(run=chosen, user=user, now=NOW)
    with pytest.raises(runs.RunRefused, match="has not scored its set"):
        runs.take_as_baseline(run=later, user=user, now=NOW)
    assert list(rated_set.runs.filter(is_baseline=True)) == [chosen]


def test_a_night_in_which_the_model_fails_on_some_answers_says_so(
    world: World, user: User, server: OllamaServer
) -> None:
    rated_set = import_set(world, user, write_file(questions=1, answers=2))
    server.replies = [rate_all(2)]
    assert score(rated_set, user).alarms == []
    rate, refuse = rate_all(2), fail_with(400, "too long")
    server.replies = [lambda request: refuse if "Case 0." in str(request) else rate(request)]
    run = score(rated_set, user)
    assert [one["engine"] for one in run.scores.values()] == ["embedded", "ollama"]
    assert "The engine was ollama and is embedded and ollama." in run.alarms


def test_every_call_is_written_down(world: World, user: User, server: OllamaServer) -> None:
    rated_set = import_set(world, user, write_file(questions=1, answers=2))
    server.replies = [rate_all(2)]
    assert (score(rated_set, user).engine, len(server.chats)) == ("ollama", ModelCall.objects.count())
    assert set(ModelCall.objects.values_list("organization", "operation", "interview")) == {
        (world.organization.pk, "score_answer", None)
    }


def test_a_model_that_is_gone_at_night_is_told(world: World, user: User, server: OllamaServer, settings: Any) -> None:
    rated_set = import_set(world, user, write_file(questions=3))
    server.replies = [rate_all(2)]
    score(rated_set, user)
    model = load_language_model(Purpose.SCORE)
    assert isinstance(model, OllamaModel)
    model.close()
    settings.OLLAMA_MODEL = ""
    load_language_model.cache_clear()
    alarms = score(rated_set, user).alarms
    assert "The engine was ollama and is embedded." in alarms


def test_a_worker_that_dies_costs_one_answer(world: World, user: User, server: OllamaServer) -> None:
    rated_set = import_set(world, user, write_file(questions=3, answers=2))
    run = runs.ask_run(rated_set=rated_set, user=user)
    done: dict[str, Any] = {"state": "scored", "composite": 41, "engine": "ollama", "embedded": {"composite": 40}}
    CalibrationRun.objects.filter(pk=run.pk).update(scores={"1": done, "2": done})
    server.replies = [rate_all(2)]
    perform(TASK, run.pk)
    run.refresh_from_db()
    assert (run.scores["1"]["composite"], len(run.scores)) == (41, 6)


@pytest.mark.usefixtures("no_model")
def test_each_night_has_one_run_whoever_sweeps(world: World, user: User) -> None:
    rated_set = import_set(world, user)
    night = NOW.replace(hour=3)
    assert runs.ask_nightly_runs(night) == 0
    imports.watch_set(rated_set=rated_set, is_watched=True)
    assert runs.ask_nightly_runs(night.replace(hour=1)) == 0
    assert [runs.ask_nightly_runs(night), runs.ask_nightly_runs(night + timedelta(minutes=5))] == [1, 0]
    assert runs.ask_nightly_runs(night + timedelta(days=1)) == 1
    assert [run.night for run in rated_set.runs.order_by("pk")] == [night.date(), night.date() + timedelta(days=1)]


def test_one_set_is_golden_at_a_time(world: World, user: User) -> None:
    one = import_set(world, user)
    other = import_set(world, user, write_file(questions=7))
    imports.watch_set(rated_set=one, is_watched=True)
    imports.watch_set(rated_set=other, is_watched=True)
    assert list(RatedSet.objects.filter(is_watched=True)) == [other]


# --- Reviews ---


def test_reviews_are_measured_blind_first(world: World, user: User) -> None:
    other = User.objects.create_user("second@example.com", "x")
    session = make_session(world)
    for number in range(1, 13):
        answer = add_answer(session, world, number=number)
        add_score(answer, 50)
        for person, composite, is_blind in ((user, 60, True), (other, 40 + number, number % 2 == 0)):
            AnswerRating.objects.create(
                answer=answer,
                rated_by=person,
                rated_by_name=str(person),
                composite=composite,
                is_blind=is_blind,
                at=NOW,
            )
    every = {row.name: row.pairs for row in measure_interviews(world.organization.pk, blind_only=False)}
    blind = {row.name: row.pairs for row in measure_interviews(world.organization.pk, blind_only=True)}
    assert every["people"] == 12
    assert blind["people"] == 6
    (scorer,) = set(every) - {"people"}
    assert (every[scorer], blind[scorer]) == (24, 18)
    assert measure_interviews(make_world("Stranger").organization.pk, blind_only=False)[0].pairs == 0
