"""An interview's room: asked for with a pass (room_passes.py), opened at the server, closed behind the interview.

Called by the end of an interview and by `tasks.look_after_room`. A call to the server is never made in a transaction.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from config.work.tasks import TryLater, WorkNotReady, WorkRefused
from config.work.transports import enqueue
from interviewpanel.domain.states import SessionStatus
from interviewpanel.engines.rooms import RoomsRefused, RoomsUnavailable
from interviewpanel.engines.rooms.calls import create_room, delete_room
from interviewpanel.engines.rooms.passes import read_limits
from interviewpanel.models import InterviewSession, Room

Store = Callable[[], None]
Status = Room.WorkStatus
LOOK_AGAIN = timedelta(minutes=10)
CLOSING_WORDS = timedelta(seconds=10)  # looked at this often while the interviewer still says goodbye


def ask_room(session: InterviewSession, now: datetime) -> Room:
    """The room of a locked session. Effects, in the caller's transaction: it is there, and announced to be opened."""
    room, is_new = Room.objects.get_or_create(session=session, defaults={"due_at": now})
    if not is_new and room.state != Room.State.OPEN:
        # One that was given up is tried again: the server may be mended by now.
        Room.objects.filter(pk=room.pk).exclude(work_status=Status.RUNNING).update(
            work_status=Status.QUEUED, attempts=0, finished_at=None, due_at=now, republished_at=None
        )
    if is_new or room.state != Room.State.OPEN:
        enqueue(room)
    return room


def make_room_due(session: InterviewSession, now: datetime) -> None:
    """The interview is over: its room is closed once the interviewer has left it. In the transaction that ends it."""
    for room in Room.objects.filter(session=session):
        Room.objects.filter(pk=room.pk, work_status=Status.QUEUED).update(due_at=now, republished_at=None)
        enqueue(room)


def look_after_room(room: Room, now: datetime) -> Store:
    """Open the room, look again every ten minutes, close it behind the interview. The work of the task of that name.

    Raises WorkNotReady while it is not over; TryLater where the server does not answer, WorkRefused where it refuses.
    """
    session = InterviewSession.objects.select_related("invitation").get(pk=room.session_id)
    try:
        if is_room_over(session, now):
            return _close(room, now)
        if room.state != Room.State.OPEN:
            _open(room, now)
    except RoomsUnavailable as trouble:
        raise TryLater(str(trouble), now + room.retry_delay(room.attempts)) from None
    except RoomsRefused as refusal:
        raise WorkRefused(str(refusal)) from None
    raise WorkNotReady(now + LOOK_AGAIN)


def is_room_over(session: InterviewSession, now: datetime) -> bool:
    """Over, or never begun and its link has ended."""
    return session.is_over or (session.status == SessionStatus.PENDING and session.invitation.expires_at <= now)


def _open(room: Room, now: datetime) -> None:
    sid = create_room(room.name, read_limits())
    mine = Room.objects.filter(pk=room.pk, claim_number=room.claim_number)
    mine.update(state=Room.State.OPEN, sid=sid, opened_at=now, closed_at=None)


def _close(room: Room, now: datetime) -> Store:
    if room.agent_until is not None and room.agent_until > now:
        raise WorkNotReady(now + CLOSING_WORDS)
    delete_room(room.name)

    def store() -> None:
        Room.objects.filter(pk=room.pk).update(state=Room.State.CLOSED, closed_at=now, needs_agent=False)

    return store


def give_up_room(room: Room, reason: str) -> None:
    """Nothing to undo: the server opens a room by itself as its first one joins, and closes it when all have left."""
