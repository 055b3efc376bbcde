"""What vectors tell of an answer: which expected words it has, in these words or in others.

Called by embedded_scorer at run time and by benchmarks/fit_embedded_scorer.py when the coefficients are fitted. The
vectors come from interviewpanel.engines.embeddings, one for each token of a text in its context; nothing here knows a
model.

What any answer to a question shares with any other is the question. It is taken out of every vector before two are
compared (the part along the question's own vector), and an expected word weighs as much as it is far from all words of
the question. Measured against a plain cosine of two texts that is worth a tenth of r on answers to unseen questions
(docs/decisions/0025-embeddings.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from interviewpanel.domain.text_features import Rarity, Word, read_words, split_sentences

Floats = npt.NDArray[np.float32]

LEAST_WEIGHT = 1e-6
SYNONYM_COSINE = 0.55
"""From here on the nearest word of an answer is quoted for an expected one. For quotes only: no number hangs on it."""
POINT_WINDOW_WORDS = 40
"""A point is made in one place: the best stretch of so many words counts. Of a long answer some word is always near."""
SHORTEST_REPEAT_WORDS = 5
ONE_THREAD_PRODUCTS = 500_000


@dataclass(frozen=True)
class TextVectors:
    """A text as an embedding model sees it. Tokens are in the order of the text; special tokens are in `mean` only."""

    starts: npt.NDArray[np.int64]  # the first character of each token
    vectors: Floats  # (tokens, dimensions), in context
    mean: Floats  # (dimensions,): of all tokens


class Embedder(Protocol):
    """An embedding model. The same text gives the same vectors."""

    @property
    def version(self) -> str:
        """Which model and which copy of its weights, for provenance."""

    def embed(self, text: str) -> TextVectors:
        """Of a text that comes again: a question, what is expected of its answers. May be kept in memory."""

    def embed_once(self, text: str) -> TextVectors:
        """Of what a person said: never kept."""


@dataclass(frozen=True)
class WordVectors:
    """The words of a text with a vector each, of length 1 (the mean of its tokens'), and the text's own vector."""

    stems: tuple[str, ...]
    vectors: Floats  # (words, dimensions)
    mean: Floats  # of length 1; zeros for a text without words


@dataclass(frozen=True)
class Alignment:
    """How near an answer comes to each word of an expected text."""

    stems: tuple[str, ...]
    nearest: Floats  # of each expected word: the cosine of the answer's nearest word, the question taken out of both
    newness: Floats  # of each expected word: 1 less the cosine of the question's nearest word

    def measure(self, rarity: Rarity) -> float:
        """The mean of `nearest`, weighted by how rare a word is and how new beside the question. 0 without words."""
        if not self.stems:
            return 0.0
        weights = np.array([rarity.weigh(stem) for stem in self.stems]) * self.newness + LEAST_WEIGHT
        return float(weights @ self.nearest / weights.sum())


@dataclass(frozen=True)
class Comparison:
    """One answer against one question and its alternative references. The cosines are of whole texts."""

    alignments: tuple[Alignment, ...]  # one a reference
    question_cosine: float
    reference_cosine: float  # of the nearest reference
    orthogonal_cosine: float  # the same with the question taken out of both

    def measure_alignment(self, rarity: Rarity) -> float:
        return max((alignment.measure(rarity) for alignment in self.alignments), default=0.0)


def read_expected(text: str, embedder: Embedder) -> WordVectors:
    """The words of a question, or of what is expected, with their vectors."""
    return place_words(read_words(text), embedder.embed(text))


def read_answer(text: str, embedder: Embedder) -> WordVectors:
    """The words of an answer, of what it says for the first time: repeating an answer must change nothing."""
    said = drop_repeats(text)
    return place_words(read_words(said), embedder.embed_once(said))


def place_words(words: Sequence[Word], text: TextVectors) -> WordVectors:
    """A token belongs to the word in which it starts; a word that has none is left out."""
    mean = normalise(text.mean)
    if not words or not len(text.starts):
        return WordVectors((), np.zeros((0, len(mean)), dtype=np.float32), mean * 0)
    starts, ends = np.array([word.start for word in words]), np.array([word.end for word in words])
    place = np.searchsorted(starts, text.starts, side="right") - 1
    is_inside = (place >= 0) & (text.starts < ends[place])
    sums = np.zeros((len(words), text.vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, place[is_inside], text.vectors[is_inside])
    kept = np.flatnonzero(np.bincount(place[is_inside], minlength=len(words)))
    return WordVectors(tuple(words[int(k)].stem for k in kept), normalise(sums[kept]), mean)


def compare_texts(answer: WordVectors, question: WordVectors, references: Sequence[WordVectors]) -> Comparison:
    """Everything that the features of vectors are made of. Where the answer has no words all is 0."""
    cosines = [float(answer.mean @ reference.mean) for reference in references]
    across = [
        float(normalise(take_out(answer.mean, question)) @ normalise(take_out(reference.mean, question)))
        for reference in references
    ]
    return Comparison(
        tuple(align_words(answer, question, reference) for reference in references),
        float(answer.mean @ question.mean),
        max(cosines, default=0.0),
        max(across, default=0.0),
    )


def align_words(answer: WordVectors, question: WordVectors, expected: WordVectors) -> Alignment:
    cosines = cross_words(answer, question, expected)
    return Alignment(expected.stems, find_nearest(cosines), measure_newness(question, expected))


def align_point(answer: WordVectors, question: WordVectors, expected: WordVectors, rarity: Rarity) -> Alignment:
    """As align_words, within the stretch of POINT_WINDOW_WORDS of the answer where the point is best made."""
    cosines = cross_words(answer, question, expected)
    newness = measure_newness(question, expected)
    if cosines.shape[1] <= POINT_WINDOW_WORDS or not expected.stems:
        return Alignment(expected.stems, find_nearest(cosines), newness)
    windows = np.lib.stride_tricks.sliding_window_view(cosines, POINT_WINDOW_WORDS, axis=1).max(axis=2)
    weights = np.array([rarity.weigh(stem) for stem in expected.stems]) * newness + LEAST_WEIGHT
    best = windows[:, int(np.argmax(weights @ windows))]
    return Alignment(expected.stems, np.maximum(best, 0.0), newness)


def cross_words(answer: WordVectors, question: WordVectors, expected: WordVectors) -> Floats:
    """The cosine of each expected word with each word of the answer, the question taken out of both."""
    return multiply(normalise(take_out(expected.vectors, question)), normalise(take_out(answer.vectors, question)))


def multiply(rows: Floats, columns: Floats) -> Floats:
    """Every row by every one of `columns` (given as rows), in pieces that BLAS computes on this thread.

    A larger product it shares out to every core and waits for them: 16 ms instead of 0.3 on a busy machine.
    """
    step = max(1, ONE_THREAD_PRODUCTS // max(1, rows.size))
    pieces = [rows @ columns[k : k + step].T for k in range(0, len(columns), step)]
    return np.concatenate(pieces, axis=1) if pieces else np.zeros((len(rows), 0), dtype=np.float32)


def find_nearest(cosines: Floats) -> Floats:
    return np.asarray(np.maximum(cosines.max(axis=1, initial=0.0), 0.0), dtype=np.float32)


def measure_newness(question: WordVectors, expected: WordVectors) -> Floats:
    known = multiply(expected.vectors, question.vectors).max(axis=1, initial=0.0)
    return np.asarray(np.clip(1.0 - known, 0.0, 1.0), dtype=np.float32)


def name_synonyms(answer: WordVectors, question: WordVectors, expected: WordVectors) -> Mapping[str, str]:
    """Stems of the answer that stand for an expected one in other words, to be quoted: {said: expected}."""
    cosines = cross_words(answer, question, expected)
    if not cosines.size:
        return {}
    nearest, value = cosines.argmax(axis=1), cosines.max(axis=1)
    order = np.argsort(value, kind="stable")  # the surest last, and kept
    return {answer.stems[nearest[k]]: expected.stems[k] for k in order if value[k] >= SYNONYM_COSINE}


def take_out(vectors: Floats, question: WordVectors) -> Floats:
    """The vectors less their part along the question's."""
    return np.asarray(vectors - (vectors @ question.mean)[..., None] * question.mean, dtype=np.float32)


def normalise(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), dtype=np.float32)


def drop_repeats(text: str) -> str:
    """A text without the sentences, and the runs of SHORTEST_REPEAT_WORDS words, that were said before.

    A set of stems does not care how often a thing is said; vectors in context do, a little.
    """
    seen: set[tuple[str, ...]] = set()
    kept = []
    for sentence in split_sentences(text):
        stems = tuple(word.stem for word in read_words(sentence))
        if stems and stems not in seen:
            seen.add(stems)
            kept.append(sentence)
    return _drop_runs(" ".join(kept))


def _drop_runs(text: str) -> str:
    words = read_words(text)
    stems = [word.stem for word in words]
    seen: set[tuple[str, ...]] = set()
    pieces, since, at = [], 0, 0
    while at < len(words):
        run = tuple(stems[at : at + SHORTEST_REPEAT_WORDS])
        if len(run) == SHORTEST_REPEAT_WORDS and run in seen:
            end = at + SHORTEST_REPEAT_WORDS
            while end < len(words) and tuple(stems[end - SHORTEST_REPEAT_WORDS + 1 : end + 1]) in seen:
                end += 1
            pieces.append(text[since : words[at].start])
            since = words[end].start if end < len(words) else len(text)
            at = end
        else:
            seen.add(tuple(stems[max(0, at - SHORTEST_REPEAT_WORDS + 1) : at + 1]))
            at += 1
    return "".join([*pieces, text[since:]]).strip()
