"""Rows beside each other: their order, their letters, and what is said where a difference says nothing."""

from dataclasses import replace

import pytest

from reports.domain.comparison import (
    ComparedRow,
    letter,
    list_cautions,
    list_measured,
    name_blind,
    sort_rows,
)
from reports.domain.uncertainty import Range

ADA = ComparedRow(
    session_id=1,
    label="Ada",
    state="final",
    overall=80,
    measures={"technical": 82},
    categories={"SQL": 70},
    talking_seconds=300.0,
    range=Range(72, 88),
    engines=("embedded 2",),
)
BEN = replace(ADA, session_id=2, label="ben", overall=76, range=Range(66, 86), stage="decline", talking_seconds=200.0)
CLEO = replace(ADA, session_id=3, label="Cleo", overall=40, range=Range(30, 50), stage="advance", categories={})
DAN = ComparedRow(session_id=4, label="Dan", state="insufficient")
EVE = ComparedRow(session_id=5, label="Eve", state="live")


@pytest.mark.parametrize(
    ("key", "is_descending", "names"),
    [
        ("name", False, ["Ada", "ben", "Cleo", "Dan", "Eve"]),
        ("name", True, ["Eve", "Dan", "Cleo", "ben", "Ada"]),
        ("overall", True, ["Ada", "ben", "Cleo", "Dan", "Eve"]),
        ("overall", False, ["Cleo", "ben", "Ada", "Dan", "Eve"]),
        ("technical", True, ["Ada", "ben", "Cleo", "Dan", "Eve"]),
        ("category:SQL", True, ["Ada", "ben", "Cleo", "Dan", "Eve"]),
        ("time", False, ["ben", "Ada", "Cleo", "Dan", "Eve"]),
        ("decision", False, ["Cleo", "Ada", "Dan", "ben", "Eve"]),
        ("no such column", False, ["Ada", "ben", "Cleo", "Dan", "Eve"]),
    ],
)
def test_a_column_sorts_and_what_has_no_value_stands_last(key: str, is_descending: bool, names: list[str]) -> None:
    rows = [EVE, CLEO, DAN, BEN, ADA]
    assert [row.label for row in sort_rows(rows, key, is_descending=is_descending)] == names


def test_letters_go_on_after_z() -> None:
    assert [letter(place) for place in (0, 1, 25, 26, 27, 51, 52, 701, 702)] == [
        *("A", "B", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA")
    ]
    assert name_blind(2) == "Candidate C"


def test_who_overlaps_is_said_by_name_and_who_does_not_is_not() -> None:
    (told,) = list_cautions([ADA, BEN, CLEO, DAN])
    assert told.startswith("ben: the range overlaps with the highest, Ada's.")


def test_all_overlapping_is_one_sentence() -> None:
    assert list_cautions([ADA, BEN])[0].startswith("Their ranges overlap.")
    assert list_cautions([ADA, BEN, replace(BEN, session_id=6)])[0].startswith("All their ranges overlap")


def test_many_overlapping_are_counted() -> None:
    many = [replace(BEN, session_id=10 + place) for place in range(4)]
    assert list_cautions([ADA, CLEO, *many])[0].startswith("The ranges of 4 of the other 5 overlap with the highest")


def test_nothing_is_said_where_there_is_nothing_to_say() -> None:
    assert list_cautions([ADA, CLEO]) == []
    assert list_cautions([ADA]) == []
    assert list_cautions([]) == []


def test_numbers_without_a_range_and_numbers_of_two_scales_are_told() -> None:
    unsure = replace(CLEO, range=None)
    other = replace(CLEO, engines=("ollama llama3.1:8b",))
    assert list_cautions([ADA, unsure]) == [
        "One overall rests on fewer than three questions: how sure it is cannot be said."
    ]
    assert list_cautions([ADA, other]) == [
        "They were scored by different engines (embedded 2, ollama llama3.1:8b), whose numbers are not on one scale."
    ]


def test_only_what_was_measured_has_a_column() -> None:
    assert list_measured([ADA, DAN]) == ["technical"]
    assert list_measured([DAN]) == []


def test_states_have_words() -> None:
    assert (DAN.words, DAN.can_be_chosen, EVE.can_be_chosen, EVE.is_decidable) == (
        *("Too little could be scored for a number", True),
        *(False, False),
    )
