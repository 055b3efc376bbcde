"""Refit interviewpanel/domain/embedded_scorer.json from human-graded answers and measure it on unseen questions.

    python -m benchmarks.fit_embedded_scorer FOLDER [--check]

FOLDER (or GRADED_ANSWERS in the environment) holds the two corpora as CSV, which are not part of this repository:
saf_v2_english.csv (columns question, reference, answer, score) and semeval2013_3way.csv (dataset, question,
reference, answer, label). `--check` measures and prints without writing. The JSON says what was done in words.

Method: a ridge on the features of text_features, centred within each question (so that an easy question does not
teach that its words are good words), then a rising map to the grade by pool-adjacent-violators. Every figure comes
from questions that were left out of everything, word frequencies too: folds are made of question texts.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression

from benchmarks.graded_answers import Answers, count_documents, read_graded_answers
from benchmarks.graded_measures import compare, mean_within, measure_auc, spread
from benchmarks.graded_points import POINT_SHARES, list_point_rows, measure_joined, measure_joined_answers
from interviewpanel.domain.embedded_scorer import measure_features
from interviewpanel.domain.text_features import COVERAGE_FEATURES, TOPICALITY_FEATURES, Rarity, read_stems

TARGET = Path(__file__).parent.parent / "interviewpanel" / "domain" / "embedded_scorer.json"
FEATURES = (*COVERAGE_FEATURES, *TOPICALITY_FEATURES)
TECHNICAL = [FEATURES.index(name) for name in COVERAGE_FEATURES]
RELEVANCE = [FEATURES.index(name) for name in TOPICALITY_FEATURES]

FOLDS = 22
RIDGE = 0.1
GRADED_SHARES = {"saf": 1.0, "scientsbank": 0.5, "beetle": 0.5}
TECHNICAL_SHARES = {"graded": GRADED_SHARES, "other": 0.25, "echo": 0.03, "model": 0.02}
RELEVANCE_SHARES = {"graded": GRADED_SHARES, "other": 1.0, "echo": 0.0, "model": 0.0}
INTERVAL_BINS = 3

Model = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default=os.environ.get("GRADED_ANSWERS"), type=Path)  # noqa: TID251
    parser.add_argument("--check", action="store_true", help="measure and print, write nothing")
    arguments = parser.parse_args()
    if arguments.folder is None:
        sys.exit("Say where the graded answers are: an argument, or GRADED_ANSWERS in the environment.")
    answers = read_graded_answers(Path(arguments.folder))
    fitted = fit_everything(answers)
    fitted["measured"], fitted["interval"] = measure_unseen(answers)
    print(json.dumps(fitted["measured"], indent=2))
    if not arguments.check:
        TARGET.write_text(json.dumps(fitted, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"Wrote {TARGET}.")


def fit_everything(answers: Answers) -> Model:
    """The coefficients on all the data, with the words that say where they come from."""
    technical, relevance, rarity = fit_both(answers, np.ones(len(answers), dtype=bool))
    return {
        "version": "embedded/2",
        "fitted_on": time.strftime("%Y-%m-%d"),
        "fitted_by": "benchmarks/fit_embedded_scorer.py",
        "corpora": answers.describe(),
        "method": {
            "technical": "Ridge (closed form, features and grades centred within each question) on "
            f"{', '.join(COVERAGE_FEATURES)}; rising map by pool-adjacent-violators on the SAF grades.",
            "relevance": "The same on " + ", ".join(TOPICALITY_FEATURES) + "; the target is whether an answer belongs "
            "to this question or to another of its corpus.",
            "point": "Rising map from the recall of a reference of one point (SciEntsBank and Beetle) to the share "
            "called right; at run time the credit of each expected element. Where elements are listed, technical is "
            "joined of the value above and their credits as expected_points.py says.",
            "anchors": "Beside the graded answers: answers to another question of the corpus (graded 0), the question "
            "itself as an answer (0) and the reference as an answer (1), with the shares in `weights`.",
            "split": "By question text, 22 folds: a question, its answers and their word counts are on one side only.",
            "limits": "Coverage, not truth: a negated reference scores high. Written student answers in English, "
            "graded generously: half of the expected words already come near 95.",
        },
        "weights": {
            "technical": TECHNICAL_SHARES,
            "relevance": RELEVANCE_SHARES,
            "point": POINT_SHARES,
            "ridge": RIDGE,
        },
        "technical": technical,
        "relevance": relevance,
        "point": fit_point(answers, np.ones(len(answers), dtype=bool), rarity),
        "documents": rarity.documents,
        "document_frequency": dict(sorted(rarity.document_frequency.items())),
    }


def fit_both(answers: Answers, train: np.ndarray) -> tuple[Model, Model, Rarity]:
    rarity = count_documents(answers, train)
    features = measure_all(answers, train, rarity)
    technical_weights = weigh_rows(answers, TECHNICAL_SHARES)[train]
    technical = fit_monotone(
        features[:, TECHNICAL],
        answers.grade[train],
        technical_weights,
        answers.question_number[train],
        COVERAGE_FEATURES,
        (answers.corpus[train] == "saf"),
        answers.is_empty[train],
    )
    relevance = fit_monotone(
        features[:, RELEVANCE],
        answers.belongs[train],
        weigh_rows(answers, RELEVANCE_SHARES)[train],
        answers.question_number[train],
        TOPICALITY_FEATURES,
        np.ones(int(train.sum()), dtype=bool),
        answers.is_empty[train],
    )
    return technical, relevance, rarity


def fit_point(answers: Answers, train: np.ndarray, rarity: Rarity) -> Model:
    """The rising map from the recall of a one-point reference to the chance that a grader called the answer right."""
    recall, right, weights = list_point_rows(answers, train, rarity)
    knots, values = fit_rising_map(recall, right, weights)
    return {
        "coefficients": {"recall": 1.0},
        "knots": [round(float(x), 4) for x in knots],
        "values": [round(float(y), 4) for y in values],
    }


def measure_all(answers: Answers, chosen: np.ndarray, rarity: Rarity) -> np.ndarray:
    """Features of the chosen rows, one row each. An empty submission is measured as the empty text."""
    rows = [
        measure_features(
            frozenset() if answers.is_empty[i] else read_stems(answers.text[i]),
            answers.question[i],
            answers.references[i],
            rarity,
        )
        for i in np.flatnonzero(chosen)
    ]
    return np.array([[row[name] for name in FEATURES] for row in rows])


def weigh_rows(answers: Answers, shares: dict[str, Any]) -> np.ndarray:
    """Row weights: 1/√(answers of the question), then each corpus and each kind of row scaled to its share."""
    counts = np.bincount(answers.question_number)
    weights = np.asarray(1 / np.sqrt(counts[answers.question_number]))
    for corpus, share in shares["graded"].items():
        for kind in ("graded", "other", "echo", "model"):
            rows = (answers.corpus == corpus) & (answers.kind == kind)
            weights[rows] *= share * (1.0 if kind == "graded" else shares[kind]) / weights[rows].sum()
    return weights


def fit_monotone(
    features: np.ndarray,
    target: np.ndarray,
    weights: np.ndarray,
    groups: np.ndarray,
    names: Sequence[str],
    map_rows: np.ndarray,
    is_empty: np.ndarray,
) -> Model:
    """Within-question ridge on the rows that say something, then a rising map of its index on `map_rows`."""
    ridge_weights = np.where(is_empty, 0.0, weights)
    centred = np.column_stack([centre(column, ridge_weights, groups) for column in features.T])
    wanted = centre(target, ridge_weights, groups)
    total = ridge_weights.sum()
    scale = np.maximum(np.sqrt((ridge_weights[:, None] * centred**2).sum(axis=0) / total), 1e-9)
    scaled = centred / scale
    gram = scaled.T @ (scaled * ridge_weights[:, None]) + RIDGE * total * np.eye(len(names))
    coefficients = np.linalg.solve(gram, scaled.T @ (ridge_weights * wanted)) / scale
    used = map_rows & (weights > 0)
    knots, values = fit_rising_map((features @ coefficients)[used], target[used], weights[used])
    return {
        "coefficients": {name: round(float(c), 6) for name, c in zip(names, coefficients, strict=True)},
        "knots": [round(float(x), 5) for x in knots],
        "values": [round(float(y), 4) for y in values],
    }


def centre(column: np.ndarray, weights: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """A column less its weighted mean within each question."""
    sums = np.bincount(groups, weights * column)
    totals = np.maximum(np.bincount(groups, weights), 1e-12)
    return np.asarray(column - (sums / totals)[groups])


def fit_rising_map(index: np.ndarray, target: np.ndarray, weights: np.ndarray) -> tuple[list[float], list[float]]:
    """Pool-adjacent-violators, as points to interpolate between: the centre of each pooled block and its value."""
    order = np.argsort(index, kind="stable")
    index, weights = index[order], weights[order]
    fit = isotonic_regression(target[order], weights=weights)
    knots: list[float] = []
    values: list[float] = []
    for start, stop in zip(fit.blocks[:-1], fit.blocks[1:], strict=True):
        centre_of_block = float(np.average(index[start:stop], weights=weights[start:stop]))
        if not knots or centre_of_block > knots[-1] + 1e-4:
            knots.append(centre_of_block)
            values.append(float(fit.x[start]))
    return knots, values


def predict(model: Model, features: np.ndarray) -> np.ndarray:
    index = features @ np.array(list(model["coefficients"].values()))
    return np.asarray(np.interp(index, model["knots"], model["values"]))


def measure_unseen(answers: Answers) -> tuple[dict[str, Any], dict[str, Any]]:
    """Predict every question by a model that never saw it, and compare; the intervals come from the same residuals."""
    technical, relevance, joined = (np.zeros(len(answers)) for _ in range(3))
    for fold in range(FOLDS):
        left_out = answers.fold(FOLDS) == fold
        technical_model, relevance_model, rarity = fit_both(answers, ~left_out)
        features = measure_all(answers, left_out, rarity)
        technical[left_out] = predict(technical_model, features[:, TECHNICAL])
        relevance[left_out] = predict(relevance_model, features[:, RELEVANCE])
        point_model = fit_point(answers, ~left_out, rarity)
        joined[left_out] = measure_joined_answers(answers, left_out, technical, point_model, rarity)
    joined[answers.is_empty] = 0.0
    technical[answers.is_empty] = 0.0  # as measure_answer does, without asking the model
    graded, saf = answers.kind == "graded", answers.corpus == "saf"
    spoken = graded & saf & ~answers.is_empty
    measured = {
        "saf_all": compare(technical, answers, graded & saf),
        "saf_without_no_response_or_submission": compare(technical, answers, graded & saf & ~answers.is_no_response),
        "saf_without_all_empty": compare(technical, answers, spoken),
        "saf_mean_r_within_a_question": mean_within(technical, answers, spoken),
        "scientsbank_auc": measure_auc(technical, answers.grade, graded & (answers.corpus == "scientsbank")),
        "beetle_auc": measure_auc(technical, answers.grade, graded & (answers.corpus == "beetle")),
        **measure_joined(joined, answers),
        "saf_relevance_auc": measure_auc(relevance, answers.belongs, saf & answers.is_topic_test),
        "scientsbank_relevance_auc": measure_auc(
            relevance, answers.belongs, (answers.corpus == "scientsbank") & answers.is_topic_test
        ),
        "beetle_relevance_auc": measure_auc(
            relevance, answers.belongs, (answers.corpus == "beetle") & answers.is_topic_test
        ),
        "scores_of_answers_to_another_question": spread(technical[saf & (answers.kind == "other")]),
        "scores_of_the_question_repeated": spread(technical[saf & (answers.kind == "echo")]),
        "scores_of_the_reference": spread(technical[saf & (answers.kind == "model")]),
        "interval_coverage_unseen": measure_interval_coverage(technical, answers, spoken),
    }
    return measured, fit_interval(technical[spoken], answers.grade[spoken])


def fit_interval(predicted: np.ndarray, grade: np.ndarray) -> dict[str, Any]:
    """10th and 90th percentile of (grade - predicted) in bins of the prediction, of unseen answers."""
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, INTERVAL_BINS + 1)[1:-1]).round(4))
    bins = np.digitize(predicted, edges)
    offsets = [np.quantile((grade - predicted)[bins == b], (0.1, 0.9)).round(4).tolist() for b in range(len(edges) + 1)]
    return {"edges": edges.tolist(), "offsets": offsets}


def measure_interval_coverage(predicted: np.ndarray, answers: Answers, rows: np.ndarray) -> float:
    """Share of unseen answers inside their interval, when the interval too comes from other questions."""
    inside = []
    for question in np.unique(answers.question_number[rows]):
        held = rows & (answers.question_number == question)
        rest = rows & ~held
        interval = fit_interval(predicted[rest], answers.grade[rest])
        offsets = np.array(interval["offsets"])[np.digitize(predicted[held], interval["edges"])]
        low = np.clip(np.minimum(predicted[held], predicted[held] + offsets[:, 0]), 0, 1)
        high = np.clip(np.maximum(predicted[held], predicted[held] + offsets[:, 1]), 0, 1)
        grade = answers.grade[held]
        inside += list((grade >= low - 1e-9) & (grade <= high + 1e-9))
    return round(float(np.mean(inside)), 3)


if __name__ == "__main__":
    main()
