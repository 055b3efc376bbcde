"""The two fitted models of the embedded scorer, as their JSON files hold them, and the features that they name.

Called by embedded_scorer at run time and by benchmarks/fit_embedded_scorer.py, which writes the files:
embedded_scorer.json (stems only, and how rare words are) and embedded_scorer_vectors.json (stems and the vectors of the
embedding model that it was fitted with; no other model's vectors fit, and `find_misfit` tells).
"""

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from interviewpanel.domain.text_features import (
    COVERAGE_FEATURES,
    TOPICALITY_FEATURES,
    Rarity,
    measure_coverage,
    measure_new_recall,
    measure_topicality,
)
from interviewpanel.domain.text_vectors import Comparison, Embedder, normalise

VECTOR_COVERAGE_FEATURES = ("alignment", "root_new_recall")
VECTOR_TOPICALITY_FEATURES = (*TOPICALITY_FEATURES[1:], "question_cosine", "reference_cosine", "orthogonal_cosine")
"""Without root_topic_recall: beside the cosines its coefficient fell below 0."""

MOST_COSINE_DIFFERENCE = 0.02
"""Half precision changes a cosine by 0.0001, 8-bit weights by up to 0.02; another model by far more."""


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
class Fingerprint:
    """Pairs of texts and the cosine that the model's own vectors give each."""

    pairs: tuple[tuple[str, str], ...]
    cosines: tuple[float, ...]


@dataclass(frozen=True)
class FittedScorer:
    """Everything that a JSON file holds for run time."""

    version: str
    rarity: Rarity
    technical: MonotoneModel
    relevance: MonotoneModel
    point: MonotoneModel  # from the features of one point to the chance that it was made
    interval_edges: tuple[float, ...]  # predicted technical, 0 to 1, that separates the bins
    interval_offsets: tuple[tuple[float, float], ...]  # of each bin: what to add for the 10th and 90th percentile
    point_by_recall: MonotoneModel | None = None  # beside `point` where that goes by vectors: a point has their mean
    fingerprint: Fingerprint | None = None  # of the embedding model; None where it needs none

    @classmethod
    def from_json(cls, data: Mapping[str, Any], rarity: Rarity) -> "FittedScorer":
        told, by_recall = data.get("fingerprint"), data.get("point_by_recall")
        return cls(
            version=data["version"],
            rarity=rarity,
            technical=MonotoneModel.from_json(data["technical"]),
            relevance=MonotoneModel.from_json(data["relevance"]),
            point=MonotoneModel.from_json(data["point"]),
            interval_edges=tuple(data["interval"]["edges"]),
            interval_offsets=tuple((low, high) for low, high in data["interval"]["offsets"]),
            point_by_recall=MonotoneModel.from_json(by_recall) if by_recall else None,
            fingerprint=Fingerprint(tuple((one, other) for one, other in told["pairs"]), tuple(told["cosines"]))
            if told
            else None,
        )

    def find_interval(self, predicted: float) -> tuple[float, float]:
        """The 80 % interval around a predicted technical share, both 0 to 1."""
        low, high = self.interval_offsets[bisect_right(self.interval_edges, predicted)]
        return max(0.0, min(predicted, predicted + low)), min(1.0, max(predicted, predicted + high))

    @property
    def no_credit(self) -> float:
        """What a point gets with which nothing matched."""
        return fmean(model.values[0] for model in self._point_models)

    def predict_credit(self, features: Mapping[str, float]) -> float:
        """The chance that a human grader calls a point made. Two estimates are better than either: their mean."""
        return fmean(model.predict(features) for model in self._point_models)

    @property
    def _point_models(self) -> list[MonotoneModel]:
        return [self.point, self.point_by_recall] if self.point_by_recall else [self.point]


@lru_cache(maxsize=1)
def load_scorer() -> FittedScorer:
    """The model of stems: what scores where there is no embedding model."""
    data = _read("embedded_scorer.json")
    return FittedScorer.from_json(data, Rarity(data["document_frequency"], data["documents"]))


@lru_cache(maxsize=1)
def load_vector_scorer() -> FittedScorer:
    """The model of stems and vectors."""
    return FittedScorer.from_json(_read("embedded_scorer_vectors.json"), load_scorer().rarity)


def _read(name: str) -> Any:
    return json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def find_misfit(embedder: Embedder) -> str:
    """Why the coefficients do not hold for this model's vectors, in words; empty where they do."""
    fingerprint = load_vector_scorer().fingerprint
    assert fingerprint is not None, "the vectors' file holds one"
    measured = measure_cosines(embedder, fingerprint.pairs)
    most = max(abs(one - other) for one, other in zip(measured, fingerprint.cosines, strict=True))
    if most <= MOST_COSINE_DIFFERENCE:
        return ""
    return (
        f"The scorer's coefficients were fitted with other vectors (cosines differ by up to {most:.2f}). Take the "
        "model named in embedded_scorer_vectors.json, or fit them anew: python -m benchmarks.fit_embedded_scorer."
    )


def measure_cosines(embedder: Embedder, pairs: Sequence[tuple[str, str]]) -> list[float]:
    return [
        float(normalise(embedder.embed_once(one).mean) @ normalise(embedder.embed_once(other).mean))
        for one, other in pairs
    ]


def measure_features(
    stems: Set[str], question: str, references: Sequence[str], rarity: Rarity, comparison: Comparison | None = None
) -> dict[str, float]:
    """Every feature a model may name; those of vectors where there are any.

    `stems` is the set of stems of the answer; references are alternatives.
    """
    coverage = measure_coverage(stems, question, references, rarity)
    topicality = measure_topicality(stems, question, references, rarity)
    features = dict(zip((*COVERAGE_FEATURES, *TOPICALITY_FEATURES), (*coverage, *topicality), strict=True))
    if comparison is None:
        return features
    return features | {
        "alignment": comparison.measure_alignment(rarity),
        "root_new_recall": float(np.sqrt(measure_new_recall(stems, question, references, rarity))),
        "question_cosine": comparison.question_cosine,
        "reference_cosine": comparison.reference_cosine,
        "orthogonal_cosine": comparison.orthogonal_cosine,
    }
