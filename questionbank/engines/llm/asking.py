"""How every language model is asked: attempts, pauses, hints, time limits, the circuit breaker, what it took.

The engines beside this file (ollama.py, anthropic.py, openai.py) are this class and three methods each, which speak to
their official client: `ask`, `sort_error`, `look`. Answers are streamed everywhere: a connection that is cut
or falls silent is seen at once, not when the time is over; what was used until then is known; a host whose caller has
gone stops writing; and nothing that is too large is ever held whole.
"""

import random
import threading
import time
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn

from questionbank.domain.model_prices import Price
from questionbank.domain.prompts import Prompt
from questionbank.engines.llm.drafts import Draft, Question, Tally, make_question, read_draft
from questionbank.engines.llm.exchanges import Exchange, bound_exchange
from questionbank.engines.llm.faults import Fault, Kind, describe_error, sort_connection_error
from questionbank.engines.llm.hosts import Host
from questionbank.engines.llm.protocol import (
    Completion,
    ModelError,
    ModelRefused,
    ModelRetry,
    ModelStatus,
    ModelUnavailable,
    Schema,
    Usage,
)

MOST_ROOM = 32_768  # tokens: an output that was cut off gets twice the room, up to here


@dataclass(frozen=True)
class Limits:
    """How long and how often a model tries."""

    timeout_seconds: float = 60.0  # of one attempt, from the request to the last byte
    total_seconds: float = 120.0  # of all attempts, and the pauses between them
    silent_seconds: float = 30.0  # within an answer that has begun; thinking models make long pauses
    attempts: int = 3
    backoff_seconds: float = 0.5
    longest_wait_seconds: float = 20.0  # a host that asks for more (Retry-After) is not waited for
    probe_seconds: float = 1.0
    reachable_seconds: float = 10.0  # how long the answer of a probe is believed
    timeout_setting: str = "REQUEST_TIMEOUT"  # where timeout_seconds comes from


class HostedModel(ABC):
    """One model on one host, for one purpose. Threads may share it."""

    engine: str
    title: str  # how messages call the engine
    address_setting: str

    def __init__(
        self,
        address: str,
        model: str,
        *,
        key: str = "",
        limits: Limits | None = None,
        host: Host | None = None,
        price: Price | None = None,
        model_setting: str = "",
        rng: random.Random,
        wait: Callable[[float], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`rng` spreads the retries, `wait` lets their seconds pass (threading.Event().wait, say); `model_setting` is
        where the model's name stands, if not in the engine's own setting. `key` is told nobody."""
        self.address, self.model = address, model
        self.model_setting = model_setting or f"{self.engine.upper()}_MODEL"
        self.limits = limits or Limits()
        self.host = host or Host(address, clock=clock)
        self.price = price
        self._key, self._rng, self._wait, self._clock = key, rng, wait, clock
        self._lock = threading.Lock()
        self._seen: tuple[float, bool] | None = None

    # --- What an engine brings ----------------------------------------------------------------------------------------

    @abstractmethod
    def ask(self, question: Question, draft: Draft) -> None:
        """Send it and read the answer into the draft. Raises the client's exceptions, or a Fault."""

    @abstractmethod
    def sort_error(self, error: Exception) -> Fault | None:
        """What the host said, if the exception is an answer of the host's; None if not."""

    @abstractmethod
    def look(self) -> str | None:
        """Whether the host has the model: None if so, else what is wrong and what to do. Raises as `ask` does."""

    def tell_ready(self) -> str:
        """What `look` saw where it found nothing wrong."""
        return "The model is there."

    def _close_with_me(self, close: Callable[[], object]) -> None:
        """How the client's kept connections are closed, at the latest when nobody holds this model any more."""
        self._finalizer = weakref.finalize(self, close)

    # --- The face of every model --------------------------------------------------------------------------------------

    def complete(
        self, prompt: Prompt, schema: type[Schema], *, seed: int = 0, max_tokens: int = 2048
    ) -> Completion[Schema]:
        """Answer the prompt with an instance of the schema, at temperature 0 where the model takes one.

        A busy host, a cut connection and broken output are tried again after a jittered pause, the last with a hint at
        what was wrong; a time-out is not, since it has cost a whole time limit already. Raises ModelUnavailable (no
        host, or it rests after failures), ModelRetry (failed this time), ModelRefused (will never work): each carries
        what was used.
        """
        if not self.host.admit_call():
            raise ModelUnavailable(f"{self._name} failed several times and is left alone for some seconds.")
        tally = Tally(self._clock())
        question = make_question(prompt, schema, seed, max_tokens)
        for attempt in range(1, self.limits.attempts + 1):
            draft = Draft()
            try:
                self._exchange(question, draft, tally)
                value = read_draft(draft, schema)
            except Fault as fault:
                usage = tally.add(draft, self.price, self._clock())
                self._wait(self._judge(fault, attempt, usage))
                room = question.max_tokens * (2 if fault.kind is Kind.CUT else 1)
                room = max(max_tokens, min(room, MOST_ROOM))
                question = replace(question, user=f"{prompt.user}{fault.hint}", max_tokens=room)
            else:
                self.host.note_answer()
                usage = tally.add(draft, self.price, self._clock())
                return Completion(value, usage, self.engine, self.model)
        raise AssertionError("The last attempt returns or raises.")

    def is_reachable(self) -> bool:
        """Whether the host answers and has the model. Asked at most once in `reachable_seconds`."""
        if self.host.is_resting():
            return False
        with self._lock:
            if self._seen is None or self._clock() - self._seen[0] >= self.limits.reachable_seconds:
                self._seen = (self._clock(), self.describe().is_ready)
            return self._seen[1]

    def describe(self) -> ModelStatus:
        """Ask the host whether it has the model; what to do where it is not there or has not this one."""
        with bound_exchange(self.limits.probe_seconds, self.limits.probe_seconds, self._clock) as exchange:
            try:
                problem = self.look()
            except Exception as error:
                problem = self._tell_silence(self._sort(error, exchange))
        detail = problem or self.tell_ready()
        return ModelStatus(self.engine, self.model, self.address, is_ready=problem is None, detail=detail)

    def close(self) -> None:
        """Close the kept connections; nothing can be asked afterwards."""
        self._finalizer()

    def _quote(self, words: str) -> str:
        """What the host said, without the key that it was sent: some repeat it in their errors."""
        return describe_error(words, self._key)

    @property
    def _name(self) -> str:
        return f"{self.title} at {self.address}"

    def _tell_silence(self, fault: Fault) -> str:
        advice = f"See that this machine reaches it, or set {self.address_setting}."
        return f"No answer from {self.address} ({fault}). {advice}"

    def _exchange(self, question: Question, draft: Draft, tally: Tally) -> None:
        """One attempt. Raises Fault alone."""
        rest = self.limits.total_seconds - (self._clock() - tally.started)
        if rest <= 0:
            raise Fault(Kind.SLOW, "no time is left")
        seconds = min(self.limits.timeout_seconds, rest)
        with bound_exchange(seconds, self.limits.silent_seconds, self._clock) as exchange:
            try:
                self.ask(question, draft)
            except Exception as error:
                raise self._sort(error, exchange) from error

    def _sort(self, error: Exception, exchange: Exchange) -> Fault:
        """Raises what is a mistake of ours."""
        if isinstance(error, Fault):
            return error
        fault = self.sort_error(error) or sort_connection_error(
            error, is_silence_limit=exchange.is_silence_limit
        )  # fmt: skip
        if fault is not None:
            fault.wait_seconds = exchange.wait_seconds if fault.kind is Kind.BUSY else None
            return fault
        if isinstance(error, ValueError | TypeError | AttributeError | KeyError | IndexError):
            return Fault(Kind.BROKEN, f"not an answer of {self.title}'s")
        raise error

    def _judge(self, fault: Fault, attempt: int, usage: Usage) -> float:
        """The seconds to wait before the next attempt; raises what the caller should know where there is none."""
        rests = self._note(fault)
        match fault.kind:
            case Kind.UNREACHABLE:
                self._give_up(ModelUnavailable, f"{self._name} cannot be reached: {fault}", usage, fault)
            case Kind.REFUSED:
                self._give_up(ModelRefused, f"{self._name} refuses: {fault}", usage, fault)
            case Kind.SLOW:
                limit = f"{self.limits.timeout_seconds:g} s ({self.limits.timeout_setting})"
                self._give_up(ModelRetry, f"{self._name} did not finish in {limit}.", usage, fault)
        pause: float = self.limits.backoff_seconds * 2 ** (attempt - 1) * self._rng.uniform(0.5, 1.5)
        if fault.wait_seconds is not None:
            pause = max(fault.wait_seconds, pause)
        if attempt == self.limits.attempts:
            tried = "once" if attempt == 1 else f"{attempt} times"
            self._give_up(ModelRetry, f"{self._name} failed {tried}, last: {fault}", usage, fault)
        if rests:
            words = f"{self._name} failed several times and is left alone for some seconds, last: {fault}"
            self._give_up(ModelUnavailable, words, usage, fault)
        left = self.limits.total_seconds - usage.seconds
        if pause > min(self.limits.longest_wait_seconds, left):
            self._give_up(ModelRetry, f"{self._name} asks to wait {pause:.0f} s: {fault}", usage, fault)
        return pause

    def _note(self, fault: Fault) -> bool:
        if fault.kind in (Kind.BROKEN, Kind.CUT, Kind.REFUSED):
            self.host.note_answer()
            return False
        return self.host.note_failure(is_unreachable=fault.kind is Kind.UNREACHABLE)

    def _give_up(self, kind: type[ModelError], words: str, usage: Usage, fault: Fault) -> NoReturn:
        raise kind(words, usage) from fault
