"""What no row can hold and no answer can repeat, found where it stands in what was sent. Called by parsers.py."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

from rest_framework.exceptions import ErrorDetail

LARGEST = 2**63 - 1
MOST_LEVELS = 40  # of lists and objects in each other; what writes JSON and compares it goes down by recursion
MOST_VALUES = 100_000  # each costs many times what it weighs as text
TOO_DEEP = f"Lists and objects stand more than {MOST_LEVELS} deep in each other."
TOO_MANY = f"More than {MOST_VALUES} values, lists and objects. Send it in parts."
Place = tuple[str | int, ...]
Step = tuple[Any, Any]  # a name or a number, and what stands there


class TooMuch(Exception):
    """The message says of what."""


def find_unfit(data: Any) -> Iterator[tuple[str, Place]]:
    """What is wrong, and where. Raises TooMuch.

    On the way down one iterator is kept for each level, and nothing for each value: there may be many.
    """
    if told := explain_unfit(data):
        yield told, ()
    levels = [_list_below(data)]
    place: list[str | int] = []
    count = 0
    while levels:
        step = next(levels[-1], None)
        if step is None:
            levels.pop()
            del place[-1:]
            continue
        name, value = step
        if (count := count + 1) > MOST_VALUES:
            raise TooMuch(TOO_MANY)
        if explain_unfit(name):
            yield "A name in it has characters that no text has.", tuple(place)
        if told := explain_unfit(value):
            yield told, (*place, name)
        if isinstance(value, dict | list):
            if len(levels) >= MOST_LEVELS:
                raise TooMuch(TOO_DEEP)
            levels.append(_list_below(value))
            place.append(name)


def _list_below(value: Any) -> Iterator[Step]:
    below: Iterable[Step] = ()
    if isinstance(value, dict):
        below = value.items()
    elif isinstance(value, list):
        below = enumerate(value)
    return iter(below)


def explain_unfit(value: Any) -> str:
    if isinstance(value, str):
        if "\x00" in value:
            return "Null characters are not allowed."
        return "Half of a surrogate pair is no character." if any("\ud800" <= c <= "\udfff" for c in value) else ""
    if isinstance(value, float) and not math.isfinite(value):
        return "The number is too large."
    if isinstance(value, int) and not -LARGEST - 1 <= value <= LARGEST:
        return "The number is too large."
    return ""


def place_error(told: str, place: Place) -> Any:
    """As DRF nests errors, so that the problem's pointer leads there."""
    found: Any = [ErrorDetail(told, code="unfit")]
    for step in reversed(place):
        found = [{}] * step + [found] if isinstance(step, int) else {step: found}
    return found
