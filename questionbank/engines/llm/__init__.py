"""Language models behind one Protocol: structured output against a pydantic schema, or an error that says what to do.

Called by interviewpanel/services/answer_analysis and by the generation services of questionbank. The adapters
(ollama.py) do the talking; nothing above this package knows which engine answered.
"""

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
]
