"""Names taken out of texts, so that who reads an interview reads what was said and not who said it. Pure.

Called by whoever shows an interview without names: the comparison and shared links. It hides the name as the candidate
gave it and the e-mail address; what people tell of themselves, and their voice, it does not hide.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from reports.domain.answer_cards import Quote
from reports.domain.scorecard import Candidate, Scorecard

HIDDEN = "[name]"
# Names that are words too: in small letters they are left, or the text would lose its sense and betray the name.
ALSO_WORDS = frozenset(
    (
        *("will", "mark", "may", "rose", "grace", "hope", "bill", "sue", "art", "miles", "grant", "chase", "drew"),
        *("faith", "joy", "max", "pat", "rob", "ray", "jack", "dean", "guy", "frank", "earl", "page", "young", "long"),
        *("king", "price", "best", "green", "brown", "white", "black", "stone", "wood", "field", "hill", "lane"),
        *("day", "fox", "banks", "rich", "hall", "cook", "baker", "dawn", "iris", "june", "april", "august", "summer"),
    )
)
SHORTEST_PART = 2
# Fields that hold codes of ours and no words of anybody.
CODES = frozenset(
    (
        *("schema", "state", "kind", "key", "code", "three_step", "speaker", "role", "component", "question_type"),
        *("difficulty", "closed_reason", "stage", "by"),
    )
)
Redact = Callable[[str], str]
Value = TypeVar("Value")


def make_redactor(name: str, email: str = "") -> Redact:
    """A function that puts `[name]` where the name stands in a text: whole, or a part of it, as a word of its own."""
    parts = [part for part in name.split() if len(part) >= SHORTEST_PART]
    whole = [re.escape(text) for text in (email, name) if text.strip()]
    if not whole:
        return lambda text: text
    forms = {form for part in parts for form in list_forms(part)}
    ordered = sorted((re.escape(form) for form in forms), key=len, reverse=True)
    insensitive = "|".join(f"(?i:{text})" for text in whole)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join([insensitive, *ordered])})(?!\w)")
    doubled = re.compile(rf"{re.escape(HIDDEN)}(?:\s+{re.escape(HIDDEN)})+")
    return lambda text: doubled.sub(HIDDEN, pattern.sub(HIDDEN, text))


def list_forms(part: str) -> set[str]:
    """How a part of a name is written: as given, in capitals, and in small letters unless that is a common word."""
    forms = {part, part.upper(), part.capitalize()}
    return forms if part.lower() in ALSO_WORDS else {*forms, part.lower()}


def blind_scorecard(scorecard: Scorecard, alias: str) -> Scorecard:
    """The scorecard of `alias`: no name and no e-mail address of the candidate in any of its texts.

    Where a name was taken out of an answer, its quotes lose their places in the text, which do not fit any more.
    """
    candidate = scorecard.header.candidate
    redact = make_redactor(candidate.name, candidate.email)
    moved = frozenset(card.number for card in scorecard.answers if redact(card.text) != card.text)
    # Of the header the job and the organization stay as they are called, also where somebody has their name.
    header = replace(scorecard.header, candidate=Candidate(name=alias), metadata={})
    return replace(replace_texts(scorecard, redact, moved), header=header)


def replace_texts(value: Value, redact: Redact, moved: Iterable[int] = frozenset()) -> Value:
    """A value of the scorecard with every text in it redacted, however deep."""
    return _replace(value, redact, frozenset(moved))  # type: ignore[no-any-return]


def _replace(value: Any, redact: Redact, moved: frozenset[int]) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, tuple):
        return tuple(_replace(one, redact, moved) for one in value)
    if isinstance(value, dict):
        return {key: _replace(one, redact, moved) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return _replace_fields(value, redact, moved)
    return value


def _replace_fields(value: Any, redact: Redact, moved: frozenset[int]) -> Any:
    names = [field.name for field in fields(value) if field.name not in CODES]
    changes = {name: _replace(getattr(value, name), redact, moved) for name in names}
    if isinstance(value, Quote) and value.answer in moved:
        changes["span"] = None
    return replace(value, **changes)
