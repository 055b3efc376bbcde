"""What this server's voice said to a candidate, noted by the way in that played it, for the recording of both voices.

A room or a call notes each line as its sound begins, and where it is cut off. A page that plays it tells the same
(views/spoken.py): only it knows whether that was heard, or the browser's own voice, of which no sound is here.
"""

from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction

from interviewpanel.models import InterviewSession, SpokenAudio, SpokenLine
from interviewpanel.services.events import lock_session
from interviewpanel.services.recordings import mix_again

MOST_LINES = 1000  # of a session, told by a page: one gone wild fills no table
CLOSING_WITHIN = timedelta(minutes=2)  # of the end; a line that is told days later would make a recording of days
LONGEST = timedelta(minutes=10)  # together, what one document of a call or one turn of a room says


class Sound(Protocol):
    """Of a `SpokenAudio`: a FLAC in storage, 16 kHz mono, and its length."""

    file: Any
    seconds: float


@transaction.atomic
def note_spoken_line(*, session_id: int, text: str, sound: Sound, started_at: datetime) -> SpokenLine | None:
    """Effects: the line is noted; where the interview is over (its closing words), what is mixed is mixed anew.

    None before the candidate has agreed: what asks for it is no part of the interview, whose recording begins there.
    """
    session = lock_session(session_id)
    if session.started_at is None or started_at < session.started_at:
        return None
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


@transaction.atomic
def take_begun_sound(*, session_id: int, audio: SpokenAudio, now: datetime) -> SpokenLine | None:
    """The candidate's page has just begun to play it; each time anew, for it may be repeated.

    Effects as those of `note_spoken_line`. None, and nothing, where the interview is over for a while, or after as many
    lines as nobody listens to.
    """
    session = lock_session(session_id)
    is_late = session.ended_at is not None and now > session.ended_at + CLOSING_WITHIN
    if is_late or session.spoken_lines.count() >= MOST_LINES:
        return None
    return note_spoken_line(session_id=session_id, text=audio.text, sound=audio, started_at=now)


@transaction.atomic
def take_cut_sound(*, session_id: int, audio: SpokenAudio, now: datetime) -> None:
    """The page fell silent before the end of it. Effects as those of `cut_spoken_line`, on the newest such line."""
    session = lock_session(session_id)
    line = session.spoken_lines.filter(file_name=str(audio.file.name)).order_by("-started_at", "-id").first()
    if line is not None:
        cut_spoken_line(line_id=line.pk, ended_at=now)


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
