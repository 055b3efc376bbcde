"""An embedder whose vectors are written down in a test: the domain's part of the embedded scorer without any model."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from interviewpanel.domain.text_features import read_words
from interviewpanel.domain.text_vectors import TextVectors

DIMENSIONS = 8


class HandMadeEmbedder:
    """A word has the vector that was given for it, else one of its own in a far corner; its text's changes nothing."""

    version = "hand-made@0"

    def __init__(self, given: Mapping[str, npt.ArrayLike]) -> None:
        self.given = {word: np.array(vector, dtype=np.float32) for word, vector in given.items()}
        self.asked: list[str] = []  # what embed was called with
        self.asked_once: list[str] = []

    def embed(self, text: str) -> TextVectors:
        self.asked.append(text)
        return self._make(text)

    def embed_once(self, text: str) -> TextVectors:
        self.asked_once.append(text)
        return self._make(text)

    def _make(self, text: str) -> TextVectors:
        words = read_words(text)
        vectors = np.array([self._find(text[word.start : word.end].lower()) for word in words], dtype=np.float32)
        vectors = vectors.reshape(len(words), DIMENSIONS)
        mean = vectors.mean(axis=0) if len(words) else np.zeros(DIMENSIONS, dtype=np.float32)
        return TextVectors(np.array([word.start for word in words], dtype=np.int64), vectors, mean)

    def _find(self, word: str) -> npt.NDArray[np.float32]:
        if word in self.given:
            return self.given[word]
        return np.random.default_rng(sum(word.encode())).normal(size=DIMENSIONS).astype(np.float32)
