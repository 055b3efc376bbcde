"""`TextEmbedder`: what gives texts vectors that lie close together where they mean the same."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]


class NotEmbedded(Exception):
    """The model failed at this text; texts are compared by their words."""


class TextEmbedder(Protocol):
    """`model` names what made a vector: those of two models are never compared."""

    @property
    def model(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        """A vector for each text, all of one length. Raises NotEmbedded."""
        ...


def pack_vector(vector: Vector) -> bytes:
    """32-bit floats, the lowest byte first, whatever machine this is."""
    return np.asarray(vector, dtype="<f4").tobytes()


def unpack_vector(packed: bytes) -> Vector:
    return np.frombuffer(packed, dtype="<f4").astype(np.float32)


def measure_cosine(some: Vector, other: Vector) -> float:
    """−1 to 1; 0 where one of them is nothing but zeros, or they are not of one length."""
    if some.shape != other.shape:
        return 0.0
    size = float(np.linalg.norm(some) * np.linalg.norm(other))
    return float(np.dot(some, other)) / size if size else 0.0
