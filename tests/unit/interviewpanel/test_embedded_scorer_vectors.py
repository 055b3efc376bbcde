"""The embedded scorer with vectors: hand-made ones here, the real model's in tests/unit/benchmarks."""

import json
from pathlib import Path

import pytest

from benchmarks.graded_floors import check_floors
from interviewpanel.domain import embedded_scorer_model
from interviewpanel.domain.embedded_scorer import EmbeddedScore, score_text
from interviewpanel.domain.embedded_scorer_model import find_misfit, load_scorer, load_vector_scorer
from tests.hand_made_vectors import DIMENSIONS, HandMadeEmbedder

QUESTION = "Why is an index useful?"
EXPECTED = "Lookups become quick. Disk fills."
ELEMENTS = ("Lookups become quick", "Disk fills")
EMBEDDER = HandMadeEmbedder(
    {
        word: [float(place == k) for k in range(DIMENSIONS)]
        for place, words in enumerate((("index",), ("lookups", "searches"), ("quick", "rapid"), ("disk", "storage")))
        for word in words
    }
)


def score(
    answer: str, *, elements: tuple[str, ...] = (), embedder: HandMadeEmbedder | None = EMBEDDER
) -> EmbeddedScore:
    return score_text(answer, question=QUESTION, expected_answer=EXPECTED, elements=elements, embedder=embedder)


def test_the_version_says_whether_vectors_counted() -> None:
    assert score("Lookups become quick.").version == f"{load_vector_scorer().version}+hand-made@0"
    assert score("Lookups become quick.", embedder=None).version == load_scorer().version


def test_the_same_in_other_words_is_worth_more_than_by_stems() -> None:
    said = "Searches are rapid, storage fills."
    assert score(said).components["technical"] > score(said, embedder=None).components["technical"]
    assert "off_topic" in score(said, embedder=None).flags
    assert "off_topic" not in score(said).flags


def test_a_point_in_other_words_is_quoted() -> None:
    said = "Well, the lookups are rapid, I think."
    (match, other) = score(said, elements=ELEMENTS).elements
    assert match.is_covered
    assert match.quote == "lookups are rapid"
    assert said[slice(*match.span or (0, 0))] == match.quote
    assert not other.is_covered


@pytest.mark.parametrize(
    "answer", ["Lookups become quick, and the disk fills.", "It is rapid", "The disk fills. It is rapid."]
)
@pytest.mark.parametrize("elements", [(), ELEMENTS])
def test_repeating_an_answer_changes_nothing(answer: str, elements: tuple[str, ...]) -> None:
    once, twice = score(answer, elements=elements), score(f"{answer}. {answer}.", elements=elements)
    assert (twice.components, twice.interval, twice.flags) == (once.components, once.interval, once.flags)


@pytest.mark.parametrize("answer", ["", "  ", "…", "I don't know.", "Sorry, no idea."])
@pytest.mark.parametrize("elements", [(), ELEMENTS])
def test_nothing_said_is_nothing_whatever_measures(answer: str, elements: tuple[str, ...]) -> None:
    result = score(answer, elements=elements)
    assert result.components == {"technical": 0, "relevance": 0}
    assert all(not match.is_covered and match.span is None for match in result.elements)
    assert result.flags == score(answer, elements=elements, embedder=None).flags


def test_without_anything_expected_there_is_nothing_to_align() -> None:
    result = score_text("Searches are rapid.", question=QUESTION, expected_answer="", embedder=EMBEDDER)
    assert 0 <= result.components["technical"] < 50


def test_what_the_candidate_said_is_not_kept() -> None:
    embedder = HandMadeEmbedder({})
    score("Searches are rapid.", elements=ELEMENTS, embedder=embedder)
    assert embedder.asked_once == ["Searches are rapid."]
    assert "Searches are rapid." not in embedder.asked


def test_other_vectors_than_those_of_the_fit_are_told() -> None:
    assert find_misfit(EMBEDDER).startswith("The scorer's coefficients were fitted with other vectors (cosines differ")


def test_both_models_only_rise() -> None:
    for model in (load_vector_scorer().technical, load_vector_scorer().relevance, load_vector_scorer().point):
        assert list(model.knots) == sorted(model.knots)
        assert list(model.values) == sorted(model.values)
    assert min(load_vector_scorer().technical.coefficients) > 0


def read_json() -> dict[str, object]:
    path = Path(embedded_scorer_model.__file__).with_name("embedded_scorer_vectors.json")
    assert path.stat().st_size < 20_000
    return dict(json.loads(path.read_text()))


def test_the_file_says_where_its_coefficients_come_from() -> None:
    data = read_json()
    assert {"fitted_on", "fitted_by", "corpora", "method", "weights", "measured", "fingerprint"} <= data.keys()
    assert str(data["embedding_model"]).startswith("all-MiniLM-L6-v2@")
    assert data["version"] == load_scorer().version


def test_the_stored_figures_hold_the_floors() -> None:
    measured = read_json()["measured"]
    assert isinstance(measured, dict)
    assert check_floors(measured) == []
    assert measured["saf_all"]["rows"] == 2112
    assert 0.75 <= measured["interval_coverage_unseen"] <= 0.85
