"""What a job description asks for, sentence by sentence with an id, and the way from there to what is asked.

The ids are given here, from the text as it stands: a model can point at a requirement, and can invent none.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_REQUIREMENTS = 80
MOST_CHARACTERS = 500
_LINE = re.compile(r"[\n\r]+|(?<=[.!?;])\s+(?=[A-ZÄÖÜ0-9“\"(•-])")
_BULLET = re.compile(r"^[\s•·*–—>-]+|^\(?\d{1,2}[.)]\s+")
SOURCES = {
    "description": "the description",
    "must_haves": "must-haves",
    "nice_to_haves": "nice-to-haves",
    "tools": "tools",
    "spoken_languages": "languages",
}
_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True)
class Requirement:
    """One sentence or line of what was written. `source` is one of SOURCES."""

    id: str
    text: str
    source: str

    def to_dict(self) -> dict[str, str]:
        return {"id": self.id, "text": self.text, "source": self.source}


def list_requirements(description: str, lists: Mapping[str, Sequence[str]]) -> list[Requirement]:
    """R1, R2 … in the order of the text, then of the lists; what is said twice is counted once."""
    parts = [("description", part) for part in _LINE.split(description)]
    parts += [(source, one) for source in SOURCES if source != "description" for one in lists.get(source, ())]
    seen: set[str] = set()
    found: list[Requirement] = []
    for source, part in parts:
        text = " ".join(_BULLET.sub("", part).split())[:MOST_CHARACTERS]
        is_empty = len(_WORD.findall(text)) < 2 if source == "description" else not re.search(r"\w", text)
        if is_empty or text.casefold() in seen:
            continue
        seen.add(text.casefold())
        found.append(Requirement(f"R{len(found) + 1}", text, source))
    return found[:MOST_REQUIREMENTS]


@dataclass(frozen=True)
class Trace:
    """One line of the table: a requirement, the competencies that come of it, and the questions on those."""

    requirement: Mapping[str, str]
    is_about_work: bool
    competencies: Sequence[Mapping[str, Any]]
    questions: Sequence[Mapping[str, Any]]

    @property
    def is_open(self) -> bool:
        return self.is_about_work and not self.competencies


@dataclass(frozen=True)
class Traceability:
    rows: Sequence[Trace]
    without_competency: Sequence[str]  # ids of requirements
    without_question: Sequence[str]  # ids of competencies, where there are questions at all

    def to_dict(self) -> dict[str, Any]:
        return {
            "requirements": [
                {
                    **row.requirement,
                    "is_about_work": row.is_about_work,
                    "competencies": [one["id"] for one in row.competencies],
                    "questions": [one["id"] for one in row.questions],
                }
                for row in self.rows
            ],
            "requirements_without_competency": list(self.without_competency),
            "competencies_without_question": list(self.without_question),
        }


def trace(
    requirements: Sequence[Mapping[str, str]],
    document: Mapping[str, Any],
    questions: Sequence[Mapping[str, Any]] = (),
) -> Traceability:
    """Requirement → competency → question, and where the way ends too early. `document`: an enhanced description's."""
    competencies = document.get("competencies", [])
    aside = set(document.get("not_about_work", ()))
    rows = []
    for requirement in requirements:
        own = [one for one in competencies if requirement["id"] in one["requirements"]]
        ids = {one["id"] for one in own}
        asked = [one for one in questions if ids & set(one.get("competencies", ()))]
        rows.append(Trace(requirement, requirement["id"] not in aside, own, asked))
    asked_for = {one for question in questions for one in question.get("competencies", ())}
    without = [one["id"] for one in competencies if one["id"] not in asked_for] if questions else []
    return Traceability(rows, [row.requirement["id"] for row in rows if row.is_open], without)


def find_unknown(named: Iterable[str], known: Iterable[str]) -> list[str]:
    """Ids that are named and not there, each once, in their order."""
    there = set(known)
    return list(dict.fromkeys(one for one in named if one not in there))
