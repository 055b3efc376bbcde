"""What the rules do on attempts that were written after they were fixed. These are the figures that the documents give;
a change of the rules that changes them changes the documents too."""

import random
from collections.abc import Iterator

import pytest

from interviewpanel.services.answer_analysis import AnswerAnalysisService
from questionbank.domain.instructions import find_instructions
from questionbank.engines.llm.ollama import OllamaLimits, OllamaModel
from tests.injections import read_set
from tests.obedience import count_numbers
from tests.ollama_server import OllamaServer

ATTEMPTS, HARMLESS = read_set("injections_held_out")


@pytest.fixture(scope="module")
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as running:
        yield running


@pytest.fixture
def service(server: OllamaServer) -> Iterator[AnswerAnalysisService]:
    limits = OllamaLimits(timeout_seconds=5.0, attempts=1)
    model = OllamaModel(server.url, "tiny", limits=limits, rng=random.Random(1), wait=lambda _: None)
    yield AnswerAnalysisService(model, nonce_key=b"secret")
    model.close()


def test_how_many_are_found_by_their_words() -> None:
    found = [
        one
        for one in ATTEMPTS
        if any(find_instructions(text) for a in one.answers for text in (a.transcript, a.background))
    ]
    harmless = [one for one in HARMLESS if find_instructions(one.answer.transcript)]
    assert (len(found), len(ATTEMPTS), len(harmless), len(HARMLESS)) == (9, 36, 0, 20)


@pytest.mark.parametrize("is_half", [False, True])
def test_a_model_that_obeys_to_the_letter_gives_no_number(
    service: AnswerAnalysisService, server: OllamaServer, is_half: bool
) -> None:
    assert count_numbers(ATTEMPTS, service, server, is_careful=False, is_half=is_half).total() == 0


def test_an_accomplice_gives_none_to_answers_that_say_nothing(
    service: AnswerAnalysisService, server: OllamaServer
) -> None:
    assert count_numbers(ATTEMPTS, service, server, is_careful=True, is_half=False).total() == 0
