"""Which questions of a part of the bank ask the same as another. Called by the admin and by the import of files.

Every function takes the questions that may be found: the caller cuts them to what the user sees. Questions are found
by their stems (models.QuestionStem), so that however large the bank is only a few are compared. Measured on 10,000
questions by benchmarks/similar_questions.py.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from questionbank.domain.similarity import SIMILAR_FROM, list_keys, measure_similarity, read_question_stems
from questionbank.models import Question, QuestionStem

MOST_COMPARED = 500
"""Of one question. Few stems as long as a key's are in more questions; of those the last made are looked at."""
MOST_PAIRS_COMPARED = 50_000
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
    """All pairs of `among` that ask the same, the most similar first; retired ones too: they may have leaked."""
    pairs = _list_pairs_with_a_key(among)
    numbers = {number for pair in pairs for number in pair}
    questions = _load_questions(among, numbers)
    stems = {number: read_stems_of(question) for number, question in questions.items()}
    found = [
        SimilarPair(questions[first], questions[second], share)
        for first, second in pairs
        if (share := measure_similarity(stems[first], stems[second])) >= SIMILAR_FROM
    ]
    return sorted(found, key=lambda pair: (-pair.share, pair.first.pk, pair.second.pk))


def read_stems_of(question: Question) -> frozenset[str]:
    text = question.current_version.text if question.current_version else ""
    return read_question_stems(text, question.language)


def _list_pairs_with_a_key(among: QuerySet[Question]) -> list[tuple[int, int]]:
    """Pairs of numbers, the lower first, that have a key in common. One query; sorted into pairs here."""
    keys = QuestionStem.objects.filter(question__in=among.order_by()).order_by("stem", "question")
    pairs: set[tuple[int, int]] = set()
    for numbers in _group_by_stem(keys.values_list("stem", "question").iterator(chunk_size=5000)):
        for place, first in enumerate(numbers):
            pairs.update((first, second) for second in numbers[place + 1 :])
            if len(pairs) >= MOST_PAIRS_COMPARED:
                return sorted(pairs)
    return sorted(pairs)


def _group_by_stem(rows: Iterator[tuple[str, int]]) -> Iterator[Sequence[int]]:
    stem, numbers = "", list[int]()
    for one, number in rows:
        if one != stem:
            if len(numbers) > 1:
                yield numbers
            stem, numbers = one, []
        numbers.append(number)
    if len(numbers) > 1:
        yield numbers


def _load_questions(among: QuerySet[Question], numbers: Collection[int]) -> Mapping[int, Question]:
    """SQLite takes so many numbers in one statement and no more."""
    ordered = sorted(numbers)
    found: dict[int, Question] = {}
    for start in range(0, len(ordered), IDS_IN_ONE_QUERY):
        part = among.filter(pk__in=ordered[start : start + IDS_IN_ONE_QUERY])
        found |= {one.pk: one for one in part.select_related("current_version", "organization", "subtopic__topic")}
    return found
