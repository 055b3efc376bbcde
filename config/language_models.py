"""Which language model answers what: the part of the settings that engines and purposes make long.

Read once by config/settings.py; used through django.conf.settings by questionbank/engines/llm.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.env import Environment

ENGINES = ("ollama", "anthropic", "openai", "none")
INHERIT = "inherit"


@dataclass(frozen=True)
class Service:
    """An engine's address, model and key. `repr` does not show the key."""

    address: str
    model: str
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Choice:
    """What one purpose asks: "" for the site's engine and the engine's model, None for REQUEST_TIMEOUT."""

    engine: str = ""
    model: str = ""
    timeout_seconds: float | None = None  # of one try
    attempts: int = 3


DEFAULTS = {
    "generate": Choice(timeout_seconds=300),
    "score": Choice(),
    "narrate": Choice(timeout_seconds=180),
    "converse": Choice(timeout_seconds=8, attempts=2),  # a candidate waits, or the bank's question stands
}


@dataclass(frozen=True)
class LanguageModels:
    engine: str
    services: Mapping[str, Service]
    purposes: Mapping[str, Choice]
    prices: Mapping[str, tuple[Decimal, Decimal]]
    keep_days: int  # how long it is known what a call took


def read_language_models(env: Environment) -> LanguageModels:
    """Raises ImproperlyConfigured where something makes no sense or is missing."""
    services = {
        "ollama": Service(
            read_address(env, "OLLAMA_BASE_URL", "http://localhost:11434"), env.text("OLLAMA_MODEL", "llama3.1:8b")
        ),
        "anthropic": read_service(env, "ANTHROPIC", "https://api.anthropic.com"),
        "openai": read_service(env, "OPENAI", "https://api.openai.com/v1"),
    }
    engine = env.choice("LLM_ENGINE", "ollama", ENGINES)
    purposes = {}
    for purpose, default in DEFAULTS.items():
        name = f"LLM_{purpose.upper()}"
        choice = Choice(
            env.choice(f"{name}_ENGINE", INHERIT, (*ENGINES, INHERIT)).replace(INHERIT, ""),
            env.text(f"{name}_MODEL"),
            env.number(f"{name}_TIMEOUT", default.timeout_seconds or 0, minimum=0.1, maximum=3600) or None,
            env.integer(f"{name}_ATTEMPTS", default.attempts, minimum=1, maximum=10),
        )
        check_choice(f"{name}_ENGINE" if choice.engine else "LLM_ENGINE", choice.engine or engine, choice, services)
        purposes[purpose] = choice
    keep_days = env.integer("MODEL_CALL_DAYS", 400, minimum=32, maximum=36_500)
    return LanguageModels(engine, services, purposes, read_prices(env, "LLM_PRICES"), keep_days)


def read_service(env: Environment, prefix: str, address: str) -> Service:
    return Service(
        read_address(env, f"{prefix}_BASE_URL", address), env.text(f"{prefix}_MODEL"), env.text(f"{prefix}_API_KEY")
    )


def check_choice(setting: str, engine: str, choice: Choice, services: Mapping[str, Service]) -> None:
    """Raises ImproperlyConfigured where an engine is chosen and lacks its key or its model."""
    if engine in ("ollama", "none"):
        return
    service, prefix = services[engine], engine.upper()
    needs_key = engine == "anthropic" or urlsplit(service.address).hostname == "api.openai.com"
    if needs_key and not service.key:
        raise ImproperlyConfigured(f"{setting} is {engine}, which needs {prefix}_API_KEY. Set it, or choose another.")
    if not (choice.model or service.model):
        raise ImproperlyConfigured(f"{setting} is {engine}, which needs {prefix}_MODEL: the name of a model there.")
    if not service.key.isascii() or not service.key.isprintable() or " " in service.key:
        raise ImproperlyConfigured(f"{prefix}_API_KEY holds what no key holds: spaces, or letters beyond ASCII.")


def read_address(env: Environment, name: str, default: str) -> str:
    """An address by http or https, without a name and a password. Raises ImproperlyConfigured."""
    value = env.text(name, default)
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
        is_good = is_good and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good:
        raise ImproperlyConfigured(f"{name} is {value!r}. It must be an address such as {default}.")
    if parts.username or parts.password:
        raise ImproperlyConfigured(
            f"{name} holds a name or a password. Leave them out; keys have settings of their own."
        )
    return value


def read_prices(env: Environment, name: str) -> dict[str, tuple[Decimal, Decimal]]:
    """US dollars for a million tokens by model: {"model": [read, written]}. Raises ImproperlyConfigured."""
    text = env.text(name, "{}")
    example = 'It must be JSON such as {"model-name": [3, 15]}: US dollars for a million tokens read, and written.'
    try:
        found = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=Decimal)
    except (ValueError, InvalidOperation):
        raise ImproperlyConfigured(f"{name} is not JSON. {example}") from None
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"{name} is no list of models. {example}")
    for model, pair in found.items():
        is_pair = isinstance(pair, list) and len(pair) == 2
        if not (is_pair and all(isinstance(one, Decimal) and one.is_finite() and 0 <= one <= 100_000 for one in pair)):
            raise ImproperlyConfigured(f"{name}: the price of {model!r} makes no sense. {example}")
    return {model: (pair[0], pair[1]) for model, pair in found.items()}
