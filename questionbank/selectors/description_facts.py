"""What can be said of a job description, of what was made of it, and of its questions, by code alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from questionbank.domain.embedded_instructions import find_instructions
from questionbank.domain.job_completeness import find_document_gaps, find_gaps
from questionbank.domain.job_wording import find_wording_in
from questionbank.domain.requirements import Traceability, trace
from questionbank.models import EnhancedDescription, GeneratedInterview, JobDescription

WRITTEN = ("title", "description", "team", "location", "seniority", "notes")
WRITTEN_LISTS = ("must_haves", "nice_to_haves", "tools", "spoken_languages")


def check_description(description: JobDescription) -> dict[str, Any]:
    """`wording`, `instructions` and `gaps` of what a person wrote."""
    texts = list(_list_written(description))
    return {
        "wording": find_wording_in(texts, description.language),
        "instructions": [{"place": place, **asdict(one)} for place, text in texts for one in find_instructions(text)],
        "gaps": [
            gap.to_dict()
            for gap in find_gaps(
                description=description.description, level=description.level, must_haves=description.must_haves
            )
        ],
    }


def _list_written(description: JobDescription) -> Iterable[tuple[str, str]]:
    for name in WRITTEN:
        yield name, getattr(description, name)
    for name in WRITTEN_LISTS:
        for number, text in enumerate(getattr(description, name), 1):
            yield f"{name} {number}", text


def check_enhanced(enhanced: EnhancedDescription) -> dict[str, Any]:
    """`wording` and `gaps` of what the model wrote: it is trusted no more than a person."""
    texts = list(_list_enhanced(enhanced.document))
    gaps = [gap.to_dict() for gap in find_document_gaps(enhanced.document)]
    return {"wording": find_wording_in(texts, enhanced.source["language"]), "gaps": gaps}


def _list_enhanced(document: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    yield from (("title", document["title"]), ("summary", document["summary"]))
    role = document["role"]
    yield from ((f"role: {name.replace('_', ' ')}", role[name]) for name in ("purpose", "works_with"))
    yield from (("role: responsibilities", one) for one in role["responsibilities"])
    for one in document["work_outputs"]:
        yield one["id"], f"{one['output']} {one['measure']}"
    for one in document["knowledge"]:
        yield one["id"], one["text"]
    for one in document["competencies"]:
        yield one["id"], ". ".join((one["name"], one["description"], *one["shown_by"]))


def trace_enhanced(enhanced: EnhancedDescription, interview: GeneratedInterview | None) -> Traceability:
    """Requirement → competency → question of this interview."""
    return trace(enhanced.source["requirements"], enhanced.document, interview.questions if interview else ())


def check_questions(questions: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """Wording in what is asked, expected and rated."""
    texts: list[tuple[str, str]] = []
    for number, one in enumerate(questions, 1):
        texts.append((f"question {number}", one["text"]))
        texts += [(f"question {number}: expected answer", one["expected_answer"])]
        texts += [(f"question {number}: red flags", text) for text in one["red_flags"]]
        texts += [
            (f"question {number}: {criterion['name']}", f"{criterion['name']}. {criterion['description']}")
            for criterion in one["criteria"]
        ]
    return find_wording_in(texts, language)
