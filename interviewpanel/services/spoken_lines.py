"""What this server's voice said to a candidate, noted by the way in that played it, for the recording of both voices.

A phone call or a room notes each line as its sound begins, and where it is cut off; a browser that plays the server's
voice has its lines noted where the sound's address is handed to it. What a browser says by itself is not noted: no
sound of it is here.
"""

from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction

from interviewpanel.models import InterviewSession, SpokenLine
from interviewpanel.services.events import lock_session
from interviewpanel.services.recordings import mix_again

LONGEST = timedelta(minutes=10)  # together, what one document of a call or one turn of a room says


class Sound(Protocol):
    """Of a `SpokenAudio`: a FLAC in storage, 16 kHz mono, and its length."""

    file: Any
    seconds: float


@transaction.atomic
def note_spoken_line(*, session_id: int, text: str, sound: Sound, started_at: datetime) -> SpokenLine:
    """Effects: the line is noted; where the interview is over (its closing words), what is mixed is mixed anew."""
    session = lock_session(session_id)
    line = SpokenLine.objects.create(
        session=session, text=text, file_name=str(sound.file.name), seconds=sound.seconds, started_at=started_at
    )
    _mix_if_over(session, started_at)
    return line


@transaction.atomic
def cut_spoken_line(*, line_id: int, ended_at: datetime) -> None:
    """Effects: the line ended there: the candidate talked over it, or the line broke. Said twice, the first holds."""
    line = SpokenLine.objects.select_related("session").filter(pk=line_id).first()
    if line is None:
        return  # erased meanwhile
    session = lock_session(line.session_id)
    if SpokenLine.objects.filter(pk=line_id, ended_at__isnull=True).update(ended_at=max(ended_at, line.started_at)):
        _mix_if_over(session, ended_at)


def stop_spoken_lines(*, session_id: int, ended_at: datetime) -> None:
    """Effects: whatever of the session's lines is being heard ends there; what was still to come was not said."""
    rows = SpokenLine.objects.filter(
        session_id=session_id, ended_at__isnull=True, started_at__gt=ended_at - LONGEST
    ).order_by("pk")
    lines = [line for line in rows if line.started_at + timedelta(seconds=line.seconds) > ended_at]
    if not lines:
        return
    with transaction.atomic():
        session = lock_session(session_id)
        SpokenLine.objects.filter(pk__in=[line.pk for line in lines if line.started_at >= ended_at]).delete()
        SpokenLine.objects.filter(
            pk__in=[line.pk for line in lines if line.started_at < ended_at], ended_at__isnull=True
        ).update(ended_at=ended_at)
        _mix_if_over(session, ended_at)


def _mix_if_over(session: InterviewSession, now: datetime) -> None:
    if session.ended_at is not None:
        mix_again(session, now)
