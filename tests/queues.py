"""A queue for tests: candidates who ask to begin, by the services that sockets call, at times that tests choose."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession, Place
from interviewpanel.selectors.places import count_taken
from interviewpanel.services import session_manager
from interviewpanel.services.session_manager import open_session, renew_lease
from tests.live_interviews import T0, invite


def ask(session: InterviewSession, now: datetime = T0) -> bool:
    """Whether the interview begins. The page is connected just now."""
    renew_lease(session_id=session.pk, epoch=session.epoch, now=now)
    return session_manager.start_session(
        session_id=session.pk, epoch=session.epoch, document_version="2026-1", language="en", now=now
    )


def arrive(panel: InterviewPanel, name: str, now: datetime = T0) -> InterviewSession:
    """A candidate opens the page and asks to begin."""
    session = open_session(invitation=invite(panel, name, now=T0), now=now)
    ask(session, now)
    return session


def keep_open(sessions: Sequence[InterviewSession], now: datetime) -> None:
    """Their pages are still there."""
    for session in sessions:
        renew_lease(session_id=session.pk, epoch=session.epoch, now=now)


def end(session: InterviewSession, now: datetime) -> None:
    with transaction.atomic():
        assert session_manager.end_session(session_id=session.pk, now=now, reason="ended_by_candidate")


def list_states() -> dict[str, str]:
    """By candidate, in the order in which they arrived."""
    rows = Place.objects.order_by("arrived_at", "pk")
    return dict(rows.values_list("session__invitation__candidate__full_name", "state"))


def count_all_taken() -> int:
    return count_taken().total()


def find_place(invitation: InterviewPanelCandidate) -> Place:
    return Place.objects.get(session__invitation=invitation)
