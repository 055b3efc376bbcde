"""Which question set serves a position: by name and experience, however they are written. Plain Python; called by
services/starts.py.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_YEARS = re.compile(r"(?<![\w.])(\d{1,2})(?!\d)(?:\.\d+)?\s*(\+)?(?:\s*(?:-|–|to)\s*(\d{1,2})(?![\w.]))?")
_OPEN = re.compile(r"\b(?:and|or) (?:more|over|above)\b")
MOST_YEARS = 99


def normalise(text: str) -> str:
    """What two people write of one thing is the same: `Back-end  Engineer` and `back-end engineer`."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def parse_years(experience: str) -> tuple[int, int] | None:
    """The years that a text tells of, both ends included; None for words.

    Such as `4`, `4 years`, `2 to 5 years`, `5+`, `5 or more`.
    """
    text = normalise(experience)
    found = _YEARS.search(text)
    if found is None:
        return None
    low = int(found[1])
    if found[2] or _OPEN.search(text):
        return low, MOST_YEARS
    return low, max(low, int(found[3])) if found[3] else low


@dataclass(frozen=True)
class OfferedSet:
    """A question set as far as the choice goes. Without `experience` it is for everybody in the position."""

    id: int
    position: str
    experience: str


def choose(sets: Sequence[OfferedSet], position: str, experience: str) -> OfferedSet | None:
    """The set of this position and experience in the same words; else the one whose years hold what is asked for, the
    narrowest first; else the one for everybody in the position; else None.
    """
    named = [one for one in sets if normalise(one.position) == normalise(position)]
    wanted = normalise(experience)
    for one in named:
        if normalise(one.experience) == wanted:
            return one
    if (asked := parse_years(experience)) is not None:
        ranges = [(one, years) for one in named if (years := parse_years(one.experience)) is not None]
        holding = [(high - low, one) for one, (low, high) in ranges if low <= asked[0] and asked[1] <= high]
        if holding:
            return min(holding, key=lambda pair: (pair[0], pair[1].id))[1]
    return next((one for one in named if not one.experience), None)
