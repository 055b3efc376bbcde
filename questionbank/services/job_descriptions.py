"""Job descriptions: what is asked of a language model about one. Called by the admin and the API."""

from datetime import datetime
from typing import Any

from authentication.models import User
from organizations.models import Organization
from questionbank.models import EnhancedDescription, Generation, JobDescription
from questionbank.services.generation.inputs import read_source
from questionbank.services.generation.interviews import STEPS
from questionbank.services.generation.requests import Asked, GenerationRefused, ask_generation

Kind = Generation.Kind
ENHANCE_FIRST = "It has not been enhanced yet. Enhance it first, or have both made in one step."


def find_latest(description: JobDescription) -> EnhancedDescription | None:
    return description.enhancements.order_by("-number").first()


def ask_enhancement(*, description: JobDescription, user: User | None, now: datetime) -> Generation:
    """Effects: as ask_generation. Raises GenerationRefused."""
    return _ask(description, Kind.ENHANCEMENT, 1, {}, user, now)


def ask_interview(
    *, description: JobDescription, user: User | None, now: datetime, name: str = "", use_cache: bool = True
) -> Generation:
    """From the latest enhanced version. Effects: as ask_generation. Raises GenerationRefused."""
    latest = find_latest(description)
    if latest is None:
        raise GenerationRefused(ENHANCE_FIRST)
    more = {"enhancement": str(latest.uuid), "name": name, "use_cache": use_cache}
    return _ask(description, Kind.INTERVIEW, STEPS, more, user, now)


def ask_workflow(
    *, description: JobDescription, user: User | None, now: datetime, name: str = "", use_cache: bool = True
) -> Generation:
    """Enhanced, and an interview from that, in one. Effects: as ask_generation. Raises GenerationRefused."""
    return _ask(description, Kind.WORKFLOW, 1 + STEPS, {"name": name, "use_cache": use_cache}, user, now)


def ask_screening(
    *, description: JobDescription, user: User | None, now: datetime, use_cache: bool = True
) -> Generation:
    """Effects: as ask_generation. Raises GenerationRefused."""
    return _ask(description, Kind.SCREENING, 1, {"use_cache": use_cache}, user, now)


def ask_screening_of_text(
    *,
    organization: Organization,
    title: str,
    text: str,
    language: str,
    user: User | None,
    now: datetime,
    use_cache: bool = True,
) -> Generation:
    """Of a description that belongs to no requisition. Effects: as ask_generation. Raises GenerationRefused."""
    source = {"title": title, "description": text, "language": language}
    asked = Asked(Kind.SCREENING, {"source": source, "use_cache": use_cache})
    return ask_generation(asked=asked, organization=organization, user=user, now=now)


def _ask(
    description: JobDescription, kind: Kind, steps: int, more: dict[str, Any], user: User | None, now: datetime
) -> Generation:
    parameters = {"description": str(description.uuid), "source": read_source(description), **more}
    asked = Asked(kind, parameters, description.req_id, steps)
    return ask_generation(asked=asked, organization=description.organization, user=user, now=now)
