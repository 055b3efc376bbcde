"""Vectors for words, by an embedding model (ONNX), for the embedded scorer. Optional: without one it compares stems.

`begin_loading` is called by tasks at the start of a process, `find_embedding_model` by services.answer_analysis (never
waits), `describe_embeddings` by `manage.py doctor`, `load_model_folder` by the benchmarks.
"""

from interviewpanel.engines.embeddings.loading import (
    EmbeddingSettings,
    EmbeddingStatus,
    begin_loading,
    describe_embeddings,
    find_embedding_model,
)
from interviewpanel.engines.embeddings.model import EmbeddingModel, load_model_folder
from interviewpanel.engines.embeddings.model_files import EmbeddingsUnavailable

__all__ = [
    "EmbeddingModel",
    "EmbeddingSettings",
    "EmbeddingStatus",
    "EmbeddingsUnavailable",
    "begin_loading",
    "describe_embeddings",
    "find_embedding_model",
    "load_model_folder",
]
