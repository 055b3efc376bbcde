"""Which questions of a part of the bank ask the same as another. Called by the admin and by the import of files.

Every function takes the questions that may be found: the caller cuts them to what the user sees. One question's are
found by its keys in a table (models.QuestionStem), so that however large the bank is only a few texts are read.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Count, QuerySet

from questionbank.domain.similarity import SIMILAR_FROM, find_pairs, list_keys, measure_similarity, read_question_stems
from questionbank.models import Question, QuestionStem

Value = TypeVar("Value")
MOST_COMPARED = 500
"""Of one question. Few stems as long as a key's are in more questions; of those the last made are looked at."""
IDS_IN_ONE_QUERY = 500
MOST_KEYS = 5000
MOST_READ = 10_000
"""Of all pairs: so many keys that two or more questions have, the rarest first, and so many questions that have them.
Measured on two shared cores: 4.8 s for 10,000 texts."""
MOST_HOLDERS = 100_000
"""Rows of keys in one query of those."""


@dataclass(frozen=True)
class SimilarQuestion:
    question: Question  # with its current version
    share: float  # 0 to 1

    @property
    def percent(self) -> int:
        return round(100 * self.share)


@dataclass(frozen=True)
class SimilarPair:
    first: Question
    second: Question
    share: float

    @property
    def percent(self) -> int:
        return round(100 * self.share)


def find_similar(
    text: str, language: str, among: QuerySet[Question], *, without: int | None = None
) -> list[SimilarQuestion]:
    """The questions of `among` that ask the same as this text, the most similar first. Two queries, or one."""
    stems = read_question_stems(text, language)
    known = QuestionStem.objects.filter(stem__in=list_keys(stems), question__in=among.order_by())
    if without is not None:
        known = known.exclude(question=without)
    found = list(known.order_by("-question").values_list("question", flat=True).distinct()[:MOST_COMPARED])
    if not found:
        return []
    questions = among.filter(pk__in=found).select_related("current_version", "organization")
    compared = [SimilarQuestion(one, measure_similarity(stems, read_stems_of(one))) for one in questions]
    similar = [one for one in compared if one.share >= SIMILAR_FROM]
    return sorted(similar, key=lambda one: (-one.share, one.question.pk))


def find_similar_pairs(among: QuerySet[Question]) -> list[SimilarPair]:
    """The pairs of `among` that ask the same, the most similar first; retired ones too: they may have leaked.

    Only questions that share a key can be, and of those no more than MOST_READ are read, however large the bank is.
    """
    stems: dict[int, frozenset[str]] = {}
    for part in _cut(sorted(_find_sharing(among))):
        rows = among.order_by().filter(pk__in=part, current_version__isnull=False)
        for pk, language, text in rows.values_list("pk", "language", "current_version__text"):
            stems[pk] = read_question_stems(text, language)
    found = find_pairs(stems)
    questions = _load_questions(among, {number for first, second, _ in found for number in (first, second)})
    return [SimilarPair(questions[first], questions[second], share) for first, second, share in found]


def _find_sharing(among: QuerySet[Question]) -> set[int]:
    """Who shares a key with another, those with the rarest first: a key of thousands says little of any two."""
    known = QuestionStem.objects.filter(question__in=among.order_by())
    shared = known.values("stem").annotate(holders=Count("pk")).filter(holders__gt=1).order_by("holders", "stem")
    ranks = {stem: rank for rank, stem in enumerate(shared.values_list("stem", flat=True)[:MOST_KEYS])}
    found: set[int] = set()
    for part in _cut(list(ranks)):
        rows = known.filter(stem__in=part).values_list("stem", "question")[:MOST_HOLDERS]
        for _, number in sorted((ranks[stem], number) for stem, number in rows):
            if len(found) == MOST_READ:
                return found
            found.add(number)
    return found


def _cut(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """SQLite takes so many values in one statement and no more."""
    return (values[start : start + IDS_IN_ONE_QUERY] for start in range(0, len(values), IDS_IN_ONE_QUERY))


def read_stems_of(question: Question) -> frozenset[str]:
    text = question.current_version.text if question.current_version else ""
    return read_question_stems(text, question.language)


def _load_questions(among: QuerySet[Question], numbers: Collection[int]) -> Mapping[int, Question]:
    found: dict[int, Question] = {}
    for numbers_of_part in _cut(sorted(numbers)):
        part = among.filter(pk__in=numbers_of_part)
        found |= {one.pk: one for one in part.select_related("current_version", "organization", "subtopic__topic")}
    return found
