"""Five to seven short questions for a first call, from a requisition or any description: the maker of SCREENING."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from questionbank.domain.interview_checks import LEAST_SCREENING, MOST, MOST_SCREENING, find_same
from questionbank.models import Generation, JobDescription, ScreeningSet
from questionbank.services.generation.asking import Step, ask_checked
from questionbank.services.generation.cached_questions import (
    SCREENING_TEXTS,
    find_screening,
    keep_screening,
    make_screening_wish,
    uses_cache,
)
from questionbank.services.generation.inputs import write_inputs
from questionbank.services.generation.schemas import Screening
from questionbank.services.generation.work import Store, keep_step, makes, say_doing
from questionbank.services.model_calls import RecordedModel
from questionbank.services.question_cache import Writer, note_hit, note_miss


@makes(Generation.Kind.SCREENING)
def make_screening(generation: Generation, model: RecordedModel) -> Store:
    source = generation.parameters["source"]
    is_made = "questions" in generation.result or (uses_cache(generation) and _take_cached(generation, source))
    if not is_made:
        _write(generation, model, source)
    return lambda: store_screening(generation, model)


def _take_cached(generation: Generation, source: dict[str, Any]) -> bool:
    """Effects, in one transaction: the step, and that each was given out. False where there is no set for it."""
    taken = find_screening(make_screening_wish(source), generation.organization_id)
    if not taken:
        return False
    questions = [{**{name: one.content[name] for name in SCREENING_TEXTS}, "is_from_cache": True} for one in taken]
    first = taken[0]
    written = {"prompt_version": first.prompt_version, "engine": first.engine, "model": first.model}
    with transaction.atomic():
        keep_step(generation, result={"questions": questions, **written}, doing="", from_cache=len(questions))
        for one in taken:
            note_hit(one, timezone.now())
    return True


def _write(generation: Generation, model: RecordedModel, source: dict[str, Any]) -> None:
    """Effects: the model's own; in one transaction the step, and the questions in the cache."""
    say_doing(generation, "Writing screening questions")
    spent = generation.prompt_tokens + generation.completion_tokens
    counts = {"least": str(LEAST_SCREENING), "most": str(MOST_SCREENING)}
    step = Step("screen_candidates", write_inputs(source), {**counts, "language": source["language"]}, 1536)
    completion, version = ask_checked(
        generation, model, step, Screening, lambda value: find_screening_problems(value, source["language"])
    )
    questions = [one.model_dump() for one in completion.value.questions]
    written = {"prompt_version": version, "engine": completion.engine, "model": completion.model}
    tokens = generation.prompt_tokens + generation.completion_tokens - spent
    writer = Writer(completion.engine, completion.model, version, tokens // len(questions))
    with transaction.atomic():
        if uses_cache(generation):
            note_miss(generation.organization_id, timezone.now(), len(questions))
        keep_screening(make_screening_wish(source), questions, writer, generation.organization_id)
        keep_step(generation, result={"questions": questions, **written}, doing="")


def find_screening_problems(value: Screening, language: str) -> list[str]:
    problems = []
    questions = [one.model_dump() for one in value.questions]
    if not LEAST_SCREENING <= len(questions) <= MOST_SCREENING:
        problems.append(f"There are {len(questions)} questions, not {LEAST_SCREENING} to {MOST_SCREENING}.")
    for number, one in enumerate(questions):
        if same := find_same(one["text"], questions[:number], language):
            problems.append(f"Two questions ask the same: “{same}”")
        if any(len(one[name]) > MOST["text"] for name in ("text", "listens_for", "disqualifies")):
            problems.append(f"Question {number + 1} has a text of more than {MOST['text']} characters.")
    return problems


def store_screening(generation: Generation, model: RecordedModel) -> None:
    """In the transaction that ends the generation. Effects: the set."""
    source, wanted = generation.parameters["source"], generation.parameters.get("description")
    own = JobDescription.objects.filter(organization=generation.organization_id)
    ScreeningSet.objects.create(
        organization_id=generation.organization_id,
        description=own.filter(uuid=wanted).first() if wanted else None,
        generation=generation,
        title=source["title"][:150] or "Screening questions",
        source=source["description"],
        questions=generation.result["questions"],
        engine=generation.result.get("engine", model.engine),
        model=generation.result.get("model", model.model),
        prompt_tokens=generation.prompt_tokens,
        completion_tokens=generation.completion_tokens,
    )
