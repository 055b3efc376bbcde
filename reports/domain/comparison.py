"""Candidates of one panel beside each other: rows, their order, and where a difference says nothing. Pure.

Called by selectors/comparisons.py and the pages of admin/compare.py. There are no ranks: an order is one column's.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Any

from reports.domain.uncertainty import Range

MOST_NAMED = 3
FOUR = ("technical", "communication", "problem_solving", "role_fit")
CATEGORY = "category:"
STAGE_ORDER = ("advance", "to_review", "hold", "decline")

STATES = {
    "final": "Final",
    "partial": "Partial: some answers were not scored in time",
    "insufficient": "Too little could be scored for a number",
    "live": "Going on",
    "making": "Report is being made",
    "failed": "Report could not be made",
    "withdrawn": "Withdrawn by the candidate",
    "hidden": "Rate it yourself first",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparedRow:
    """One interview in the table. Without a number there are words: those of `state`."""

    session_id: int
    label: str
    state: str
    is_early: bool = False
    overall: int | None = None
    grade: str = ""
    advice: str = ""
    measures: dict[str, int | None] = field(default_factory=dict)
    categories: dict[str, int | None] = field(default_factory=dict)
    talking_seconds: float | None = None
    stage: str = "to_review"  # empty for who is to rate first
    range: Range | None = None
    engines: tuple[str, ...] = ()
    is_level_with_next: bool = False
    level_count: int = 0  # of the last of neighbours that are level with the next: how many they are

    @property
    def can_be_chosen(self) -> bool:
        return self.state in ("final", "partial", "insufficient")

    @property
    def is_decidable(self) -> bool:
        return self.state not in ("live", "withdrawn")

    @property
    def words(self) -> str:
        return STATES[self.state]


def letter(place: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, left = divmod(place - 1, 26)
        letters = ascii_uppercase[left] + letters
    return letters


def list_measured(rows: Iterable[ComparedRow]) -> list[str]:
    """Which of the four scores any of these has: a column of nothing but words for none says nothing."""
    found = list(rows)
    return [name for name in FOUR if any(row.measures.get(name) is not None for row in found)]


def name_blind(place: int) -> str:
    return f"Candidate {letter(place)}"


def sort_rows(rows: Iterable[ComparedRow], key: str, *, is_descending: bool) -> list[ComparedRow]:
    """By one column; what has no value in it stands last either way, by name."""
    read = find_reader(key)
    found = sorted(rows, key=lambda row: (row.label.casefold(), row.session_id))
    with_value = [row for row in found if read(row) is not None]
    with_value.sort(key=read, reverse=is_descending)
    return [*with_value, *(row for row in found if read(row) is None)]


def find_reader(key: str) -> Callable[[ComparedRow], Any]:
    """What a column sorts by; an unknown one sorts by name."""
    if key == "overall":
        return lambda row: row.overall
    if key == "time":
        return lambda row: row.talking_seconds
    if key == "decision":
        return lambda row: STAGE_ORDER.index(row.stage) if row.is_decidable and row.stage else None
    if key in FOUR:
        return lambda row: row.measures.get(key)
    if key.startswith(CATEGORY):
        name = key.removeprefix(CATEGORY)
        return lambda row: row.categories.get(name)
    return lambda row: row.label.casefold()


def is_level(one: ComparedRow, other: ComparedRow) -> bool:
    return one.range is not None and other.range is not None and one.range.overlaps(other.range)


def list_cautions(rows: Sequence[ComparedRow]) -> list[str]:
    """What whoever compares these must know, in sentences."""
    return [*tell_level(rows), *tell_unsure(rows), *tell_engines(rows)]


def tell_level(rows: Sequence[ComparedRow]) -> list[str]:
    numbered = sorted((row for row in rows if row.range is not None), key=lambda row: -(row.overall or 0))
    if len(numbered) < 2:
        return []
    best = numbered[0]
    level = [row for row in numbered[1:] if is_level(best, row)]
    if not level:
        return []
    if len(level) == len(numbered) - 1:
        told = "All their ranges overlap with the highest" if len(level) > 1 else "Their ranges overlap"
    else:
        told = (
            f"{' and '.join(row.label for row in level)}: the range overlaps"
            if len(level) < MOST_NAMED
            else (f"The ranges of {len(level)} of the other {len(numbered) - 1} overlap")
        )
        told += f" with the highest, {best.label}'s"
    return [f"{told}. Such a difference lies within the measurement's uncertainty: do not decide by the number."]


def tell_unsure(rows: Sequence[ComparedRow]) -> list[str]:
    count = sum(1 for row in rows if row.overall is not None and row.range is None)
    if not count:
        return []
    whose = "One overall rests" if count == 1 else f"{count} overalls rest"
    return [f"{whose} on fewer than three questions: how sure it is cannot be said."]


def tell_engines(rows: Sequence[ComparedRow]) -> list[str]:
    used = {row.engines for row in rows if row.engines}
    if len(used) < 2:
        return []
    names = sorted({name for engines in used for name in engines})
    return [f"They were scored by different engines ({', '.join(names)}), whose numbers are not on one scale."]
