"""How well predicted shares agree with human grades. Called by fit_embedded_scorer and graded_points."""

from typing import Any

import numpy as np
from scipy.stats import rankdata

from benchmarks.graded_answers import Answers

BOOTSTRAPS = 500


def compare(predicted: np.ndarray, answers: Answers, rows: np.ndarray) -> dict[str, Any]:
    """Pearson's r, its 95 % interval by drawing questions anew, and the root mean squared error in points of 100."""
    grade, questions = answers.grade, answers.question_number
    error = np.sqrt(np.mean((predicted[rows] - grade[rows]) ** 2))
    rng, of_question = (
        np.random.default_rng(20),
        [np.flatnonzero(rows & (questions == q)) for q in set(questions[rows])],
    )
    drawn = []
    for _ in range(BOOTSTRAPS):
        sample = np.concatenate([of_question[k] for k in rng.integers(0, len(of_question), len(of_question))])
        drawn.append(measure_r(predicted[sample], grade[sample]))
    return {
        "rows": int(rows.sum()),
        "pearson": round(measure_r(predicted[rows], grade[rows]), 3),
        "pearson_95": [round(float(x), 2) for x in np.quantile(drawn, (0.025, 0.975))],
        "rmse_points": round(100 * float(error), 1),
    }


def measure_r(predicted: np.ndarray, grade: np.ndarray) -> float:
    return float(np.corrcoef(predicted, grade)[0, 1])


def mean_within(predicted: np.ndarray, answers: Answers, rows: np.ndarray) -> float:
    """Pearson's r within one question, averaged: how well answers to the same question are put in order."""
    values = []
    for question in np.unique(answers.question_number[rows]):
        chosen = rows & (answers.question_number == question)
        if np.std(predicted[chosen]) > 0 and np.std(answers.grade[chosen]) > 0:
            values.append(measure_r(predicted[chosen], answers.grade[chosen]))
    return round(float(np.mean(values)), 3)


def measure_auc(predicted: np.ndarray, target: np.ndarray, rows: np.ndarray) -> float:
    """The chance that a right one scores above a wrong one (ties count half)."""
    ranks, right = rankdata(predicted[rows]), target[rows] == 1
    count, others = int(right.sum()), int((~right).sum())
    return round(float((ranks[right].sum() - count * (count + 1) / 2) / (count * others)), 3)


def spread(values: np.ndarray) -> dict[str, float]:
    return {f"p{p}": round(100 * float(np.percentile(values, p)), 1) for p in (10, 50, 90)}
