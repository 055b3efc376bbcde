"""Which questions ask the same, and that the keys by which they are found miss none."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionbank.domain.similarity import SIMILAR_FROM, list_keys, measure_similarity, read_question_stems


@pytest.mark.parametrize(
    ("one", "other", "language", "is_similar"),
    [
        ("How does a hash map work?", "How do hash maps work?", "en", True),
        ("Please explain what a deadlock is.", "What is a deadlock?", "en", True),
        ("What is a deadlock?", "What is not a deadlock?", "en", False),
        ("What is a process?", "What is a thread?", "en", False),
        ("What is C++?", "What is C#?", "en", False),
        ("Welche Aufgabe hat ein Index?", "Was sind die Aufgaben von Indexen?", "de", True),
        ("What and how?", "Why and when?", "en", False),
        ("数据库索引", "数据库索引", "zh", True),
    ],
)
def test_endings_and_fillers_do_not_count(one: str, other: str, language: str, is_similar: bool) -> None:
    share = measure_similarity(read_question_stems(one, language), read_question_stems(other, language))
    assert (share >= SIMILAR_FROM) is is_similar


def test_nothing_is_like_nothing() -> None:
    assert measure_similarity(set(), set()) == 0.0
    assert list_keys(set()) == []


def test_keys_are_the_long_stems_and_few() -> None:
    assert list_keys({"a", "bb", "ccc"}) == ["ccc"]
    assert list_keys({chr(97 + number) * (number + 1) for number in range(20)}) == [
        "t" * 20,
        "s" * 19,
        "r" * 18,
        "q" * 17,
    ]


@settings(max_examples=300, deadline=None)
@given(st.sets(st.sampled_from([f"w{number}" for number in range(12)]), min_size=1), st.randoms(use_true_random=False))
def test_two_that_are_similar_have_a_key_in_common(stems: set[str], rng: random.Random) -> None:
    other = {stem for stem in stems if rng.random() > 0.1} | {f"x{rng.randrange(3)}" for _ in range(rng.randrange(2))}
    for first, second in combinations((frozenset(stems), frozenset(other)), 2):
        if measure_similarity(first, second) >= SIMILAR_FROM:
            assert set(list_keys(first)) & set(list_keys(second))
