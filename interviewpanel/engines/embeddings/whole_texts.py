"""One vector for a whole text, of the model that the embedded scorer compares words with. Given to questionbank."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interviewpanel.engines.embeddings.loading import find_embedding_model
from interviewpanel.engines.embeddings.model import EmbeddingModel
from interviewpanel.engines.embeddings.model_files import EmbeddingsUnavailable
from questionbank.domain.embeddings import NotEmbedded, Vector


@dataclass(frozen=True)
class WholeTexts:
    """A `TextEmbedder`: the mean of a text's token vectors."""

    inner: EmbeddingModel

    @property
    def model(self) -> str:
        return self.inner.version

    def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        """Raises NotEmbedded when the network fails."""
        try:
            return [np.asarray(self.inner.embed_once(text).mean, dtype=np.float32) for text in texts]
        except EmbeddingsUnavailable as error:
            raise NotEmbedded(str(error)) from error


def find_text_embedder() -> WholeTexts | None:
    """None while the model loads, and where there is none."""
    model = find_embedding_model()
    return None if model is None else WholeTexts(model)
