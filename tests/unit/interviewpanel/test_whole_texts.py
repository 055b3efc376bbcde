"""The scorer's embedding model as the question cache takes it: one vector a text, and no failure that stops a batch."""

from pathlib import Path

import numpy as np
import pytest

from interviewpanel.engines.embeddings import EmbeddingModel, EmbeddingsUnavailable, load_model_folder
from interviewpanel.engines.embeddings.whole_texts import WholeTexts
from questionbank.domain.embeddings import NotEmbedded, measure_cosine
from questionbank.domain.question_cache import Wish, embed_wish
from tests.tiny_embeddings import WIDTH, build_tiny_embeddings

WISH = Wish("Index", "medium", "technical", "en", "what does an index do")


@pytest.fixture
def model(tmp_path: Path) -> EmbeddingModel:
    return load_model_folder(build_tiny_embeddings(tmp_path), name="owner/tiny")


def test_texts_of_the_same_words_lie_together(model: EmbeddingModel) -> None:
    one, same, other = WholeTexts(model).embed(["the index finds rows", "rows the index finds", "slow writes"])
    assert one.shape == (WIDTH,)
    assert measure_cosine(one, same) == pytest.approx(1, abs=1e-5)
    assert measure_cosine(one, other) < 0.9


def test_a_wish_has_the_model_with_its_vector(model: EmbeddingModel) -> None:
    found = embed_wish(WISH, WholeTexts(model))
    assert found is not None
    assert found.model == model.version
    assert np.array_equal(found.vector, WholeTexts(model).embed(["Index: what does an index do"])[0])


def test_a_network_that_fails_leaves_the_words(model: EmbeddingModel) -> None:
    class Broken(EmbeddingModel):
        def __init__(self) -> None:
            """Nothing is loaded."""

        def embed_once(self, text: str) -> object:  # type: ignore[override]
            raise EmbeddingsUnavailable("out of memory")

    with pytest.raises(NotEmbedded, match="out of memory"):
        WholeTexts(Broken()).embed(["a text"])
    assert embed_wish(WISH, type("Failing", (WholeTexts,), {"model": "tiny"})(Broken())) is None
