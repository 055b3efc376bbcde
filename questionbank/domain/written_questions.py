"""What a language model has to give for one question, and how that becomes an entry of the bank's own format.

The schema is what the model is held to; what it may get wrong harmlessly is put right here (`make_entry`).
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from questionbank.domain.bank_format import CriterionEntry, QuestionEntry

LEAST_CRITERIA, MOST_CRITERIA = 8, 10
_ABOVE_ASCII = re.compile(r"[^a-z0-9]+")


def _text(least: int, most: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most)


Short = Annotated[str, _text(2, 300)]
Long = Annotated[str, _text(40, 4000)]


class WrittenCriterion(BaseModel):
    name: Annotated[str, _text(2, 100)]
    description: Annotated[str, _text(5, 600)]
    component: Literal["relevance", "depth", "clarity", "technical"]
    weight: int = Field(ge=1, le=5)


class WrittenQuestion(BaseModel):
    text: Annotated[str, _text(15, 700)]
    assesses: Annotated[str, _text(5, 300)]
    expected_answer: Long
    expected_elements: list[Short] = Field(min_length=3, max_length=8)
    criteria: list[WrittenCriterion] = Field(min_length=LEAST_CRITERIA, max_length=MOST_CRITERIA)
    red_flags: list[Short] = Field(min_length=1, max_length=5)
    suggestions: list[Short] = Field(min_length=2, max_length=4)
    expected_seconds: int = Field(ge=20, le=300)
    think_seconds: int = Field(ge=0, le=120)


def make_entry(written: WrittenQuestion, *, key: str, kind: str, difficulty: str) -> QuestionEntry:
    """In the bank's format. A question that is not technical has no technical criterion: it informs the depth."""
    return QuestionEntry(
        key=key,
        text=written.text,
        kind=kind,
        difficulty=difficulty,
        assesses=written.assesses,
        expected_answer=written.expected_answer,
        expected_elements=drop_repeated(written.expected_elements),
        criteria=tuple(make_criteria(written.criteria, kind)),
        red_flags=drop_repeated(written.red_flags),
        expected_seconds=written.expected_seconds,
        think_seconds=written.think_seconds,
        suggestions=drop_repeated(written.suggestions),
        weights={},
    )


def make_criteria(criteria: Iterable[WrittenCriterion], kind: str) -> Iterable[CriterionEntry]:
    """In the bank's format, each with a key of its own."""
    taken: set[str] = set()
    for number, one in enumerate(criteria, 1):
        component = "depth" if one.component == "technical" and kind != "technical" else one.component
        key = make_slug(one.name) or f"criterion-{number}"
        key = f"{key}-{number}" if key in taken else key
        taken.add(key)
        yield CriterionEntry(key, one.name, one.description, component, one.weight)


def make_slug(text: str, most: int = 60) -> str:
    """Lower-case letters, digits and hyphens of a text; nothing where it has none of ours."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _ABOVE_ASCII.sub("-", plain)[:most].strip("-")


def drop_repeated(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
