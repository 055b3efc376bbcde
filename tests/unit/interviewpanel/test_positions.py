"""Which question set serves a position, and the flat object that another system gives."""

import pytest

from interviewpanel.domain.metadata import check_metadata
from interviewpanel.domain.positions import MOST_YEARS, OfferedSet, choose, normalise, parse_years

SETS = [
    OfferedSet(1, "Backend engineer", ""),
    OfferedSet(2, "Backend engineer", "2 to 5 years"),
    OfferedSet(3, "Backend engineer", "5+ years"),
    OfferedSet(4, "Backend engineer", "3 years"),
    OfferedSet(5, "Data analyst", "Senior"),
]


@pytest.mark.parametrize(
    ("experience", "years"),
    [
        ("4", (4, 4)),
        ("4 years", (4, 4)),
        ("2 to 5 years", (2, 5)),
        ("2-5", (2, 5)),
        ("2–5 Jahre", (2, 5)),
        ("5+", (5, MOST_YEARS)),
        ("5 years and more", (5, MOST_YEARS)),
        ("7.5 years", (7, 7)),
        ("5 to 2", (5, 5)),
        ("senior", None),
        ("", None),
        ("level-x12y", None),
        ("1200 hours", None),
    ],
)
def test_years_are_read_as_people_write_them(experience: str, years: tuple[int, int] | None) -> None:
    assert parse_years(experience) == years


@pytest.mark.parametrize(
    ("position", "experience", "found"),
    [
        ("backend  ENGINEER", "", 1),
        ("Backend engineer", "2 TO 5 years", 2),
        ("Backend engineer", "4", 2),
        ("Backend engineer", "3", 4),  # the narrowest that holds it
        ("Backend engineer", "5", 2),
        ("Backend engineer", "6 years", 3),
        ("Backend engineer", "1", 1),
        ("Backend engineer", "senior", 1),
        ("Data analyst", "senior", 5),
        ("Data analyst", "", None),
        ("Data analyst", "4", None),
        ("Backend", "4", None),
    ],
)
def test_the_set_is_chosen_by_words_then_by_years_then_for_everybody(
    position: str, experience: str, found: int | None
) -> None:
    chosen = choose(SETS, position, experience)
    assert (chosen.id if chosen else None) == found


def test_how_a_position_is_written_makes_no_difference() -> None:
    assert normalise("  Cafe\u0301  MANAGER ") == normalise("Café manager")


def test_flat_metadata_is_kept_as_it_is() -> None:
    given = {"application": "4711", "round": 2, "is_internal": False, "source": None, "share": 0.5}
    assert check_metadata(given) == given


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        (["4711"], "Give an object"),
        ({"a": {"b": 1}}, "the object is flat"),
        ({"a": [1]}, "the object is flat"),
        ({"": 1}, "A name has 1 to 64 characters"),
        ({"n" * 65: 1}, "has 65"),
        ({str(n): n for n in range(51)}, "51 entries"),
        ({"a": "x" * 4096}, "4104 bytes"),
        ({"a": "nul\x00"}, "NUL"),
        ({"a": "\ud800"}, "surrogate"),
        ({"a": 2**53 + 1}, "too large"),
        ({"a": float("inf")}, "Give a number"),
    ],
)
def test_what_is_not_flat_or_too_much_is_refused_in_words(metadata: object, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        check_metadata(metadata)
