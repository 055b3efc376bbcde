"""Wording in a job description, or in a question, that is unlawful in hiring or keeps good people from applying.

The table is job_wording.toml: patterns, each with its reason and what to write instead. English: in another language
nothing is found, and `LANGUAGES` says so. A finding is a hint for a person; nothing is deleted.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from questionbank.domain.model_texts import cut_around

TABLE = Path(__file__).with_suffix(".toml")

LANGUAGES = frozenset({"en"})
AROUND = 40  # characters beside what was found, so that it is recognised
MOST_FOUND = 50


@dataclass(frozen=True)
class Rule:
    """One line of the table. `patterns` are looked for regardless of case, at the borders of words."""

    ground: str
    reason: str
    instead: str
    patterns: list[str]


@dataclass(frozen=True)
class Wording:
    """Something that was found: where in the text, and what to do."""

    ground: str
    found: str
    around: str
    start: int
    reason: str
    instead: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


GROUNDS = {
    "age": "Age",
    "gender": "Gender",
    "origin": "Origin",
    "family": "Family",
    "health": "Health and disability",
    "appearance": "Appearance",
    "belief": "Belief and politics",
    "orientation": "Orientation",
    "means": "Means and past",
}
# That everybody is welcome names what is protected: such a sentence is meant well, and not flagged.
WELCOME = re.compile(
    r"[^.!?\n]*\b(?:regardless\s+of|irrespective\s+of|without\s+regard\s+to|equal\s+opportunit|do(?:es)?\s+not\s+discriminate|"
    r"we\s+welcome\s+(?:applications|people|everyone|everybody)|all\s+qualified\s+applicants)\b[^.!?\n]*",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def load_rules() -> list[tuple[Rule, re.Pattern[str]]]:
    rules = [Rule(**one) for one in tomllib.loads(TABLE.read_text(encoding="utf-8"))["rules"]]
    return [(rule, _compile(rule.patterns)) for rule in rules]


def _compile(patterns: Iterable[str]) -> re.Pattern[str]:
    either = "|".join(patterns).replace(" ", r"\s+")
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def find_wording(text: str, language: str = "en") -> list[Wording]:
    """What stands in the text, in its order; of places that two rules name, the first. At most MOST_FOUND."""
    if language[:2] not in LANGUAGES:
        return []
    spared = [one.span() for one in WELCOME.finditer(text)]
    found: list[Wording] = []
    for rule, pattern in load_rules():
        for match in pattern.finditer(text):
            if not any(start <= match.start() < end for start, end in spared):
                found.append(_tell(text, match, rule))
    return _leave_out_overlaps(sorted(found, key=lambda one: one.start))[:MOST_FOUND]


def find_wording_in(texts: Iterable[tuple[str, str]], language: str = "en") -> list[dict[str, Any]]:
    """Of several texts, each with the name of its place."""
    return [{"place": place, **one.to_dict()} for place, text in texts for one in find_wording(text, language)]


def _tell(text: str, match: re.Match[str], rule: Rule) -> Wording:
    around = cut_around(text, match.start(), match.end(), AROUND)
    return Wording(rule.ground, match.group(), around, match.start(), rule.reason, rule.instead)


def _leave_out_overlaps(found: Iterable[Wording]) -> list[Wording]:
    kept: list[Wording] = []
    for one in found:
        if not kept or one.start >= kept[-1].start + len(kept[-1].found):
            kept.append(one)
    return kept
