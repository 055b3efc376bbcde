"""What each message of the candidate leads to: sent / answered / broadcast. Called by InterviewConsumer.receive."""

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from django.utils import timezone

from interviewpanel.consumers.live_turn import LiveTurn
from interviewpanel.domain import protocol
from interviewpanel.domain.protocol import ClientMessage, ProtocolError
from interviewpanel.services import answers, client_events, session_manager

if TYPE_CHECKING:
    from interviewpanel.consumers.interview import InterviewConsumer

Handler = Callable[["InterviewConsumer", ClientMessage], Awaitable[None]]


def _get_turn(consumer: "InterviewConsumer", message: ClientMessage) -> LiveTurn:
    if consumer.turn is None or consumer.turn.is_closed:
        raise ProtocolError("answer.none_open", "No question is open right now.", re=message.id)
    return consumer.turn


async def start(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """Consent. Broadcast: greeting, next_question. Declined: error, close 4403."""
    consent = message.fields["consent"]
    if consent.get("accepted") is not True:
        raise ProtocolError(
            "consent.declined",
            "Without your consent there is no recording and no interview. Please contact the people who invited you.",
            re=message.id,
            close_code=protocol.CLOSE_FORBIDDEN,
        )
    version = str(consent.get("document_version", ""))[:20]
    await consumer.call(session_manager.start_session, document_version=version)
    consumer.session.consented_at = consumer.session.consented_at or timezone.now()


async def playback_finished(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """The question has been heard. Answered: turn_update listening."""
    if consumer.question is None or message.fields["sequence"] < consumer.question_sequence:
        return  # of the greeting, or of a question before this one
    turn = consumer.turn
    if turn is not None and not turn.is_closed and not turn.is_started:
        await consumer.follow(turn.start(time.time()))
        consumer.start_turn()


async def end_turn(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """The candidate is done. Answered: turn_update, audio_ack; broadcast: transcription_update, next_question."""
    await consumer.follow(_get_turn(consumer, message).end(time.time(), "done"))


async def skip_question(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """As end_turn; the answer counts as skipped."""
    await consumer.follow(_get_turn(consumer, message).end(time.time(), "skipped"))


async def need_time(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """Let me think. Answered: turn_update with reason thinking."""
    await consumer.follow(_get_turn(consumer, message).need_time(time.time()))


async def answer_text(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """A typed answer, instead of speech or after it. Answered as end_turn."""
    turn = _get_turn(consumer, message)
    text = message.fields["text"]
    answers.check_typed(text)
    await consumer.follow(turn.end(time.time(), "typed"), typed_text=text)


async def repeat_question(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """Answered: session_state, from which the question can be played again."""
    _get_turn(consumer, message)
    await consumer.send_state()


async def pause(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """Broadcast: paused. Error when the budget is spent."""
    await consumer.call(session_manager.pause_session)


async def resume(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """Broadcast: resumed."""
    await consumer.call(session_manager.resume_session)


async def client_event(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """Kept for the reviewer, never scored. Not answered."""
    kind, at = message.fields["kind"], message.fields.get("at")
    await consumer.call(client_events.record_client_event, kind=kind, client_at=str(at or "")[:40])


async def end_interview(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """Broadcast: interview_completed; then close 1000."""
    if consumer.turn is not None and not consumer.turn.is_closed:
        await consumer.follow(consumer.turn.end(time.time(), "interview_over"))
    await consumer.call(session_manager.end_session, reason="ended_by_candidate")


async def sync(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """Answered: every event after last_sequence."""
    consumer.sent_sequence = max(0, min(message.fields["last_sequence"], consumer.session.event_sequence))
    consumer.look_for_news()


async def ping(consumer: "InterviewConsumer", message: ClientMessage) -> None:
    """Answered: pong."""
    await consumer.tell("pong", re=message.id)


HANDLERS: dict[str, Handler] = {
    "start": start,
    "playback_finished": playback_finished,
    "end_turn": end_turn,
    "need_time": need_time,
    "answer_text": answer_text,
    "skip_question": skip_question,
    "repeat_question": repeat_question,
    "pause": pause,
    "resume": resume,
    "client_event": client_event,
    "end_interview": end_interview,
    "sync": sync,
    "ping": ping,
}
