"""The features of vectors, on vectors small enough to know what must come out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewpanel.domain.text_features import Rarity, read_words
from interviewpanel.domain.text_vectors import (
    POINT_WINDOW_WORDS,
    Alignment,
    TextVectors,
    WordVectors,
    align_point,
    align_words,
    compare_texts,
    drop_repeats,
    name_synonyms,
    place_words,
    read_answer,
    read_expected,
)
from tests.hand_made_vectors import DIMENSIONS, HandMadeEmbedder

SEEN_NOWHERE = Rarity({}, 0)


def unit(*places: int) -> list[float]:
    return [float(place in places) for place in range(DIMENSIONS)]


EMBEDDER = HandMadeEmbedder(
    {
        "index": unit(0),
        "fast": unit(1),
        "quick": [0, 0.9, 0.1, 0, 0, 0, 0, 0],
        "disk": unit(2),
        "swimming": unit(3),
        "slow": unit(4),
    }
)


def read(text: str) -> WordVectors:
    return read_expected(text, EMBEDDER)


def test_a_word_has_the_mean_of_its_tokens_at_length_one() -> None:
    words = read_words("re-read it")  # re, read, it
    tokens = TextVectors(
        np.array([0, 3, 5, 8]),
        np.array([[2, 0], [3, 0], [0, 3], [0, 5]], dtype=np.float32),
        np.array([0, 4], dtype=np.float32),
    )
    placed = place_words(words, tokens)
    assert placed.stems == ("re", "read", "it")
    assert placed.vectors == pytest.approx(np.array([[1, 0], [0.7071, 0.7071], [0, 1]]), abs=1e-4)
    assert placed.mean == pytest.approx([0, 1])


def test_a_word_without_a_token_is_left_out() -> None:
    tokens = TextVectors(np.array([0]), np.ones((1, 2), dtype=np.float32), np.ones(2, dtype=np.float32))
    assert place_words(read_words("one two"), tokens).stems == ("one",)


def test_the_same_thing_in_another_word_counts_nearly_in_full() -> None:
    asked, expected = read("index"), read("fast disk")
    same, other, half, none = (
        align_words(read(said), asked, expected).measure(SEEN_NOWHERE)
        for said in ("fast disk", "quick disk", "fast", "swimming")
    )
    assert same == pytest.approx(1.0)
    assert 0.95 < other < 1.0
    assert half == pytest.approx(0.5)
    assert none == pytest.approx(0.0)


def test_what_the_question_said_weighs_nothing() -> None:
    expected = read("index fast")
    assert align_words(read("index"), read("index"), expected).measure(SEEN_NOWHERE) == pytest.approx(0.0, abs=1e-4)
    assert align_words(read("fast"), read("index"), expected).measure(SEEN_NOWHERE) == pytest.approx(1.0, abs=1e-4)


def test_a_rare_word_weighs_more() -> None:
    aligned = Alignment(("common", "rare"), np.array([1, 0], dtype=np.float32), np.ones(2, dtype=np.float32))
    assert aligned.measure(Rarity({"common": 90}, 100)) < 0.1
    assert aligned.measure(SEEN_NOWHERE) == pytest.approx(0.5)
    assert Alignment((), np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.float32)).measure(SEEN_NOWHERE) == 0.0


def test_the_nearest_reference_counts() -> None:
    compared = compare_texts(read("slow"), read("index"), [read("fast"), read("slow")])
    assert compared.measure_alignment(SEEN_NOWHERE) == pytest.approx(1.0)
    assert compared.reference_cosine == pytest.approx(1.0)
    assert compared.question_cosine == pytest.approx(0.0)
    assert compared.orthogonal_cosine == pytest.approx(1.0)


def test_what_only_repeats_the_question_has_nothing_left_beside_it() -> None:
    compared = compare_texts(read("index"), read("index"), [read("index fast")])
    assert compared.reference_cosine > 0.7
    assert compared.orthogonal_cosine == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize(("said", "references"), [("", ["fast"]), ("fast", []), ("", [])])
def test_where_there_is_nothing_to_compare_all_is_nought(said: str, references: list[str]) -> None:
    compared = compare_texts(read(said), read("index"), [read(text) for text in references])
    assert compared.measure_alignment(SEEN_NOWHERE) == 0.0
    assert compared.orthogonal_cosine == 0.0


def test_a_point_is_made_in_one_place() -> None:
    filler = " ".join(["swimming"] * POINT_WINDOW_WORDS)
    asked, expected = read("index"), read("fast disk")
    together = align_point(read(f"{filler} fast disk"), asked, expected, SEEN_NOWHERE)
    apart = align_point(read(f"fast {filler} disk"), asked, expected, SEEN_NOWHERE)
    assert together.measure(SEEN_NOWHERE) == pytest.approx(1.0)
    assert apart.measure(SEEN_NOWHERE) == pytest.approx(0.5)
    assert align_words(read(f"fast {filler} disk"), asked, expected).measure(SEEN_NOWHERE) == pytest.approx(1.0)


def test_a_synonym_is_named_with_what_it_stands_for() -> None:
    assert name_synonyms(read("quick swimming"), read("index"), read("fast disk")) == {"quick": "fast"}
    assert name_synonyms(read(""), read("index"), read("fast")) == {}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("An index is fast. An index is fast.", "An index is fast."),
        ("It is fast. No, it is slow. It is fast!", "It is fast. No, it is slow."),
        ("it finds the rows by the key it finds the rows by the key", "it finds the rows by the key"),
        ("so it finds the rows by the key and it finds the rows by the key too", None),
        ("Fast, fast, and fast again.", "Fast, fast, and fast again."),
        ("", ""),
        ("…", ""),
    ],
)
def test_what_is_said_again_is_dropped(text: str, left: str | None) -> None:
    expected = "so it finds the rows by the key and too" if left is None else left
    assert drop_repeats(text) == expected


@given(st.text(alphabet="ab .", max_size=60))
def test_dropping_repeats_of_any_text_loses_no_word_altogether(text: str) -> None:
    assert {word.stem for word in read_words(drop_repeats(text))} == {word.stem for word in read_words(text)}


@given(st.text(max_size=80))
def test_a_text_twice_is_the_text(text: str) -> None:
    once, twice = read_answer(f"{text}. ", EMBEDDER), read_answer(f"{text}. {text}. ", EMBEDDER)
    assert {*once.stems} == {*twice.stems}


def test_only_what_is_expected_may_be_kept() -> None:
    embedder = HandMadeEmbedder({})
    read_expected("a question", embedder)
    read_answer("an answer", embedder)
    assert (embedder.asked, embedder.asked_once) == (["a question"], ["an answer"])
