"""Reading typed values out of decoded JSON, collecting every complaint instead of stopping at the first.

Used by `questionbank.domain.bank_format`, which knows what the fields mean.
"""

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_SECONDS = 900
MAX_WEIGHT = 100
UNSTORABLE = "has a character that cannot be stored (a control character or half a pair); remove it"


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do. `key` is empty where the problem is not inside one question."""

    source: str
    key: str
    field: str
    message: str

    def __str__(self) -> str:
        where = [self.source]
        if self.key:
            where.append(f"question '{self.key}'")
        if self.field:
            where.append(self.field)
        return f"{', '.join(where)}: {self.message}"


class BankFormatError(ValueError):
    """A bank cannot be read; `problems` lists everything that was found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass
class ObjectReader:
    """Takes typed values out of one JSON object and collects complaints; a bad value reads as an empty one."""

    source: str
    key: str
    path: str
    data: Mapping[str, Any]
    problems: list[Problem] = field(repr=False)

    def complain(self, name: str, message: str) -> None:
        self.problems.append(Problem(self.source, self.key, f"{self.path}{name}", message))

    def refuse_unknown(self, *known: str) -> None:
        for name in self.data:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean '{close[0]}'?" if close else f"the fields are {', '.join(known)}"
                self.complain(name, f"is not a field of the format; {hint}")

    def read_text(self, name: str, max_chars: int | None = None) -> str:
        value = self.data.get(name)
        if not isinstance(value, str) or not value.strip():
            self.complain(name, "is missing or empty; write a text")
            return ""
        if not _is_storable(value):
            self.complain(name, UNSTORABLE)
            return ""
        if max_chars is not None and len(value) > max_chars:
            self.complain(name, f"has {len(value)} characters; shorten it to {max_chars}")
        return value.strip()

    def read_pattern(self, name: str, pattern: re.Pattern[str], max_chars: int, wanted: str) -> str:
        value = self.read_text(name, max_chars)
        if value and not pattern.fullmatch(value):
            self.complain(name, f"'{value}' is not {wanted}; change it to one")
        return value

    def read_choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.data.get(name)
        if value not in choices:
            self.complain(name, f"{json.dumps(value)} is not known; use {' or '.join(choices)}")
            return ""
        return str(value)

    def read_seconds(self, name: str, least: int) -> int:
        value = self.data.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= MAX_SECONDS:
            wanted = f"write whole seconds from {least} to {MAX_SECONDS}"
            self.complain(name, f"{json.dumps(value)} is not a length of time; {wanted}")
            return least
        return value

    def read_weight(self, name: str, *, is_zero_allowed: bool = False) -> float:
        value: Any = self.data.get(name, "")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        # A comparison that must hold, rather than one that must not, refuses NaN, which JSON in Python may bring.
        if is_number and (0 < value <= MAX_WEIGHT or (value == 0 and is_zero_allowed)):
            weight: float = value
            return weight
        least = "0" if is_zero_allowed else "above 0"
        self.complain(name, f"{json.dumps(value)} is not a weight; write a number from {least} to {MAX_WEIGHT}")
        return 1

    def read_texts(self, name: str, least: int) -> tuple[str, ...]:
        value = self.data.get(name)
        if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
            self.complain(name, 'must be a list of texts, none of them empty; write it as ["…", "…"]')
            return ()
        if not all(_is_storable(text) for text in value):
            self.complain(name, UNSTORABLE)
            return ()
        if len(value) < least:
            self.complain(name, f"has {len(value)} entries; write at least {least}")
        texts = tuple(text.strip() for text in value)
        for text in sorted({text for text in texts if texts.count(text) > 1}):
            self.complain(name, f"'{text}' is listed twice; remove one")
        return texts

    def read_objects(self, name: str) -> list["ObjectReader"]:
        value = self.data.get(name)
        if not isinstance(value, list) or not value:
            self.complain(name, "must be a list with at least one entry; add one")
            return []
        parts: list[ObjectReader] = []
        for index, entry in enumerate(value):
            path = f"{self.path}{name}[{index}]"
            if isinstance(entry, dict):
                parts.append(ObjectReader(self.source, self.key, f"{path}.", entry, self.problems))
            else:
                self.complain(f"{name}[{index}]", "must be an object; write it in braces")
        return parts


def _is_storable(text: str) -> bool:
    """PostgreSQL refuses NUL and unpaired surrogates, both possible as JSON escapes; other controls are never meant."""
    return not any((char < " " and char not in "\n\t") or "\ud800" <= char <= "\udfff" for char in text)
