"""A step's question to the model, whose answer is checked by us: asked once more with what was wrong, then given up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from config.work.tasks import WorkRefused
from questionbank.domain.prompts import load_prompt
from questionbank.domain.quoted_data import hash_json, make_nonce, make_seed, quote_data
from questionbank.engines.llm import Completion, Schema
from questionbank.models import Generation
from questionbank.services.generation.work import ask_model
from questionbank.services.model_calls import RecordedModel

PROMPTS = Path(__file__).resolve().parents[2] / "prompts"
MOST_PROBLEMS = 8
Check = Callable[[Any], list[str]]


@dataclass(frozen=True)
class Step:
    """What is asked in a step. `quoted` is not ours, and goes into the prompt between marks; `values` are ours.

    `limit_tokens` bounds the answer.
    """

    prompt: str
    quoted: str
    values: Mapping[str, str]
    limit_tokens: int = 3072


def ask_checked(
    generation: Generation, model: RecordedModel, step: Step, schema: type[Schema], check: Check
) -> tuple[Completion[Schema], str]:
    """The answer, in which `check` finds nothing wrong, and the version of the prompt.

    Raises WorkRefused if it cannot be used twice; BudgetSpent, and what the model does.
    """
    template = load_prompt(PROMPTS / f"{step.prompt}.md")
    hashed = hash_json([step.quoted, dict(step.values)])
    nonce = make_nonce(settings.SECRET_KEY.encode(), hashed)
    values = {**step.values, "nonce": nonce, "inputs": quote_data(step.quoted, nonce, "INPUTS")}
    problems: list[str] = []
    for sections in (("user",), ("user", "again")):
        told = "\n".join(f"- {one}" for one in problems[:MOST_PROBLEMS])
        prompt = template.fill({**values, "problems": told}, sections)
        completion = ask_model(generation, model, prompt, schema, seed=make_seed(hashed), max_tokens=step.limit_tokens)
        problems = check(completion.value)
        if not problems:
            return completion, template.version
    raise WorkRefused(
        f"What {model.model} wrote could not be used, twice: {' '.join(problems[:MOST_PROBLEMS])} What was made before "
        "is kept. Ask again, or set up a model that follows its instructions better."
    )
