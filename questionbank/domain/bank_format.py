"""The JSON format in which questions are written, shipped and exchanged: its types, its reader and its complaints.

One document holds the questions of one topic (see `questionbank/data/demo_bank/`). `questionbank.services.bank_import`
reads documents with this module before it touches a row. Everything wrong with a document is reported at once, each
problem with the file, the question's key, the field and what to do.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from questionbank.domain.json_objects import BankFormatError, ObjectReader, Problem

FORMAT = "interviewbot-bank/1"
KINDS = ("technical", "behavioral", "situational", "experience")
DIFFICULTIES = ("easy", "medium", "hard")
COMPONENTS = ("relevance", "depth", "clarity", "technical")

KEY_PATTERN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
LANGUAGE_PATTERN = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
MAX_KEY_CHARS = 120
MAX_NAME_CHARS = 100
MAX_ASSESSES_CHARS = 300


@dataclass(frozen=True)
class CriterionEntry:
    """One thing an answer is rated on; `component` says which part of the score the rating informs."""

    key: str
    name: str
    description: str
    component: str
    weight: float

    def to_dict(self) -> dict[str, Any]:
        """The form kept in `QuestionVersion.criteria`."""
        return {
            "key": self.key,
            "name": self.name,
            "description": self.description,
            "component": self.component,
            "weight": self.weight,
        }


@dataclass(frozen=True)
class QuestionEntry:
    """One question as written. Seconds are spoken seconds."""

    key: str
    text: str
    kind: str
    difficulty: str
    assesses: str
    expected_answer: str
    expected_elements: tuple[str, ...]
    criteria: tuple[CriterionEntry, ...]
    red_flags: tuple[str, ...]
    expected_seconds: int
    think_seconds: int
    suggestions: tuple[str, ...]
    weights: Mapping[str, float]


@dataclass(frozen=True)
class SubtopicEntry:
    name: str
    questions: tuple[QuestionEntry, ...]


@dataclass(frozen=True)
class BankDocument:
    """One file: the questions of one topic, by subtopic. `source` is the file's name, for messages."""

    source: str
    language: str
    category: str
    topic: str
    subtopics: tuple[SubtopicEntry, ...]

    @property
    def questions(self) -> tuple[QuestionEntry, ...]:
        return tuple(question for subtopic in self.subtopics for question in subtopic.questions)


def parse_document(text: str, source: str) -> BankDocument:
    """Read one document from its JSON text. Raises BankFormatError."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BankFormatError([Problem(source, "", where, f"not JSON ({error.msg}); correct it there")]) from error
    except RecursionError as error:
        raise BankFormatError([Problem(source, "", "", "is nested too deeply; see the demo bank's files")]) from error
    return read_document(data, source)


def read_document(data: object, source: str) -> BankDocument:
    """Read one document from decoded JSON. Raises BankFormatError with every problem found."""
    problems: list[Problem] = []
    top = ObjectReader(source, "", "", data if isinstance(data, dict) else {}, problems)
    if not isinstance(data, dict):
        top.complain("", "must be a JSON object; see questionbank/data/demo_bank for examples")
        raise BankFormatError(problems)
    top.refuse_unknown("format", "language", "category", "topic", "subtopics")
    top.read_choice("format", (FORMAT,))
    document = BankDocument(
        source=source,
        language=top.read_pattern("language", LANGUAGE_PATTERN, 8, "a language code such as en or en-GB"),
        category=top.read_text("category", MAX_NAME_CHARS),
        topic=top.read_text("topic", MAX_NAME_CHARS),
        subtopics=tuple(_read_subtopic(part) for part in top.read_objects("subtopics")),
    )
    problems.extend(find_duplicates([document]))
    if problems:
        raise BankFormatError(problems)
    return document


def find_duplicates(documents: Iterable[BankDocument]) -> list[Problem]:
    """Keys and subtopics that occur twice in a bank of several documents, each reported where it comes again."""
    problems: list[Problem] = []
    first_source: dict[str, str] = {}
    subtopics: set[tuple[str, str, str]] = set()
    for document in documents:
        for subtopic in document.subtopics:
            place = (document.category, document.topic, subtopic.name)
            if subtopic.name and place in subtopics:
                message = f"subtopic '{subtopic.name}' occurs twice; put its questions into one list"
                problems.append(Problem(document.source, "", "subtopics", message))
            subtopics.add(place)
        for question in document.questions:
            if question.key and question.key in first_source:
                message = f"is already used in {first_source[question.key]}; give this question a key of its own"
                problems.append(Problem(document.source, question.key, "key", message))
            first_source.setdefault(question.key, document.source)
    return problems


def _read_subtopic(reader: ObjectReader) -> SubtopicEntry:
    reader.refuse_unknown("name", "questions")
    name = reader.read_text("name", MAX_NAME_CHARS)
    return SubtopicEntry(name, tuple(_read_question(part) for part in reader.read_objects("questions")))


def _read_question(reader: ObjectReader) -> QuestionEntry:
    key = reader.data.get("key")
    if isinstance(key, str) and key.strip():
        # From here on the key says where we are better than a position in the file.
        reader = ObjectReader(reader.source, key.strip(), "", reader.data, reader.problems)
    reader.refuse_unknown(
        *("key", "text", "type", "difficulty", "assesses", "expected_answer", "expected_elements", "criteria"),
        *("red_flags", "expected_seconds", "think_seconds", "suggestions", "weights"),
    )
    kind = reader.read_choice("type", KINDS)
    return QuestionEntry(
        key=reader.read_pattern("key", KEY_PATTERN, MAX_KEY_CHARS, "a key of lower-case letters, digits and hyphens"),
        text=reader.read_text("text"),
        kind=kind,
        difficulty=reader.read_choice("difficulty", DIFFICULTIES),
        assesses=reader.read_text("assesses", MAX_ASSESSES_CHARS),
        expected_answer=reader.read_text("expected_answer"),
        expected_elements=reader.read_texts("expected_elements", least=1),
        criteria=_read_criteria(reader, kind),
        red_flags=reader.read_texts("red_flags", least=0),
        expected_seconds=reader.read_seconds("expected_seconds", least=10),
        think_seconds=reader.read_seconds("think_seconds", least=0),
        suggestions=reader.read_texts("suggestions", least=0),
        weights=_read_component_weights(reader, kind),
    )


def _read_criteria(reader: ObjectReader, kind: str) -> tuple[CriterionEntry, ...]:
    criteria: list[CriterionEntry] = []
    for part in reader.read_objects("criteria"):
        part.refuse_unknown("key", "name", "description", "component", "weight")
        criterion = CriterionEntry(
            key=part.read_pattern("key", KEY_PATTERN, MAX_KEY_CHARS, "a key of lower-case letters, digits and hyphens"),
            name=part.read_text("name", MAX_NAME_CHARS),
            description=part.read_text("description"),
            component=part.read_choice("component", COMPONENTS),
            weight=part.read_weight("weight"),
        )
        if criterion.component == "technical" and kind not in ("technical", ""):
            part.complain("component", f"a {kind} question has no technical component; use another component")
        if criterion.key and any(criterion.key == other.key for other in criteria):
            part.complain("key", f"'{criterion.key}' is used by another criterion of this question; change one")
        criteria.append(criterion)
    return tuple(criteria)


def _read_component_weights(reader: ObjectReader, kind: str) -> dict[str, float]:
    value = reader.data.get("weights", {})
    if not isinstance(value, dict):
        reader.complain("weights", "must be an object of component and weight; leave it out for the usual weights")
        return {}
    part = ObjectReader(reader.source, reader.key, f"{reader.path}weights.", value, reader.problems)
    known = COMPONENTS if kind in ("technical", "") else COMPONENTS[:-1]
    part.refuse_unknown(*known)
    weights = {name: part.read_weight(name, is_zero_allowed=True) for name in known if name in value}
    if weights and not sum(weights.values()):
        reader.complain("weights", "are all zero; give at least one component a weight")
    return weights
