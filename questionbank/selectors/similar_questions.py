"""Which questions of a part of the bank ask the same as another. Called by the admin and by the import of files.

Every function takes the questions that may be found: the caller cuts them to what the user sees. One question's are
found by its keys in a table (models.QuestionStem), so that however large the bank is only a few texts are read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from questionbank.domain.similarity import SIMILAR_FROM, find_pairs, list_keys, measure_similarity, read_question_stems
from questionbank.models import Question, QuestionStem

MOST_COMPARED = 500
"""Of one question. Few stems as long as a key's are in more questions; of those the last made are looked at."""
IDS_IN_ONE_QUERY = 500


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
    """All pairs of `among` that ask the same, the most similar first; retired ones too: they may have leaked.

    Reads the texts of all, and then the rows of the pairs' questions.
    """
    texts = among.order_by().filter(current_version__isnull=False)
    rows = texts.values_list("pk", "language", "current_version__text").iterator(chunk_size=5000)
    found = find_pairs({pk: read_question_stems(text, language) for pk, language, text in rows})
    questions = _load_questions(among, {number for first, second, _ in found for number in (first, second)})
    return [SimilarPair(questions[first], questions[second], share) for first, second, share in found]


def read_stems_of(question: Question) -> frozenset[str]:
    text = question.current_version.text if question.current_version else ""
    return read_question_stems(text, question.language)


def _load_questions(among: QuerySet[Question], numbers: Collection[int]) -> Mapping[int, Question]:
    """SQLite takes so many numbers in one statement and no more."""
    ordered = sorted(numbers)
    found: dict[int, Question] = {}
    for start in range(0, len(ordered), IDS_IN_ONE_QUERY):
        part = among.filter(pk__in=ordered[start : start + IDS_IN_ONE_QUERY])
        found |= {one.pk: one for one in part.select_related("current_version", "organization", "subtopic__topic")}
    return found
