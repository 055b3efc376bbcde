"""Until when sound and video are kept, and erasing them while transcript and scores stay.

The date is fixed when recording begins, by the days that were told behind the link. Called by session_manager (the
date), by the sweep of tasks.py (`erase_due_recordings`). What goes with the whole interview is services/erasure.py's.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from interviewpanel.models import AudioSegment, InterviewPanelCandidate, InterviewSession, RoomRecording
from interviewpanel.selectors.erasures import list_due_recordings
from interviewpanel.services.call_recordings import forget_recordings
from interviewpanel.services.events import lock_session
from interviewpanel.services.file_removals import open_removal
from interviewpanel.signals import interview_judged
from organizations.services.history import record_change

logger = logging.getLogger(__name__)

MOST_IN_ONE_SWEEP = 50
RECORDED_FOLDERS = ("audio", "recordings", "video")


def find_recordings_end(invitation: InterviewPanelCandidate, now: datetime) -> datetime | None:
    """Of what is recorded from now on; None where it is kept as long as the interview."""
    return None if invitation.recording_days is None else now + timedelta(days=invitation.recording_days)


def erase_due_recordings(now: datetime) -> int:
    """Erase sound and video that were kept as long as was told, some of it each sweep, the oldest first. Returns of how
    many interviews."""
    count = 0
    for pk in list_due_recordings(now, most=MOST_IN_ONE_SWEEP):
        try:
            count += erase_recordings(session_id=pk, now=now)
        except Exception:
            logger.exception("Recordings of interview %s could not be erased; the next sweep tries again.", pk)
    return count


@transaction.atomic
def erase_recordings(*, session_id: int, now: datetime) -> bool:
    """Erase an interview's sound and video. False if that was done before, or it goes on.

    Effects in order: the rows of recordings, videos and spoken lines go, of rooms and calls too; the work of removing
    at Twilio what it has of them is made; what was heard keeps its words and loses its file; the work of removing the
    files is made; the history says so; the report is made again, to say so too.
    The invitation is locked first, as by whoever erases it and by uploads that come late.
    """
    invitation_id = InterviewSession.objects.values_list("invitation_id", flat=True).get(pk=session_id)
    invitation = InterviewPanelCandidate.objects.select_for_update(of=("self",)).get(pk=invitation_id)
    session = lock_session(session_id)
    if session.is_live or session.recordings_erased_at is not None or invitation.erased_at is not None:
        return False
    for rows in (session.recordings, session.videos, session.spoken_lines):
        rows.all().delete()
    RoomRecording.objects.filter(room__session=session).delete()
    forget_recordings(session, now)
    AudioSegment.objects.filter(answer__session=session).update(file="")
    open_removal(folders=[f"{folder}/{session.uuid}" for folder in RECORDED_FOLDERS], now=now)
    session.recordings_erased_at = now
    session.save(update_fields=["recordings_erased_at"])
    record_change(
        row=session,
        action="changed",
        organization_id=session.organization_id,
        actor=None,
        now=now,
        message="Sound and video erased: the time for which they were kept was over. Transcript and scores stay.",
    )
    interview_judged.send(sender=InterviewSession, session=session, now=now)
    transaction.on_commit(lambda: logger.info("Recordings of interview %s were erased: retention.", session.uuid))
    return True
