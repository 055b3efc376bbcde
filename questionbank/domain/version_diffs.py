"""What two versions of a question differ in: words of texts, lines of lists, fields of criteria. Pure.

Called by the admin's page of versions. A difference is a sequence of parts, each kept, added or removed, so that the
template only has to draw it.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KEPT, ADDED, REMOVED, CHANGED = "kept", "added", "removed", "changed"
WOVEN_FROM = 0.35
"""Of texts that have less in common, words woven into each other cannot be read."""
LIKE_FROM = 0.5
"""Two lines count as one that was changed, and are compared word by word, from this share of equal words on."""

# With the space after it: two words that were changed together are one change.
_TOKEN = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")

TEXT_FIELDS: Mapping[str, str] = {
    "text": "Question",
    "assesses": "What it assesses",
    "expected_answer": "Expected answer",
}
LIST_FIELDS: Mapping[str, str] = {
    "expected_elements": "Key points",
    "red_flags": "Red flags",
    "suggestions": "Reply starters",
}
NUMBER_FIELDS: Mapping[str, str] = {
    "expected_seconds": "Expected seconds",
    "think_seconds": "Seconds to think",
}
CRITERION_FIELDS: Mapping[str, str] = {
    "name": "Name",
    "description": "Description",
    "component": "Component",
    "weight": "Weight",
}


@dataclass(frozen=True)
class Part:
    """A stretch of text; `kind` is kept, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """A line of a list; `kind` is kept, added, removed or changed."""

    kind: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class CriterionChange:
    kind: str
    name: str
    fields: tuple[tuple[str, tuple[Part, ...]], ...]  # title and words, only of fields that differ; all if it is new


@dataclass(frozen=True)
class FieldChange:
    """One field that differs. One of `parts`, `lines` and `criteria` is filled."""

    title: str
    parts: tuple[Part, ...] = ()
    lines: tuple[Line, ...] = ()
    criteria: tuple[CriterionChange, ...] = ()


def compare_words(before: str, after: str) -> tuple[Part, ...]:
    """The words of both texts in reading order; one after the other where hardly any word is in both."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if before and after and measure_likeness(before, after) < WOVEN_FROM:
        return (Part(REMOVED, before), Part(ADDED, after))
    parts: list[Part] = []
    for tag, old_start, old_end, new_start, new_end in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            parts.append(Part(KEPT, "".join(old[old_start:old_end])))
            continue
        if old_end > old_start:
            parts.append(Part(REMOVED, "".join(old[old_start:old_end])))
        if new_end > new_start:
            parts.append(Part(ADDED, "".join(new[new_start:new_end])))
    return tuple(parts)


def compare_lines(before: Sequence[str], after: Sequence[str]) -> tuple[Line, ...]:
    """The lines of both lists; one that was reworded is one changed line."""
    lines: list[Line] = []
    for tag, old_start, old_end, new_start, new_end in difflib.SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            lines += [Line(KEPT, (Part(KEPT, line),)) for line in before[old_start:old_end]]
        else:
            lines += _pair_lines(before[old_start:old_end], after[new_start:new_end])
    return tuple(lines)


def _pair_lines(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    lines: list[Line] = []
    left = list(after)
    for old in before:
        like = max(left, key=lambda new: measure_likeness(old, new), default="")
        if like and measure_likeness(old, like) >= LIKE_FROM:
            left.remove(like)
            lines.append(Line(CHANGED, compare_words(old, like)))
        else:
            lines.append(Line(REMOVED, (Part(REMOVED, old),)))
    return [*lines, *(Line(ADDED, (Part(ADDED, new),)) for new in left)]


def measure_likeness(before: str, after: str) -> float:
    """Share of equal words, 0 to 1."""
    return difflib.SequenceMatcher(None, before.lower().split(), after.lower().split(), autojunk=False).ratio()


def compare_criteria(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> tuple[CriterionChange, ...]:
    """Criteria are the same where their keys are, wherever they stand; in the order of `after`, removed ones last."""
    old = {str(one.get("key")): one for one in before}
    new_keys = {str(one.get("key")) for one in after}
    changes: list[CriterionChange] = []
    for one in after:
        known = old.get(str(one.get("key")))
        fields = tuple(
            (title, compare_words(show_value((known or {}).get(name, "")), show_value(one.get(name, ""))))
            for name, title in CRITERION_FIELDS.items()
            if known is None or known.get(name) != one.get(name)
        )
        kind = ADDED if known is None else CHANGED if fields else KEPT
        changes.append(CriterionChange(kind, str(one.get("name", "")), fields))
    changes += [
        CriterionChange(REMOVED, str(one.get("name", "")), ()) for key, one in old.items() if key not in new_keys
    ]
    return tuple(changes)


def show_value(value: object) -> str:
    """A number without a needless fraction."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def compare_versions(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """The fields of a version's content that differ; [] if none does. Order alone counts as no change of criteria."""
    changes = [
        FieldChange(title, parts=compare_words(before[name], after[name]))
        for name, title in TEXT_FIELDS.items()
        if before[name] != after[name]
    ]
    changes += [
        FieldChange(title, lines=compare_lines(before[name], after[name]))
        for name, title in LIST_FIELDS.items()
        if before[name] != after[name]
    ]
    if before["criteria"] != after["criteria"]:
        changes.append(FieldChange("Criteria", criteria=compare_criteria(before["criteria"], after["criteria"])))
    changes += [
        FieldChange(title, parts=compare_words(str(before[name]), str(after[name])))
        for name, title in NUMBER_FIELDS.items()
        if before[name] != after[name]
    ]
    if before["weights"] != after["weights"]:
        parts = compare_words(_write_weights(before["weights"]), _write_weights(after["weights"]))
        changes.append(FieldChange("Component weights", parts=parts))
    return changes


def _write_weights(weights: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {show_value(weight)}" for name, weight in weights.items()) or "the panel's"
