"""The one face of every language model, and the three ways in which one can fail."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

Schema = TypeVar("Schema", bound=BaseModel)


class ModelError(Exception):
    """A language model did not give what was asked. Its subclasses say what the caller should do."""


class ModelUnavailable(ModelError):
    """Nobody is there (connection refused, unknown host, circuit open). Do without a model."""


class ModelRetry(ModelError):
    """It is there and failed this time (busy, timed out, cut off, broken output). The same request may work later."""


class ModelRefused(ModelError):
    """It will never do this as asked (unknown model, bad request, no permission). A person must change something."""


@dataclass(frozen=True)
class Usage:
    """Tokens and seconds of all attempts that led to the answer."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    attempts: int = 0


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

    def complete(
        self, prompt: str, schema: type[Schema], *, system: str = "", seed: int = 0, max_tokens: int = 2048
    ) -> Completion[Schema]:
        """Answer the prompt at temperature 0. Raises ModelUnavailable, ModelRetry or ModelRefused."""
        ...

    def is_reachable(self) -> bool:
        """Whether asking makes sense now. Cached for seconds, so that no answer waits for a dead host."""
        ...

    def describe(self) -> ModelStatus: ...
