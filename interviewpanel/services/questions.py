"""Greets, chooses and asks: the work of `generate_greeting` and `select_and_send_next_question`."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db.models import F, prefetch_related_objects
from django.utils import timezone

from config.work.tasks import WorkNotReady
from interviewpanel.domain.follow_ups import Room, Standing, count_follow_ups_left
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
from interviewpanel.selectors.progress import count_asked_questions, list_standings
from interviewpanel.selectors.question_supply import Supply, load_supply
from interviewpanel.selectors.session_state import has_open_answer
from interviewpanel.services.answers import make_next_question_step
from interviewpanel.services.clocks import count_remaining_seconds, is_time_short
from interviewpanel.services.conversation.closings import prepare_closing
from interviewpanel.services.conversation.follow_ups import choose_follow_up
from interviewpanel.services.conversation.greetings import choose_greeting
from interviewpanel.services.conversation.lines import drop_lines
from interviewpanel.services.conversation.next_questions import (
    keep_made_question,
    prepare_next_question,
    take_question,
)
from interviewpanel.services.conversation.rephrasings import prepare_rephrasing
from interviewpanel.services.events import add_transcript_entry, lock_session, record_event
from interviewpanel.services.interviewer_voice import prepare_next_speech
from interviewpanel.services.session_manager import finish_locked_session
from interviewpanel.services.spoken_audio import describe_speech
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
    message = choose_greeting(session, now)
    add_transcript_entry(session, kind=TranscriptEntry.Kind.GREETING, text=message, started_at=now)
    record_event(session, "greeting", {"message": message, **describe_speech(session, message, now)}, now)
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
    standings = list_standings(session)
    supply = load_supply(invitation.panel, invitation.candidate, session)
    action = _choose_action(session, standings, supply)
    choice = None
    if action not in (NextAction.WRAP_UP, NextAction.FOLLOW_UP):
        wanted = fold_difficulty(difficulty_action(standing.score) for standing in standings)
        choice = choose_question(supply.cells, supply.candidates, supply.asked, wanted, session.seed)
    missing = standings[-1].missing if action is NextAction.FOLLOW_UP else None

    def store() -> None:
        _store_next(session.pk, choice, missing, invitation.panel)
        prepare_next_speech(session, supply, timezone.now())

    return store


def _choose_action(session: InterviewSession, standings: list[Standing], supply: Supply) -> NextAction:
    """After the last answer: its question may be followed up if its words are there and the budgets have room."""
    panel, now = session.invitation.panel, timezone.now()
    last = session.answers.select_related("question_version").order_by("-number").first()
    if last is None:
        return next_action(None, is_distribution_filled=supply.is_filled, is_time_short=is_time_short(session, now))
    standing = standings[-1]
    room = Room(
        exchanges_left=panel.max_questions - last.number,
        seconds_left=count_remaining_seconds(session, now),
        open_places=supply.open_places,
        expected_seconds=last.question_version.expected_seconds * session.invitation.time_multiplier,
    )
    is_told = last.status in (AnswerStatus.TRANSCRIBED, AnswerStatus.SCORED)
    return next_action(
        standing.score,
        depth=standing.depth,
        relevance=standing.relevance,
        covered=standing.covered,
        follow_ups_left=count_follow_ups_left(standing, panel.max_follow_ups, room) if is_told else 0,
        is_distribution_filled=supply.is_filled,
        is_time_short=is_time_short(session, now),
        exchanges=last.number,
        exchange_limit=panel.max_questions,
    )


def _store_next(session_id: int, choice: Choice | None, missing: Sequence[str] | None, panel: InterviewPanel) -> None:
    """`missing`: what the answer to follow up left out; None where it is not followed up."""
    session, now = lock_session(session_id), timezone.now()
    if session.is_over or has_open_answer(session.pk):
        return
    if session.status == SessionStatus.PAUSED:  # since the choice was made
        raise WorkNotReady(now + PAUSE_RECHECK)
    if missing is not None:
        _follow_up(session, missing, panel, now)
    elif choice is None:
        _finish(session, now)
    else:
        _ask(session, choice, panel, now)


def _finish(session: InterviewSession, now: datetime) -> None:
    reason = "time_is_up" if is_time_short(session, now) else "all_asked"
    if session.status == SessionStatus.GREETING:
        session.status = SessionStatus.IN_PROGRESS
    finish_locked_session(session, now=now, reason=reason)


def _ask(session: InterviewSession, choice: Choice, panel: InterviewPanel, now: datetime) -> None:
    """Effects in order: a question made for this candidate goes into the bank; answer row, exposure (not in a trial),
    transcript line, session state, event."""
    question = Question.objects.select_related("current_version", "subtopic__topic__category").get(
        pk=choice.question_id
    )
    version = question.current_version
    assert version is not None, "a live question has a version: the database holds it"
    version.question = question
    row = next(row for row in panel.distribution.all() if row.pk == choice.row_id)
    last = session.answers.order_by("-number").first()
    words = take_question(session, last, version, now)
    told: dict[str, object] = {"words": "model", "line": str(words.uuid)} if words else {}
    if words and words.draft:
        version = keep_made_question(session, words, question)
        told["made_in_place_of"] = str(question.uuid)
    answer = Answer.objects.create(
        session=session,
        number=last.number + 1 if last else 1,
        question_version=version,
        question_text=words.text if words else version.text,
        distribution_row=row,
        cell_difficulty=choice.difficulty,
        weightage=row.weightage,
        choice={**choice.reason, **told},
        asked_at=now,
    )
    if not session.invitation.is_trial:
        Question.objects.filter(pk=version.question_id).update(times_asked=F("times_asked") + 1)
    if session.status == SessionStatus.GREETING:
        session.status = SessionStatus.IN_PROGRESS
        session.save(update_fields=["status"])
    elif session.interrupted_from == SessionStatus.GREETING:
        session.interrupted_from = SessionStatus.IN_PROGRESS
        session.save(update_fields=["interrupted_from"])
    _tell_question(session, answer, panel, now, words.details["suggestions"] if words else version.suggestions)


def _follow_up(session: InterviewSession, missing: Sequence[str], panel: InterviewPanel, now: datetime) -> None:
    """Ask on about the last question. Effects in order: an answer row that completes its answer, transcript, event."""
    last = session.answers.select_related("question_version__question", "follow_up_of").order_by("-number")[0]
    whole = last.follow_up_of or last
    words = choose_follow_up(session, last, missing, now)
    answer = Answer.objects.create(
        session=session,
        number=last.number + 1,
        kind=Answer.Kind.FOLLOW_UP,
        follow_up_of=whole,
        question_version=last.question_version,
        question_text=words.text,
        distribution_row_id=whole.distribution_row_id,
        cell_difficulty=whole.cell_difficulty,
        weightage=whole.weightage,
        choice=words.reason,
        asked_at=now,
    )
    _tell_question(session, answer, panel, now)


def _tell_question(
    session: InterviewSession, answer: Answer, panel: InterviewPanel, now: datetime, suggestions: Sequence[str] = ()
) -> None:
    """Effects in order: transcript and event; what was prepared beside the answer before is dropped; what may be said
    next is due to be prepared."""
    kind = TranscriptEntry.Kind.FOLLOW_UP if answer.is_follow_up else TranscriptEntry.Kind.QUESTION
    add_transcript_entry(session, kind=kind, text=answer.question_text, answer=answer, started_at=now)
    question = _describe_question(answer, panel, suggestions) | describe_speech(session, answer.question_text, now)
    record_event(session, "next_question", question, now)
    if panel.words_by_model or panel.question_wording != InterviewPanel.QuestionWording.AS_WRITTEN:
        for earlier in session.answers.filter(number=answer.number - 1):
            drop_lines(session, earlier)
        prepare_rephrasing(session, answer, now)
        prepare_next_question(session, answer, now)
    prepare_closing(session, now)


def _describe_question(answer: Answer, panel: InterviewPanel, suggestions: Sequence[str]) -> dict[str, object]:
    """`next_question` of the protocol, also the current question in `session_state`."""
    version = answer.question_version
    return {
        "question_uuid": str(version.question.uuid),
        "answer": answer.number,
        "answer_uuid": str(answer.uuid),
        "message": answer.question_text,
        "number": count_asked_questions(answer),
        "of": count_planned_questions(panel),
        "kind": answer.kind,
        "expected_seconds": version.expected_seconds,
        "think_seconds": count_think_seconds(answer),
        "suggestions": list(suggestions),
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
