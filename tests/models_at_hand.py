"""A language model that everything asks, on this machine: Ollama's wire format over real HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pytest_django import Settings

from questionbank.domain.model_purposes import Purpose
from questionbank.engines.llm import load_language_model
from tests.ollama_server import OllamaServer


@contextmanager
def model_at_hand(settings: Settings) -> Iterator[OllamaServer]:
    """Inside, the site's model is this server's; what it answers is put into its `replies`."""
    with OllamaServer() as server:
        settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL, settings.REQUEST_TIMEOUT = server.url, "tiny", 5
        load_language_model.cache_clear()
        try:
            yield server
        finally:
            forget_models()


def forget_models() -> None:
    """Close those that were loaded, so that the next are of the settings of then; what failed is forgiven."""
    for purpose in Purpose:
        model: Any = load_language_model(purpose)
        if model is not None:
            model.host.note_answer()
            model.close()
    load_language_model.cache_clear()
