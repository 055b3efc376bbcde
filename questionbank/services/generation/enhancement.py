"""A job description worked out by the WORK method: the maker of ENHANCEMENT, and the first step of WORKFLOW."""

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from questionbank.domain.requirements import find_unknown
from questionbank.models import EnhancedDescription, Generation, JobDescription
from questionbank.services.generation.asking import Step, ask_checked
from questionbank.services.generation.inputs import find_description, write_by_id, write_inputs
from questionbank.services.generation.schemas import Enhancement
from questionbank.services.generation.work import Store, keep_step, makes, say_doing
from questionbank.services.model_calls import RecordedModel

LIMITS = {"title": 150, "summary": 1200, "name": 100, "text": 400, "level": 100}
FEWEST_COMPETENCIES, MOST_COMPETENCIES = 3, 8


@makes(Generation.Kind.ENHANCEMENT)
def make_enhancement(generation: Generation, model: RecordedModel) -> Store:
    enhance(generation, model)
    return lambda: None


def enhance(generation: Generation, model: RecordedModel) -> EnhancedDescription:
    """The step: asked once, whoever comes back to it. Effects: the next version of the description's, and the step."""
    made = EnhancedDescription.objects.filter(generation=generation).first()
    if made is not None:
        return made
    description, source = find_description(generation), generation.parameters["source"]
    started_at = timezone.now()
    say_doing(generation, "Working out the job description")
    ids = [one["id"] for one in source["requirements"]]
    quoted = write_inputs(source, SENTENCES=write_by_id(source["requirements"], "text"))
    step = Step("enhance_description", quoted, {"language": source["language"]}, limit_tokens=4096)
    completion, version = ask_checked(
        generation, model, step, Enhancement, lambda value: find_enhancement_problems(value, ids)
    )
    with transaction.atomic():
        made = EnhancedDescription.objects.create(
            organization_id=generation.organization_id,
            description=description,
            number=_find_next_number(description),
            generation=generation,
            source=source,
            document=write_document(completion.value, ids),
            engine=completion.engine,
            model=completion.model,
            prompt_version=version,
            prompt_tokens=generation.prompt_tokens,
            completion_tokens=generation.completion_tokens,
            started_at=started_at,
        )
        keep_step(generation, result={"enhancement": str(made.uuid)}, doing="")
    return made


def _find_next_number(description: JobDescription) -> int:
    """Whoever makes one for the same description waits."""
    list(JobDescription.objects.select_for_update(no_key=True).filter(pk=description.pk).values_list("pk"))
    last = description.enhancements.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def find_enhancement_problems(value: Enhancement, ids: list[str]) -> list[str]:
    """What makes it unusable, as sentences for the model and for people."""
    problems = []
    named = [one for part in (value.work_outputs, value.knowledge, value.competencies) for one in part]
    if unknown := find_unknown((one for part in named for one in part.requirements), ids):
        problems.append(f"There are no sentences {', '.join(unknown[:5])}.")
    if without := [one.name for one in value.competencies if not set(one.requirements) & set(ids)]:
        problems.append(f"These competencies name no sentence that they come from: {'; '.join(without[:5])}.")
    count = len(value.competencies)
    if not FEWEST_COMPETENCIES <= count <= MOST_COMPETENCIES:
        problems.append(f"There are {count} competencies, not {FEWEST_COMPETENCIES} to {MOST_COMPETENCIES}.")
    names = Counter(one.name.casefold() for one in value.competencies)
    if twice := [name for name, times in names.items() if times > 1]:
        problems.append(f"These competencies are there twice: {'; '.join(twice)}.")
    if not value.work_outputs:
        problems.append("There is no work output.")
    problems += _find_long(value)
    return problems


def _find_long(value: Enhancement) -> list[str]:
    texts = [
        ("title", value.title, LIMITS["title"]),
        ("summary", value.summary, LIMITS["summary"]),
        ("level of the role", value.role.level, LIMITS["level"]),
        ("purpose of the role", value.role.purpose, LIMITS["summary"]),
        *(("responsibility", one, LIMITS["text"]) for one in value.role.responsibilities),
        *(("work output", one.output, LIMITS["text"]) for one in value.work_outputs),
        *(("measure", one.measure, LIMITS["text"]) for one in value.work_outputs),
        *(("piece of knowledge", one.text, LIMITS["text"]) for one in value.knowledge),
        *(("name of a competency", one.name, LIMITS["name"]) for one in value.competencies),
        *(("description of a competency", one.description, LIMITS["summary"]) for one in value.competencies),
        *(("sign of a competency", text, LIMITS["text"]) for one in value.competencies for text in one.shown_by),
    ]
    long = ((name, len(text), limit) for name, text, limit in texts if len(text) > limit)
    return [f"A {name} has {length} characters, at most {limit}." for name, length, limit in long]


def write_document(value: Enhancement, ids: list[str]) -> dict[str, Any]:
    """As it is kept: with ids of ours, and sentences that exist."""
    document = value.model_dump()
    for letter, name in (("W", "work_outputs"), ("K", "knowledge"), ("C", "competencies")):
        document[name] = [
            {"id": f"{letter}{number}", **one, "requirements": _keep_known(one["requirements"], ids)}
            for number, one in enumerate(document[name], 1)
        ]
    parts = (row for name in ("work_outputs", "knowledge", "competencies") for row in document[name])
    used = {one for row in parts for one in row["requirements"]}
    document["not_about_work"] = [one for one in _keep_known(document["not_about_work"], ids) if one not in used]
    return document


def _keep_known(named: list[str], ids: list[str]) -> list[str]:
    return [one for one in dict.fromkeys(named) if one in ids]
