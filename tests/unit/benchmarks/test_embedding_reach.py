"""The real embedding model: only where EMBEDDING_MODEL_FOR_TESTS names its folder (onnx/model.onnx, tokenizer.json).

With GRADED_ANSWERS too (benchmarks/fit_embedded_scorer.py says what it holds) the floors are measured anew, which takes
some ten minutes.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.embedded_scorer import measure_demo_bank, read_bank
from benchmarks.fit_embedded_scorer import list_variants, measure_unseen
from benchmarks.graded_answers import read_graded_answers
from benchmarks.graded_floors import MOST_MILLISECONDS, check_floors
from benchmarks.graded_probes import measure_probes
from benchmarks.graded_vectors import measure_seconds
from interviewpanel.domain.embedded_scorer import score_text
from interviewpanel.domain.embedded_scorer_model import find_misfit, load_vector_scorer
from interviewpanel.engines.embeddings import EmbeddingModel, EmbeddingSettings, describe_embeddings, load_model_folder
from interviewpanel.engines.embeddings.loading import EmbeddingLoader

FOLDER = os.environ.get("EMBEDDING_MODEL_FOR_TESTS", "")  # noqa: TID251
GRADED = os.environ.get("GRADED_ANSWERS", "")  # noqa: TID251
pytestmark = [
    pytest.mark.skipif(not FOLDER, reason="EMBEDDING_MODEL_FOR_TESTS names no folder."),
    pytest.mark.timeout(600),
]

QUESTION = "Why is a hash map fast?"
EXPECTED = "The key's hash gives the position directly, so a lookup takes constant time on average."
OTHER_WORDS = (
    "Because you compute from the key where it is stored, finding something does not get slower with more entries."
)


@pytest.fixture(scope="module")
def model() -> EmbeddingModel:
    return load_model_folder(Path(FOLDER))


def test_the_coefficients_fit_this_model(model: EmbeddingModel) -> None:
    assert find_misfit(model) == ""
    settings = EmbeddingSettings(embedding_model=FOLDER, embedding_download=False)
    loader = EmbeddingLoader(lambda: settings)
    loader.begin().join(60)
    found = loader.find()
    assert found is not None
    assert found.version == model.version
    assert describe_embeddings(settings).detail == f"{model.version}, on disk in {FOLDER}."


def test_a_right_answer_in_other_words_is_on_the_topic(model: EmbeddingModel) -> None:
    by_stems = score_text(OTHER_WORDS, question=QUESTION, expected_answer=EXPECTED)
    by_vectors = score_text(OTHER_WORDS, question=QUESTION, expected_answer=EXPECTED, embedder=model)
    assert "off_topic" not in by_vectors.flags
    assert by_vectors.components["technical"] > by_stems.components["technical"]
    assert by_vectors.version == f"{load_vector_scorer().version}+{model.version}"


def test_an_answer_is_embedded_in_time(model: EmbeddingModel) -> None:
    assert measure_seconds(model, [OTHER_WORDS] * 20)["p50"] <= MOST_MILLISECONDS


def test_the_same_answer_has_the_same_score_from_any_thread(model: EmbeddingModel) -> None:
    def score(_: int) -> object:
        return score_text(OTHER_WORDS, question=QUESTION, expected_answer=EXPECTED, elements=[EXPECTED], embedder=model)

    with ThreadPoolExecutor(8) as pool:
        assert len({str(one) for one in pool.map(score, range(32))}) == 1


def test_the_demo_bank_stays_in_order(model: EmbeddingModel) -> None:
    technical = [row.technical for row in measure_demo_bank(model)]
    whole, half, third, following, far, none = technical
    assert technical == sorted(technical, reverse=True)
    assert (whole, none) == (100, 0)
    assert 50 < half < 80
    assert third < 65
    assert max(following, far) < 20


def test_the_probes_say_what_they_should(model: EmbeddingModel) -> None:
    probes = {row.kind: row for row in measure_probes(read_bank()[::4], model, with_points=True)}
    assert probes["the same twice"].middle("technical") == probes["the expected answer"].middle("technical") == 100
    assert probes["a list of its key words"].flags["keyword_list"] == 100
    assert probes["echo of the question"].flags["echo_of_question"] == 100
    assert probes["off topic"].flags["off_topic"] == 100
    assert probes["fluff"].middle("technical") < 15
    assert probes["30 % recognition errors"].middle("technical") > 60
    assert probes["does not know"].flags == {"dont_know": 100}


@pytest.mark.timeout(3000)
@pytest.mark.skipif(not GRADED, reason="GRADED_ANSWERS names no folder.")
def test_the_floors_hold_when_measured_anew(model: EmbeddingModel) -> None:
    answers = read_graded_answers(Path(GRADED))
    measured, _ = measure_unseen(answers, list_variants(answers)[-1])
    speed = measure_seconds(model, [text for text in answers.text[::50] if text.strip()])
    assert check_floors({**measured, "milliseconds_to_embed_an_answer": speed}) == []
