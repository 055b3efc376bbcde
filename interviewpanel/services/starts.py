"""An interview from one call: who, for which position, and nothing else need be known. Called by the API.

The question set of the position says which panel interviews; the rest is an invitation like any other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from interviewpanel.domain.positions import OfferedSet, choose
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession, PositionQuestionSet
from interviewpanel.selectors.positions import list_question_sets
from interviewpanel.services.bulk_invitations import invite_candidate
from interviewpanel.services.session_manager import prepare_session
from organizations.models import Organization
from organizations.services.candidates import find_or_add_candidate


class NoQuestionSet(Exception):
    """No question set serves the position; the message says which there are."""


@dataclass(frozen=True)
class Person:
    """Without an address of any kind, the caller hands the link over."""

    full_name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Wish:
    """`hours`: until the link ends; None: INTERVIEW_LINK_HOURS. `metadata` is kept, and told again with the results."""

    position: str
    experience: str = ""
    language: str = ""
    hours: int | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Started:
    invitation: InterviewPanelCandidate
    session: InterviewSession
    question_set: PositionQuestionSet
    is_new_person: bool


@transaction.atomic
def start_interview(*, organization: Organization, person: Person, wish: Wish, now: datetime) -> Started:
    """Effects: the candidate unless their address is known, an invitation, and the session that its link will open.

    Raises NoQuestionSet; NoCandidate for an address that is no candidate's; InvitationRefused where the panel invites
    nobody now, or the person has an open link to it.
    """
    question_set = find_question_set(organization, wish)
    candidate, is_new_person = find_or_add_candidate(organization=organization, **asdict(person))
    invitation = invite_candidate(
        panel=question_set.panel, candidate=candidate, channels=(), now=now, hours=wish.hours, metadata=wish.metadata
    )
    return Started(invitation, prepare_session(invitation=invitation), question_set, is_new_person)


def find_question_set(organization: Organization, wish: Wish) -> PositionQuestionSet:
    """Raises NoQuestionSet, which says which there are; also where the panel of the only one is not published."""
    rows = {row.pk: row for row in list_question_sets(organization, wish.language)}
    serving = [row for row in rows.values() if row.panel.status == InterviewPanel.Status.PUBLISHED]
    if (found := _choose(serving, wish)) is not None:
        return rows[found.id]
    names = [str(row) for row in serving]
    if (found := _choose(rows.values(), wish)) is not None:
        row = rows[found.id]
        words = f"The panel “{row.panel}” of the question set “{row}” is {row.panel.status}. Publish it, then start."
        raise NoQuestionSet(words)
    there = f"There are: {'; '.join(names)}." if names else "There is none yet."
    speaks = f" in “{wish.language}”" if wish.language else ""
    asked = f"“{wish.position}”" + (f" with “{wish.experience}”" if wish.experience else "")
    raise NoQuestionSet(f"No question set{speaks} serves {asked}. {there} Make one, with a published panel.")


def _choose(rows: Iterable[PositionQuestionSet], wish: Wish) -> OfferedSet | None:
    offered = [OfferedSet(row.pk, row.position, row.experience) for row in rows]
    return choose(offered, wish.position, wish.experience)
