"""An interview for a requisition: the plan of five, then each question by a call of its own. INTERVIEW and WORKFLOW."""

import re
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from config.work.tasks import WorkRefused
from questionbank.domain.interview_checks import COUNT, find_question_problems
from questionbank.domain.question_cache import Wish, WishVector, embed_wish
from questionbank.domain.requirements import find_unknown
from questionbank.engines.embeddings import load_embedder
from questionbank.models import EnhancedDescription, GeneratedInterview, Generation
from questionbank.services.generation.asking import Step, ask_checked
from questionbank.services.generation.cached_questions import (
    find_question,
    keep_written,
    make_question_wish,
    uses_cache,
)
from questionbank.services.generation.enhancement import enhance
from questionbank.services.generation.inputs import find_description, write_by_id, write_inputs
from questionbank.services.generation.schemas import InterviewPlan, WrittenQuestion
from questionbank.services.generation.work import Store, keep_step, makes, say_doing
from questionbank.services.model_calls import RecordedModel
from questionbank.services.question_cache import Writer, note_hit, note_miss

STEPS = 1 + COUNT
MOST_FOCUS = 400


@makes(Generation.Kind.INTERVIEW)
def make_interview(generation: Generation, model: RecordedModel) -> Store:
    wanted = generation.parameters["enhancement"]
    found = EnhancedDescription.objects.filter(uuid=wanted, organization=generation.organization_id).first()
    if found is None:
        raise WorkRefused("The enhanced description is not there any more. Enhance it again.")
    return _make(generation, model, found)


@makes(Generation.Kind.WORKFLOW)
def make_workflow(generation: Generation, model: RecordedModel) -> Store:
    return _make(generation, model, enhance(generation, model))


def _make(generation: Generation, model: RecordedModel, enhancement: EnhancedDescription) -> Store:
    find_description(generation)
    _plan(generation, model, enhancement)
    while len(generation.result.get("questions", ())) < COUNT:
        _make_next(generation, model, enhancement)
    return lambda: store_interview(generation, model, enhancement)


def _plan(generation: Generation, model: RecordedModel, enhancement: EnhancedDescription) -> None:
    if "plan" in generation.result:
        return
    say_doing(generation, f"Planning {COUNT} questions")
    document = enhancement.document
    competencies = write_by_id(document["competencies"], "name", "description")
    quoted = write_inputs(_shorten(enhancement), COMPETENCIES=competencies)
    values = {"language": enhancement.source["language"], "count": str(COUNT)}
    ids = [one["id"] for one in document["competencies"]]
    completion, version = ask_checked(
        generation,
        model,
        Step("plan_interview", quoted, values, limit_tokens=1536),
        InterviewPlan,
        lambda value: find_plan_problems(value, ids),
    )
    plan = {**completion.value.model_dump(), "prompt_version": version}
    keep_step(generation, result={"plan": plan}, doing="")


def _shorten(enhancement: EnhancedDescription) -> dict[str, Any]:
    """What a question needs to know of the work: the enhanced words, and not all that was written."""
    document, source = enhancement.document, enhancement.source
    return {
        "title": document["title"],
        "department": source["department"],
        "level": document["role"]["level"] or source["level"],
        "description": document["summary"],
        "tools": source["tools"],
        "seniority": source["seniority"],
        "notes": source["notes"],
    }


def find_plan_problems(value: InterviewPlan, ids: list[str]) -> list[str]:
    problems = []
    if len(value.questions) != COUNT:
        problems.append(f"There are {len(value.questions)} questions, not {COUNT}.")
    if unknown := find_unknown((one for question in value.questions for one in question.competencies), ids):
        problems.append(f"There are no competencies {', '.join(unknown[:5])}.")
    if any(not set(question.competencies) & set(ids) for question in value.questions):
        problems.append("Every question names the competencies that it asks about.")
    if len({question.focus.casefold() for question in value.questions}) < len(value.questions):
        problems.append("Two questions have the same focus.")
    if any(len(question.focus) > MOST_FOCUS for question in value.questions):
        problems.append(f"A focus has at most {MOST_FOCUS} characters.")
    return problems


def _make_next(generation: Generation, model: RecordedModel, enhancement: EnhancedDescription) -> None:
    """The next of the plan: one that was written before for such a wish, else one by the model."""
    planned = generation.result["plan"]["questions"][len(generation.result.get("questions", []))]
    wish, vector = make_question_wish(enhancement, planned), None
    if uses_cache(generation):
        vector = embed_wish(wish, load_embedder())
        if _take_cached(generation, enhancement, wish, vector):
            return
        note_miss(generation.organization_id, timezone.now())
    _write_next(generation, model, enhancement, wish, vector)


def _take_cached(
    generation: Generation, enhancement: EnhancedDescription, wish: Wish, vector: WishVector | None
) -> bool:
    """Effects, in one transaction: the step, and that it was given out. False where nothing fits."""
    done: list[dict[str, Any]] = generation.result.get("questions", [])
    planned = generation.result["plan"]["questions"][len(done)]
    found = find_question(wish, vector, enhancement, planned, done)
    if found is None:
        return False
    cached, question = found
    with transaction.atomic():
        keep_step(generation, result={"questions": [*done, question]}, doing="", from_cache=1)
        note_hit(cached, timezone.now())
    return True


def _write_next(
    generation: Generation,
    model: RecordedModel,
    enhancement: EnhancedDescription,
    wish: Wish,
    vector: WishVector | None,
) -> None:
    """Effects: the model's own; in one transaction the step, and the question in the cache."""
    done: list[dict[str, Any]] = generation.result.get("questions", [])
    plan = generation.result["plan"]["questions"]
    planned, number = plan[len(done)], len(done) + 1
    spent = generation.prompt_tokens + generation.completion_tokens
    say_doing(generation, f"Writing question {number} of {COUNT}")
    language = enhancement.source["language"]
    own = [one for one in enhancement.document["competencies"] if one["id"] in planned["competencies"]]
    others = [one["text"] for one in done] + [one["focus"] for one in plan[number:]]
    quoted = write_inputs(
        _shorten(enhancement),
        **{
            "THE QUESTION IS ABOUT": planned["focus"],
            "COMPETENCIES THAT IT ASKS ABOUT": write_by_id(own, "name", "description"),
            "WHAT THE OTHER QUESTIONS ASK": "\n".join(f"- {one}" for one in others),
        },
    )
    values = {name: planned[name] for name in ("kind", "difficulty")} | {"language": language, "number": str(number)}
    completion, version = ask_checked(
        generation,
        model,
        Step("write_question", quoted, values),
        WrittenQuestion,
        lambda value: find_question_problems({**value.model_dump(), "kind": planned["kind"]}, done, language),
    )
    question = write_question(completion.value, planned, number, version)
    tokens = generation.prompt_tokens + generation.completion_tokens - spent
    writer = Writer(completion.engine, completion.model, version, tokens)
    with transaction.atomic():
        keep_written(wish, question, writer, generation.organization_id, vector)
        keep_step(generation, result={"questions": [*done, question]}, doing="")


def write_question(value: WrittenQuestion, planned: dict[str, Any], number: int, version: str) -> dict[str, Any]:
    """As it is kept: with ids and keys of ours, all criteria checked."""
    criteria: list[dict[str, Any]] = []
    for one in value.criteria:
        key = make_criterion_key(one.name, [other["key"] for other in criteria])
        weight = int(one.weight) if one.weight.is_integer() else one.weight
        criteria.append({"key": key, **one.model_dump(), "weight": weight, "is_checked": True})
    return {
        "id": f"Q{number}",
        **value.model_dump(exclude={"criteria"}),
        **{name: planned[name] for name in ("kind", "difficulty", "competencies")},
        "criteria": criteria,
        "prompt_version": version,
    }


def make_criterion_key(name: str, taken: list[str]) -> str:
    base = re.sub(r"-+", "_", slugify(name))[:60].strip("_") or "criterion"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}_{number}"
    return key


def store_interview(generation: Generation, model: RecordedModel, enhancement: EnhancedDescription) -> None:
    """In the transaction that ends the generation. Effects: the draft."""
    document, result = enhancement.document, generation.result
    GeneratedInterview.objects.create(
        organization_id=generation.organization_id,
        description_id=enhancement.description_id,
        enhancement=enhancement,
        generation=generation,
        name=(generation.parameters.get("name") or result["plan"]["name"])[:150],
        level=(enhancement.source["level"] or document["role"]["level"])[:50],
        language=enhancement.source["language"],
        questions=result["questions"],
        engine=model.engine,
        model=model.model,
        prompt_tokens=generation.prompt_tokens,
        completion_tokens=generation.completion_tokens,
        started_at=generation.started_at,
        created_by_id=generation.asked_by_id,
    )
