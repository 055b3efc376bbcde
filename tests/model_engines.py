"""The three engines side by side, each with a server that speaks its wire format: whatever one must do, all must."""

import random
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, Field

from questionbank.domain.prompts import Prompt
from questionbank.engines.llm.asking import HostedModel, Limits
from tests.model_servers import AnthropicServer, ModelServer, OllamaServer, OpenAIServer

KEY = "sk-test-0123456789abcdef"
SERVERS: dict[str, type[ModelServer]] = {"ollama": OllamaServer, "anthropic": AnthropicServer, "openai": OpenAIServer}
PROMPT = Prompt("You grade.", "Rate this.", "test/1+0")
GOOD = {"rating": 3, "reason": "names the lock"}


class Verdict(BaseModel):
    rating: int = Field(ge=0, le=4)
    reason: str


class Clock:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def make_model(engine: str, url: str, **asking: Any) -> HostedModel:
    if engine == "anthropic":
        from questionbank.engines.llm.anthropic import AnthropicModel

        return AnthropicModel(url, "tiny", api_key=KEY, **asking)
    if engine == "openai":
        from questionbank.engines.llm.openai import OpenAIModel

        return OpenAIModel(url, "tiny", api_key=KEY, **asking)
    from questionbank.engines.llm.ollama import OllamaModel

    return OllamaModel(url, "tiny", **asking)


@dataclass
class Engine:
    """An engine under test: its server, and models that ask it; `waits` are the pauses they wanted to make."""

    name: str
    server: ModelServer
    waits: list[float] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)
    made: list[HostedModel] = field(default_factory=list)

    def make_model(
        self,
        url: str = "",
        clock: Callable[[], float] | None = None,
        asking: dict[str, Any] | None = None,
        **limits: Any,
    ) -> HostedModel:
        chosen = Limits(**{"timeout_seconds": 5.0, "total_seconds": 60.0, "backoff_seconds": 1.0, **limits})
        rng = random.Random(1)
        model = make_model(
            self.name,
            url or self.server.url,
            limits=chosen,
            rng=rng,
            wait=self.waits.append,
            clock=clock or self.clock,
            **(asking or {}),
        )
        self.made.append(model)
        return model


def run_engine(name: str) -> Iterator[Engine]:
    with SERVERS[name]() as server:
        engine = Engine(name, server)
        yield engine
        for model in engine.made:
            model.close()


def find_closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
