"""One generation from its claim to its end. Called by tasks.generate; the kinds' modules register their makers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from config.work.tasks import ClaimLost, TryLater, WorkRefused
from questionbank.domain.model_purposes import Purpose
from questionbank.domain.prompts import Prompt
from questionbank.engines.llm import Completion, ModelRefused, ModelRetry, ModelUnavailable, Schema
from questionbank.models import Generation
from questionbank.services.generation.parts import end_whole, tell_whole
from questionbank.services.model_calls import BudgetSpent, RecordedModel, check_budget, load_recorded_model

Store = Callable[[], None]
Maker = Callable[[Generation, RecordedModel], Store]
MAKERS: dict[str, Maker] = {}
NO_MODEL = (
    "No language model can be reached, so nothing can be written. Set up one (README, “Language models”), see that "
    "`manage.py doctor` finds it, and ask then."
)


def makes(kind: Generation.Kind) -> Callable[[Maker], Maker]:
    """Register the decorated function as the maker of a kind."""

    def decorate(maker: Maker) -> Maker:
        MAKERS[kind] = maker
        return maker

    return decorate


def generate(generation: Generation, now: datetime) -> Store:
    """Do what is left of a generation. Returns what stores its end. What has parts is done when all of them are over.

    Raises WorkRefused without a model, where the model refuses, and at the limit of the month's tokens; TryLater
    where the model failed this time.
    """
    if generation.started_at is None:
        Generation.objects.filter(pk=generation.pk).update(started_at=now)
    if generation.parts.exists():
        return end_whole(generation, now)
    model = load_recorded_model(Purpose.GENERATE, organization_id=generation.organization_id)
    if model is None:
        raise WorkRefused(NO_MODEL)
    try:
        check_budget(generation.organization, now)
        store = MAKERS[generation.kind](generation, model)
    except BudgetSpent as spent:
        raise WorkRefused(str(spent)) from spent
    except ModelUnavailable as error:
        raise TryLater(f"{NO_MODEL} ({error})", now + generation.retry_delay(generation.attempts)) from error
    except ModelRefused as error:
        raise WorkRefused(str(error)) from error
    except ModelRetry as error:
        raise TryLater(str(error), now + generation.retry_delay(generation.attempts)) from error
    return lambda: store_end(generation, store)


def store_end(generation: Generation, store: Store) -> None:
    """In the transaction that ends the row. Effects: what the maker stores; nothing is being done any more; the whole
    that it is a part of is told."""
    store()
    Generation.objects.filter(pk=generation.pk).update(doing="", steps_done=generation.steps)
    tell_whole(generation, timezone.now())


def ask_model(
    generation: Generation, model: RecordedModel, prompt: Prompt, schema: type[Schema], **more: Any
) -> Completion[Schema]:
    """One step's question. Raises BudgetSpent where the steps before have used the month up, and what the model does.

    Effects: as the model's own; the tokens stand on the row at once, also those of an answer that is not used.
    """
    check_budget(generation.organization, timezone.now())
    completion = model.complete(prompt, schema, **more)
    generation.prompt_tokens += completion.usage.prompt_tokens
    generation.completion_tokens += completion.usage.completion_tokens
    _save_claimed(generation, "prompt_tokens", "completion_tokens")
    return completion


def say_doing(generation: Generation, words: str) -> None:
    """What is being done from now on, for who watches."""
    generation.doing = words[:120]
    _save_claimed(generation, "doing")


def keep_step(
    generation: Generation,
    *,
    result: dict[str, Any],
    doing: str,
    completion: Completion[Any] | None = None,
    from_cache: int = 0,
) -> None:
    """Store what a step made, and count it; the tokens of `completion` too, where `ask_model` has not counted them.
    `from_cache`: how many of its questions were written before.

    Effects: the row alone; the claim stays. The step's failed attempts are forgotten: the next has its own.
    Raises ClaimLost if somebody cancelled it, or took it over.
    """
    generation.result = {**generation.result, **result}
    generation.steps_done = min(generation.steps_done + 1, generation.steps)
    generation.from_cache += from_cache
    generation.doing = doing[:120]
    generation.attempts = 1
    if completion is not None:
        generation.prompt_tokens += completion.usage.prompt_tokens
        generation.completion_tokens += completion.usage.completion_tokens
    tokens = ("prompt_tokens", "completion_tokens")
    _save_claimed(generation, "result", "steps_done", "from_cache", "doing", "attempts", *tokens)
    tell_whole(generation, timezone.now())


def _save_claimed(generation: Generation, *names: str) -> None:
    mine = Generation.objects.filter(pk=generation.pk, claim_number=generation.claim_number, work_status="running")
    if not mine.update(**{name: getattr(generation, name) for name in names}):
        raise ClaimLost


def give_up_generation(generation: Generation, reason: str) -> None:
    """The reason is on the row; what earlier steps made stays, and the whole that it is a part of is told."""
    Generation.objects.filter(pk=generation.pk).update(doing="")
    tell_whole(generation, timezone.now())
