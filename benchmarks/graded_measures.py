"""How well predicted shares agree with human grades. Called by fit_embedded_scorer and graded_points."""

from typing import Any

import numpy as np
from scipy.stats import rankdata

from benchmarks.graded_answers import Answers
from benchmarks.graded_fitting import measure_interval_coverage

BOOTSTRAPS = 500
MARKS = 5
UNSEEN_QUESTIONS = "test-unseen-questions"


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
        "qwk": round(measure_qwk(predicted[rows], grade[rows]), 3),
    }


def measure_r(predicted: np.ndarray, grade: np.ndarray) -> float:
    return float(np.corrcoef(predicted, grade)[0, 1])


def measure_qwk(predicted: np.ndarray, grade: np.ndarray) -> float:
    """Quadratic weighted kappa of both, rounded to the six marks 0 to 5."""
    one, other = (np.round(MARKS * np.clip(values, 0, 1)).astype(int) for values in (predicted, grade))
    seen = np.zeros((MARKS + 1, MARKS + 1))
    np.add.at(seen, (one, other), 1)
    by_chance = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    distance = np.subtract.outer(np.arange(MARKS + 1), np.arange(MARKS + 1)) ** 2
    return 1 - float((distance * seen).sum() / (distance * by_chance).sum())


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


def measure_everything(
    answers: Answers, technical: np.ndarray, relevance: np.ndarray, joined: np.ndarray
) -> dict[str, Any]:
    """The figures of a model's predictions of unseen questions, as the JSON holds them."""
    graded, saf = answers.kind == "graded", answers.corpus == "saf"
    spoken = graded & saf & ~answers.is_empty
    measured: dict[str, Any] = {
        "saf_all": compare(technical, answers, graded & saf),
        "saf_without_no_response_or_submission": compare(technical, answers, graded & saf & ~answers.is_no_response),
        "saf_without_all_empty": compare(technical, answers, spoken),
        "saf_mean_r_within_a_question": mean_within(technical, answers, spoken),
    }
    for name in ("scientsbank", "beetle"):
        corpus = answers.corpus == name
        published = corpus & (answers.split == UNSEEN_QUESTIONS)
        measured[f"{name}_auc"] = measure_auc(technical, answers.grade, graded & corpus)
        if published.any():
            measured[f"{name}_unseen_questions_auc"] = measure_auc(technical, answers.grade, published)
        measured[f"joined_{name}_auc"] = measure_auc(joined, answers.grade, graded & corpus)
    for name in ("saf", "scientsbank", "beetle"):
        rows = (answers.corpus == name) & answers.is_topic_test
        measured[f"{name}_relevance_auc"] = measure_auc(relevance, answers.belongs, rows)
    return measured | {
        "joined_saf_all": compare(joined, answers, graded & saf),
        "joined_saf_without_all_empty": compare(joined, answers, spoken),
        "joined_saf_mean_r_within_a_question": mean_within(joined, answers, spoken),
        "joined_scores_of_answers_to_another_question": spread(joined[saf & (answers.kind == "other")]),
        "joined_scores_of_the_reference": spread(joined[saf & (answers.kind == "model")]),
        "scores_of_answers_to_another_question": spread(technical[saf & (answers.kind == "other")]),
        "scores_of_the_question_repeated": spread(technical[saf & (answers.kind == "echo")]),
        "scores_of_the_reference": spread(technical[saf & (answers.kind == "model")]),
        "interval_coverage_unseen": measure_interval_coverage(technical, answers, spoken),
    }
