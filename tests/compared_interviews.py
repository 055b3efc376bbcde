"""Several candidates of one panel, interviewed by voice by the services that do it in earnest: better, worse, silent.

Used by the tests of comparing, deciding and sharing; also as `main`, in a process of a site of real processes.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import time_machine
from django.conf import settings
from django.utils import timezone

import reports.tasks  # noqa: F401 - registers the work of reports
from interviewpanel.models import (
    Answer,
    AnswerScore,
    AudioSegment,
    InterviewPanel,
    InterviewSession,
    Recording,
    SessionStep,
)
from interviewpanel.services import session_manager
from interviewpanel.services.answers import close_answer
from interviewpanel.services.invitations import issue_invitation
from organizations.models import Candidate
from reports.models import InterviewReport
from tests.live_interviews import begin, reload, store_audio
from tests.work import ScriptedEngine, do_due

# Name, and how much of a good answer they give to each question: parts of it; 0 is silence that is skipped.
PEOPLE = (
    ("Amara Okafor", (9, 9, 9, 9, 9)),
    ("Jonas Lindqvist", (9, 2, 9, 9, 9)),
    ("Mei Tanaka", (2, 9, 9, 9, 9)),
    ("Diego Fuentes", (9, 0, 9, 0, 1)),
)
WORK = (SessionStep, AudioSegment, AnswerScore)


@cache
def read_answers() -> dict[str, Any]:
    folder = settings.BASE_DIR / "interviewpanel" / "management" / "robot"
    answers: dict[str, Any] = json.loads((folder / "answers.json").read_text())["answers"]
    return answers


def say(answer: Answer, parts: int) -> str:
    """So many parts of a good answer to its question; a plain sentence where none is known."""
    known = read_answers().get(answer.question_version.question.key)
    return " ".join(known["parts"][:parts]) if known else "I would measure first and then change one thing at a time."


def hold_interview(panel: InterviewPanel, name: str, parts: Sequence[int], *, now: datetime) -> InterviewSession:
    """Invited, interviewed to the end, recordings joined, scored, and reported; every clock stands at its time."""
    email = f"{name.split()[0].lower()}@example.com"
    candidate = Candidate.objects.create(organization=panel.organization, full_name=name, email=email)
    with time_machine.travel(now, tick=False) as clock:
        session = begin(issue_invitation(panel=panel, candidate=candidate, now=now), now=now)
        for part in parts:
            clock.shift(timedelta(seconds=50))
            answer = session.answers.filter(status__in=["asked", "answering"]).first()
            if answer is not None:
                answer_question(answer, part)
        if not reload(session).is_over:
            session_manager.end_session(session_id=session.pk, now=timezone.now(), reason="ended_by_candidate")
        clock.shift(timedelta(minutes=5))
        do_due(*WORK, Recording)
        do_due(InterviewReport)
    return reload(session)


def answer_question(answer: Answer, parts: int) -> None:
    now = timezone.now()
    if parts:
        store_audio(answer, frames=60, now=now)
    reason = "done" if parts else "skipped"
    close_answer(session_id=answer.session_id, epoch=1, answer_id=answer.pk, reason=reason, typed_text="", now=now)
    do_due(*WORK, engine=ScriptedEngine(say(answer, parts)))


def main() -> None:
    """In a site's own process: the demo's short panel, interviewed an hour ago."""
    settings.WORK_TRANSPORT = "sweeper"
    panel = InterviewPanel.objects.get(title="Backend engineer: first conversation")
    for place, (name, parts) in enumerate(PEOPLE):
        hold_interview(panel, name, parts, now=timezone.now() - timedelta(minutes=90 - 10 * place))
