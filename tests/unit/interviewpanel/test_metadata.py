"""What another system may give with an invitation."""

import math
from typing import Any

import pytest

from interviewpanel.domain.metadata import MetadataRefused, check_metadata


def test_flat_objects_of_plain_values_are_kept() -> None:
    kept: dict[str, Any] = {"application": 4711, "source": "Stellenbörse 🐝", "paid": 1.5, "is_new": True, "note": None}
    assert check_metadata(kept) == kept
    assert check_metadata({}) == {}
    full = {f"{number:064}": "x" for number in range(50)}
    assert check_metadata(full) == full
    assert len(check_metadata({"a": "é" * 2044})) == 1  # 4096 bytes, with the signs around it


NAME, TEXT = "A name has 1 to 64 characters; one has", "holds a character that is no text"
WRONG: dict[str, tuple[object, str, str]] = {
    "list": ([], "", "Give an object"),
    "null": (None, "", "Give an object"),
    "too many": ({str(number): 1 for number in range(51)}, "", "51 entries; 50 at most"),
    "no name": ({"": 1}, "", NAME),
    "long name": ({"x" * 65: 1}, "", NAME),
    "half a name": ({"\ud800": 1}, "", TEXT),
    "nul in a name": ({"a\x00": 1}, "", TEXT),
    "nul": ({"a": "b\x00"}, "a", TEXT),
    "half a text": ({"a": "\udc00"}, "a", TEXT),
    "deep": ({"a": {"b": 1}}, "a", "the object is flat"),
    "deep list": ({"a": [1]}, "a", "the object is flat"),
    "huge": ({"a": 10**400}, "a", "too large"),
    "infinite": ({"a": math.inf}, "a", "Give a number."),
    "no number": ({"a": math.nan}, "a", "Give a number."),
    "too long": ({"a": "é" * 2045}, "", "4098 bytes as JSON; 4096 at most"),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_first_fault_is_named(name: str) -> None:
    value, entry, words = WRONG[name]
    with pytest.raises(MetadataRefused, match=words) as refusal:
        check_metadata(value)
    assert refusal.value.name == entry
