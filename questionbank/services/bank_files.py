"""Question banks as files that people exchange: CSV and the bank's own JSON, read and written by django-import-export.

Called by the admin and the API. An import is a dry run first. Nothing is written unless every row is good; then it goes
the one way of all imports (bank_import.write_entries). What stands in the cells: domain/bank_tables.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from import_export import resources
from import_export.formats import base_formats
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import Result, RowResult

from authentication.models import User
from organizations.models import Organization
from questionbank.domain.bank_tables import (
    SourceRow,
    read_csv,
    read_json,
    read_source_row,
    write_csv,
    write_json,
    write_values,
)
from questionbank.domain.json_objects import BankFormatError
from questionbank.models import Question
from questionbank.selectors.similar_questions import SimilarQuestion, find_similar
from questionbank.services.bank_import import Outcome, PlacedEntry, Written, version_content, write_entries
from questionbank.services.versions import describe_content

MOST_COMPARED = 300
"""New or changed questions of one file that are held against the bank; two queries each."""
HEADERS = ["where", "document"]


class BankCsv(base_formats.CSV):  # type: ignore[misc]
    """One row is one question."""

    def create_dataset(self, in_stream: str, **kwargs: Any) -> tablib.Dataset:
        return _make_dataset(read_csv(in_stream, "the file"))

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> str:
        return write_csv(dataset.dict)


class BankJson(base_formats.JSON):  # type: ignore[misc]
    """One document of a topic, or a list of them."""

    def create_dataset(self, in_stream: str, **kwargs: Any) -> tablib.Dataset:
        return _make_dataset(read_json(in_stream, "the file"))

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> str:
        return write_json(dataset.dict)


FORMATS: Mapping[str, type[BankCsv] | type[BankJson]] = {"csv": BankCsv, "json": BankJson}


def _make_dataset(rows: Sequence[SourceRow]) -> tablib.Dataset:
    return tablib.Dataset(*((row.where, row.document) for row in rows), headers=HEADERS)


@dataclass
class ReadRow:
    """One row of the file: what it holds, or what is wrong with it; then what became of it."""

    where: str
    placed: PlacedEntry | None = None
    problems: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)  # the same by the format's path and message
    written: Written | None = None
    is_common: bool = False  # the bank for all has the very same question
    similar: list[SimilarQuestion] = field(default_factory=list)

    @property
    def import_type(self) -> str:
        if self.problems:
            return str(RowResult.IMPORT_TYPE_INVALID)
        outcome = self.written.outcome if self.written else Outcome.UNCHANGED
        types = {Outcome.NEW: RowResult.IMPORT_TYPE_NEW, Outcome.CHANGED: RowResult.IMPORT_TYPE_UPDATE}
        return str(types.get(outcome, RowResult.IMPORT_TYPE_SKIP))


class BankResource(resources.Resource):  # type: ignore[misc]
    """The questions of one organization (or, None, of the bank for all) as a table."""

    class Meta:
        use_transactions = True
        instance_loader_class = BaseInstanceLoader  # rows are found by bank_import, all at once

    def __init__(
        self,
        *,
        organization: Organization | None = None,
        status: str = Question.Status.DRAFT,
        user: User | None = None,
        comparable: QuerySet[Question] | None = None,
    ) -> None:
        """`status` is that of new questions; `comparable` those that duplicates are looked for among."""
        super().__init__()
        self.organization, self.status, self.user = organization, status, user
        self.comparable = comparable
        self.read: list[ReadRow] = []

    # --- In ---------------------------------------------------------------------------------------------------------

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Read and write all good rows at once; the library rolls it back where a row is bad or it is a dry run."""
        self.read = [_read_row(SourceRow(row["where"], row["document"])) for row in dataset.dict]
        _refuse_repeated_keys(self.read)
        good = [row for row in self.read if row.placed is not None and not row.problems]
        self._find_common(good)
        wanted = {row.placed.entry.key: row for row in good if row.placed is not None and not row.is_common}
        written = write_entries(
            [row.placed for row in wanted.values() if row.placed is not None],
            self.organization,
            status=self.status,
            user=self.user,
            uses_common_places=True,
        )
        for key, row in wanted.items():
            row.written = written[key]

    def import_row(self, row: Mapping[str, Any], instance_loader: Any, **kwargs: Any) -> Any:
        read = self.read[kwargs["row_number"] - 1]
        result = self.get_row_result_class()()
        result.import_type = read.import_type
        result.read = read
        if read.problems:
            result.validation_error = ValidationError(read.problems)
        elif read.written is not None:
            result.add_instance_info(read.written.question)
            result.instance = read.written.question
        return result

    def _find_common(self, rows: Sequence[ReadRow]) -> None:
        """Who exports what they see and imports it again gets no copies of the bank for all."""
        if self.organization is None:
            return
        keys = [row.placed.entry.key for row in rows if row.placed]
        both = Question.objects.filter(Q(organization=None) | Q(organization=self.organization), key__in=keys)
        known = {(one.organization_id, one.key): one for one in both.select_related("current_version")}
        for row in rows:
            assert row.placed is not None
            common = known.get((None, row.placed.entry.key))
            is_own = (self.organization.pk, row.placed.entry.key) in known
            row.is_common = common is not None and not is_own and _says_the_same(common, row.placed)

    def find_similar(self) -> None:
        """Adds to each new or changed row what the bank has like it. Called when the dry run is rolled back: comparing
        takes a while, and on SQLite nobody else could write meanwhile."""
        fresh = [row for row in self.read if row.written and row.written.outcome != Outcome.UNCHANGED]
        if self.comparable is None:
            return
        for row in fresh[:MOST_COMPARED]:
            assert row.placed is not None
            assert row.written is not None
            text, language = row.placed.entry.text, row.placed.language
            own = Question.objects.filter(organization=self.organization, key=row.placed.entry.key)
            row.similar = find_similar(text, language, self.comparable.exclude(pk__in=own.values("pk")))

    # --- Out --------------------------------------------------------------------------------------------------------

    def export(self, queryset: QuerySet[Question] | None = None, **kwargs: Any) -> tablib.Dataset:
        assert queryset is not None, "cut to the user's organizations by the caller"
        questions = queryset.filter(current_version__isnull=False).select_related(
            "current_version", "organization", "subtopic__topic__category"
        )
        dataset = tablib.Dataset()
        dataset.dict = [describe_row(question) for question in questions.order_by("organization", "key")]
        return dataset


def import_file(
    text: str,
    file_format: str,
    *,
    organization: Organization | None,
    status: str,
    user: User | None,
    among: QuerySet[Question],
    is_dry_run: bool,
) -> tuple[BankResource, Result]:
    """Effects, unless it is a dry run or a row is bad: what `write_entries` does, in one transaction.

    `status` is that of new questions; `among`, which whoever asks sees, is where a dry run looks for similar ones, of
    this organization and of those for all. Raises BankFormatError where the file cannot be read at all.
    """
    comparable = among.filter(organization__isnull=True)
    if organization is not None:
        comparable |= among.filter(organization=organization)
    resource = BankResource(organization=organization, status=status, user=user, comparable=comparable)
    dataset = FORMATS[file_format](encoding="utf-8").create_dataset(text)
    result = resource.import_data(
        dataset, dry_run=is_dry_run, use_transactions=True, rollback_on_validation_errors=True
    )
    if is_dry_run:
        resource.find_similar()  # takes a while, and holds nobody up: nothing is being written any more
    return resource, result


def describe_row(question: Question) -> dict[str, str]:
    """The cells of a question: three to be read only, then those of the format."""
    version = question.current_version
    assert version is not None
    entry = {
        **describe_content(version),
        "key": question.key,
        "type": question.kind,
        "difficulty": question.difficulty,
    }
    subtopic = question.subtopic
    place = {
        "language": question.language,
        "category": subtopic.topic.category.name,
        "topic": subtopic.topic.name,
        "subtopic": subtopic.name,
    }
    owner = question.organization.name if question.organization else "all organizations"
    return {"owner": owner, "status": question.status, "version": str(version.number), **write_values(place, entry)}


def _read_row(row: SourceRow) -> ReadRow:
    try:
        document = read_source_row(row)
    except BankFormatError as error:
        problems = [": ".join(part for part in (_plain(one.field), one.message) if part) for one in error.problems]
        faults = [(one.field, one.message) for one in error.problems]
        return ReadRow(row.where, problems=problems, faults=faults)
    part = document.subtopics[0]
    placed = PlacedEntry(document.language, document.category, document.topic, part.name, part.questions[0])
    return ReadRow(row.where, placed)


def _plain(name: str) -> str:
    """The format's path without the shell that a row has none of."""
    inner = name.removeprefix("subtopics[0].questions[0].")
    criterion = re.match(r"criteria\[(\d+)\]\.?(.*)", inner)
    if criterion:
        return f"criterion {int(criterion[1]) + 1} {criterion[2]}".strip()
    return "subtopic" if inner == "subtopics[0].name" else inner


def _refuse_repeated_keys(rows: Sequence[ReadRow]) -> None:
    first: dict[str, str] = {}
    for row in rows:
        if row.placed is None:
            continue
        key = row.placed.entry.key
        if key in first:
            message = f"'{key}' stands at {first[key]} already; give this question a key of its own"
            row.problems.append(f"key: {message}")
            row.faults.append(("key", message))
        first.setdefault(key, row.where)


def _says_the_same(question: Question, placed: PlacedEntry) -> bool:
    version, entry = question.current_version, placed.entry
    return (
        version is not None
        and describe_content(version) == version_content(entry)
        and (question.kind, question.difficulty, question.language) == (entry.kind, entry.difficulty, placed.language)
    )
