"""The scorer that needs no language model: how much of what was expected did the answer cover, and was it on the topic?

Called by services/answer_analysis for the provisional score of every answer (inline, so it is pure, fast and
deterministic) and as the labelled fallback when no language model is reachable. It measures coverage, not truth: a
wrong sentence in the right words scores high. So it assesses `technical` and `relevance` only, carries an interval,
quotes what it matched, and says when a person should look. Where expected points are listed, `technical` cannot leave
what was heard of them (expected_points.py).

The coefficients, where they come from and how far they reach are in embedded_scorer.json and, for a process with an
embedding model, embedded_scorer_vectors.json (embedded_scorer_model.py).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from interviewpanel.domain.dont_know import detect_dont_know
from interviewpanel.domain.embedded_scorer_model import (
    FittedScorer,
    load_scorer,
    load_vector_scorer,
    measure_features,
)
from interviewpanel.domain.expected_points import HEARD_CREDIT, PointsValue, join_points, value_points
from interviewpanel.domain.text_features import (
    FUNCTION_STEMS,
    Rarity,
    Word,
    find_span,
    measure_new_recall,
    measure_recall,
    read_stems,
    read_words,
)
from interviewpanel.domain.text_vectors import (
    Comparison,
    Embedder,
    WordVectors,
    align_point,
    compare_texts,
    name_synonyms,
    read_answer,
    read_expected,
)

VECTORS_MARK = "+"
"""In a score's version, before the embedding model's own: embedded/3+all-MiniLM-L6-v2@…"""

ECHO_SHARE = 0.8
OFF_TOPIC_RELEVANCE = 25.0
KEYWORD_LIST_MIN_WORDS = 6
KEYWORD_LIST_FUNCTION_SHARE = 0.12
LOW_RECOGNISER_CONFIDENCE = 0.5

REASONS = {
    "off_topic": "Hardly a word of the answer belongs to the question: off the topic, or right in other words.",
    "echo_of_question": "Nearly everything said is in the question itself.",
    "keyword_list": "This is a list of terms, not sentences: it covers the words without saying anything with them.",
    "low_recogniser_confidence": "The recogniser was unsure of what it heard; listen before relying on the score.",
    "few_points_heard": "The words belong to the topic, but too few of the expected points were heard for the number "
    "to stand: beside the point, or right in other words.",
    "interval_across_threshold": "The measurement is too rough to say on which side of the threshold this answer is.",
    "language_not_fitted": "The scorer was fitted on English answers only.",
}


@dataclass(frozen=True)
class ElementMatch:
    """What of the answer was taken for one expected element."""

    element: str
    recall: float  # share of the element's weight that the answer covers, 0 to 1
    credit: float  # the chance that a human grader calls an answer of this recall right, 0 to 1
    is_covered: bool
    quote: str  # verbatim from the answer; empty where nothing matched
    span: tuple[int, int] | None  # characters of the answer, end exclusive: answer[start:end] == quote


@dataclass(frozen=True)
class EmbeddedScore:
    """Components 0 to 100; `interval` is the 80 % interval of the technical component."""

    components: dict[str, float]  # technical, relevance
    interval: tuple[float, float]
    elements: tuple[ElementMatch, ...]
    flags: tuple[str, ...]
    is_needs_human: bool
    reasons: tuple[str, ...]  # sentences for the reviewer, one for each flag that asks for a person
    version: str


@dataclass(frozen=True)
class VectorReading:
    """An answer's words and the question's, as vectors."""

    embedder: Embedder
    said: WordVectors
    asked: WordVectors

    def compare(self, references: Sequence[str]) -> Comparison:
        return compare_texts(self.said, self.asked, [read_expected(text, self.embedder) for text in references])

    def align_point(self, element: str, rarity: Rarity) -> float:
        return align_point(self.said, self.asked, read_expected(element, self.embedder), rarity).measure(rarity)

    def name_synonyms(self, element: str) -> Mapping[str, str]:
        return name_synonyms(self.said, self.asked, read_expected(element, self.embedder))


@dataclass(frozen=True)
class Reading:
    """An answer to a question as the scorer reads it. Without stems there is nothing to measure."""

    stems: frozenset[str]
    question: str
    vectors: VectorReading | None = None


def list_references(expected_answer: str, elements: Sequence[str]) -> list[str]:
    """The alternatives an answer is held against: the expected answer as prose, and its elements together."""
    return [text for text in (expected_answer.strip(), "\n".join(elements).strip()) if text]


def score_text(
    answer: str,
    *,
    question: str,
    expected_answer: str,
    elements: Sequence[str] = (),
    word_probabilities: Sequence[float] = (),
    threshold: float = 60.0,
    language: str = "en",
    embedder: Embedder | None = None,
) -> EmbeddedScore:
    """Measure how much of the expected elements an answer covers and whether it is on the question's topic.

    `word_probabilities` are the recogniser's, 0 to 1, empty for a typed answer; `threshold` is the score from which
    on an answer counts as good enough: an 80 % interval across it is flagged. "I don't know" is measured as an empty
    answer: low, and no failure. With an `embedder` its vectors count too, and another set of coefficients: the version
    tells. Deterministic; repeating an answer changes nothing. Raises what the embedder raises.
    """
    scorer = load_vector_scorer() if embedder else load_scorer()
    words = read_words(answer)
    references = list_references(expected_answer, elements)
    is_dont_know = detect_dont_know(answer, question, references)
    reading = read_reading("" if is_dont_know else answer, question, embedder)
    matches = tuple(match_element(answer, words, reading, element, scorer) for element in elements)
    points = measure_points(scorer, matches, reading, expected_answer)
    technical, relevance, low, high = measure_answer(scorer, reading, references, points)
    flags = ["dont_know" if is_dont_know else "empty"]
    if reading.stems:
        topicality = max(relevance, technical) if embedder else relevance  # right in other words is not off the topic
        flags = flag_content(words, question, topicality, scorer.rarity)
        flags += ["interval_across_threshold"] if low < threshold <= high else []
        flags += [] if language.lower().startswith("en") else ["language_not_fitted"]
    if word_probabilities and fmean(word_probabilities) < LOW_RECOGNISER_CONFIDENCE:
        flags.append("low_recogniser_confidence")
    reasons = tuple(REASONS[flag] for flag in flags if flag in REASONS)
    return EmbeddedScore(
        components={"technical": technical, "relevance": relevance},
        interval=(low, high),
        elements=matches,
        flags=tuple(flags),
        is_needs_human=bool(reasons),
        reasons=reasons,
        version=f"{scorer.version}{VECTORS_MARK}{embedder.version}" if embedder else scorer.version,
    )


def read_reading(answer: str, question: str, embedder: Embedder | None, *, is_expected: bool = False) -> Reading:
    """Read an answer, or an expected answer as if it were one (whose vectors may be kept)."""
    stems = read_stems(answer) if is_expected else frozenset(word.stem for word in read_words(answer))
    if embedder is None or not stems:
        return Reading(stems, question)
    said = read_expected(answer, embedder) if is_expected else read_answer(answer, embedder)
    return Reading(stems, question, VectorReading(embedder, said, read_expected(question, embedder)))


def measure_answer(
    scorer: FittedScorer, reading: Reading, references: Sequence[str], points: PointsValue | None = None
) -> tuple[float, float, float, float]:
    """Technical, relevance and the ends of technical's interval, 0 to 100 with one decimal.

    Without a stem all are 0, as in the data: each of its 273 empty submissions was graded 0.
    """
    if not reading.stems:
        return 0.0, 0.0, 0.0, 0.0
    comparison = reading.vectors.compare(references) if reading.vectors else None
    features = measure_features(reading.stems, reading.question, references, scorer.rarity, comparison)
    technical, relevance = scorer.technical.predict(features), scorer.relevance.predict(features)
    low, high = scorer.find_interval(technical)
    if points:
        technical, low, high = join_points(technical, points)
    return round(100 * technical, 1), round(100 * relevance, 1), round(100 * low, 1), round(100 * high, 1)


def measure_points(
    scorer: FittedScorer, matches: Sequence[ElementMatch], reading: Reading, expected_answer: str
) -> PointsValue | None:
    """What the matched elements are worth, beside what the expected answer would get; None where none are listed."""
    if not matches:
        return None
    expected = expected_answer.strip() or "\n".join(match.element for match in matches)
    embedder = reading.vectors.embedder if reading.vectors else None
    ideal = read_reading(expected, reading.question, embedder, is_expected=True)
    full = [measure_point(scorer, ideal, match.element)[1] for match in matches] if reading.stems else []
    return value_points([match.credit for match in matches], full or [1.0] * len(matches), scorer.no_credit)


def measure_point(scorer: FittedScorer, reading: Reading, element: str) -> tuple[float, float]:
    """Recall and credit of one expected element."""
    expected = read_stems(element)
    weights = scorer.rarity.weigh_all(expected, discounted=read_stems(reading.question))
    recall = measure_recall(weights, reading.stems)
    features = {"recall": recall, "alignment": 0.0, "root_new_recall": 0.0}
    if reading.vectors:
        spelt = measure_new_recall(reading.stems, reading.question, [element], scorer.rarity)
        features["alignment"] = reading.vectors.align_point(element, scorer.rarity)
        features["root_new_recall"] = math.sqrt(spelt)
    return recall, scorer.predict_credit(features)


def flag_content(words: Sequence[Word], question: str, relevance: float, rarity: Rarity) -> list[str]:
    """What is odd about an answer that has content; each of these asks for a person."""
    flags = []
    stems = {word.stem for word in words}
    if measure_recall(rarity.weigh_all(stems), read_stems(question)) > ECHO_SHARE:
        flags.append("echo_of_question")
    if relevance < OFF_TOPIC_RELEVANCE:
        flags.append("off_topic")
    function_words = sum(1 for word in words if word.stem in FUNCTION_STEMS)
    if len(words) >= KEYWORD_LIST_MIN_WORDS and function_words < KEYWORD_LIST_FUNCTION_SHARE * len(words):
        flags.append("keyword_list")
    return flags


def match_element(
    answer: str, words: Sequence[Word], reading: Reading, element: str, scorer: FittedScorer
) -> ElementMatch:
    """How much of one expected element an answer covers, and the stretch of it that does."""
    recall, credit = measure_point(scorer, reading, element)
    weights = scorer.rarity.weigh_all(read_stems(element), discounted=read_stems(reading.question))
    if reading.vectors and credit >= HEARD_CREDIT:
        said_for = reading.vectors.name_synonyms(element)
        words = [word if word.stem in weights else replace(word, stem=said_for.get(word.stem, "")) for word in words]
    span = find_span(words, weights) if reading.stems else None
    quote = answer[slice(*span)] if span else ""
    return ElementMatch(element, round(recall, 3), round(credit, 3), credit >= HEARD_CREDIT, quote, span)
