"""Word error rate, against cases worked out by hand and against jiwer."""

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewpanel.domain.word_errors import WordErrors, count_all_word_errors, count_word_errors, split_words

WORDS = st.lists(st.sampled_from(["the", "index", "row", "lock", "key"]), max_size=12)


@pytest.mark.parametrize(
    ("reference", "heard", "expected"),
    [
        ("The index helps.", "the index helps", WordErrors(0, 3)),
        ("the index helps", "the in decks helps", WordErrors(2, 3)),
        ("the index helps", "", WordErrors(3, 3)),
        ("", "um", WordErrors(1, 0)),
        ("", "", WordErrors(0, 0)),
        ("It doesn\u2019t lock", "it doesn't lock", WordErrors(0, 3)),
        ("a b c d", "a c d e", WordErrors(2, 4)),
    ],
)
def test_errors_counted_by_hand(reference: str, heard: str, expected: WordErrors) -> None:
    assert count_word_errors(reference, heard) == expected


@given(said=WORDS.filter(bool), got=WORDS)
def test_agrees_with_jiwer(said: list[str], got: list[str]) -> None:
    ours = count_word_errors(" ".join(said), " ".join(got))

    assert ours.rate == pytest.approx(jiwer.wer(" ".join(said), " ".join(got)))


def test_rate_of_nothing_is_no_number() -> None:
    assert count_word_errors("", "something").rate is None


def test_several_answers_are_aligned_each_by_itself() -> None:
    assert count_all_word_errors([("one two", "two"), ("three", "one three")]) == WordErrors(2, 3)
    assert count_all_word_errors([]) == WordErrors(0, 0)


def test_words_lose_case_and_punctuation_but_keep_inner_apostrophes() -> None:
    assert split_words("\u201cDon't\u201d \u2014 use O(n), 'ever'!") == ["don't", "use", "o", "n", "ever"]
