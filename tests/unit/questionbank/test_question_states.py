"""The ways of a question through draft, review, live and retired; and how long a text takes to say."""

import pytest

from questionbank.domain.question_states import (
    MOVES,
    QuestionMoveRefused,
    QuestionStatus,
    find_move,
    list_moves,
)
from questionbank.domain.speaking_time import QUESTION_WORDS, describe_length, estimate_seconds

WAYS = {
    ("draft", "review"): ("change", False),
    ("draft", "retired"): ("change", True),
    ("review", "live"): ("publish", False),
    ("review", "draft"): ("change", True),
    ("review", "retired"): ("change", True),
    ("live", "retired"): ("change", True),
    ("live", "review"): ("change", True),
    ("retired", "review"): ("change", True),
}


def test_every_way_and_what_it_needs() -> None:
    found = {
        (str(status), str(move.target)): (move.permission, move.needs_reason)
        for status in QuestionStatus
        for move in list_moves(status)
    }
    assert found == WAYS
    assert set(MOVES) == set(QuestionStatus), "nobody is stuck"


@pytest.mark.parametrize("current", QuestionStatus)
@pytest.mark.parametrize("target", QuestionStatus)
def test_there_is_no_other_way(current: str, target: str) -> None:
    if (current, target) in WAYS:
        assert find_move(current, target).target == target
    else:
        with pytest.raises(QuestionMoveRefused, match=f"The question is {current}; from there it can become"):
            find_move(current, target)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", 0), ("Why?", 1), ("word " * 150, 60), ("One two three four five. Six seven eight nine ten?", 4)],
)
def test_speaking_takes_150_words_a_minute_and_pauses(text: str, seconds: int) -> None:
    assert estimate_seconds(text) == seconds


def test_the_editor_says_how_long_and_whether_too_long() -> None:
    assert describe_length("  ") == "Nothing to say yet."
    assert describe_length("What is an index?") == "4 words, about 2 s to say."
    long = "word " * (QUESTION_WORDS + 1)
    assert describe_length(long) == "61 words, about 24 s to say."
    assert describe_length(long, QUESTION_WORDS).endswith(
        "s to say. Long for one question: by ear nobody reads it again."
    )
