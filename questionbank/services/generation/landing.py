"""Putting one written question into the bank, to be reviewed; or refusing it, with the one it repeats. Used by makers.

One transaction: the claim is held, so that a worker that was given up stores nothing; whoever else puts questions into
the same organization's bank waits, so that two never put the same one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from config.work.tasks import ClaimLost
from organizations.models import Change, Organization
from organizations.services.history import record_change
from questionbank.domain.bank_format import CriterionEntry, QuestionEntry
from questionbank.domain.batches import BatchRow
from questionbank.domain.question_cache import Wish, WishVector
from questionbank.models import CachedQuestion, GeneratedQuestion, Generation, Question, Subtopic
from questionbank.selectors.existing_questions import list_bank
from questionbank.selectors.similar_questions import SimilarQuestion, find_similar
from questionbank.services.bank_import import PlacedEntry, version_content, write_entries
from questionbank.services.generation.parts import tell_whole
from questionbank.services.question_cache import Writer, keep_question, note_hit
from questionbank.services.versions import find_content_problems

MOST_KEPT = 40
"""Refused texts that are kept with a part: so many tell all there is to tell."""


@dataclass(frozen=True)
class Draft:
    """A question by the names of a version's fields."""

    content: dict[str, Any]
    kind: str
    key: str

    @classmethod
    def of(cls, entry: QuestionEntry) -> "Draft":
        return cls(version_content(entry), entry.kind, entry.key)

    def make_entry(self, difficulty: str) -> QuestionEntry:
        content = {
            **self.content,
            "criteria": tuple(CriterionEntry(**one) for one in self.content["criteria"]),
            **{name: tuple(self.content[name]) for name in ("expected_elements", "red_flags", "suggestions")},
        }
        return QuestionEntry(key=self.key, kind=self.kind, difficulty=difficulty, **content)


@dataclass(frozen=True)
class Landing:
    """For which generation, where, and by whom it was written; `cached`: what it is a copy of."""

    generation: Generation
    row: BatchRow
    wish: Wish
    writer: Writer
    cached: CachedQuestion | None = None
    vector: WishVector | None = None


@dataclass(frozen=True)
class Refusal:
    text: str
    why: str
    duplicate: SimilarQuestion | None = None


@transaction.atomic
def land_question(landing: Landing, draft: Draft, now: datetime) -> Refusal | None:
    """Put it into the bank, or note why not. Effects: the question, in review, with its place; where it comes from; a
    line of the history; the cache; the part's step. A refusal: a note on the part. Raises ClaimLost."""
    organization = _lock_bank(landing.generation.organization_id)
    _hold_claim(landing.generation)
    refusal = _find_refusal(landing, draft)
    if refusal is not None:
        _note_refusal(landing, refusal)
        return refusal
    question = _write_question(landing, draft, organization)
    copied = landing.cached.question if landing.cached else None
    GeneratedQuestion.objects.create(
        organization=organization,
        question=question,
        generation=landing.generation,
        engine=landing.writer.engine,
        model=landing.writer.model,
        prompt_version=landing.writer.prompt_version,
        is_from_cache=landing.cached is not None,
        copied_from=copied,
    )
    _record(landing, question, now)
    if landing.cached is not None:
        note_hit(landing.cached, now)
    else:
        keep_question(
            landing.wish,
            draft.content,
            landing.writer,
            organization_id=organization.pk,
            question=question,
            vector=landing.vector,
        )
    _note_made(landing, question, draft)
    tell_whole(landing.generation, now)
    return None


def _lock_bank(organization_id: int) -> Organization:
    return Organization.objects.select_for_update(no_key=True).get(pk=organization_id)


def _hold_claim(part: Generation) -> None:
    """Until the transaction ends nobody takes the row. Raises ClaimLost where somebody has, or has cancelled it."""
    mine = Generation.objects.filter(pk=part.pk, claim_number=part.claim_number, work_status="running")
    if not list(mine.select_for_update(no_key=True).values_list("pk")):
        raise ClaimLost


def _find_refusal(landing: Landing, draft: Draft) -> Refusal | None:
    text = draft.content["text"]
    if problems := find_content_problems(draft.content, kind=draft.kind):
        return Refusal(text, f"{problems[0].field}: {problems[0].message}.")
    for one in find_similar(text, landing.wish.language, list_bank(landing.generation.organization_id)):
        if not _may_stand_twice(landing, one.question):
            told = one.question.current_version.text if one.question.current_version else one.question.key
            return Refusal(text, f"it asks what “{told}” ({one.question.status}) asks.", one)
    return None


def _may_stand_twice(landing: Landing, other: Question) -> bool:
    """A copy of what stands at another subtopic is what a wish found in the cache; at the same it would be twice."""
    cached = landing.cached
    if cached is None or cached.question_id is None:
        return False
    copies = GeneratedQuestion.objects.filter(copied_from=cached.question_id, question=other)
    is_same = other.pk == cached.question_id or copies.exists()
    row, place = landing.row, other.subtopic
    names = (place.topic.category.name, place.topic.name, place.name)
    is_here = " › ".join(names).casefold() == row.place.casefold() or place.pk == row.subtopic_id
    return is_same and not is_here


def _write_question(landing: Landing, draft: Draft, organization: Organization) -> Question:
    row = landing.row
    place = _find_place(row, organization)
    placed = PlacedEntry(
        landing.wish.language, row.category, row.topic, row.subtopic, draft.make_entry(row.difficulty), place
    )
    written = write_entries([placed], organization, status=Question.Status.REVIEW, uses_common_places=True)
    return written[draft.key].question


def _find_place(row: BatchRow, organization: Organization) -> Subtopic | None:
    """Where it was when it was asked for, whatever it is called by now; None where it is new, or was deleted."""
    mine = Q(topic__category__organization=organization) | Q(topic__category__organization=None)
    return Subtopic.objects.select_related("topic__category").filter(mine, pk=row.subtopic_id or 0).first()


def _record(landing: Landing, question: Question, now: datetime) -> None:
    by = f"{landing.writer.model} ({landing.writer.engine}), prompt {landing.writer.prompt_version}"
    told = (
        f"Written by a language model, {by}." if landing.cached is None else f"A copy from the cache; written by {by}."
    )
    record_change(
        row=question,
        action=Change.Action.ADDED,
        organization_id=landing.generation.organization_id,
        actor=landing.generation.asked_by,
        now=now,
        message=f"{told} To be reviewed.",
    )


def _note_made(landing: Landing, question: Question, draft: Draft) -> None:
    part, cached = landing.generation, landing.cached
    original = cached.question if cached else None
    made = {
        "id": str(question.uuid),
        "text": draft.content["text"],
        "from_cache": cached is not None,
        "copy_of": str(original.uuid) if original else None,
    }
    part.result = {**part.result, "questions": [*part.result.get("questions", []), made]}
    part.steps_done += 1
    part.from_cache += cached is not None
    part.attempts = 1  # it goes forward: what fails next has all its tries again
    part.doing = ""
    part.save(update_fields=["result", "steps_done", "from_cache", "attempts", "doing"])


def _note_refusal(landing: Landing, refusal: Refusal) -> None:
    part, other = landing.generation, refusal.duplicate
    note = {
        "text": refusal.text,
        "why": refusal.why,
        "duplicate_of": str(other.question.uuid) if other else None,
        "percent": other.percent if other else None,
        "from_cache": landing.cached is not None,
    }
    refused = [one for one in part.result.get("refused", []) if one["text"] != refusal.text]
    part.result = {**part.result, "refused": [*refused, note][-MOST_KEPT:]}
    part.save(update_fields=["result"])
