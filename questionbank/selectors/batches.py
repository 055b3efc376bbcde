"""A batch as it stands: its parts, the questions they made as they are by now, what was refused; what one may take.

Three queries for a batch, however large it is. Called by its page and by the API.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from questionbank.domain.batches import BatchRow, read_row
from questionbank.models import Generation, ModelCall, Question

OPERATION = "write_bank_question"
MOST_MEASURED = 50


@dataclass(frozen=True)
class MadeQuestion:
    """`question` is None where it has been deleted since."""

    text: str
    is_from_cache: bool
    question: Question | None
    copy_of: Question | None


@dataclass(frozen=True)
class RefusedQuestion:
    """A text that was not taken, and the question of the bank that it repeats, if that is why."""

    text: str
    why: str
    percent: int | None
    is_from_cache: bool
    duplicate: Question | None


@dataclass(frozen=True)
class PartState:
    part: Generation
    row: BatchRow
    made: tuple[MadeQuestion, ...]
    refused: tuple[RefusedQuestion, ...]

    @property
    def missing(self) -> int:
        return self.row.count - len(self.made)


@dataclass(frozen=True)
class BatchState:
    batch: Generation
    parts: tuple[PartState, ...]

    @property
    def asked(self) -> int:
        return sum(one.row.count for one in self.parts)

    @property
    def made(self) -> int:
        return sum(len(one.made) for one in self.parts)

    @property
    def missing(self) -> int:
        return self.asked - self.made

    @property
    def from_cache(self) -> int:
        return sum(made.is_from_cache for one in self.parts for made in one.made)

    @property
    def to_review(self) -> int:
        """Of those made, what nobody has looked at yet."""
        made = (made.question for one in self.parts for made in one.made)
        return sum(question is not None and question.status == Question.Status.REVIEW for question in made)


def read_batch(batch: Generation, seen: QuerySet[Question]) -> BatchState:
    """`seen`: the questions that the reader may see."""
    parts = list(batch.parts.order_by("pk"))
    notes = [note for part in parts for name in ("questions", "refused") for note in part.result.get(name, [])]
    ids = {note.get(name) for note in notes for name in ("id", "copy_of", "duplicate_of")} - {None}
    rows = seen.filter(uuid__in=ids).select_related("current_version", "subtopic__topic__category")
    known = {str(one.uuid): one for one in rows}
    return BatchState(batch, tuple(_read_part(part, known) for part in parts))


def _read_part(part: Generation, known: dict[str, Question]) -> PartState:
    return PartState(
        part,
        read_row(part.parameters),
        tuple(_read_made(part.result.get("questions", []), known)),
        tuple(_read_refused(part.result.get("refused", []), known)),
    )


def _read_made(notes: list[dict[str, Any]], known: dict[str, Question]) -> Iterable[MadeQuestion]:
    for note in notes:
        yield MadeQuestion(note["text"], note["from_cache"], known.get(note["id"]), known.get(note["copy_of"] or ""))


def _read_refused(notes: list[dict[str, Any]], known: dict[str, Question]) -> Iterable[RefusedQuestion]:
    for note in notes:
        duplicate = known.get(note["duplicate_of"] or "")
        yield RefusedQuestion(note["text"], note["why"], note["percent"], note["from_cache"], duplicate)


@dataclass(frozen=True)
class Measured:
    """What one question took, on average, in the last calls that an organization made for questions."""

    calls: int
    tokens: int
    seconds: float


def measure_questions(organization_id: int) -> Measured | None:
    """None where none has been written yet: then nobody knows."""
    calls = ModelCall.objects.filter(organization_id=organization_id, operation=OPERATION)
    done = calls.filter(outcome=ModelCall.Outcome.DONE).order_by("-pk")
    rows = list(done.values_list("prompt_tokens", "completion_tokens", "seconds")[:MOST_MEASURED])
    if not rows:
        return None
    tokens = sum(read + written for read, written, _ in rows)
    return Measured(len(rows), round(tokens / len(rows)), sum(seconds for *_, seconds in rows) / len(rows))
