"""Bringing written question banks into the catalogue. Called by `manage.py seed_demo`.

What a document may contain is decided by `questionbank.domain.bank_format`; nothing here is written unless the whole
bank could be read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from organizations.models import Organization
from questionbank.domain.bank_format import BankDocument, QuestionEntry, find_duplicates, parse_document
from questionbank.domain.json_objects import BankFormatError, Problem
from questionbank.models import Category, Question, QuestionVersion, Subtopic, Topic

DEMO_BANK = Path(__file__).parents[1] / "data" / "demo_bank"


@dataclass(frozen=True)
class ImportResult:
    """How many questions were new, got a new version or moved, and were already there as written."""

    created: int
    changed: int
    unchanged: int


def read_bank(folder: Path) -> list[BankDocument]:
    """Read every *.json of a folder, in the order of their names.

    Raises BankFormatError with the problems of all files; a folder without any is one too.
    """
    documents: list[BankDocument] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.json")):
        try:
            documents.append(parse_document(path.read_text(encoding="utf-8"), path.name))
        except UnicodeDecodeError:
            problems.append(Problem(path.name, "", "", "is not UTF-8 text; save it as UTF-8"))
        except BankFormatError as error:
            problems.extend(error.problems)
    if not documents and not problems:
        problems.append(Problem(str(folder), "", "", "has no .json file; name the folder that holds the bank"))
    problems.extend(find_duplicates(documents))
    if problems:
        raise BankFormatError(problems)
    return documents


def import_bank(documents: Sequence[BankDocument], organization: Organization | None = None) -> ImportResult:
    """Make the catalogue hold these questions, for one organization or (None) for all. In one transaction:

    1. categories, topics and subtopics that are missing are made, found by their names;
    2. a question whose key is new is made, live, with version 1;
    3. one that is known gets a new version if what is asked or how it is judged differs from its current version, and
       moves if its place, kind, difficulty or language does. Its status stays: what was retired stays retired.

    Questions that are not in the documents are left alone. Importing the same documents again changes nothing.
    Raises BankFormatError if a key occurs twice.
    """
    if problems := find_duplicates(documents):
        raise BankFormatError(problems)
    new: list[tuple[Question, QuestionEntry]] = []
    is_changed: list[bool] = []
    with transaction.atomic():
        known = _find_known(documents, organization)
        for document in documents:
            category = _get_category(document.category, organization)
            topic = _get_topic(document.topic, category)
            for part in document.subtopics:
                place = {"category": category, "topic": topic, "subtopic": _get_subtopic(part.name, topic)}
                for entry in part.questions:
                    row = {**place, "kind": entry.kind, "difficulty": entry.difficulty, "language": document.language}
                    if entry.key in known:
                        is_changed.append(_update_question(known[entry.key], row, _version_content(entry)))
                    else:
                        new.append((Question(organization=organization, key=entry.key, **row), entry))
        _create_questions(new)
    return ImportResult(len(new), is_changed.count(True), is_changed.count(False))


def _find_known(documents: Iterable[BankDocument], organization: Organization | None) -> dict[str, Question]:
    keys = [entry.key for document in documents for entry in document.questions]
    rows = Question.objects.filter(organization=organization, key__in=keys).select_related(
        "current_version", "category", "topic", "subtopic"
    )
    return {question.key: question for question in rows}


def _create_questions(new: Sequence[tuple[Question, QuestionEntry]]) -> None:
    """Made live only after their versions: a live question without one is refused by the database."""
    questions = Question.objects.bulk_create([question for question, _ in new])
    versions = QuestionVersion.objects.bulk_create(
        [
            QuestionVersion(question=question, number=1, **_version_content(entry))
            for question, (_, entry) in zip(questions, new, strict=True)
        ]
    )
    for question, version in zip(questions, versions, strict=True):
        question.current_version = version
        question.status = Question.Status.LIVE
    Question.objects.bulk_update(questions, ["current_version", "status"], batch_size=200)


def _update_question(question: Question, row: dict[str, Any], content: dict[str, Any]) -> bool:
    """Move the question and add a version, where either is called for; False if neither is."""
    changed = [name for name, value in row.items() if getattr(question, name) != value]
    current = question.current_version
    if current is None or any(getattr(current, name) != value for name, value in content.items()):
        last = question.versions.order_by("-number").values_list("number", flat=True).first()
        row["current_version"] = QuestionVersion.objects.create(question=question, number=(last or 0) + 1, **content)
        changed.append("current_version")
    for name in changed:
        setattr(question, name, row[name])
    if changed:
        question.save(update_fields=changed)
    return bool(changed)


def _version_content(entry: QuestionEntry) -> dict[str, Any]:
    return {
        "text": entry.text,
        "assesses": entry.assesses,
        "expected_answer": entry.expected_answer,
        "expected_elements": list(entry.expected_elements),
        "criteria": [criterion.to_dict() for criterion in entry.criteria],
        "red_flags": list(entry.red_flags),
        "suggestions": list(entry.suggestions),
        "expected_seconds": entry.expected_seconds,
        "think_seconds": entry.think_seconds,
        "weights": dict(entry.weights),
    }


def _get_category(name: str, organization: Organization | None) -> Category:
    siblings = Category.objects.filter(organization=organization)
    found = siblings.filter(name=name).first()
    slug = _free_slug(name, siblings.values_list("slug", flat=True))
    return found or Category.objects.create(organization=organization, name=name, slug=slug)


def _get_topic(name: str, category: Category) -> Topic:
    found = category.topics.filter(name=name).first()
    slug = _free_slug(name, category.topics.values_list("slug", flat=True))
    return found or Topic.objects.create(category=category, name=name, slug=slug)


def _get_subtopic(name: str, topic: Topic) -> Subtopic:
    found = topic.subtopics.filter(name=name).first()
    slug = _free_slug(name, topic.subtopics.values_list("slug", flat=True))
    return found or Subtopic.objects.create(topic=topic, name=name, slug=slug)


def _free_slug(name: str, taken: Iterable[str]) -> str:
    """ "C", "C++" and "C#" all become "c": whoever comes later gets a number."""
    base = slugify(name, allow_unicode=True)[:90] or "unnamed"
    others = set(taken)
    slug, number = base, 1
    while slug in others:
        number += 1
        slug = f"{base}-{number}"
    return slug
