"""What a generation knows of a job description: taken when it is asked for, so that it is made from what was seen."""

from collections.abc import Iterable, Mapping
from typing import Any

from config.work.tasks import WorkRefused
from questionbank.domain.requirements import list_requirements
from questionbank.models import Generation, JobDescription

LISTS = ("must_haves", "nice_to_haves", "tools", "spoken_languages")
TEXTS = ("title", "department", "level", "description", "team", "location", "seniority", "notes")
LABELS = {
    "title": "Title",
    "department": "Department",
    "level": "Level",
    "description": "Description",
    "team": "Team",
    "location": "Location",
    "working_mode": "Working mode",
    "must_haves": "Must-haves",
    "nice_to_haves": "Nice-to-haves",
    "tools": "Tools",
    "spoken_languages": "Languages",
    "seniority": "Expected of this level",
    "notes": "Notes",
}


def read_source(description: JobDescription) -> dict[str, Any]:
    """All that was written, and its sentences with their ids. Kept with what is made of it."""
    texts = {name: getattr(description, name) for name in TEXTS}
    lists = {name: list(getattr(description, name)) for name in LISTS}
    requirements = list_requirements(description.description, lists)
    return {
        **texts,
        **lists,
        "working_mode": description.working_mode,
        "language": description.language,
        "requirements": [one.to_dict() for one in requirements],
    }


def write_inputs(source: Mapping[str, Any], **more: str) -> str:
    """For a prompt, to be quoted as a whole: none of it is ours. What was left empty is not named."""
    lines = []
    for name, label in LABELS.items():
        value = source.get(name)
        if value:
            lines.append(f"{label}: {'; '.join(value) if isinstance(value, list) else value}")
    parts = ["\n".join(lines), *(f"{title}\n{text}" for title, text in more.items() if text)]
    return "\n\n".join(parts)


def write_by_id(rows: Iterable[Mapping[str, Any]], *fields: str) -> str:
    """A line for each: R1: text."""
    return "\n".join(f"{one['id']}: {' – '.join(str(one[field]) for field in fields)}" for one in rows)


def find_description(generation: Generation) -> JobDescription:
    """Raises WorkRefused if it was deleted meanwhile."""
    wanted = generation.parameters["description"]
    found = JobDescription.objects.filter(uuid=wanted, organization=generation.organization_id).first()
    if found is None:
        raise WorkRefused("The job description is not there any more, so nothing was made for it.")
    return found
