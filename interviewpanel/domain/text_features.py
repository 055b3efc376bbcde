"""What can be counted about an answer: stems, how rare they are, how much of an expected text they cover, and where.

Called by embedded_scorer at run time and by benchmarks/fit_embedded_scorer.py when the coefficients are fitted: the
same functions on both sides, so that what was fitted is what runs. Everything here works on *sets* of stems: saying
a thing twice counts once.
"""

import math
import re
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

import snowballstemmer

QUESTION_WORD_DISCOUNT = 0.3
"""Weight of a stem that the question itself handed over: repeating it shows little."""

LONGEST_SPAN_WORDS = 40
SPAN_COST_PER_WORD = 0.01
TELLING_WEIGHT = 0.1

SPELLING_ALIKE = 0.6
"""Of the letter pairs of two stems: from so much alike on (Dice) one may be the other misspelt or misheard."""
SPELLING_MIN_LETTERS = 4

_SENTENCE_END = re.compile(r"(?<=[.?!;])\s+|\n+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?[+#]*")
_PER_THREAD = threading.local()


@dataclass(frozen=True)
class Word:
    """One word of a text: its stem and its characters, end exclusive."""

    stem: str
    start: int
    end: int


@dataclass(frozen=True)
class Rarity:
    """Inverse document frequency of stems, 0 (in every question's answers) to 1 (in none that was seen).

    A document is all that was said about one question. ln((n + 1) / (df + 0.5)), divided by its value at df = 0.
    """

    document_frequency: Mapping[str, int]
    documents: int

    @cached_property
    def _weights(self) -> dict[str, float]:
        highest = math.log((self.documents + 1) / 0.5)
        return {s: math.log((self.documents + 1) / (df + 0.5)) / highest for s, df in self.document_frequency.items()}

    def weigh(self, stem: str) -> float:
        return self._weights.get(stem, 1.0)

    def weigh_all(self, stems: Iterable[str], discounted: Collection[str] = ()) -> dict[str, float]:
        """Weight of each stem; those in `discounted` count `QUESTION_WORD_DISCOUNT` of theirs."""
        return {stem: self.weigh(stem) * (QUESTION_WORD_DISCOUNT if stem in discounted else 1.0) for stem in stems}


@lru_cache(maxsize=50_000)
def stem_word(word: str) -> str:
    """The English Snowball stem of a word. One stemmer per thread: it keeps its working state in itself."""
    if not hasattr(_PER_THREAD, "stemmer"):
        _PER_THREAD.stemmer = snowballstemmer.stemmer("english")
    return str(_PER_THREAD.stemmer.stemWord(word.lower().replace("’", "'")))


def read_words(text: str) -> list[Word]:
    return [Word(stem_word(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]


@lru_cache(maxsize=32_768)
def read_stems(text: str) -> frozenset[str]:
    """The set of stems of a text. Cached: questions and expected texts come again with every answer."""
    return frozenset(word.stem for word in read_words(text))


def split_sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE_END.split(text.strip()) if sentence]


def measure_recall(weights: Mapping[str, float], stems: Collection[str]) -> float:
    """Share of the expected weight that is covered, 0 to 1; 0 where nothing was expected."""
    total = sum(weights.values())
    return sum(weight for stem, weight in weights.items() if stem in stems) / total if total else 0.0


def measure_coverage(answer: Set[str], question: str, references: Sequence[str], rarity: Rarity) -> list[float]:
    """The features of the technical model, in the order of COVERAGE_FEATURES, against the best covered reference.

    `answer` is its set of stems. References are alternatives (the expected answer; the expected elements together):
    a candidate who covers one of them well has covered what was expected.
    """
    asked = read_stems(question)
    best, recall = frozenset[str](), -1.0
    for reference in references or ("",):
        expected = read_stems(reference)
        covered = measure_recall(rarity.weigh_all(expected, discounted=asked), answer)
        if covered > recall:
            best, recall = expected, covered
    return [
        math.sqrt(recall),
        min(0.0, math.log((len(answer) + 1) / (len(best) + 1))),
        measure_recall(rarity.weigh_all(answer), answer - asked),
    ]


COVERAGE_FEATURES = ("root_recall", "shortness", "new_share")


def measure_new_recall(answer: Collection[str], question: str, references: Sequence[str], rarity: Rarity) -> float:
    """Share of what is expected beyond the question's words that an answer has, of the best reference, 0 to 1.

    A word that is spelt nearly alike counts for as much as it is alike: typed answers have slips, and a recogniser's
    ear does. Where a reference has no word beyond the question's, all of them count.
    """
    asked = read_stems(question)
    return max((_measure_spelt(answer, read_stems(text), asked, rarity) for text in references), default=0.0)


def _measure_spelt(answer: Collection[str], expected: Set[str], asked: Set[str], rarity: Rarity) -> float:
    weights = rarity.weigh_all(expected - asked or expected)
    total = sum(weights.values())
    return sum(weight * find_spelling(stem, answer) for stem, weight in weights.items()) / total if total else 0.0


def find_spelling(stem: str, stems: Collection[str]) -> float:
    """1 where the stem is among the others, else how alike the nearest is that begins with the same letter, or 0."""
    if stem in stems:
        return 1.0
    if len(stem) < SPELLING_MIN_LETTERS:
        return 0.0
    near = (other for other in stems if other[0] == stem[0] and len(other) >= SPELLING_MIN_LETTERS)
    alike = max((compare_spelling(stem, other) for other in near), default=0.0)
    return alike if alike >= SPELLING_ALIKE else 0.0


def compare_spelling(one: str, other: str) -> float:
    """Dice's coefficient of the letter pairs, ends marked: 0 to 1."""
    pairs, others = list_letter_pairs(one), list_letter_pairs(other)
    return 2 * len(pairs & others) / (len(pairs) + len(others))


@lru_cache(maxsize=50_000)
def list_letter_pairs(stem: str) -> frozenset[str]:
    marked = f"^{stem}$"
    return frozenset(marked[k : k + 2] for k in range(len(marked) - 1))


def measure_topicality(
    answer: Collection[str], question: str, references: Sequence[str], rarity: Rarity
) -> list[float]:
    """The features of the relevance model, in the order of TOPICALITY_FEATURES: is this about the question at all?

    Here the question's own words count in full.
    """
    topic = read_stems(question).union(*(read_stems(reference) for reference in references))
    topic_weights = rarity.weigh_all(topic)
    return [
        math.sqrt(measure_recall(topic_weights, answer)),
        measure_recall(rarity.weigh_all(answer), topic),
        math.log1p(sum(weight for stem, weight in topic_weights.items() if stem in answer)),
    ]


TOPICALITY_FEATURES = ("root_topic_recall", "topic_precision", "log_topic_mass")


def find_span(words: Sequence[Word], weights: Mapping[str, float]) -> tuple[int, int] | None:
    """Characters of the stretch of an answer that covers most of the weights in the fewest words.

    None where no word that says something matches. Windows start and end at such a match ("the" is none) and hold at
    most LONGEST_SPAN_WORDS words.
    """
    matches = [index for index, word in enumerate(words) if weights.get(word.stem, 0.0) >= TELLING_WEIGHT]
    total = sum(weights.values())
    best, best_value = None, -math.inf
    for first_match, first in enumerate(matches):
        seen: set[str] = set()
        gained = 0.0
        for last in matches[first_match:]:
            if last - first >= LONGEST_SPAN_WORDS:
                break
            if words[last].stem not in seen:
                seen.add(words[last].stem)
                gained += weights[words[last].stem]
            value = gained / total - SPAN_COST_PER_WORD * (last - first)
            if value > best_value:
                best, best_value = (words[first].start, words[last].end), value
    return best


# What holds an English sentence together. A spoken answer is 35 to 60 % such words, a list of terms hardly any.
FUNCTION_STEMS = read_stems(
    "a about after all also an and any are as at be because been but by can could do does for from get had has have he "
    "how i if in into is it its just like may me more most my no not of on one only or other our out over she should "
    "so some such than that the their them then there these they this those through to under up use using very was we "
    "were what when where which while who why will with would you your"
)
