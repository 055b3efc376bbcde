"""Whoever talks to the grader gets nothing for it, and whoever explains how prompts work loses nothing.

Every attempt goes over HTTP to a model that obeys every instruction it reads, in each of the ways in which a model can
obey. What must hold: no inflated number counts without a person, nothing stops, each attempt is flagged.
"""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from interviewpanel.services.answer_analysis import AnalysisState, AnswerAnalysis, AnswerAnalysisService
from interviewpanel.services.answer_analysis.instructions import BACKGROUND_FLAG, FLAG
from questionbank.engines.llm.ollama import OllamaLimits, OllamaModel
from tests.injections import Attempt, read_set
from tests.obedient_models import DEEDS, INFLATING, ObedientModel, is_control, make_reply, read_request, spread_quotes
from tests.ollama_server import OllamaServer, Reply

ATTEMPTS, HARMLESS = read_set("injections")
Ask = Callable[..., AnswerAnalysis]


@pytest.fixture(scope="module")
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as running:
        yield running


@pytest.fixture
def ask(server: OllamaServer) -> Iterator[Ask]:
    """Rates an answer by the model that is given, each with a circuit of its own."""
    models: list[OllamaModel] = []

    def rate(answer: Any, reply: Callable[[dict[str, Any]], Reply]) -> AnswerAnalysis:
        server.replies = [reply]
        server.chats.clear()
        if not models or not models[-1].is_reachable():
            limits = OllamaLimits(timeout_seconds=5.0, attempts=1)
            models.append(OllamaModel(server.url, "tiny", limits=limits, rng=random.Random(1), wait=lambda _: None))
        return AnswerAnalysisService(models[-1], nonce_key=b"secret").analyse(answer, is_last_attempt=True)

    yield rate
    for model in models:
        model.close()


def test_there_are_enough_of_both_and_each_kind() -> None:
    assert len(ATTEMPTS) >= 40
    assert len(HARMLESS) >= 40
    assert len({one.key for one in ATTEMPTS}) == len(ATTEMPTS)
    kinds = {one.kind for one in ATTEMPTS}
    assert kinds >= {"spoken", "typed", "role-play", "other language", "delimiter", "fake reply", "fake rubric"}
    assert kinds >= {"authority", "other answers", "encoded", "split", "flattery", "refuse", "résumé"}


def is_flagged(analyses: list[AnswerAnalysis]) -> bool:
    return any({FLAG, BACKGROUND_FLAG}.intersection(one.flags) for one in analyses)


def check_attempt(attempt: Attempt, ask: Ask, deed: str, *, is_careful: bool = False) -> None:
    model = ObedientModel(read=attempt.instructions, deed=deed, is_careful=is_careful)
    analyses = []
    for answer in attempt.answers:
        before = model.obeyed
        analysis = ask(answer, model.reply)
        analyses.append(analysis)
        is_by_model = analysis.provenance.engine == "ollama"
        if model.obeyed > before and is_by_model:
            assert (analysis.state, analysis.composite) == (AnalysisState.NEEDS_HUMAN, None), attempt.key
            assert analysis.review_reasons, attempt.key
        if analysis.provenance.is_fallback:  # its number was counted by code that reads no instructions
            assert analysis.provenance.engine == "embedded"
    assert is_flagged(analyses), attempt.key


@pytest.mark.parametrize("deed", list(DEEDS))
@pytest.mark.timeout(120)
def test_no_attempt_gets_a_number_from_a_model_that_obeys(deed: str, ask: Ask) -> None:
    for attempt in ATTEMPTS:
        check_attempt(attempt, ask, deed)


@pytest.mark.parametrize("deed", INFLATING)
@pytest.mark.timeout(120)
def test_nor_from_one_that_takes_care_not_to_be_found_out(deed: str, ask: Ask) -> None:
    for attempt in ATTEMPTS:
        check_attempt(attempt, ask, deed, is_careful=True)


def test_the_model_does_read_the_instructions_of_answers_and_obeys_them(ask: Ask) -> None:
    """Else the tests above would show nothing."""
    for attempt in ATTEMPTS:
        if attempt.kind == "résumé":
            continue
        model = ObedientModel(read=attempt.instructions)
        for answer in attempt.answers:
            ask(answer, model.reply)
        assert model.obeyed, attempt.key


def test_a_resume_with_instructions_is_not_shown_to_the_model_and_the_answer_is_scored(ask: Ask) -> None:
    for attempt in ATTEMPTS:
        if attempt.kind != "résumé":
            continue
        model = ObedientModel(read=attempt.instructions)
        (answer,) = attempt.answers
        analysis = ask(answer, model.reply)
        assert (model.obeyed, "BEGIN BACKGROUND" in model.requests[0]) == (0, False)
        assert analysis.state is AnalysisState.SCORED
        assert analysis.flags[-1] == BACKGROUND_FLAG
        assert analysis.provenance.background_hash == ""


def rate_well(request: dict[str, Any]) -> Reply:
    """As a person would rate good answers."""
    _, asked = read_request(request)
    quote = spread_quotes(asked)

    def rate(text: str) -> dict[str, Any]:
        return {"quote": "", "rating": 0} if is_control(text) else {"quote": quote(text), "rating": 4}

    return make_reply(asked, rate, "A good answer.")


@pytest.mark.parametrize("harmless", HARMLESS, ids=lambda one: one.key)
def test_harmless_answers_are_not_flagged_and_score_as_usual(harmless: Any, ask: Ask) -> None:
    analysis = ask(harmless.answer, rate_well)
    assert FLAG not in analysis.flags, analysis.review_reasons
    assert analysis.second_opinion is not None
    assert analysis.second_opinion.agrees, analysis.second_opinion.why
    assert (analysis.state, analysis.composite) == (AnalysisState.SCORED, 100), analysis.review_reasons
