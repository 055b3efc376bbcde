"""The scorer that needs no language model: how much of what was expected did the answer cover, and was it on the topic?

Called by services/answer_analysis for the provisional score of every answer (inline, so it is pure, fast and
deterministic) and as the labelled fallback when no language model is reachable. It measures coverage, not truth: a
wrong sentence in the right words scores high. So it assesses `technical` and `relevance` only, carries an interval,
quotes what it matched, and says when a person should look. Where expected points are listed, `technical` cannot leave
what was heard of them (expected_points.py).

The coefficients, where they come from and how far they reach are in embedded_scorer.json, which
benchmarks/fit_embedded_scorer.py writes. A model reads the features that its JSON names: further features (of
embeddings, say) are further names in `measure_features` and a further JSON.
"""

import json
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from interviewpanel.domain.dont_know import detect_dont_know
from interviewpanel.domain.expected_points import HEARD_CREDIT, PointsValue, join_points, value_points
from interviewpanel.domain.text_features import (
    COVERAGE_FEATURES,
    FUNCTION_STEMS,
    TOPICALITY_FEATURES,
    Rarity,
    Word,
    find_span,
    measure_coverage,
    measure_recall,
    measure_topicality,
    read_stems,
    read_words,
)

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
class MonotoneModel:
    """A linear index of named features and a rising piecewise linear map of it to 0–1."""

    features: tuple[str, ...]
    coefficients: tuple[float, ...]
    knots: tuple[float, ...]
    values: tuple[float, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "MonotoneModel":
        return cls(
            tuple(data["coefficients"]),
            tuple(data["coefficients"].values()),
            tuple(data["knots"]),
            tuple(data["values"]),
        )

    def predict(self, features: Mapping[str, float]) -> float:
        index = sum(c * features[name] for name, c in zip(self.features, self.coefficients, strict=True))
        return float(np.interp(index, self.knots, self.values))


@dataclass(frozen=True)
class FittedScorer:
    """Everything that embedded_scorer.json holds for run time."""

    version: str
    rarity: Rarity
    technical: MonotoneModel
    relevance: MonotoneModel
    point: MonotoneModel  # from the recall of one point to the chance that it was made
    interval_edges: tuple[float, ...]  # predicted technical, 0 to 1, that separates the bins
    interval_offsets: tuple[tuple[float, float], ...]  # of each bin: what to add for the 10th and 90th percentile

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FittedScorer":
        return cls(
            version=data["version"],
            rarity=Rarity(data["document_frequency"], data["documents"]),
            technical=MonotoneModel.from_json(data["technical"]),
            relevance=MonotoneModel.from_json(data["relevance"]),
            point=MonotoneModel.from_json(data["point"]),
            interval_edges=tuple(data["interval"]["edges"]),
            interval_offsets=tuple((low, high) for low, high in data["interval"]["offsets"]),
        )

    def find_interval(self, predicted: float) -> tuple[float, float]:
        """The 80 % interval around a predicted technical share, both 0 to 1."""
        low, high = self.interval_offsets[bisect_right(self.interval_edges, predicted)]
        return max(0.0, min(predicted, predicted + low)), min(1.0, max(predicted, predicted + high))


@lru_cache(maxsize=1)
def load_scorer() -> FittedScorer:
    path = Path(__file__).with_name("embedded_scorer.json")
    return FittedScorer.from_json(json.loads(path.read_text(encoding="utf-8")))


def measure_features(stems: Set[str], question: str, references: Sequence[str], rarity: Rarity) -> dict[str, float]:
    """Every feature a model may name. `stems` is the set of stems of the answer; references are alternatives."""
    coverage = measure_coverage(stems, question, references, rarity)
    topicality = measure_topicality(stems, question, references, rarity)
    return dict(zip((*COVERAGE_FEATURES, *TOPICALITY_FEATURES), (*coverage, *topicality), strict=True))


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
) -> EmbeddedScore:
    """Measure how much of the expected elements an answer covers and whether it is on the question's topic.

    `word_probabilities` are the recogniser's, 0 to 1, empty for a typed answer; `threshold` is the score from which
    on an answer counts as good enough: an 80 % interval across it is flagged. "I don't know" is measured as an empty
    answer: low, and no failure. Deterministic; stems are sets, so repeating an answer changes nothing.
    """
    scorer = load_scorer()
    words = read_words(answer)
    stems = {word.stem for word in words}
    references = list_references(expected_answer, elements)
    is_dont_know = detect_dont_know(answer, question, references)
    counted = set[str]() if is_dont_know else stems
    matches = tuple(match_element(answer, words, counted, element, question, scorer) for element in elements)
    points = measure_points(scorer, matches, question, expected_answer)
    technical, relevance, low, high = measure_answer(scorer, counted, question, references, points)
    flags = ["dont_know" if is_dont_know else "empty"]
    if counted:
        flags = flag_content(words, question, relevance, scorer.rarity)
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
        version=scorer.version,
    )


def measure_answer(
    scorer: FittedScorer, stems: Set[str], question: str, references: Sequence[str], points: PointsValue | None = None
) -> tuple[float, float, float, float]:
    """Technical, relevance and the ends of technical's interval, 0 to 100 with one decimal.

    Without a stem all are 0, as in the data: each of its 273 empty submissions was graded 0.
    """
    if not stems:
        return 0.0, 0.0, 0.0, 0.0
    features = measure_features(stems, question, references, scorer.rarity)
    technical, relevance = scorer.technical.predict(features), scorer.relevance.predict(features)
    low, high = scorer.find_interval(technical)
    if points:
        technical, low, high = join_points(technical, points)
    return round(100 * technical, 1), round(100 * relevance, 1), round(100 * low, 1), round(100 * high, 1)


def measure_points(
    scorer: FittedScorer, matches: Sequence[ElementMatch], question: str, expected_answer: str
) -> PointsValue | None:
    """What the matched elements are worth, beside what the expected answer would get; None where none are listed."""
    if not matches:
        return None
    expected = read_stems(expected_answer.strip() or "\n".join(match.element for match in matches))
    full = [measure_point(scorer, expected, match.element, question)[1] for match in matches]
    return value_points([match.credit for match in matches], full, scorer.point.predict({"recall": 0.0}))


def measure_point(scorer: FittedScorer, stems: Collection[str], element: str, question: str) -> tuple[float, float]:
    """Recall and credit of one expected element."""
    recall = measure_recall(scorer.rarity.weigh_all(read_stems(element), discounted=read_stems(question)), stems)
    return recall, scorer.point.predict({"recall": recall})


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
    answer: str, words: Sequence[Word], stems: Collection[str], element: str, question: str, scorer: FittedScorer
) -> ElementMatch:
    """How much of one expected element an answer covers, and the stretch of it that does."""
    recall, credit = measure_point(scorer, stems, element, question)
    weights = scorer.rarity.weigh_all(read_stems(element), discounted=read_stems(question))
    span = find_span(words, weights) if recall else None
    quote = answer[slice(*span)] if span else ""
    return ElementMatch(element, round(recall, 3), round(credit, 3), credit >= HEARD_CREDIT, quote, span)
