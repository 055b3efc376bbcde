"""Finished interviews for the demo, so that lists, charts and comparisons have something to show.

Called by `manage.py seed_demo --interviews N`. They are held by the services that hold those of people: questions are
chosen, typed answers are scored, reports are made. Made up are only the answers (more or less of what the bank
expects), how long they took, and when.
"""

import random
import re
import threading
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from config.work.rows import WorkItem
from config.work.tasks import perform
from interviewpanel.domain.consent import CONSENT_VERSION
from interviewpanel.domain.states import ClosedReason
from interviewpanel.models import (
    Answer,
    AnswerScore,
    InterviewPanelCandidate,
    InterviewSession,
    SessionEvent,
    SessionStep,
)
from interviewpanel.selectors.session_state import load_open_answer
from interviewpanel.services.answers import close_answer
from interviewpanel.services.session_manager import open_session, start_session
from reports.models import InterviewReport

FIRST_NAMES = ("Ines", "Tomas", "Lena", "Farid", "Maya", "Oskar", "Amira", "Pavel", "Chloe", "Deniz", "Ruth", "Hugo")
LAST_NAMES = ("Bauer", "Lindqvist", "Moreau", "Rahimi", "Novak", "Ferreira", "Sato", "Kowalski", "Haas", "Demir")
MOST = len(FIRST_NAMES) * len(LAST_NAMES)
PERIOD = timedelta(days=42)  # over which they are spread
WORDS_PER_SECOND = 2.3
PATIENCE_SECONDS = 0.05  # between two looks for what another process is doing


def name_candidates(count: int) -> list[str]:
    """The same names in every demo."""
    names = [f"{first} {last}" for last in LAST_NAMES for first in FIRST_NAMES]
    return random.Random(7).sample(names, count)  # noqa: S311 - repeatable, not secret


def hold_interview(*, invitation: InterviewPanelCandidate, began_at: datetime, now: datetime) -> InterviewSession:
    """A whole interview of an invitation that was not used. Effects in order: it is held, now; its times are moved to
    when it shall have begun; its report is made."""
    rng = random.Random(invitation.candidate.full_name)  # noqa: S311 - repeatable, not secret
    session = _begin(invitation, now)
    ability = rng.uniform(0.15, 1.0)
    while (answer := _wait_for_question(session)) is not None:
        _answer(session, answer, rng.gauss(ability, 0.2), now)
    _settle(AnswerScore.objects.filter(answer__session=session))
    _move_into_past(session, began_at, rng)
    _settle(InterviewReport.objects.filter(session=session))
    session.refresh_from_db()
    return session


def find_beginning(number: int, count: int, now: datetime) -> datetime:
    """When the interview of this number, from 0, shall have begun: spread over the period, in working hours."""
    day = now - PERIOD * (count - number) / (count + 1)
    return day.replace(hour=8 + number * 7 % 10, minute=number * 17 % 60, second=0, microsecond=0)


def _begin(invitation: InterviewPanelCandidate, now: datetime) -> InterviewSession:
    session = open_session(invitation=invitation, now=now)
    start_session(
        session_id=session.pk,
        epoch=session.epoch,
        document_version=CONSENT_VERSION,
        language=invitation.panel.language,
        now=now,
    )
    return session


def _wait_for_question(session: InterviewSession) -> Answer | None:
    """The question that is open when all that was due is done; None when the interview is over."""
    _settle(SessionStep.objects.filter(session=session))
    return load_open_answer(session.pk)


def _settle(rows: QuerySet[Any]) -> None:
    """Do the work that is left here, unless a worker of the same site takes it first."""
    while left := list(rows.exclude(work_status__in=WorkItem.OVER)):
        for row in left:
            if not perform(row.task_name, row.pk):
                threading.Event().wait(PATIENCE_SECONDS)


def _answer(session: InterviewSession, answer: Answer, share: float, now: datetime) -> None:
    text = _say_share(answer.question_version.expected_answer, share)
    close_answer(
        session_id=session.pk,
        epoch=None,
        answer_id=answer.pk,
        reason=ClosedReason.TYPED if text else ClosedReason.SKIPPED,
        now=now,
        typed_text=text,
    )


def _say_share(expected: str, share: float) -> str:
    """So much of the expected answer, in whole sentences; nothing where it is less than a tenth."""
    sentences = re.split(r"(?<=[.?])\s+", expected)
    count = round(len(sentences) * min(1.0, share))
    return " ".join(sentences[: max(1, count)]) if share >= 0.1 else ""


@transaction.atomic
def _move_into_past(session: InterviewSession, began_at: datetime, rng: random.Random) -> None:
    session.refresh_from_db()
    assert session.started_at is not None
    shift = session.started_at - began_at
    end = began_at + timedelta(seconds=40)
    for answer in session.answers.order_by("number"):
        end = _time_answer(answer, end, rng)
    SessionEvent.objects.filter(session=session).update(at=F("at") - shift)
    InterviewPanelCandidate.objects.filter(pk=session.invitation_id).update(
        created_at=began_at - timedelta(hours=rng.randint(2, 40)), expires_at=began_at + timedelta(hours=20)
    )
    InterviewSession.objects.filter(pk=session.pk).update(
        created_at=began_at - timedelta(minutes=4),
        consented_at=began_at,
        started_at=began_at,
        ended_at=end,
        clock_used_seconds=(end - began_at).total_seconds(),
        kept_until=end + timedelta(days=session.invitation.retention_days),
    )
    InterviewReport.objects.filter(session=session).update(created_at=end)


def _time_answer(answer: Answer, asked_at: datetime, rng: random.Random) -> datetime:
    """Asked then, answered after a while of thinking as fast as people talk. Returns when the next is asked."""
    begun = asked_at + timedelta(seconds=rng.uniform(5, 25))
    closed = begun + timedelta(seconds=6 + len(answer.transcript.split()) / WORDS_PER_SECOND)
    Answer.objects.filter(pk=answer.pk).update(
        asked_at=asked_at, turn_started_at=begun, closed_at=closed, transcribed_at=closed
    )
    entries = answer.transcript_entries
    entries.filter(kind="answer").update(started_at=begun, ended_at=closed)
    entries.exclude(kind="answer").update(started_at=asked_at)
    return closed + timedelta(seconds=3)
