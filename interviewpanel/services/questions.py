"""Greets, chooses and asks: the work of `generate_greeting` and `select_and_send_next_question`."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F, prefetch_related_objects
from django.utils import timezone

from config.work.tasks import WorkNotReady
from interviewpanel.domain.score_calculator import difficulty_action, next_action
from interviewpanel.domain.scoring_terms import NextAction
from interviewpanel.domain.selection import Choice, choose_question, fold_difficulty
from interviewpanel.domain.states import AnswerStatus, SessionStatus
from interviewpanel.models import (
    Answer,
    InterviewPanel,
    InterviewSession,
    SessionStep,
    TranscriptEntry,
)
from interviewpanel.selectors.open_turns import count_think_seconds
from interviewpanel.selectors.panel_facts import count_planned_questions
from interviewpanel.selectors.progress import list_best_scores
from interviewpanel.selectors.question_supply import load_supply
from interviewpanel.selectors.session_state import has_open_answer
from interviewpanel.selectors.speech import compose_greeting
from interviewpanel.services.answers import make_next_question_step
from interviewpanel.services.clocks import is_time_short
from interviewpanel.services.events import add_transcript_entry, lock_session, record_event
from interviewpanel.services.session_manager import finish_locked_session
from questionbank.models import Question

Store = Callable[[], None]
PAUSE_RECHECK = timedelta(seconds=5)


def greet(step: SessionStep) -> Store:
    """Returns what stores the greeting and sends for the first question."""
    return lambda: _store_greeting(step.session_id)


def _store_greeting(session_id: int) -> None:
    session, now = lock_session(session_id), timezone.now()
    if session.is_over:
        return
    message = compose_greeting(session)
    add_transcript_entry(session, kind=TranscriptEntry.Kind.GREETING, text=message, started_at=now)
    record_event(session, "greeting", {"message": message}, now)
    make_next_question_step(session, None)


def ask_next(step: SessionStep) -> Store:
    """Choose what comes after the step's answer. Returns what asks it, or what ends the interview.

    Raises WorkNotReady while the candidate has paused: a question waits for them, not they for it.
    """
    session = InterviewSession.objects.select_related("invitation__panel", "invitation__candidate").get(
        pk=step.session_id
    )
    if session.status == SessionStatus.PAUSED:
        raise WorkNotReady(timezone.now() + PAUSE_RECHECK)
    invitation = session.invitation
    prefetch_related_objects([invitation.panel], "distribution")  # read for the choice, the question and its count
    scores = list_best_scores(session)
    supply = load_supply(invitation.panel, invitation.candidate, session)
    action = next_action(
        scores[-1] if scores else None,
        is_distribution_filled=supply.is_filled,
        is_time_short=is_time_short(session, timezone.now()),
        exchanges=len(scores),
        exchange_limit=invitation.panel.max_questions,
    )
    choice = None
    if action is not NextAction.WRAP_UP:
        wanted = fold_difficulty(difficulty_action(score) for score in scores)
        choice = choose_question(supply.cells, supply.candidates, supply.asked, wanted, session.seed)
    return lambda: _store_next(session.pk, choice, invitation.panel)


def _store_next(session_id: int, choice: Choice | None, panel: InterviewPanel) -> None:
    session, now = lock_session(session_id), timezone.now()
    if session.is_over or has_open_answer(session.pk):
        return
    if session.status == SessionStatus.PAUSED:  # since the choice was made
        raise WorkNotReady(now + PAUSE_RECHECK)
    if choice is None:
        _finish(session, now)
    else:
        _ask(session, choice, panel, now)


def _finish(session: InterviewSession, now: datetime) -> None:
    reason = "time_is_up" if is_time_short(session, now) else "all_asked"
    if session.status == SessionStatus.GREETING:
        session.status = SessionStatus.IN_PROGRESS
    finish_locked_session(session, now=now, reason=reason)


def _ask(session: InterviewSession, choice: Choice, panel: InterviewPanel, now: datetime) -> None:
    """Effects in order: answer row, exposure (not in a trial), transcript line, session state, event."""
    question = Question.objects.select_related("current_version").get(pk=choice.question_id)
    version = question.current_version
    assert version is not None, "a live question has a version: the database holds it"
    version.question = question
    row = next(row for row in panel.distribution.all() if row.pk == choice.row_id)
    number = session.answers.count() + 1
    answer = Answer.objects.create(
        session=session,
        number=number,
        question_version=version,
        question_text=version.text,
        distribution_row=row,
        cell_difficulty=choice.difficulty,
        weightage=row.weightage,
        choice=choice.reason,
        asked_at=now,
    )
    if not session.invitation.is_trial:
        Question.objects.filter(pk=question.pk).update(times_asked=F("times_asked") + 1)
    add_transcript_entry(session, kind=TranscriptEntry.Kind.QUESTION, text=version.text, answer=answer, started_at=now)
    if session.status == SessionStatus.GREETING:
        session.status = SessionStatus.IN_PROGRESS
        session.save(update_fields=["status"])
    elif session.interrupted_from == SessionStatus.GREETING:
        session.interrupted_from = SessionStatus.IN_PROGRESS
        session.save(update_fields=["interrupted_from"])
    record_event(session, "next_question", _describe_question(answer, panel), now)


def _describe_question(answer: Answer, panel: InterviewPanel) -> dict[str, object]:
    """`next_question` of the protocol, also the current question in `session_state`."""
    version = answer.question_version
    return {
        "question_uuid": str(version.question.uuid),
        "answer": answer.number,
        "answer_uuid": str(answer.uuid),
        "message": answer.question_text,
        "number": answer.number,
        "of": count_planned_questions(panel),
        "kind": answer.kind,
        "expected_seconds": version.expected_seconds,
        "think_seconds": count_think_seconds(answer),
        "suggestions": version.suggestions,
    }


def give_up_step(step: SessionStep, reason: str) -> None:
    """A step nobody could take: the interview ends politely rather than stall. Its reason is on the row.

    An answer that could not be finalized is a technical failure, and the interview goes on.
    """
    session = lock_session(step.session_id)
    if step.answer is not None and step.kind == SessionStep.Kind.FINALIZE_ANSWER:
        Answer.objects.filter(pk=step.answer.pk, status=AnswerStatus.CLOSED).update(
            status=AnswerStatus.TECHNICAL_FAILURE
        )
        make_next_question_step(session, step.answer)
        return
    if not session.is_live:
        return
    finish_locked_session(session, now=timezone.now(), reason="technical_failure", is_abandoned=True)
