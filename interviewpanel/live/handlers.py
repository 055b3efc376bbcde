"""What each message of the candidate leads to: sent / answered / broadcast. Called by InterviewConsumer.receive."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from interviewpanel.domain import protocol
from interviewpanel.domain.protocol import ClientMessage, ProtocolError
from interviewpanel.live.live_turn import LiveTurn, TurnBegan
from interviewpanel.live.threads import in_thread
from interviewpanel.selectors.session_state import load_session
from interviewpanel.services import admissions, answers, client_events, session_manager
from interviewpanel.services.conversation import rephrasings

if TYPE_CHECKING:
    from interviewpanel.live.interview import LiveInterview

Handler = Callable[["LiveInterview", ClientMessage], Awaitable[None]]


def _get_turn(live: "LiveInterview", message: ClientMessage) -> LiveTurn:
    turn = live.hearing.open_turn
    if turn is None:
        raise ProtocolError("answer.none_open", "No question is open right now.", re=message.id)
    if message.fields.get("answer", turn.number) != turn.number:  # said late: it must not end the next question
        raise ProtocolError("answer.closed", "That question is closed already.", re=message.id)
    return turn


async def start(live: "LiveInterview", message: ClientMessage) -> None:
    """Consent. Broadcast: greeting, next_question. Answered, where all places are taken: queue; said again when its
    turn has come, by a page that confirms it. Declined: error, close 4403. Another text than was shown: error."""
    consent = message.fields["consent"]
    if consent.get("accepted") is not True:
        raise ProtocolError(
            "consent.declined",
            "Without your consent there is no recording and no interview. Please contact the people who invited you.",
            re=message.id,
            close_code=protocol.CLOSE_FORBIDDEN,
        )
    version = str(consent.get("document_version", ""))[:20]
    language = str(consent.get("language") or live.session.invitation.panel.language)[:8]
    shown_hash = str(consent["hash"])[:64] if "hash" in consent else None
    agreed = {"document_version": version, "language": language, "shown_hash": shown_hash}
    await live.admission.ask(agreed, confirms_turn=message.fields.get("confirms_turn") is True)


async def leave_queue(live: "LiveInterview", message: ClientMessage) -> None:
    """Out of the line. Answered: queue, with state left."""
    await live.call(admissions.leave_queue)
    await live.admission.tell()


async def tell_me(live: "LiveInterview", message: ClientMessage) -> None:
    """The page may be closed: e-mail or SMS when a place is free. Answered: queue. Error where it cannot be sent."""
    await live.call(admissions.ask_to_be_told, channel=message.fields["channel"])
    await live.admission.tell()


async def playback_finished(live: "LiveInterview", message: ClientMessage) -> None:
    """The question has been heard. Answered: turn_update listening. Of any other than the open one: nothing."""
    hearing = live.hearing
    turn = hearing.open_turn
    if turn is not None and not turn.is_started and message.fields["sequence"] == hearing.question_sequence:
        await hearing.follow([TurnBegan(), *turn.start(live.clock.read())])


async def end_turn(live: "LiveInterview", message: ClientMessage) -> None:
    """The candidate is done. Answered: turn_update, audio_ack; broadcast: transcription_update, next_question."""
    await live.hearing.follow(_get_turn(live, message).end(live.clock.read(), "done"))


async def skip_question(live: "LiveInterview", message: ClientMessage) -> None:
    """As end_turn; the answer counts as skipped."""
    await live.hearing.follow(_get_turn(live, message).end(live.clock.read(), "skipped"))


async def need_time(live: "LiveInterview", message: ClientMessage) -> None:
    """Let me think. Answered: turn_update with reason thinking."""
    turn = _get_turn(live, message)
    await live.hearing.take_wish(turn, turn.need_time(live.clock.read()))


async def more_time(live: "LiveInterview", message: ClientMessage) -> None:
    """The longest turn is put off. Answered: turn_update, if its countdown is taken back. Error after ten times."""
    turn = _get_turn(live, message)
    steps = turn.more_time(live.clock.read())
    if steps is None:
        raise ProtocolError("turn.no_more_time", "This answer has had all the extra time there is.", re=message.id)
    await live.hearing.take_wish(turn, steps)


async def catch_up(live: "LiveInterview", message: ClientMessage) -> None:
    """What comes next was recorded a while ago. Not answered; of an answer that is not open: nothing.

    It is not stored: whoever comes back to another server says it again before any of the frames it is about.
    """
    answer, through = message.fields["answer"], message.fields["through_sequence"]
    if not (0 < answer <= protocol.MOST_UNSIGNED and 0 <= through <= protocol.MOST_UNSIGNED):
        raise ProtocolError("message.malformed", "catch_up needs an answer from 1 and a frame from 0.", re=message.id)
    turn = live.hearing.open_turn
    if turn is not None and turn.number == answer:
        await live.hearing.follow(turn.catch_up(through, live.clock.read()))


async def set_waiting(live: "LiveInterview", message: ClientMessage) -> None:
    """The candidate ends answers by hand, or lets silence end them again. Answered: session_state."""
    await live.call(session_manager.wait_for_done, is_wanted=message.fields["until_done"])
    await live.take_settings()


async def answer_text(live: "LiveInterview", message: ClientMessage) -> None:
    """A typed answer, instead of speech or after it. Answered as end_turn."""
    turn = _get_turn(live, message)
    text = message.fields["text"]
    answers.check_typed(text)
    await live.hearing.follow(turn.end(live.clock.read(), "typed"), typed_text=text)


async def repeat_question(live: "LiveInterview", message: ClientMessage) -> None:
    """Answered: session_state, from which the question can be played again."""
    _get_turn(live, message)
    live.session = await in_thread(load_session, live.session.pk)
    await live.send_state()


async def rephrase_question(live: "LiveInterview", message: ClientMessage) -> None:
    """In other words, please. Broadcast: question_rephrased; the silence rule rests as by need_time meanwhile."""
    turn = _get_turn(live, message)
    await live.call(rephrasings.rephrase_question, answer_id=turn.answer_id)
    if turn.is_started:
        await live.hearing.take_wish(turn, turn.need_time(live.clock.read()))


async def pause(live: "LiveInterview", message: ClientMessage) -> None:
    """Broadcast: paused. Error when the budget is spent."""
    await live.call(session_manager.pause_session)


async def resume(live: "LiveInterview", message: ClientMessage) -> None:
    """Broadcast: resumed."""
    await live.call(session_manager.resume_session)


async def client_event(live: "LiveInterview", message: ClientMessage) -> None:
    """Kept for the reviewer, never scored. Not answered."""
    kind, at = message.fields["kind"], message.fields.get("at")
    await live.call(client_events.record_client_event, kind=kind, client_at=str(at or "")[:40])


async def end_interview(live: "LiveInterview", message: ClientMessage) -> None:
    """What was heard is stored first. Broadcast: interview_completed; then close 1000."""
    turn = live.hearing.open_turn
    if turn is not None:
        await live.hearing.follow(turn.end(live.clock.read(), "interview_over"))
    if not await live.call(session_manager.end_session, reason="ended_by_candidate"):
        raise ProtocolError("interview.not_live", "There is no interview to end: it has not begun.", re=message.id)


async def sync(live: "LiveInterview", message: ClientMessage) -> None:
    """Answered: every event after last_sequence."""
    live.delivery.replay(message.fields["last_sequence"])


async def ping(live: "LiveInterview", message: ClientMessage) -> None:
    """Answered: pong."""
    await live.tell("pong", re=message.id)


HANDLERS: dict[str, Handler] = {
    "start": start,
    "leave_queue": leave_queue,
    "tell_me": tell_me,
    "playback_finished": playback_finished,
    "end_turn": end_turn,
    "need_time": need_time,
    "more_time": more_time,
    "catch_up": catch_up,
    "set_waiting": set_waiting,
    "answer_text": answer_text,
    "skip_question": skip_question,
    "repeat_question": repeat_question,
    "rephrase_question": rephrase_question,
    "pause": pause,
    "resume": resume,
    "client_event": client_event,
    "end_interview": end_interview,
    "sync": sync,
    "ping": ping,
}
