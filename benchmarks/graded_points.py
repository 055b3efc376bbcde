"""Graded answers as evidence about single expected points: which recall of a point did graders call right?

Called by fit_embedded_scorer. SciEntsBank and Beetle ask for one point each, so their labels teach the credit of a
point. SAF's references hold several, but no list: their sentences stand in for one where the joined value is measured,
a rough stand-in (alternatives, formulas and remarks to the grader count as points).
"""

import re
from collections.abc import Set
from typing import Any

import numpy as np

from benchmarks.graded_answers import Answers
from benchmarks.graded_measures import compare, mean_within, measure_auc, spread
from interviewpanel.domain.expected_points import join_points, value_points
from interviewpanel.domain.text_features import FUNCTION_STEMS, Rarity, measure_recall, read_stems

POINT_SHARES = {"graded": 1.0, "other": 0.5, "model": 0.05}
ONE_POINT_CORPORA = ("scientsbank", "beetle")
LEAST_STEMS = 2
RECALL_STEPS = 20

_SENTENCE_END = re.compile(r"(?<=[.?!;:])\s+|\n+")


def list_point_rows(answers: Answers, chosen: np.ndarray, rarity: Rarity) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Recall, share called right and weight, by steps of recall: steps keep the map short and its ends steady."""
    recalls, rights, weights = [], [], []
    for corpus in ONE_POINT_CORPORA:
        for kind, share in POINT_SHARES.items():
            rows = np.flatnonzero(chosen & (answers.corpus == corpus) & (answers.kind == kind))
            recalls += [measure_best_recall(answers, i, rarity) for i in rows]
            rights += list(answers.grade[rows])
            weights += [share / len(rows)] * len(rows)
    recall, right, weight = np.array(recalls), np.array(rights), np.array(weights)
    step = np.minimum((recall * RECALL_STEPS).astype(int), RECALL_STEPS)
    steps = np.unique(step)
    total = np.bincount(step, weight)[steps]
    return np.bincount(step, weight * recall)[steps] / total, np.bincount(step, weight * right)[steps] / total, total


def measure_best_recall(answers: Answers, row: int, rarity: Rarity) -> float:
    asked, stems = read_stems(answers.question[row]), read_stems(answers.text[row])
    return max(
        measure_recall(rarity.weigh_all(read_stems(reference), discounted=asked), stems)
        for reference in answers.references[row]
    )


def split_points(reference: str) -> list[str]:
    """The sentences of a reference that say something; the whole where none does."""
    sentences = _SENTENCE_END.split(reference)
    return [s for s in sentences if len(read_stems(s) - FUNCTION_STEMS) >= LEAST_STEMS] or [reference]


def measure_joined_answers(
    answers: Answers, chosen: np.ndarray, technical: np.ndarray, point_model: dict[str, Any], rarity: Rarity
) -> np.ndarray:
    """The technical share of the chosen rows as with a list of points: of the best alternative reference."""

    def credit(recall: float) -> float:
        return float(np.interp(recall, point_model["knots"], point_model["values"]))

    def list_credits(stems: Set[str], points: list[str], question: str) -> list[float]:
        asked = read_stems(question)
        return [
            credit(measure_recall(rarity.weigh_all(read_stems(point), discounted=asked), stems)) for point in points
        ]

    joined = []
    for i in np.flatnonzero(chosen):
        stems, question = read_stems(answers.text[i]), answers.question[i]
        shares = []
        for reference in answers.references[i]:
            points = split_points(reference)
            full = list_credits(read_stems(reference), points, question)
            value = value_points(list_credits(stems, points, question), full, credit(0.0))
            shares.append(join_points(float(technical[i]), value)[0])
        joined.append(max(shares))
    return np.array(joined)


def measure_joined(joined: np.ndarray, answers: Answers) -> dict[str, Any]:
    """The joined value of unseen questions against the grades, named like the figures of the words alone."""
    graded, saf = answers.kind == "graded", answers.corpus == "saf"
    spoken = graded & saf & ~answers.is_empty
    return {
        "joined_saf_all": compare(joined, answers, graded & saf),
        "joined_saf_without_all_empty": compare(joined, answers, spoken),
        "joined_saf_mean_r_within_a_question": mean_within(joined, answers, spoken),
        "joined_scientsbank_auc": measure_auc(joined, answers.grade, graded & (answers.corpus == "scientsbank")),
        "joined_beetle_auc": measure_auc(joined, answers.grade, graded & (answers.corpus == "beetle")),
        "joined_scores_of_answers_to_another_question": spread(joined[saf & (answers.kind == "other")]),
        "joined_scores_of_the_reference": spread(joined[saf & (answers.kind == "model")]),
    }
