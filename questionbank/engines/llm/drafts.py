"""What an engine is asked in one attempt, what has come of it so far, and what of that is an answer.

Called by asking.py, which asks; filled in by the engines while they read.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from questionbank.domain.model_prices import Price
from questionbank.domain.prompts import Prompt
from questionbank.engines.llm.faults import Fault, Kind
from questionbank.engines.llm.protocol import Schema, Usage

LONGEST_PROBLEMS = 5
MOST_TOKENS = 10_000_000  # of one try: more is a lie of the host's
_NUL = re.compile(r"((?<!\\)(?:\\\\)*)\\u0000")  # no database keeps this letter, and JSON may hold it


@dataclass(frozen=True)
class Question:
    """What an engine is asked, this attempt."""

    system: str
    user: str
    name: str  # of the schema
    schema: dict[str, Any]
    seed: int
    max_tokens: int


@dataclass
class Draft:
    """What has come so far; an engine fills it in while it reads, so that a failure leaves what it took."""

    text: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    is_ended: bool = False
    is_cut: bool = False
    refusal: str | None = None


@dataclass
class Tally:
    """What all attempts took together."""

    started: float
    usage: Usage = field(default_factory=Usage)

    def add(self, draft: Draft, price: Price | None, now: float) -> Usage:
        read = self.usage.prompt_tokens + read_count(draft.prompt_tokens)
        written = self.usage.completion_tokens + read_count(draft.completion_tokens)
        cost = None if price is None else price.find_cost(read, written)
        self.usage = Usage(read, written, now - self.started, self.usage.attempts + 1, cost)
        return self.usage


def read_count(value: object) -> int:
    """Tokens, as the host says: the clients do not check what they pass on."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value <= MOST_TOKENS else 0  # type: ignore[operator, return-value]


def make_question(prompt: Prompt, schema: type[BaseModel], seed: int, max_tokens: int) -> Question:
    name = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in schema.__name__)[:60]
    return Question(prompt.system, prompt.user, name, schema.model_json_schema(), seed, max_tokens)


def read_draft(draft: Draft, schema: type[Schema]) -> Schema:
    """The answer as an instance of the schema. Raises a Fault with a hint for the next attempt."""
    if draft.refusal is not None:
        words = draft.refusal or "no reason given"
        raise Fault(Kind.REFUSED, f"the model will not answer this ({words}). Change what it is asked, or the model.")
    if draft.is_cut:
        raise Fault(Kind.CUT, "the output was cut off at its token limit")
    if not draft.is_ended:
        raise Fault(Kind.BUSY, "the answer broke off before its end")
    try:
        return schema.model_validate_json(_NUL.sub(r"\1", draft.text))
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)[:LONGEST_PROBLEMS]
        problems = "; ".join(f"{'.'.join(map(str, one['loc']))[:80] or 'output'}: {one['msg'][:120]}" for one in found)
        hint = f"\n\nYour last output did not fit the schema ({problems}). Give the whole JSON again, corrected."
        raise Fault(Kind.BROKEN, f"the output does not fit the schema ({problems})", hint=hint) from error
