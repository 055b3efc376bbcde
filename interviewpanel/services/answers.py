"""The life of an answer: its turn starts, it is closed, its transcript is joined, it moves on.

`advance_answer` is the one joint between hearing, scoring and asking: called at closing and by every segment that
ends, so that no order of events can miss it. Called by the consumer, the tasks, and every service of the live session.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from config.work.transports import enqueue
from interviewpanel.domain.states import (
    OPEN_ANSWER,
    AnswerStatus,
    ClosedReason,
    MoveRefused,
    SessionStatus,
    check_answer_move,
)
from interviewpanel.models import Answer, AudioSegment, InterviewSession, SessionStep, TranscriptEntry
from interviewpanel.selectors.heard_words import describe_segment
from interviewpanel.selectors.open_turns import read_memory
from interviewpanel.selectors.session_state import has_open_answer
from interviewpanel.selectors.withdrawals import has_withdrawn
from interviewpanel.services.clocks import count_asking_seconds, stop_clock
from interviewpanel.services.events import add_transcript_entry, lock_session, record_event
from interviewpanel.services.outside_recordings import follow_pause
from interviewpanel.services.scores import list_told_follow_ups, open_score, score_provisionally

logger = logging.getLogger(__name__)

TRANSCRIPTION_LAG = timedelta(seconds=5)  # after this the next question is asked without waiting for the words
MAX_TYPED_CHARACTERS = 20_000
EMPTY_ANSWERS_BEFORE_ASKING = 2
CLOSED_BY_CLOCK = (ClosedReason.NO_SPEECH_TIMEOUT, ClosedReason.NO_AUDIO_TIMEOUT, ClosedReason.MAX_DURATION)


def get_open_answer(session: InterviewSession, answer_id: int) -> Answer:
    """One of the locked session's answers. Raises MoveRefused if it is closed already."""
    answer: Answer = session.answers.get(pk=answer_id)
    if not answer.is_open:
        raise MoveRefused("This question is closed already; the next one is on its way.", "answer.closed")
    return answer


@transaction.atomic
def start_turn(*, session_id: int, epoch: int, answer_id: int, deadline_at: datetime | None, now: datetime) -> None:
    """The question has been heard (or the candidate talks already). Idempotent."""
    session = lock_session(session_id, epoch=epoch)
    answer = get_open_answer(session, answer_id)
    if answer.status == AnswerStatus.ASKED:
        answer.status, answer.turn_started_at, answer.turn_deadline_at = AnswerStatus.ANSWERING, now, deadline_at
        answer.save(update_fields=["status", "turn_started_at", "turn_deadline_at"])


def store_deadline(*, session_id: int, epoch: int, answer_id: int, deadline_at: datetime | None) -> None:
    """When the turn ends if nobody is heard from now on: the sweeper acts on it if no server is left to."""
    open_answers = Answer.objects.filter(session_id=session_id, session__epoch=epoch, status__in=sorted(OPEN_ANSWER))
    open_answers.filter(pk=answer_id).update(turn_deadline_at=deadline_at)


@transaction.atomic
def keep_wishes(*, session_id: int, epoch: int, answer_id: int, wishes: dict[str, int]) -> None:
    """What the candidate has asked for joins what is remembered of the turn: it must not wait for the next segment."""
    answer = get_open_answer(lock_session(session_id, epoch=epoch), answer_id)
    answer.turn_memory = read_memory(answer).to_dict() | wishes
    answer.save(update_fields=["turn_memory"])


def check_typed(text: str) -> None:
    """Raises MoveRefused for a typed answer that is empty or too long."""
    if not text.strip():
        raise MoveRefused("The typed answer is empty. Write something, or skip the question.", "answer.empty")
    if len(text) > MAX_TYPED_CHARACTERS:
        raise MoveRefused(f"The typed answer is longer than {MAX_TYPED_CHARACTERS} characters.", "answer.too_long")


def find_closing_sequence(session_id: int, number: int) -> int | None:
    """The last frame that counts of a closed answer; None for one that is open or does not exist."""
    answer = Answer.objects.filter(session_id=session_id, number=number).values("closing_sequence").first()
    return None if answer is None else answer["closing_sequence"]


@transaction.atomic
def close_answer(
    *, session_id: int, epoch: int | None, answer_id: int, reason: str, now: datetime, typed_text: str = ""
) -> None:
    """The turn is over. Its segments are stored before this is called; typed text follows what was said.

    Raises MoveRefused if it is closed already.
    """
    session = lock_session(session_id, epoch=epoch)
    answer = get_open_answer(session, answer_id)
    answer.typed_text = typed_text.strip()
    close_locked_answer(session, answer, reason=ClosedReason(reason), now=now)


def close_locked_answer(session: InterviewSession, answer: Answer, *, reason: ClosedReason, now: datetime) -> None:
    """Effects: the answer is closed at its last stored frame; a skipped one is over and the next question is due; any
    other is advanced, now if its words are there, else by the last of its segments."""
    target = AnswerStatus.SKIPPED if reason == ClosedReason.SKIPPED else AnswerStatus.CLOSED
    check_answer_move(answer.status, target)
    last = answer.segments.order_by("-last_sequence").values_list("last_sequence", flat=True).first()
    answer.status, answer.closed_reason, answer.closed_at = target, reason, now
    answer.closing_sequence = -1 if last is None else last
    answer.turn_deadline_at = None
    answer.turn_started_at = answer.turn_started_at or answer.asked_at
    answer.save()
    if target == AnswerStatus.SKIPPED:
        _add_answer_entry(session, answer, "")
        session.empty_answers_in_row = 0
        session.save(update_fields=["empty_answers_in_row"])
        make_next_question_step(session, answer)
    else:
        advance_answer(session, answer.pk, now)


def advance_answer(session: InterviewSession, answer_id: int, now: datetime) -> None:
    """If the answer is closed and every segment is over: join its transcript, and send it on. Idempotent.

    Effects in order: the transcript and its event; then either the end (nobody spoke; or what was said could not be
    heard) or the provisional score and the scoring row; then the step to the next question. `session` is locked.

    Whatever raises undoes these and leaves the answer to the task `finalize_answer`, which tries again and gives up
    in the end: neither the closing nor the last segment may be lost with it.
    """
    try:
        with transaction.atomic():
            join_answer(session, answer_id, now)
    except Exception:
        logger.exception("An answer of interview %s could not be joined; it is tried again.", session.uuid)
        session.refresh_from_db()
        kind = SessionStep.Kind.FINALIZE_ANSWER
        enqueue(SessionStep.objects.get_or_create(session=session, answer_id=answer_id, kind=kind)[0])


def join_answer(session: InterviewSession, answer_id: int, now: datetime) -> None:
    """As `advance_answer`, but it raises. The work of the task `finalize_answer`.

    An answer of a candidate who has withdrawn stays closed: it is not joined, and nobody rates it.
    """
    answer = Answer.objects.select_related("question_version__question", "follow_up_of").get(pk=answer_id)
    answer.session = session  # with its panel: nothing of it is read again
    if answer.follow_up_of is not None:
        answer.follow_up_of.session, answer.follow_up_of.question_version = session, answer.question_version
    if answer.status != AnswerStatus.CLOSED or has_withdrawn(session):
        return
    segments = list(answer.segments.order_by("number"))
    if not all(segment.is_over for segment in segments):
        return
    _join_transcript(session, answer, segments, now)


def _join_transcript(session: InterviewSession, answer: Answer, segments: list[AudioSegment], now: datetime) -> None:
    heard = " ".join(segment.text for segment in segments if segment.text)
    answer.transcript = "\n".join(part for part in (heard, answer.typed_text) if part)
    answer.transcribed_at = now
    _add_answer_entry(session, answer, answer.transcript)
    if answer.transcript:
        _send_to_scoring(session, answer, now)
    else:
        answer.status = _judge_empty(answer, segments)
        answer.save()
    _count_empty(session, answer, now)
    _record_transcript(session, answer, segments, now)
    make_next_question_step(session, answer)


def _add_answer_entry(session: InterviewSession, answer: Answer, text: str) -> None:
    add_transcript_entry(
        session,
        kind=TranscriptEntry.Kind.ANSWER,
        text=text,
        answer=answer,
        started_at=answer.turn_started_at or answer.asked_at,
        ended_at=answer.closed_at,
    )


def _send_to_scoring(session: InterviewSession, answer: Answer, now: datetime) -> None:
    """Effects: transcribed; a provisional score; a scoring is due. A follow-up is scored with its question, anew."""
    check_answer_move(answer.status, AnswerStatus.TRANSCRIBED)
    answer.status = AnswerStatus.TRANSCRIBED
    answer.save()
    whole = answer.follow_up_of or answer
    follow_ups = list_told_follow_ups(whole) if whole is not answer else []
    answer.provisional = _score_provisionally(whole, follow_ups)
    answer.save(update_fields=["provisional"])
    enqueue(open_score(whole, len(follow_ups)))


def _score_provisionally(answer: Answer, follow_ups: list[Answer]) -> dict[str, object] | None:
    """Only choosing the next question needs it: a text that breaks the scorer must not hold up the interview."""
    try:
        return score_provisionally(answer, follow_ups)
    except Exception:
        logger.exception("Answer %s has no provisional score.", answer.uuid)
        return None


def _judge_empty(answer: Answer, segments: list[AudioSegment]) -> AnswerStatus:
    """Silence before a working microphone is an answer; anything else without words is a fault, never a zero."""
    was_spoken = any(segment.needs_transcription for segment in segments)
    microphone_worked = any(segment.end_sample > segment.start_sample + segment.lost_samples for segment in segments)
    if answer.closed_reason in (ClosedReason.INTERVIEW_OVER, ClosedReason.NO_AUDIO_TIMEOUT):
        return AnswerStatus.TECHNICAL_FAILURE  # nobody waited for the answer, or nothing reached us
    if microphone_worked and not was_spoken:
        return AnswerStatus.NO_SPEECH
    return AnswerStatus.TECHNICAL_FAILURE


def excuse_empty_answers(session: InterviewSession) -> None:
    """The silent answers at the end of an interview that was abandoned count for nothing, not as zeros."""
    ended = session.answers.exclude(status__in=sorted(OPEN_ANSWER)).order_by("-number")
    for answer in ended[: session.empty_answers_in_row]:
        if answer.status != AnswerStatus.NO_SPEECH:
            continue
        check_answer_move(answer.status, AnswerStatus.TECHNICAL_FAILURE)
        answer.status = AnswerStatus.TECHNICAL_FAILURE
        answer.save(update_fields=["status"])


def _count_empty(session: InterviewSession, answer: Answer, now: datetime) -> None:
    """Two empty questions in a row: the interview pauses and asks whether anybody is still there."""
    is_empty = answer.closed_reason in CLOSED_BY_CLOCK
    session.empty_answers_in_row = session.empty_answers_in_row + 1 if is_empty and not answer.transcript else 0
    session.save(update_fields=["empty_answers_in_row"])
    is_nobody_there = session.empty_answers_in_row >= EMPTY_ANSWERS_BEFORE_ASKING
    if is_nobody_there and session.status == SessionStatus.IN_PROGRESS and not has_open_answer(session.pk):
        stop_clock(session, now)
        session.status, session.paused_at = SessionStatus.PAUSED, now
        session.pause_reason = "are_you_there"
        session.save()
        payload = {"reason": "are_you_there", "seconds_left": round(count_asking_seconds(session))}
        record_event(session, "paused", payload, now)
        follow_pause(session, now)


def _record_transcript(session: InterviewSession, answer: Answer, segments: list[AudioSegment], now: datetime) -> None:
    payload: dict[str, object] = {
        "answer_uuid": str(answer.uuid),
        "message": answer.transcript,
        "is_partial": False,
        "segments": [describe_segment(segment) for segment in segments if segment.needs_transcription],
    }
    record_event(session, "transcription_update", payload, now)


def make_next_question_step(session: InterviewSession, answer: Answer | None) -> None:
    """Effects: the step that asks what comes after `answer` is queued, once, unless the interview is over."""
    if session.is_over or (answer is not None and answer.closed_reason == ClosedReason.INTERVIEW_OVER):
        return
    step, is_new = SessionStep.objects.get_or_create(
        session=session, answer=answer, kind=SessionStep.Kind.NEXT_QUESTION
    )
    if is_new:
        enqueue(step)


@transaction.atomic
def stop_waiting_for_words(*, session_id: int, now: datetime) -> bool:
    """Ask the next question although the last answer's words are not there yet, if they are later than 5 s."""
    late = (
        Answer.objects.filter(session_id=session_id, status=AnswerStatus.CLOSED, closed_at__lte=now - TRANSCRIPTION_LAG)
        .order_by("-number")
        .first()
    )
    if late is None or late.steps.filter(kind=SessionStep.Kind.NEXT_QUESTION).exists():
        return False
    session = lock_session(session_id)
    if session.is_over or has_open_answer(session.pk):
        return False
    make_next_question_step(session, late)
    return True


def ask_next_if_waiting(session: InterviewSession, now: datetime) -> None:
    """After a pause: the step that was put off for it is due at once."""
    for step in session.steps.filter(kind=SessionStep.Kind.NEXT_QUESTION, work_status="queued"):
        SessionStep.objects.filter(pk=step.pk).update(due_at=now)
        enqueue(step)
