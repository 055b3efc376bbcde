"""Graded answers as evidence about single expected points: which recall of a point did graders call right?

Called by fit_embedded_scorer. SciEntsBank and Beetle ask for one point each, so their labels teach the credit of a
point. SAF's references hold several, but no list: their sentences stand in for one where the joined value is measured,
a rough stand-in (alternatives, formulas and remarks to the grader count as points).
"""

import re

import numpy as np

from benchmarks.graded_answers import Answers
from benchmarks.graded_fitting import average_steps
from interviewpanel.domain.embedded_scorer import ElementMatch, measure_point, measure_points, read_reading
from interviewpanel.domain.embedded_scorer_model import FittedScorer
from interviewpanel.domain.expected_points import join_points
from interviewpanel.domain.text_features import FUNCTION_STEMS, Rarity, measure_recall, read_stems
from interviewpanel.domain.text_vectors import Embedder

POINT_SHARES = {"graded": 1.0, "other": 0.5, "model": 0.05}
ONE_POINT_CORPORA = ("scientsbank", "beetle")
LEAST_STEMS = 2
STEPS = 20

_SENTENCE_END = re.compile(r"(?<=[.?!;:])\s+|\n+")


def list_point_rows(
    answers: Answers, chosen: np.ndarray, index: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Index of a point, share called right and weight, by steps: steps keep the map short and its ends steady.

    `index` is each row's, of the best of its references: a reference of these corpora is one point.
    """
    rows, weights = [], []
    for corpus in ONE_POINT_CORPORA:
        for kind, share in POINT_SHARES.items():
            found = np.flatnonzero(chosen & (answers.corpus == corpus) & (answers.kind == kind))
            rows.append(found)
            weights.append(np.full(len(found), share / max(1, len(found))))
    row, weight = np.concatenate(rows), np.concatenate(weights)
    return average_steps(index[row], answers.grade[row], weight, STEPS)


def measure_best_recalls(answers: Answers, rarity: Rarity) -> np.ndarray:
    """The recall of the best reference of each row."""
    recalls = []
    for row in range(len(answers)):
        asked, stems = read_stems(answers.question[row]), read_stems(answers.text[row])
        weighed = (rarity.weigh_all(read_stems(text), discounted=asked) for text in answers.references[row])
        recalls.append(max(measure_recall(weights, stems) for weights in weighed))
    return np.array(recalls)


def split_points(reference: str) -> list[str]:
    """The sentences of a reference that say something; the whole where none does."""
    sentences = _SENTENCE_END.split(reference)
    return [s for s in sentences if len(read_stems(s) - FUNCTION_STEMS) >= LEAST_STEMS] or [reference]


def measure_joined_answers(
    answers: Answers, chosen: np.ndarray, technical: np.ndarray, scorer: FittedScorer, embedder: Embedder | None = None
) -> np.ndarray:
    """The technical share of the chosen rows as with a list of points: of the best alternative reference."""
    joined = []
    for i in np.flatnonzero(chosen):
        reading = read_reading(answers.text[i], answers.question[i], embedder)
        shares = [0.0]
        for reference in answers.references[i] if reading.stems else ():
            matches = [
                ElementMatch(point, *measure_point(scorer, reading, point), False, "", None)
                for point in split_points(reference)
            ]
            points = measure_points(scorer, matches, reading, reference)
            if points:
                shares.append(join_points(float(technical[i]), points)[0])
        joined.append(max(shares))
    return np.array(joined)
