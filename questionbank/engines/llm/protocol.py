"""The one face of every language model, and the three ways in which one can fail."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from questionbank.domain.prompts import Prompt

Schema = TypeVar("Schema", bound=BaseModel)


@dataclass(frozen=True)
class Usage:
    """Tokens and seconds of all attempts. `cost` in US dollars; None where nobody set a price."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    attempts: int = 0
    cost: Decimal | None = None


class ModelError(Exception):
    """A language model did not give what was asked. Its subclasses say what the caller should do.

    `usage` is what the attempts took all the same.
    """

    def __init__(self, words: str, usage: Usage | None = None) -> None:
        super().__init__(words)
        self.usage = usage or Usage()


class ModelUnavailable(ModelError):
    """Nobody is there (connection refused, unknown host, circuit open). Do without a model."""


class ModelRetry(ModelError):
    """It is there and failed this time (busy, timed out, cut off, broken output). The same request may work later."""


class ModelRefused(ModelError):
    """It will never do this as asked (unknown model, bad request, no permission). A person must change something."""


@dataclass(frozen=True)
class Completion(Generic[Schema]):
    value: Schema
    usage: Usage
    engine: str
    model: str


@dataclass(frozen=True)
class ModelStatus:
    """One line for `manage.py doctor`."""

    engine: str
    model: str
    address: str
    is_ready: bool
    detail: str  # what is wrong and what to do, or what was found


class LanguageModel(Protocol):
    """A model that answers with an instance of the given schema."""

    @property
    def engine(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def address(self) -> str: ...

    def complete(
        self, prompt: Prompt, schema: type[Schema], *, seed: int = 0, max_tokens: int = 2048
    ) -> Completion[Schema]:
        """Answer the prompt at temperature 0. Raises ModelUnavailable, ModelRetry or ModelRefused."""
        ...

    def is_reachable(self) -> bool:
        """Whether asking makes sense now. Cached for seconds, so that no answer waits for a dead host."""
        ...

    def describe(self) -> ModelStatus: ...
