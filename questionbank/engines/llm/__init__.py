"""Language models behind one Protocol: structured output against a pydantic schema, or an error that says what to do.

Called by services/model_calls.py, which writes down what each call took, and by nobody else. asking.py holds what all
engines share; ollama.py, anthropic.py and openai.py speak to their official clients; nothing above this package knows
which engine answered.
"""

import random
import threading
from functools import lru_cache
from typing import Any

from django.conf import settings

from config.language_models import Service
from questionbank.domain.model_prices import find_price
from questionbank.domain.model_purposes import Purpose
from questionbank.engines.llm.asking import HostedModel, Limits
from questionbank.engines.llm.hosts import find_host
from questionbank.engines.llm.protocol import (
    Completion,
    LanguageModel,
    ModelError,
    ModelRefused,
    ModelRetry,
    ModelStatus,
    ModelUnavailable,
    Schema,
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
    "Schema",
    "Usage",
    "load_language_model",
]


@lru_cache(maxsize=len(Purpose))
def load_language_model(purpose: Purpose) -> LanguageModel | None:
    """The model for a purpose, one per process; None where its engine is none, or has no model or address.

    Models on one host share what is known of it: whether it rests.
    """
    choice = settings.LLM.purposes[purpose.value]
    engine = choice.engine or settings.LLM.engine
    if engine == "none":
        return None
    service = find_service(engine)
    model = choice.model or service.model
    if not service.address or not model:
        return None
    timeout = choice.timeout_seconds or settings.REQUEST_TIMEOUT
    limits = Limits(
        timeout_seconds=timeout,
        total_seconds=timeout if purpose is Purpose.CONVERSE else 2 * timeout,
        attempts=choice.attempts,
        probe_seconds=1.0 if engine == "ollama" else 2.0,
        reachable_seconds=10.0 if engine == "ollama" else 60.0,
        timeout_setting=f"LLM_{purpose.upper()}_TIMEOUT" if choice.timeout_seconds else "REQUEST_TIMEOUT",
    )
    return make_model(
        engine,
        service,
        model,
        limits=limits,
        host=find_host(service.address),
        price=find_price(settings.LLM.prices, model),
        model_setting=f"LLM_{purpose.upper()}_MODEL" if choice.model else "",
        rng=random.Random(),  # noqa: S311 - spreads retries over time, protects nothing
        wait=threading.Event().wait,
    )


def find_service(engine: str) -> Service:
    if engine == "ollama":
        return Service(settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL)
    service: Service = settings.LLM.services[engine]
    return service


def make_model(engine: str, service: Service, model: str, **asking: Any) -> HostedModel:
    """Each client is imported where it is used: Anthropic's takes most of a second."""
    if engine == "anthropic":
        from questionbank.engines.llm.anthropic import AnthropicModel

        return AnthropicModel(service.address, model, api_key=service.key, **asking)
    if engine == "openai":
        from questionbank.engines.llm.openai import OpenAIModel

        return OpenAIModel(service.address, model, api_key=service.key, **asking)
    from questionbank.engines.llm.ollama import OllamaModel

    return OllamaModel(service.address, model, **asking)
