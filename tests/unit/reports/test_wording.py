"""The words of a report: times, lists, codes."""

import pytest

from reports.domain.wording import (
    STATES,
    count_of,
    describe_duration,
    describe_offset,
    join_words,
    name_answers,
    shorten,
    word_for,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "not measured"),
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (65, "1 min 05 s"),
        (3599.7, "1 h 00 min"),
        (3840, "1 h 04 min"),
    ],
)
def test_duration(seconds: float | None, words: str) -> None:
    assert describe_duration(seconds) == words


def test_offset_counts_whole_seconds_and_lets_minutes_grow() -> None:
    assert [describe_offset(seconds) for seconds in (0, 7.9, 60, 750, 3601)] == [
        "0:00",
        "0:07",
        "1:00",
        "12:30",
        "60:01",
    ]


def test_lists_and_counts() -> None:
    assert [join_words([]), join_words(["a"]), join_words(["a", "b"]), join_words(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert [name_answers([3]), name_answers([3, 5, 8])] == ["answer 3", "answers 3, 5 and 8"]
    assert [count_of(1, "answer"), count_of(0, "answer"), count_of(2, "category", "categories")] == [
        "1 answer",
        "0 answers",
        "2 categories",
    ]


def test_a_code_nobody_knew_of_is_shown_not_hidden() -> None:
    assert word_for("technical_failure", STATES) == "Technical failure"
    assert word_for("heard_by_a_new_engine", STATES) == "Heard by a new engine"


def test_shorten_cuts_at_a_word_and_says_so() -> None:
    assert shorten("a short  text\n", 20) == "a short text"
    assert shorten("one two three, four", 15) == "one two three…"
    assert shorten("Wolfeschlegelsteinhausen", 10) == "Wolfeschl…"
