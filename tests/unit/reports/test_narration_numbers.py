"""No number that nobody computed, and none in the wrong place. Answers and scores are those of the sample interview."""

import pytest

from reports.domain.narration.numbers import list_numbers, spell_numbers
from tests.scorecards import make_scorecard

NUMBERS = list_numbers(make_scorecard())


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Reads the plan before the index.", (1,)),
        ("Answer 1 came to 93 of 100.", (1,)),
        ("Scores 93 on indexing.", (1,)),
        ("Answers 1 and 2 came to 93 and 89.", (1, 2)),
        ("Answer 1 came to 93 of 100 and answer 2 to 89 of 100.", (1, 2)),
        ("With 5 of 6 expected points heard.", (1,)),
        ("Misses 3 of 5 expected points.", (5,)),
        ("Two causes are named.", (1,)),
        ("Rated 4 of 4 on the plan.", (1,)),
        ("The overall of 73 of 100 rests on the databases.", (1,)),
        ("Databases came to 91 of 100.", (1, 2)),
        ("The pipeline went from forty minutes to nine.", (7,)),
        ("Splits an error of one in ten by server.", (8,)),
        ("Leaves the 429 of the protocol open.", (6,)),
        ("All 8 answers count.", (1,)),
        ("Ninety-three of 100 on indexing.", (1,)),
        ("The technical depth of answer 1 is 88.", (1,)),
    ],
)
def test_what_was_computed_may_be_named(text: str, cited: tuple[int, ...]) -> None:
    assert NUMBERS.find_uncomputed(text, cited) == ""


@pytest.mark.parametrize(
    ("text", "cited", "number"),
    [
        ("Scores 94.5 on indexing.", (1,), "94.5"),
        ("Answer 1 came to 99 of 100.", (1,), "99 of 100"),
        ("Answer 5 came to 93 of 100.", (5,), "93 of 100"),
        ("Answer 1 came to 62 of 100 and answer 5 to 93 of 100.", (1, 5), "62 of 100"),
        ("As answer 7 shows as well.", (1,), "7"),
        ("The overall is 88 of 100.", (6,), "88 of 100"),
        ("Came to 73 of 100.", (6,), "73 of 100"),
        ("With 9 of 10 expected points.", (1,), "9 of 10"),
        ("With six of six expected points.", (1,), "6 of 6"),
        ("Heard in 90 % of the points.", (1,), "90 %"),
        ("Ninety percent of the points.", (1,), "90 percent"),
        ("Half of the expected points were heard.", (1,), "Half of the"),
        ("Two thirds of the points were heard.", (1,), "Two thirds of the"),
        ("Has twelve years of it.", (1,), "12 years"),
        ("Has three years of it.", (6,), "3 years"),
        ("All 9 answers count.", (2,), "9"),
        ("Scores ninety-five on indexing.", (1,), "95"),
        ("Scores ９９ on indexing.", (1,), "９９"),
        ("Rated 1/4 on the plan.", (1,), "1/4"),
    ],
)
def test_what_was_not_may_not(text: str, cited: tuple[int, ...], number: str) -> None:
    assert NUMBERS.find_uncomputed(text, cited) == number


def test_numbers_in_words() -> None:
    assert spell_numbers("twenty-one of thirty, a hundred, two readers and three of four") == (
        "21 of 30, 100, two readers and 3 of 4"
    )
