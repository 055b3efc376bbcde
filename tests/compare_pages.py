"""Candidates to compare, and the pages that compare them. Used by the tests of comparing."""

from typing import Any

from django.test import Client
from django.urls import reverse

from interviewpanel.models import (
    InterviewPanel,
    InterviewSession,
)
from tests.interview_rows import (
    World,
    add_answer,
    add_score,
    add_segments,
    make_report,
    make_session,
)
from tests.staff import make_member, sign_in

ELEMENTS = [
    {"element": "Read the query plan", "is_covered": True, "quote": "explain analyze", "span": [12, 27]},
    {"element": "Composite index", "is_covered": False, "quote": "", "span": None},
]


def hold(world: World, name: str, *points: int, **changes: Any) -> InterviewSession:
    """An interview of so many answers with these points, whose report is made."""
    session = make_session(world, candidate=name, **changes)
    for number, composite in enumerate(points, start=1):
        answer = add_answer(session, world, number)
        add_segments(answer)
        add_score(answer, composite, elements=ELEMENTS, interval=[composite - 9, composite + 9])
    make_report(session)
    return session


def enter(world: World, role: str = "hr") -> Client:
    return sign_in(make_member(f"{role}@fernbrook.example", {world.organization: role}))


def url(panel: InterviewPanel, name: str = "compare", *args: int) -> str:
    return reverse(name, args=[panel.pk, *args])


def read(client: Client, path: str, **query: Any) -> Any:
    response = client.get(path, query)
    assert response.status_code == 200, path
    return response


def labels(response: Any) -> list[str]:
    return [row.label for row in response.context["rows"]]
