"""Language models behind one Protocol: structured output against a pydantic schema, or an error that says what to do.

Called by interviewpanel/services/answer_analysis and by the generation services of questionbank. The adapters
(ollama.py) do the talking; nothing above this package knows which engine answered.
"""

import random
import threading
from functools import lru_cache

from django.conf import settings

from questionbank.engines.llm.ollama import OllamaLimits, OllamaModel
from questionbank.engines.llm.protocol import (
    Completion,
    LanguageModel,
    ModelError,
    ModelRefused,
    ModelRetry,
    ModelStatus,
    ModelUnavailable,
    Usage,
)

__all__ = [
    "Completion",
    "LanguageModel",
    "ModelError",
    "ModelRefused",
    "ModelRetry",
    "ModelStatus",
    "ModelUnavailable",
    "Usage",
    "load_language_model",
]


@lru_cache(maxsize=1)
def load_language_model() -> LanguageModel | None:
    """The configured model, one per process; None where OLLAMA_MODEL or OLLAMA_BASE_URL is set to nothing."""
    if not settings.OLLAMA_MODEL or not settings.OLLAMA_BASE_URL:
        return None
    return OllamaModel(
        settings.OLLAMA_BASE_URL,
        settings.OLLAMA_MODEL,
        limits=OllamaLimits(timeout_seconds=settings.REQUEST_TIMEOUT),
        rng=random.Random(),  # noqa: S311 - spreads retries over time, protects nothing
        wait=threading.Event().wait,
    )
