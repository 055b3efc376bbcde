"""Bringing written question banks into the catalogue. Called by `manage.py seed_demo` and by services/bank_files.

What a document may contain is decided by `questionbank.domain.bank_format`; nothing here is written unless the whole
bank could be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import transaction

from authentication.models import User
from organizations.models import Organization
from questionbank.domain.bank_format import BankDocument, QuestionEntry, find_duplicates, parse_document
from questionbank.domain.json_objects import BankFormatError, Problem
from questionbank.models import Category, Question, QuestionVersion, Subtopic, Topic
from questionbank.services.catalogue import free_slug
from questionbank.services.similar_questions import index_questions

LIVE = Question.Status.LIVE
DEMO_BANK = Path(__file__).parents[1] / "data" / "demo_bank"


@dataclass(frozen=True)
class PlacedEntry:
    """A question as written, and where in the catalogue it is to stand: by names, or the very row."""

    language: str
    category: str
    topic: str
    subtopic: str
    entry: QuestionEntry
    place: Subtopic | None = None


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Written:
    """What became of one entry."""

    question: Question
    outcome: Outcome


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
    placed = [
        PlacedEntry(document.language, document.category, document.topic, part.name, entry)
        for document in documents
        for part in document.subtopics
        for entry in part.questions
    ]
    outcomes = [written.outcome for written in write_entries(placed, organization).values()]
    return ImportResult(*(outcomes.count(one) for one in (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)))


@transaction.atomic
def write_entries(
    placed: Sequence[PlacedEntry],
    organization: Organization | None,
    *,
    status: str = LIVE,
    user: User | None = None,
    uses_common_places: bool = False,
) -> dict[str, Written]:
    """What `import_bank` does, for entries from anywhere whose keys are all different; by key what became of each.

    `status` is that of new questions. With `uses_common_places` an organization's question stands where it stood, or in
    the catalogue for all, where there is a place of these names; without, always in the organization's own catalogue.
    """
    places = PlaceFinder(organization, uses_common_places=uses_common_places)
    known = _find_known([one.entry.key for one in placed], organization)
    written: dict[str, Written] = {}
    new: list[tuple[Question, QuestionEntry]] = []
    renewed: list[tuple[Question, str]] = []
    for one in placed:
        entry, question = one.entry, known.get(one.entry.key)
        subtopic = places.find(one, question)
        place = {"category": subtopic.topic.category, "topic": subtopic.topic, "subtopic": subtopic}
        row = {**place, "kind": entry.kind, "difficulty": entry.difficulty, "language": one.language}
        if question is None:
            question = Question(organization=organization, key=entry.key, **row)
            new.append((question, entry))
            written[entry.key] = Written(question, Outcome.NEW)
            continue
        is_changed = _update_question(question, row, version_content(entry), user)
        renewed += [(question, entry.text)] if is_changed else []
        written[entry.key] = Written(question, Outcome.CHANGED if is_changed else Outcome.UNCHANGED)
    _create_questions(new, status, user)
    index_questions([*((question, entry.text) for question, entry in new), *renewed])
    return written


def _find_known(keys: Sequence[str], organization: Organization | None) -> dict[str, Question]:
    """Locked, in one order: nobody makes a version of them until these are written."""
    known = Question.objects.filter(organization=organization, key__in=keys).order_by("pk")
    list(known.select_for_update(no_key=True).values_list("pk"))  # alone, then read: see versions.lock_question
    rows = known.select_related("current_version", "category", "topic", "subtopic__topic__category")
    return {question.key: question for question in rows}


def _create_questions(new: Sequence[tuple[Question, QuestionEntry]], status: str, user: User | None) -> None:
    """Made live only after their versions: a live question without one is refused by the database."""
    questions = Question.objects.bulk_create([question for question, _ in new])
    versions = QuestionVersion.objects.bulk_create(
        [
            QuestionVersion(question=question, number=1, created_by=user, **version_content(entry))
            for question, (_, entry) in zip(questions, new, strict=True)
        ]
    )
    for question, version in zip(questions, versions, strict=True):
        question.current_version = version
        question.status = status
    Question.objects.bulk_update(questions, ["current_version", "status"], batch_size=200)


def _update_question(question: Question, row: dict[str, Any], content: dict[str, Any], user: User | None) -> bool:
    """Move the question and add a version, where either is called for; False if neither is."""
    changed = [name for name, value in row.items() if getattr(question, name) != value]
    current = question.current_version
    if current is None or any(getattr(current, name) != value for name, value in content.items()):
        last = question.versions.order_by("-number").values_list("number", flat=True).first()
        row["current_version"] = QuestionVersion.objects.create(
            question=question, number=(last or 0) + 1, created_by=user, note="Imported." if user else "", **content
        )
        changed.append("current_version")
    for name in changed:
        setattr(question, name, row[name])
    if changed:
        question.save(update_fields=changed)
    return bool(changed)


def version_content(entry: QuestionEntry) -> dict[str, Any]:
    """An entry by the names of a version's fields."""
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


class PlaceFinder:
    """Finds or makes subtopics by names; each place is looked for once."""

    def __init__(self, organization: Organization | None, *, uses_common_places: bool) -> None:
        self.organization = organization
        self.uses_common_places = uses_common_places and organization is not None
        self.found: dict[tuple[str, str, str], Subtopic] = {}

    def find(self, one: PlacedEntry, question: Question | None) -> Subtopic:
        if one.place is not None:
            return one.place
        names = (one.category, one.topic, one.subtopic)
        if self.uses_common_places and question is not None:
            stands = question.subtopic
            if (stands.topic.category.name, stands.topic.name, stands.name) == names:
                return stands
        if names not in self.found:
            self.found[names] = self._find_common(names) or self._get_own(names)
        return self.found[names]

    def _find_common(self, names: tuple[str, str, str]) -> Subtopic | None:
        category, topic, subtopic = names
        if not self.uses_common_places or Category.objects.filter(organization=self.organization, name=category):
            return None
        places = Subtopic.objects.select_related("topic__category").filter(topic__category__organization=None)
        return places.filter(name=subtopic, topic__name=topic, topic__category__name=category).first()

    def _get_own(self, names: tuple[str, str, str]) -> Subtopic:
        category = _get_category(names[0], self.organization)
        return _get_subtopic(names[2], _get_topic(names[1], category))


def _get_category(name: str, organization: Organization | None) -> Category:
    siblings = Category.objects.filter(organization=organization)
    found = siblings.filter(name=name).first()
    slug = free_slug(name, siblings.values_list("slug", flat=True))
    return found or Category.objects.create(organization=organization, name=name, slug=slug)


def _get_topic(name: str, category: Category) -> Topic:
    found = category.topics.filter(name=name).first()
    slug = free_slug(name, category.topics.values_list("slug", flat=True))
    return found or Topic.objects.create(category=category, name=name, slug=slug)


def _get_subtopic(name: str, topic: Topic) -> Subtopic:
    found = topic.subtopics.filter(name=name).first()
    slug = free_slug(name, topic.subtopics.values_list("slug", flat=True))
    return found or Subtopic.objects.create(topic=topic, name=name, slug=slug)
