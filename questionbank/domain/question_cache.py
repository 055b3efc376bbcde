"""When a question that was written before does for another wish: the same wish, or one that is much alike.

Pure. Wishes are compared within one organization, topic, skill level, kind and language only.
"""

import math
from collections.abc import Set
from dataclasses import dataclass

from questionbank.domain.embeddings import NotEmbedded, TextEmbedder, Vector, measure_cosine, unpack_vector
from questionbank.domain.quoted_data import hash_json
from questionbank.domain.similarity import read_question_stems

MOST_TOPIC, MOST_REQUEST = 200, 300


@dataclass(frozen=True)
class Wish:
    """What a question is wanted for. `request` is what is asked besides: a subtopic and remarks, a description …"""

    topic: str
    skill_level: str
    kind: str
    language: str
    request: str

    @property
    def topic_name(self) -> str:
        """As it is compared: without capitals and spaces too many."""
        return _normalise(self.topic)[:MOST_TOPIC]

    @property
    def key(self) -> str:
        parts = (self.topic, self.skill_level, self.kind, self.language, self.request)
        return hash_json([_normalise(part) for part in parts])

    @property
    def stems(self) -> frozenset[str]:
        return read_question_stems(self.request, self.language)


def _normalise(text: str) -> str:
    return " ".join(text.casefold().split())


@dataclass(frozen=True)
class WishVector:
    """A wish's meaning, by the model that is there."""

    vector: Vector
    model: str


def embed_wish(wish: Wish, embedder: TextEmbedder | None) -> WishVector | None:
    """None without a model, or where it fails. Not to be called in a transaction: a model may take its time."""
    if embedder is None:
        return None
    try:
        (vector,) = embedder.embed([f"{wish.topic}: {wish.request}"])
    except NotEmbedded:
        return None
    return WishVector(vector, embedder.model)


@dataclass(frozen=True)
class Known:
    """What is kept of an earlier wish."""

    words: str
    embedding: bytes | None
    embedding_model: str


def measure_wishes(stems: Set[str], vector: WishVector | None, known: Known) -> float:
    """How much alike, 0 to 1: by meaning where one model read both, else by their words."""
    if vector is not None and known.embedding is not None and known.embedding_model == vector.model:
        return max(0.0, measure_cosine(vector.vector, unpack_vector(known.embedding)))
    return measure_words(stems, frozenset(known.words.split()))


def measure_words(some: Set[str], others: Set[str]) -> float:
    """The cosine of two sets of stems."""
    size = math.sqrt(len(some) * len(others))
    return len(some & others) / size if size else 0.0
