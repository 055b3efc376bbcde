"""What others record of an interview, Twilio of its calls and LiveKit of its room: it rests with the interview."""

from datetime import datetime

from interviewpanel.domain.calling import ENDED
from interviewpanel.models import InterviewSession, PhoneCall, Room
from interviewpanel.services.call_states import note_happening
from interviewpanel.services.room_recordings import begin_recording, rest_recordings


def follow_pause(session: InterviewSession, now: datetime) -> None:
    """The interview was paused, or goes on. Effects, in the caller's transaction: the work by which Twilio and LiveKit
    are told that nothing is recorded meanwhile, or that it is again."""
    for call in PhoneCall.objects.filter(session=session, upkeep__records=True).exclude(status__in=sorted(ENDED)):
        note_happening(call, now)
    rooms = Room.objects.filter(session=session)
    if session.is_at_rest:
        for room in rooms:
            rest_recordings(room, now)
    else:
        for room in rooms.filter(agent_until__gt=now):  # who has gone elsewhere since leaves nothing to record there
            begin_recording(room_id=room.pk, now=now)
