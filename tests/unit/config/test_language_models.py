"""The settings of language models: what is inherited, and what stops the start with a sentence."""

from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import Environment
from config.language_models import Choice, LanguageModels, Service, read_language_models
from questionbank.domain.model_purposes import Purpose

OPENAI = {"OPENAI_API_KEY": "sk-1", "OPENAI_MODEL": "large"}


def read(**values: str) -> LanguageModels:
    return read_language_models(Environment(values))


def test_nothing_configured_is_ollama_for_everything() -> None:
    found = read()
    assert (found.engine, found.prices, found.keep_days) == ("ollama", {}, 400)
    assert found.services["ollama"] == Service("http://localhost:11434", "llama3.1:8b")
    assert found.purposes == {
        "generate": Choice(timeout_seconds=300),
        "score": Choice(),
        "narrate": Choice(timeout_seconds=180),
        "converse": Choice(timeout_seconds=8, attempts=2),
    }


def test_every_purpose_has_its_settings() -> None:
    assert set(read().purposes) == {purpose.value for purpose in Purpose}


def test_a_purpose_may_have_all_its_own() -> None:
    values = {"LLM_SCORE_ENGINE": "openai", "LLM_SCORE_MODEL": "exact", "LLM_SCORE_TIMEOUT": "12.5"}
    found = read(**OPENAI, **values, LLM_SCORE_ATTEMPTS="1", LLM_CONVERSE_ENGINE="none")
    assert found.purposes["score"] == Choice("openai", "exact", 12.5, 1)
    assert found.purposes["converse"].engine == "none"
    assert found.purposes["narrate"] == Choice(timeout_seconds=180)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"LLM_ENGINE": "gpt"}, "LLM_ENGINE is 'gpt'. It must be one of: ollama, anthropic, openai, none."),
        ({"LLM_SCORE_ENGINE": "bard"}, "LLM_SCORE_ENGINE is 'bard'."),
        ({"LLM_ENGINE": "anthropic"}, "LLM_ENGINE is anthropic, which needs ANTHROPIC_API_KEY."),
        ({"LLM_ENGINE": "anthropic", "ANTHROPIC_API_KEY": "k"}, "which needs ANTHROPIC_MODEL"),
        ({"LLM_CONVERSE_ENGINE": "openai"}, "LLM_CONVERSE_ENGINE is openai, which needs OPENAI_API_KEY."),
        ({"LLM_ENGINE": "openai", "OPENAI_BASE_URL": "http://vllm:8000/v1"}, "which needs OPENAI_MODEL"),
        ({"LLM_ENGINE": "openai", **OPENAI, "OPENAI_API_KEY": "sk 1"}, "OPENAI_API_KEY holds what no key holds"),
        ({"OLLAMA_BASE_URL": "localhost:11434"}, "OLLAMA_BASE_URL is 'localhost:11434'. It must be an address such as"),
        ({"OPENAI_BASE_URL": "ftp://host"}, "OPENAI_BASE_URL is 'ftp://host'"),
        ({"OPENAI_BASE_URL": "http://[::1"}, "OPENAI_BASE_URL"),
        ({"OPENAI_BASE_URL": "http://host:99999"}, "OPENAI_BASE_URL"),
        ({"ANTHROPIC_BASE_URL": "https://name:word@host"}, "ANTHROPIC_BASE_URL holds a name or a password."),
        ({"LLM_GENERATE_TIMEOUT": "soon"}, "LLM_GENERATE_TIMEOUT is 'soon'"),
        ({"LLM_GENERATE_TIMEOUT": "0"}, "LLM_GENERATE_TIMEOUT"),
        ({"LLM_SCORE_ATTEMPTS": "0"}, "LLM_SCORE_ATTEMPTS"),
        ({"MODEL_CALL_DAYS": "7"}, "MODEL_CALL_DAYS"),
        ({"LLM_PRICES": "cheap"}, "LLM_PRICES is not JSON."),
        ({"LLM_PRICES": "[1]"}, "LLM_PRICES is no list of models."),
        ({"LLM_PRICES": '{"a": 3}'}, "the price of 'a' makes no sense."),
        ({"LLM_PRICES": '{"a": [3]}'}, "the price of 'a' makes no sense."),
        ({"LLM_PRICES": '{"a": [3, -1]}'}, "the price of 'a' makes no sense."),
        ({"LLM_PRICES": '{"a": [NaN, 1]}'}, "the price of 'a' makes no sense."),
        ({"LLM_PRICES": '{"a": ["3", true]}'}, "the price of 'a' makes no sense."),
    ],
)
def test_what_makes_no_sense_stops_the_start(values: dict[str, str], words: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(**values)
    assert words in str(refusal.value)
    assert "word@" not in str(refusal.value)


def test_a_server_of_ones_own_needs_no_key() -> None:
    found = read(LLM_ENGINE="openai", OPENAI_BASE_URL="http://vllm:8000/v1", OPENAI_MODEL="mistral")
    assert found.services["openai"] == Service("http://vllm:8000/v1", "mistral")


def test_a_purposes_own_model_is_enough() -> None:
    found = read(LLM_SCORE_ENGINE="openai", OPENAI_API_KEY="sk-1", LLM_SCORE_MODEL="exact")
    assert found.purposes["score"].model == "exact"


def test_prices_are_exact() -> None:
    found = read(LLM_PRICES='{"a": [0.1, 15], "b/c:7b": [0, 0]}')
    assert found.prices == {"a": (Decimal("0.1"), Decimal(15)), "b/c:7b": (Decimal(0), Decimal(0))}


def test_a_key_is_not_shown() -> None:
    assert "sk-1" not in repr(read(LLM_ENGINE="openai", **OPENAI))
