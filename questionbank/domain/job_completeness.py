"""What is missing in a job description, as it was written and as it was enhanced. Hints for a person, by code alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FEW_CHARACTERS = 200
MANY_MUST_HAVES = 10
_MEASURED = re.compile(
    r"\d|\b(?:every|each|per|within|daily|weekly|monthly|quarterly|fewer|less than|at least)\b", re.I
)
_OUTPUT = re.compile(
    r"\b(?:deliver|build|design|ship|launch|maintain|operate|run|develop|create|write|lead|own|produce|implement|"
    r"improve|reduce|increase|migrate|support|analy[sz]e|report|test|review|plan|manage|sell|teach|prepare|"
    r"responsible for|you will|erstell|entwick|betreu|verantwort)\w*",
    re.I,
)


@dataclass(frozen=True)
class Gap:
    """`name` is for programs; `words` says what is missing, and what to add."""

    name: str
    words: str

    def to_dict(self) -> dict[str, str]:
        return {"name": self.name, "words": self.words}


NO_OUTPUTS = Gap("no_work_outputs", "No work outputs: nothing says what this person will deliver. Name two or three.")
NO_MEASURE = Gap(
    "no_measurable_result", "No measurable result: nothing says how one would see that the work is done well."
)
NO_LEVEL = Gap("no_level", "No level: nothing says how experienced this person should be, so questions may miss it.")
NO_MUST_HAVES = Gap("no_must_haves", "No must-haves: name the few things without which nobody can do the work.")
TOO_MANY = Gap(
    "too_many_must_haves",
    f"More than {MANY_MUST_HAVES} must-haves: few people have all, and good ones do not apply. Move some to the "
    "nice-to-haves.",
)
TOO_SHORT = Gap("too_short", "Very short: add what the work is for, whom it is done with and what it produces.")
NO_COMPETENCIES = Gap("no_competencies", "No competencies: there is nothing to ask about. Enhance it again.")


def find_gaps(*, description: str, level: str, must_haves: Sequence[str]) -> list[Gap]:
    """Of what was written. The words that are looked for are English, with some German."""
    checks = [
        (len(description.strip()) < FEW_CHARACTERS, TOO_SHORT),
        (not _OUTPUT.search(description), NO_OUTPUTS),
        (not _MEASURED.search(description), NO_MEASURE),
        (not level.strip(), NO_LEVEL),
        (not must_haves, NO_MUST_HAVES),
        (len(must_haves) > MANY_MUST_HAVES, TOO_MANY),
    ]
    return [gap for is_missing, gap in checks if is_missing]


def find_document_gaps(document: Mapping[str, Any]) -> list[Gap]:
    """Of what a model made of it."""
    outputs = document.get("work_outputs", [])
    musts = [one for one in document.get("knowledge", []) if one.get("importance") == "must"]
    checks = [
        (not outputs, NO_OUTPUTS),
        (bool(outputs) and not any(one.get("measure") for one in outputs), NO_MEASURE),
        (not document.get("role", {}).get("level"), NO_LEVEL),
        (not musts, NO_MUST_HAVES),
        (len(musts) > MANY_MUST_HAVES, TOO_MANY),
        (not document.get("competencies"), NO_COMPETENCIES),
    ]
    return [gap for is_missing, gap in checks if is_missing]
