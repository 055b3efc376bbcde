"""Ollama through its official client: structured output, one time limit, few retries, no waiting for a dead host.

Made by `load_language_model` (in this package's __init__); nothing else imports it.
"""

import json
import random
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx
import ollama
from pydantic import BaseModel, ValidationError

from config.breaker import Breaker
from questionbank.engines.llm.deadlines import DeadlineTransport
from questionbank.engines.llm.protocol import (
    Completion,
    ModelRefused,
    ModelRetry,
    ModelStatus,
    ModelUnavailable,
    Schema,
    Usage,
)

BUSY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
CHARACTERS_PER_TOKEN = 3  # a low guess for English and code, so that the window is rather too large
CONTEXT_SIZES = (8_192, 16_384, 32_768)
"""Ollama cuts a prompt that is longer than its window without a word, and loads a model anew when the window changes:
so always the same few sizes, the smallest that holds prompt and answer."""


@dataclass(frozen=True)
class OllamaLimits:
    """How long and how often an OllamaModel tries."""

    timeout_seconds: float = 60.0  # of one attempt, from the request to the last byte
    probe_seconds: float = 1.0
    attempts: int = 3
    backoff_seconds: float = 0.5
    reachable_seconds: float = 10.0  # how long the answer of a probe is believed
    failures_to_rest: int = 3
    rest_seconds: float = 30.0


class BrokenOutputError(Exception):
    """The host answered, but not with what was asked. `hint` goes to the model with the next attempt."""

    def __init__(self, problem: str, *, hint: str = "", is_cut_off: bool = False) -> None:
        super().__init__(problem)
        self.hint = hint
        self.is_cut_off = is_cut_off


class OllamaModel:
    """One model on one Ollama host. Threads may share it."""

    engine = "ollama"

    def __init__(
        self,
        host: str,
        model: str,
        *,
        limits: OllamaLimits | None = None,
        rng: random.Random,
        wait: Callable[[float], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`rng` spreads the retries, `wait` lets their seconds pass (threading.Event().wait, say)."""
        self.host, self.model = host, model
        self.limits = limits or OllamaLimits()
        self._rng, self._wait, self._clock = rng, wait, clock
        self._client = make_client(host, self.limits.timeout_seconds, clock)
        self._probe = make_client(host, self.limits.probe_seconds, clock)
        self._breaker = Breaker(self.limits.rest_seconds, clock)
        self._failures = 0
        self._lock = threading.Lock()
        self._seen: tuple[float, bool] | None = None

    def complete(
        self, prompt: str, schema: type[Schema], *, system: str = "", seed: int = 0, max_tokens: int = 2048
    ) -> Completion[Schema]:
        """Answer the prompt with an instance of the schema, at temperature 0.

        A busy host, a cut connection and broken output are tried again after a jittered pause, the last with a hint at
        what was wrong; a time-out is not, since it has cost a whole time limit already. Raises ModelUnavailable (no
        host, or it rests after failures), ModelRetry (failed this time), ModelRefused (will never work).
        """
        started, usage, hint = self._clock(), Usage(), ""
        for attempt in range(1, self.limits.attempts + 1):
            if not self._breaker.is_closed():
                raise ModelUnavailable(f"{self._name} failed several times and is left alone for some seconds.")
            try:
                reply = self._ask(f"{prompt}{hint}", system, schema, seed, max_tokens)
                usage = add_usage(usage, reply, self._clock() - started)
                value = read_reply(reply, schema)
            except (ollama.ResponseError, httpx.RequestError, BrokenOutputError) as error:
                self._sort_failure(error, is_last=attempt == self.limits.attempts)
                if isinstance(error, BrokenOutputError):
                    hint = error.hint
                    max_tokens *= 2 if error.is_cut_off else 1
                self._wait(self.limits.backoff_seconds * 2 ** (attempt - 1) * self._rng.uniform(0.5, 1.5))
            else:
                self._note_success()
                return Completion(value, usage, self.engine, self.model)
        raise AssertionError("The last attempt returns or raises.")

    def is_reachable(self) -> bool:
        """Whether the host answers and has the model. Asked at most once in `reachable_seconds`."""
        if not self._breaker.is_closed():
            return False
        with self._lock:
            if self._seen is None or self._clock() - self._seen[0] >= self.limits.reachable_seconds:
                self._seen = (self._clock(), self.describe().is_ready)
            return self._seen[1]

    def describe(self) -> ModelStatus:
        """Ask the host which models it has; what to do where it is not there or has not this one."""
        try:
            names = [model.model or "" for model in self._probe.list().models]
        except (ConnectionError, httpx.RequestError, ollama.ResponseError, ValueError, TypeError) as error:
            why = describe_error(error)
            detail = f"No answer from {self.host} ({why}). Start `ollama serve` there, or set OLLAMA_BASE_URL."
            return ModelStatus(self.engine, self.model, self.host, is_ready=False, detail=detail)
        if self.model in names or f"{self.model}:latest" in names:
            return ModelStatus(self.engine, self.model, self.host, is_ready=True, detail="The model is there.")
        detail = f"The host has no model {self.model}. Run `ollama pull {self.model}` there or set OLLAMA_MODEL."
        return ModelStatus(self.engine, self.model, self.host, is_ready=False, detail=detail)

    def close(self) -> None:
        """Close the kept connections; nothing can be asked afterwards."""
        self._client.close()  # type: ignore[no-untyped-call]
        self._probe.close()  # type: ignore[no-untyped-call]

    @property
    def _name(self) -> str:
        return f"Ollama at {self.host}"

    def _ask(
        self, prompt: str, system: str, schema: type[BaseModel], seed: int, max_tokens: int
    ) -> ollama.ChatResponse:
        messages = [{"role": "system", "content": system}] if system else []
        messages.append({"role": "user", "content": prompt})
        options = {
            "temperature": 0,
            "seed": seed,
            "num_predict": max_tokens,
            "num_ctx": choose_context_size(len(system) + len(prompt), max_tokens),
        }
        try:
            return self._client.chat(
                model=self.model, messages=messages, format=schema.model_json_schema(), options=options
            )
        except (ConnectionError, httpx.ConnectTimeout) as error:
            self._breaker.trip()
            raise ModelUnavailable(f"{self._name} cannot be reached: {describe_error(error)}") from error
        except (ValueError, TypeError, AttributeError) as error:  # not JSON, or JSON of another shape
            raise BrokenOutputError(f"not an answer of Ollama's: {describe_error(error)}") from error

    def _sort_failure(
        self, error: ollama.ResponseError | httpx.RequestError | BrokenOutputError, *, is_last: bool
    ) -> None:
        """Return where trying again makes sense; else raise what the caller should know."""
        if isinstance(error, ollama.ResponseError) and error.status_code not in BUSY_STATUSES:
            advice = f" Run `ollama pull {self.model}` there." if error.status_code == 404 else ""
            raise ModelRefused(f"{self._name} refuses: {error}.{advice}") from error
        if not isinstance(error, BrokenOutputError):
            self._note_failure()
        if isinstance(error, httpx.TimeoutException):
            limit = self.limits.timeout_seconds
            raise ModelRetry(f"{self._name} did not finish in {limit:g} s (REQUEST_TIMEOUT).") from error
        if is_last:
            tried = self.limits.attempts
            raise ModelRetry(f"{self._name} failed {tried} times, last: {describe_error(error)}") from error

    def _note_failure(self) -> None:
        self._failures += 1
        if self._failures >= self.limits.failures_to_rest:
            self._failures = 0
            self._breaker.trip()

    def _note_success(self) -> None:
        self._failures = 0
        self._breaker.reset()


def make_client(host: str, timeout_seconds: float, clock: Callable[[], float]) -> ollama.Client:
    """A client that goes to the host directly (no proxy from the environment) and ends every exchange in time."""
    transport = DeadlineTransport(httpx.HTTPTransport(verify=load_certificates()), timeout_seconds, clock)
    timeout = httpx.Timeout(timeout_seconds, connect=min(timeout_seconds, 3.0))
    return ollama.Client(host, timeout=timeout, transport=transport)


@lru_cache(maxsize=1)
def load_certificates() -> ssl.SSLContext:
    """Once per process: reading them takes a tenth of a second."""
    return httpx.create_ssl_context()


def choose_context_size(characters: int, answer_tokens: int) -> int:
    """The window to ask for, in tokens. Raises ModelRefused where even the largest is too small."""
    needed = characters / CHARACTERS_PER_TOKEN + answer_tokens
    for size in CONTEXT_SIZES:
        if needed <= size:
            return size
    raise ModelRefused(f"The prompt needs about {needed:.0f} tokens; at most {CONTEXT_SIZES[-1]} fit. Shorten it.")


def add_usage(usage: Usage, reply: ollama.ChatResponse, seconds: float) -> Usage:
    return Usage(
        usage.prompt_tokens + (reply.prompt_eval_count or 0),
        usage.completion_tokens + (reply.eval_count or 0),
        seconds,
        usage.attempts + 1,
    )


def read_reply(reply: ollama.ChatResponse, schema: type[Schema]) -> Schema:
    """The reply as an instance of the schema. Raises BrokenOutputError with a hint for the next attempt."""
    text = reply.message.content or ""
    if reply.done_reason == "length":
        raise BrokenOutputError("the output was cut off at its token limit", is_cut_off=True)
    try:
        return schema.model_validate_json(text)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'output'}: {e['msg']}" for e in error.errors()[:5])
        hint = f"\n\nYour last output did not fit the schema ({problems}). Give the whole JSON again, corrected."
        raise BrokenOutputError(f"the output does not fit the schema ({problems})", hint=hint) from error


def describe_error(error: Exception) -> str:
    """One line: what went wrong, without the body of a whole page."""
    text: Any = error
    if isinstance(error, json.JSONDecodeError):
        text = "its body is not JSON"
    return (str(text) or type(error).__name__).splitlines()[0][:300]
