"""Writing what the client must know as rows, under the session's lock. Every other service here goes through it."""

from datetime import datetime
from functools import partial

from django.db import transaction

from config.channel_layer import send_group
from interviewpanel.domain.states import MoveRefused
from interviewpanel.models import Answer, InterviewSession, SessionEvent, TranscriptEntry


class ConnectionReplaced(MoveRefused):
    """The write comes from a connection that is no longer the session's."""

    def __init__(self) -> None:
        super().__init__("This interview is open elsewhere; this connection can change nothing.", "session.replaced")


def lock_session(session_id: int, *, epoch: int | None = None) -> InterviewSession:
    """The session's row, locked until the transaction ends; with `epoch`, only for the connection that holds it.

    On SQLite the lock is the transaction itself (BEGIN IMMEDIATE), on PostgreSQL the row's.
    Raises ConnectionReplaced.
    """
    assert transaction.get_connection().in_atomic_block, "lock_session needs a transaction around it"
    session = (
        InterviewSession.objects.select_for_update(of=("self",))
        .select_related("invitation__panel", "invitation__candidate", "organization")
        .get(pk=session_id)
    )
    if epoch is not None and session.epoch != epoch:
        raise ConnectionReplaced
    return session


def hold_session(session_id: int) -> None:
    """The session's row locked, as `lock_session` does, and nothing read of it; a session that is gone locks nothing.

    Work calls it before it ends its own row: a session is locked before whatever hangs on it, by everybody.
    """
    rows = InterviewSession.objects.select_for_update(of=("self",)).filter(pk=session_id)
    list(rows.order_by().values_list("pk", flat=True))


def record_event(session: InterviewSession, type_: str, payload: dict[str, object], now: datetime) -> SessionEvent:
    """Effects: the next sequence number is taken from the locked session, the event is written, sockets are told."""
    session.event_sequence += 1
    session.save(update_fields=["event_sequence"])
    event = SessionEvent.objects.create(
        session=session, sequence=session.event_sequence, type=type_, payload=payload, at=now
    )
    tell_sockets(session, {"type": "session.news"})
    return event


def tell_sockets(session: InterviewSession, message: dict[str, object]) -> None:
    """A hint to every socket of the session once the transaction has committed. It may be lost without harm."""
    transaction.on_commit(partial(send_group, session.group_name, message), robust=True)


def add_transcript_entry(
    session: InterviewSession,
    *,
    kind: str,
    text: str,
    started_at: datetime,
    answer: Answer | None = None,
    ended_at: datetime | None = None,
) -> TranscriptEntry:
    """Effects: the next line of the transcript is written, under the session's lock."""
    session.transcript_sequence += 1
    session.save(update_fields=["transcript_sequence"])
    is_candidate = kind == TranscriptEntry.Kind.ANSWER
    return TranscriptEntry.objects.create(
        session=session,
        sequence=session.transcript_sequence,
        speaker=TranscriptEntry.Speaker.CANDIDATE if is_candidate else TranscriptEntry.Speaker.INTERVIEWER,
        kind=kind,
        answer=answer,
        text=text,
        started_at=started_at,
        ended_at=ended_at,
    )
