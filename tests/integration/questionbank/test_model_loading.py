"""Which model answers what, as the settings say; and that only what is chosen is imported."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from config.language_models import Choice, Service
from questionbank.domain.model_prices import Price
from questionbank.domain.model_purposes import Purpose
from questionbank.engines.llm import load_language_model
from questionbank.engines.llm.asking import HostedModel

SERVICES = {
    "ollama": Service("http://localhost:11434", "llama3.1:8b"),
    "anthropic": Service("http://127.0.0.1:9", "their-model", "key"),
    "openai": Service("http://127.0.0.1:9/v1", "its-model", "key"),
}


@pytest.fixture(autouse=True)
def fresh_models() -> Iterator[None]:
    load_language_model.cache_clear()
    yield
    for purpose in Purpose:
        model = load_language_model(purpose)
        if isinstance(model, HostedModel):
            model.close()
    load_language_model.cache_clear()


@pytest.fixture
def choose(settings: Any) -> Any:
    """Choose engines by purpose; the others have the site's."""

    def choose_engines(engine: str = "ollama", **choices: Choice) -> None:
        purposes = {**settings.LLM.purposes, **choices}
        settings.LLM = replace(settings.LLM, engine=engine, purposes=purposes, services=SERVICES)

    return choose_engines


def load(purpose: Purpose) -> HostedModel:
    model = load_language_model(purpose)
    assert isinstance(model, HostedModel)
    return model


def test_each_purpose_has_its_engine_and_model(choose: Any, settings: Any) -> None:
    settings.LLM = replace(settings.LLM, prices={"exact": (Decimal(1), Decimal(2))})
    choose(score=Choice("openai", "exact"), converse=Choice("none"), generate=Choice("anthropic"))
    told = [(load(one).engine, load(one).model) for one in (Purpose.GENERATE, Purpose.SCORE, Purpose.NARRATE)]
    assert told == [("anthropic", "their-model"), ("openai", "exact"), ("ollama", "llama3.1:8b")]
    assert [load(one).model_setting for one in (Purpose.SCORE, Purpose.NARRATE)] == ["LLM_SCORE_MODEL", "OLLAMA_MODEL"]
    assert load_language_model(Purpose.CONVERSE) is None
    assert load(Purpose.SCORE).price == Price(Decimal(1), Decimal(2))
    assert load(Purpose.NARRATE).price is None


def test_limits_are_the_purposes(choose: Any, settings: Any) -> None:
    settings.REQUEST_TIMEOUT = 45
    choose()
    told = {one.value: load(one).limits for one in Purpose}
    seconds = {name: (one.timeout_seconds, one.total_seconds) for name, one in told.items()}
    assert seconds == {"generate": (300, 600), "score": (45, 90), "narrate": (180, 360), "converse": (8, 8)}
    assert [told["score"].timeout_setting, told["converse"].timeout_setting] == [
        "REQUEST_TIMEOUT",
        "LLM_CONVERSE_TIMEOUT",
    ]


def test_purposes_on_one_host_know_the_same_of_it(choose: Any) -> None:
    choose(score=Choice("openai"), narrate=Choice("openai", "another"))
    assert load(Purpose.SCORE).host is load(Purpose.NARRATE).host
    assert load(Purpose.SCORE).host is not load(Purpose.CONVERSE).host
    assert load(Purpose.SCORE) is load(Purpose.SCORE)


def test_no_engine_is_no_model(choose: Any) -> None:
    choose("none")
    assert [load_language_model(one) for one in Purpose] == [None] * 4


def test_no_client_is_imported_before_it_is_asked() -> None:
    """Anthropic's takes most of a second, which no command of manage.py should pay."""
    script = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
import questionbank.services.model_calls, reports.services.diagnosis
print([name for name in ("anthropic", "openai", "ollama", "httpx2") if name in sys.modules])
"""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ran.stdout.strip() == "[]"
