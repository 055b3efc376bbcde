"""What the end of a call means for its interview, whoever told of it: a report, or the answer when Twilio was asked."""

from datetime import datetime

from interviewpanel.domain.calling import ENDED_AT_TWILIO
from interviewpanel.models import PhoneCall
from interviewpanel.services.session_manager import interrupt_session
from interviewpanel.services.spoken_lines import stop_spoken_lines


def end_call_here(*, before: PhoneCall, call: PhoneCall, at: datetime, now: datetime) -> None:
    """The call is over. Effects: what this server's voice was saying on it has ended with it; with the end of a line
    that is not streamed, where no socket closes, its session is interrupted, from when it ended. Said twice, done once.

    Not in the caller's transaction: everybody else locks the session before the call.
    """
    if before.status not in ENDED_AT_TWILIO:
        _end_speech(before, at)
    if call.session_id is not None and call.session_epoch is not None:
        interrupt_session(session_id=call.session_id, epoch=call.session_epoch, now=min(call.ended_at or at, now))


def _end_speech(call: PhoneCall, at: datetime) -> None:
    """Not where a server has the session: then it is said elsewhere by now, or the line's own socket sees to it."""
    session = call.session
    if session is not None and (session.is_over or not session.lease_owner):
        stop_spoken_lines(session_id=session.pk, ended_at=at)
