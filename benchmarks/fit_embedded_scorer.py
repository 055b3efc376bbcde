"""Refit the embedded scorer's two JSON files from human-graded answers and measure them on unseen questions.

    EMBEDDING_MODEL_FOR_TESTS=MODEL_FOLDER python -m benchmarks.fit_embedded_scorer FOLDER [--check]

FOLDER (or GRADED_ANSWERS in the environment) holds the two corpora as CSV, which are not part of this repository:
saf_v2_english.csv (columns question, reference, answer, score) and semeval2013_3way.csv (dataset, split, question,
reference, answer, label). MODEL_FOLDER holds the embedding model (onnx/model.onnx, tokenizer.json); without one only
the model of stems is fitted. `--check` measures and prints without writing, and fails where a floor does not hold
(graded_floors). The JSON says what was done in words.

Method: a ridge on the features of text_features and text_vectors, centred within each question (so that an easy
question does not teach that its words are good words), then a rising map to the grade by pool-adjacent-violators.
Every figure comes from questions that were left out of everything, word frequencies too: folds are made of question
texts. It takes some ten minutes.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.graded_answers import Answers, count_documents, read_graded_answers
from benchmarks.graded_fitting import (
    RIDGE,
    Model,
    fit_interval,
    fit_monotone,
    fit_rising_map,
    predict,
    weigh_rows,
)
from benchmarks.graded_floors import check_floors
from benchmarks.graded_measures import measure_everything
from benchmarks.graded_points import POINT_SHARES, list_point_rows, measure_best_recalls, measure_joined_answers
from benchmarks.graded_vectors import StoredEmbedder, compare_all, measure_seconds, open_model
from benchmarks.graded_words import describe_method
from interviewpanel.domain import embedded_scorer_model
from interviewpanel.domain.embedded_scorer_model import (
    VECTOR_COVERAGE_FEATURES,
    VECTOR_TOPICALITY_FEATURES,
    FittedScorer,
    measure_cosines,
    measure_features,
)
from interviewpanel.domain.text_features import COVERAGE_FEATURES, TOPICALITY_FEATURES, Rarity, read_stems
from interviewpanel.domain.text_vectors import Comparison

VERSION = "embedded/3"
TARGETS = Path(embedded_scorer_model.__file__).parent
FOLDS = 22
GRADED_SHARES = {"saf": 1.0, "scientsbank": 0.5, "beetle": 0.5}
TECHNICAL_SHARES = {"graded": GRADED_SHARES, "other": 0.25, "echo": 0.03, "model": 0.02}
RELEVANCE_SHARES = {"graded": GRADED_SHARES, "other": 1.0, "echo": 0.0, "model": 0.0}
FINGERPRINT_PAIRS = (
    ("An index avoids a full table scan.", "The database finds rows without reading all of them."),
    ("A mutex lets one thread in at a time.", "We went swimming in Italy and had pizza."),
    ("Writes become slower.", "Writes become faster."),
)


@dataclass(frozen=True)
class Variant:
    """One of the two models: its features, and the rows' comparisons where it has vectors."""

    file: str
    technical: tuple[str, ...]
    relevance: tuple[str, ...]
    comparisons: Sequence[Comparison] | None = None
    embedder: StoredEmbedder | None = None

    def pick(self, features: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
        every = (*self.technical, *self.relevance)
        return features[:, [every.index(name) for name in names]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default=os.environ.get("GRADED_ANSWERS"), type=Path)  # noqa: TID251
    parser.add_argument("--vectors-only", action="store_true", help="leave the model of stems as it is")
    parser.add_argument("--check", action="store_true", help="measure and print, write nothing, fail below a floor")
    arguments = parser.parse_args()
    if arguments.folder is None:
        sys.exit("Say where the graded answers are: an argument, or GRADED_ANSWERS in the environment.")
    answers = read_graded_answers(Path(arguments.folder))
    below = []
    for variant in list_variants(answers)[1 if arguments.vectors_only else 0 :]:
        fitted = fit_variant(answers, variant)
        print(f"{variant.file}: {json.dumps(fitted['measured'], indent=2)}", flush=True)
        below += check_floors(fitted["measured"]) if variant.embedder else []
        if not arguments.check:
            target = TARGETS / variant.file
            target.write_text(json.dumps(fitted, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            print(f"Wrote {target}.")
    if below:
        sys.exit("\n".join(below))


def list_variants(answers: Answers) -> list[Variant]:
    variants = [Variant("embedded_scorer.json", COVERAGE_FEATURES, TOPICALITY_FEATURES)]
    model = open_model()
    if model is None:
        print("EMBEDDING_MODEL_FOR_TESTS names no folder: only the model of stems is fitted.")
        return variants
    embedder = StoredEmbedder(model)
    comparisons = compare_all(answers, embedder)
    variants.append(
        Variant(
            "embedded_scorer_vectors.json",
            VECTOR_COVERAGE_FEATURES,
            VECTOR_TOPICALITY_FEATURES,
            comparisons,
            embedder,
        )
    )
    return variants


def fit_variant(answers: Answers, variant: Variant) -> Model:
    """Everything that a variant's file holds."""
    fitted = fit_everything(answers, variant)
    fitted["measured"], fitted["interval"] = measure_unseen(answers, variant)
    if variant.embedder is not None:
        told = [text for text in answers.text[:: max(1, len(answers) // 2000)] if text.strip()]
        fitted["measured"]["milliseconds_to_embed_an_answer"] = measure_seconds(variant.embedder.model, told)
        cosines = [round(cosine, 4) for cosine in measure_cosines(variant.embedder, FINGERPRINT_PAIRS)]
        fitted["embedding_model"] = variant.embedder.version
        fitted["fingerprint"] = {"pairs": FINGERPRINT_PAIRS, "cosines": cosines}
        del fitted["document_frequency"], fitted["documents"]  # those of embedded_scorer.json
    return fitted


def fit_everything(answers: Answers, variant: Variant) -> Model:
    """The coefficients on all the data, with the words that say where they come from."""
    everything = np.ones(len(answers), dtype=bool)
    rarity = count_documents(answers, everything)
    return {
        "version": VERSION,
        "fitted_on": time.strftime("%Y-%m-%d"),
        "fitted_by": "benchmarks/fit_embedded_scorer.py",
        "corpora": answers.describe(),
        "method": describe_method(variant.technical, variant.relevance),
        "weights": {
            "technical": TECHNICAL_SHARES,
            "relevance": RELEVANCE_SHARES,
            "point": POINT_SHARES,
            "ridge": RIDGE,
        },
        **fit_models(answers, variant, everything, measure_all(answers, variant, rarity), rarity),
        "documents": rarity.documents,
        "document_frequency": dict(sorted(rarity.document_frequency.items())),
    }


def fit_models(
    answers: Answers, variant: Variant, train: np.ndarray, features: np.ndarray, rarity: Rarity
) -> dict[str, Model]:
    """Technical, relevance and point from the rows of `train`; `features` are of all rows."""
    technical = fit_monotone(
        variant.pick(features, variant.technical)[train],
        answers.grade[train],
        weigh_rows(answers, TECHNICAL_SHARES)[train],
        answers.question_number[train],
        variant.technical,
        (answers.corpus[train] == "saf"),
        answers.is_empty[train],
    )
    relevance = fit_monotone(
        variant.pick(features, variant.relevance)[train],
        answers.belongs[train],
        weigh_rows(answers, RELEVANCE_SHARES)[train],
        answers.question_number[train],
        variant.relevance,
        np.ones(int(train.sum()), dtype=bool),
        answers.is_empty[train],
    )
    by_recall = fit_point(answers, train, measure_best_recalls(answers, rarity), {"recall": 1.0})
    if variant.embedder is None:
        return {"technical": technical, "relevance": relevance, "point": by_recall}
    coefficients = technical["coefficients"]
    index = variant.pick(features, variant.technical) @ np.array(list(coefficients.values()))
    point = fit_point(answers, train, index, coefficients)
    return {"technical": technical, "relevance": relevance, "point": point, "point_by_recall": by_recall}


def fit_point(answers: Answers, train: np.ndarray, index: np.ndarray, coefficients: dict[str, float]) -> Model:
    """The rising map from how a one-point reference is covered to the chance that a grader called the answer right.

    `index` is of all rows: recall, or by vectors the technical model's own.
    """
    knots, values = fit_rising_map(*list_point_rows(answers, train, index))
    return {
        "coefficients": coefficients,
        "knots": [round(float(x), 4) for x in knots],
        "values": [round(float(y), 4) for y in values],
    }


def measure_all(answers: Answers, variant: Variant, rarity: Rarity) -> np.ndarray:
    """The variant's features of all rows, one row each. An empty submission is measured as the empty text."""
    rows = []
    for i in range(len(answers)):
        stems = frozenset[str]() if answers.is_empty[i] else read_stems(answers.text[i])
        comparison = variant.comparisons[i] if variant.comparisons else None
        rows.append(measure_features(stems, answers.question[i], answers.references[i], rarity, comparison))
    return np.array([[row[name] for name in (*variant.technical, *variant.relevance)] for row in rows])


def measure_unseen(answers: Answers, variant: Variant) -> tuple[dict[str, Any], dict[str, Any]]:
    """Predict every question by a model that never saw it, and compare; the intervals come from the same residuals."""
    technical, relevance, joined = (np.zeros(len(answers)) for _ in range(3))
    for fold in range(FOLDS):
        left_out = answers.fold(FOLDS) == fold
        rarity = count_documents(answers, ~left_out)
        features = measure_all(answers, variant, rarity)
        models = fit_models(answers, variant, ~left_out, features, rarity)
        technical[left_out] = predict(models["technical"], variant.pick(features, variant.technical)[left_out])
        relevance[left_out] = predict(models["relevance"], variant.pick(features, variant.relevance)[left_out])
        scorer = FittedScorer.from_json(
            {**models, "version": "", "interval": {"edges": [], "offsets": [[0, 0]]}}, rarity
        )
        joined[left_out] = measure_joined_answers(answers, left_out, technical, scorer, variant.embedder)
    for values in (joined, technical):
        values[answers.is_empty] = 0.0  # as measure_answer does, without asking the model
    spoken = (answers.kind == "graded") & (answers.corpus == "saf") & ~answers.is_empty
    return (
        measure_everything(answers, technical, relevance, joined),
        fit_interval(technical[spoken], answers.grade[spoken]),
    )


if __name__ == "__main__":
    main()
