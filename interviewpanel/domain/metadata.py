"""What another system gives with an invitation and is told again: a flat object of names and plain values.

Plain Python; asked by whatever takes metadata, before it is stored (InterviewPanelCandidate.metadata).
"""

import json
import math

MOST_ENTRIES = 50
MOST_KEY_CHARACTERS = 64
MOST_BYTES = 4096  # as JSON in UTF-8
MOST_INTEGER = 2**53  # what every reader of JSON keeps exactly
RULE = (
    f"A flat object: at most {MOST_ENTRIES} names of at most {MOST_KEY_CHARACTERS} characters, each with a text, a "
    f"number, true, false or null; as JSON at most {MOST_BYTES} bytes."
)
NO_TEXT = "holds a character that is no text (NUL, or half of a surrogate pair)."
Scalar = str | int | float | bool | None


class MetadataRefused(ValueError):
    """It cannot be kept; the text says why. `name` is the entry at fault; empty for the whole."""

    def __init__(self, words: str, name: str = "") -> None:
        super().__init__(words)
        self.name = name


def check_metadata(value: object) -> dict[str, Scalar]:
    """The same, known to be of that form. Raises MetadataRefused for the first fault."""
    if not isinstance(value, dict):
        raise MetadataRefused("Give an object of names and values.")
    if len(value) > MOST_ENTRIES:
        raise MetadataRefused(f"These are {len(value)} entries; {MOST_ENTRIES} at most are kept.")
    for name, one in value.items():
        _check_name(name)
        if words := _explain_value(one):
            raise MetadataRefused(words, name)
    size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    if size > MOST_BYTES:
        raise MetadataRefused(f"This is {size} bytes as JSON; {MOST_BYTES} at most are kept.")
    return value


def _check_name(name: object) -> None:
    """The fault is that of the whole: what is no name cannot be named."""
    if not isinstance(name, str):
        raise MetadataRefused("A name is a text.")
    if not 0 < len(name) <= MOST_KEY_CHARACTERS:
        raise MetadataRefused(f"A name has 1 to {MOST_KEY_CHARACTERS} characters; one has {len(name)}.")
    if not _is_text(name):
        raise MetadataRefused(f"A name {NO_TEXT}")


def _explain_value(value: object) -> str:
    """Why it cannot be kept; empty where it can."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        return "" if _is_text(value) else f"This {NO_TEXT}"
    if isinstance(value, int):
        return "" if abs(value) <= MOST_INTEGER else "This number is too large. Give it as a text."
    if isinstance(value, float):
        return "" if math.isfinite(value) else "Give a number."
    return "Give a text, a number, true, false or null: the object is flat."


def _is_text(text: str) -> bool:
    """Whether every database, and UTF-8, can hold it."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
