"""Keeps what the candidate's page noticed, for the reviewer. It never enters a score."""

from datetime import datetime

from interviewpanel.models import ClientEvent

MOST_PER_SESSION = 1000


def record_client_event(*, session_id: int, epoch: int, kind: str, client_at: str, now: datetime) -> None:
    """One more line, up to a thousand a session: a page gone wild fills no table.

    Lines are only added, so a replaced connection may still add the last of its own; `epoch` is not looked at.
    """
    if ClientEvent.objects.filter(session_id=session_id).count() < MOST_PER_SESSION:
        ClientEvent.objects.create(session_id=session_id, kind=kind[:40], client_at=client_at, at=now)
