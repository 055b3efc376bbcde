"""What is counted about an answer, on texts small enough to count by hand."""

import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from interviewpanel.domain.text_features import (
    QUESTION_WORD_DISCOUNT,
    Rarity,
    find_span,
    measure_coverage,
    measure_recall,
    measure_topicality,
    read_stems,
    read_words,
)

UNSEEN = Rarity({}, 9)  # every stem weighs 1


def test_words_keep_their_place_and_lose_their_endings() -> None:
    text = "Indexes, C++ and the client’s retries"
    assert [(word.stem, text[word.start : word.end]) for word in read_words(text)] == [
        ("index", "Indexes"),
        ("c++", "C++"),
        ("and", "and"),
        ("the", "the"),
        ("client", "client’s"),
        ("retri", "retries"),
    ]


def test_nothing_is_read_from_nothing() -> None:
    assert read_words(" …, —!") == []
    assert read_stems("") == frozenset()


def test_stems_are_the_same_from_every_thread() -> None:
    texts = [f"connections{n} acknowledging retransmissions generally {n}" for n in range(200)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read_words, texts)) == [read_words(text) for text in texts]


def test_a_stem_weighs_1_unseen_and_less_the_more_questions_hold_it() -> None:
    rarity = Rarity({"the": 9, "cach": 1}, 9)
    assert rarity.weigh("mutex") == 1.0
    assert rarity.weigh("cach") == pytest.approx(math.log(10 / 1.5) / math.log(20))
    assert rarity.weigh("the") == pytest.approx(math.log(10 / 9.5) / math.log(20))


def test_words_that_the_question_handed_over_are_discounted() -> None:
    assert UNSEEN.weigh_all(["lock", "queue"], discounted={"lock"}) == {"lock": QUESTION_WORD_DISCOUNT, "queue": 1.0}


@pytest.mark.parametrize(
    ("weights", "stems", "recall"),
    [({}, {"a"}, 0.0), ({"a": 1.0, "b": 3.0}, {"b"}, 0.75), ({"a": 1.0}, {"a", "z"}, 1.0), ({"a": 1.0}, set(), 0.0)],
)
def test_recall_is_the_share_of_the_expected_weight(weights: dict[str, float], stems: set[str], recall: float) -> None:
    assert measure_recall(weights, stems) == recall


def test_coverage_is_measured_against_the_reference_that_is_covered_best() -> None:
    root_recall, shortness, new_share = measure_coverage(
        read_stems("hash bucket"), "Explain hash maps", ["tree node leaf", "hash bucket chain list"], UNSEEN
    )
    assert root_recall == pytest.approx(math.sqrt(1.3 / 3.3))
    assert shortness == math.log(3 / 5)
    assert new_share == 0.5


def test_coverage_of_an_empty_answer_is_nothing() -> None:
    assert measure_coverage(frozenset(), "Explain maps", ["hash bucket"], UNSEEN) == [0.0, math.log(1 / 3), 0.0]


def test_coverage_without_any_reference_is_nothing_covered() -> None:
    assert measure_coverage(read_stems("hash"), "Explain", [], UNSEEN) == [0.0, 0.0, 1.0]


def test_topicality_counts_the_words_of_the_question_in_full() -> None:
    assert measure_topicality(read_stems("lock pizza"), "lock", ["mutex thread wait"], UNSEEN) == [
        math.sqrt(0.25),
        0.5,
        math.log(2),
    ]


def test_the_span_is_the_shortest_stretch_that_covers_most() -> None:
    text = "Well a tree, you know. A balanced tree keeps its depth low, and yes it is a tree."
    span = find_span(read_words(text), {"balanc": 1.0, "tree": 1.0, "depth": 1.0})
    assert span is not None
    assert text[slice(*span)] == "balanced tree keeps its depth"


def test_no_span_where_nothing_matches() -> None:
    assert find_span(read_words("pizza"), {"tree": 1.0}) is None
    assert find_span([], {"tree": 1.0}) is None


def test_a_span_never_gets_longer_than_a_person_wants_to_read() -> None:
    text = "mutex " + "word " * 100 + "deadlock"
    span = find_span(read_words(text), {"mutex": 1.0, "deadlock": 1.0})
    assert span == (0, 5)
