"""Candidates as people paste and export them, read without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organizations.domain.candidate_table import (
    FORMULA_SIGNS,
    TableRefused,
    escape_formula,
    is_phone,
    normalise_phone,
    read_table,
)
from tests.candidate_lists import BAD, write_list


def read(text: str) -> list[tuple[int, str, str, str]]:
    return [(row.line, row.full_name, row.email, row.phone) for row in read_table(text)]


KIM = ("Kim Example", "kim@example.com", "+442071838750")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Kim Example, kim@example.com, +442071838750", (1, *KIM)),
        ("Kim Example\tkim@example.com\t+442071838750\r\n", (1, *KIM)),
        ("Kim Example;kim@example.com;+442071838750", (1, *KIM)),
        ("\n\nkim@example.com, Kim Example, +442071838750", (3, *KIM)),
        ('"Example, Kim",kim@example.com', (1, "Example, Kim", "kim@example.com", "")),
        ("Kim Example <kim@example.com>", (1, "Kim Example", "kim@example.com", "")),
        ("kim@example.com", (1, "", "kim@example.com", "")),
        ("Phone,E-Mail,Full name\n+442071838750,kim@example.com,Kim Example", (2, *KIM)),
        ("Vorname;Nachname;E-Mail-Adresse\nKim;Example;kim@example.com", (2, "Kim Example", "kim@example.com", "")),
        ("\ufeffName,Email\nKim   Example,kim@example.com", (2, "Kim Example", "kim@example.com", "")),
        ("full_name,email,phone\nKim Example,kim@example.com,'+442071838750", (2, *KIM)),
    ],
)
def test_it_is_read_as_it_was_meant(text: str, row: tuple[int, str, str, str]) -> None:
    assert read(text) == [row]


def test_lines_are_numbered_as_in_the_file() -> None:
    rows = {row.line: row for row in read_table(write_list())}
    assert sorted(rows) == list(range(2, 202))
    assert {line: rows[line].full_name for line in BAD} == {line: name for line, (name, _, _) in BAD.items()}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no line with a candidate"),
        ("Name,E-mail\n", "no line with a candidate"),
        ("a@b.co\n" * 2002, "more than 2000 lines"),
        ("x" * 200_000, "Line 1 cannot be read"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, said: str) -> None:
    with pytest.raises(TableRefused, match=said):
        read_table(text)


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    try:
        rows = read_table(text)
    except TableRefused:
        return
    assert all(1 <= row.line <= text.count("\n") + text.count("\r") + 1 for row in rows)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("+44 (0)20 7183-8750", "+442071838750"),
        ("0049 151/1234 5678", "+4915112345678"),
        ("020 7183 8750", "02071838750"),
        ("call me", "callme"),
    ],
)
def test_phone_numbers_lose_what_people_put_between(written: str, meant: str) -> None:
    assert normalise_phone(written) == meant
    assert is_phone(meant) == meant.startswith("+")


@given(st.text(max_size=20))
def test_no_cell_of_an_export_begins_as_a_formula(cell: str) -> None:
    escaped = escape_formula(cell)
    assert not escaped.startswith(FORMULA_SIGNS)
    assert escaped in (cell, f"'{cell}")


def test_a_character_that_no_database_keeps_is_refused_by_its_line() -> None:
    with pytest.raises(TableRefused) as refused:
        read_table("Ada Adler, ada@example.com\r\nBela\x00 Brandt, bela@example.com")
    assert str(refused.value) == ("Line 2 holds a character that is no text (NUL). Take it out, or save it as UTF-8.")
