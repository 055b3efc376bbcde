"""An interview of Fernbrook's as the API tells of it, and the callers who ask."""

from typing import Any

from interviewpanel.models import InterviewSession
from organizations.models import Organization
from tests.integration.api.conftest import Callers
from tests.interview_rows import World, make_interview, make_report

PAGE = "/api/v1/interviews/"


def call_for(organization: Organization) -> Callers:
    """Its people and keys; the stranger administers Elsewhere."""
    return Callers(organization, Organization.objects.create(name="Elsewhere", slug="elsewhere"))


def hold_reported(world: World, **changes: Any) -> InterviewSession:
    session = make_interview(world, **changes)
    make_report(session)
    return session


def page_of(session: InterviewSession, part: str = "") -> str:
    return f"{PAGE}{session.uuid}/{f'{part}/' if part else ''}"


def differs(example: Any, told: Any, place: str = "") -> list[str]:
    """Where an answer is not as its example: the same keys, equal values, lists that begin as the example's."""
    if isinstance(example, dict) and isinstance(told, dict):
        missing = [f"{place}/{name}" for name in set(example) ^ set(told)]
        return missing + [
            one for name in set(example) & set(told) for one in differs(example[name], told[name], f"{place}/{name}")
        ]
    if isinstance(example, list) and isinstance(told, list):
        short = [f"{place} is shorter"] if len(told) < len(example) else []
        return short + [
            one for at, pair in enumerate(zip(example, told, strict=False)) for one in differs(*pair, f"{place}/{at}")
        ]
    return [] if example == told else [f"{place}: {told!r}"]
