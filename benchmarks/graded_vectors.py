"""The vectors of all graded texts, each embedded once. Called by fit_embedded_scorer and embedded_scorer."""

import os
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.graded_answers import Answers
from interviewpanel.domain.text_vectors import Comparison, TextVectors, compare_texts, read_answer, read_expected
from interviewpanel.engines.embeddings import EmbeddingModel, EmbeddingsUnavailable, load_model_folder


class StoredEmbedder:
    """A model that keeps everything: 18,000 short texts take 700 MB."""

    def __init__(self, model: EmbeddingModel) -> None:
        self.version = model.version
        self.model = model
        self._kept: dict[str, TextVectors] = {}

    def embed(self, text: str) -> TextVectors:
        if text not in self._kept:
            self._kept[text] = self.model.embed_once(text)
        return self._kept[text]

    embed_once = embed


def open_model() -> EmbeddingModel | None:
    """The model in the folder that EMBEDDING_MODEL_FOR_TESTS names; None where it names none. Exits if it is broken."""
    folder = os.environ.get("EMBEDDING_MODEL_FOR_TESTS")  # noqa: TID251
    if not folder:
        return None
    try:
        return load_model_folder(Path(folder))
    except EmbeddingsUnavailable as error:
        sys.exit(str(error))


def compare_all(answers: Answers, embedder: StoredEmbedder) -> list[Comparison]:
    """Every row against its question and references. An empty submission is compared as the empty text."""
    compared = []
    for i in range(len(answers)):
        said = read_answer("" if answers.is_empty[i] else answers.text[i], embedder)
        references = [read_expected(reference, embedder) for reference in answers.references[i]]
        compared.append(compare_texts(said, read_expected(answers.question[i], embedder), references))
    return compared


def measure_seconds(model: EmbeddingModel, texts: list[str]) -> dict[str, float]:
    """Milliseconds of processor time to embed one answer, by percentile."""
    taken = []
    for text in texts:
        started = time.thread_time()
        model.embed_once(text)
        taken.append(1000 * (time.thread_time() - started))
    return {f"p{p}": round(float(np.percentile(taken, p)), 1) for p in (50, 95, 99)}
