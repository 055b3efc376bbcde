"""A ridge within questions, a rising map, an 80 % interval: the mathematics of the fit. By fit_embedded_scorer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression

from benchmarks.graded_answers import Answers

RIDGE = 0.1
INTERVAL_BINS = 5
MAP_STEPS = 10
"""Of equal width, over which the map is averaged first. Without, it learns the questions it was fitted on: r .434 on
unseen ones, .441 with ten steps, .434 with twenty."""

Model = dict[str, Any]


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
    knots, values = fit_rising_map(*average_steps((features @ coefficients)[used], target[used], weights[used]))
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


def average_steps(
    index: np.ndarray, target: np.ndarray, weights: np.ndarray, steps: int = MAP_STEPS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean index, mean target and weight of each step of the index that holds anything."""
    low, width = float(index.min()), max(float(np.ptp(index)), 1e-9)
    step = np.minimum(((index - low) / width * steps).astype(int), steps - 1)
    found = np.unique(step)
    total = np.bincount(step, weights)[found]
    return np.bincount(step, weights * index)[found] / total, np.bincount(step, weights * target)[found] / total, total


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
