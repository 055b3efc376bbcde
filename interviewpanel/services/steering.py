"""What people of the organization may do to an interview that goes on: end it, give it more time, pause it.

Called by admin/live.py and api/sessions.py, which have asked for the role and write down who did it and why.
"""

from datetime import datetime

from django.db import transaction

from interviewpanel.domain.states import LIVE, MoveRefused, SessionStatus
from interviewpanel.models import InterviewSession
from interviewpanel.services.clocks import count_remaining_seconds
from interviewpanel.services.events import lock_session, record_event
from interviewpanel.services.session_manager import finish_locked_session, pause_session, resume_session
from organizations.domain.clocks import write_deadline
from organizations.selectors import find_zone

MOST_MINUTES = 60  # at once
ENDED_BY_ORGANIZATION = "ended_by_organization"
PAUSED_BY_ORGANIZATION = "organization"


class SteeringRefused(MoveRefused):
    """The interview cannot be ended or extended now; the message says why and what to do."""


@transaction.atomic
def end_by_organization(*, session_id: int, now: datetime) -> None:
    """Effects: those of `finish_locked_session`: what was stored of an open answer counts, the candidate is told, the
    report follows. Of an interview nobody is connected to, silence before the end is not held against the candidate.

    Raises SteeringRefused if it has not begun or is over.
    """
    session = lock_session(session_id)
    _check_live(session)
    is_abandoned = session.status == SessionStatus.INTERRUPTED
    finish_locked_session(session, now=now, reason=ENDED_BY_ORGANIZATION, is_abandoned=is_abandoned)


@transaction.atomic
def extend_session(*, session_id: int, minutes: int, expected_limit_seconds: int, now: datetime) -> None:
    """Effects: the talking time is longer by so many minutes, and the candidate is told at once.

    `expected_limit_seconds` is what was shown to whoever extends, so that two people do not both give the same time.
    Raises SteeringRefused if it has not begun or is over, or if somebody has extended it meanwhile.
    """
    if not 1 <= minutes <= MOST_MINUTES:
        raise SteeringRefused(f"Between 1 and {MOST_MINUTES} minutes can be added at once.")
    session = lock_session(session_id)
    _check_live(session)
    if session.clock_limit_seconds != expected_limit_seconds:
        raise SteeringRefused(
            f"Somebody has changed the time of this interview: it is {round(session.clock_limit_seconds / 60)} minutes "
            "now. Nothing was added. Look at the clock, and extend it again if it is still too short."
        )
    session.clock_limit_seconds += minutes * 60
    session.save(update_fields=["clock_limit_seconds"])
    remaining = round(count_remaining_seconds(session, now))
    record_event(session, "time_added", {"minutes": minutes, "remaining_seconds": remaining}, now)


@transaction.atomic
def pause_by_organization(*, session_id: int, now: datetime) -> None:
    """Effects: those of `pause_session`. The pause is of the time that the panel gives for pauses, and ends with it;
    the candidate may end it before.

    Raises SteeringRefused unless the interview goes on just now, MoveRefused where the time for pauses is used up.
    """
    session = lock_session(session_id)
    _check_live(session)
    if session.status != SessionStatus.IN_PROGRESS:
        raise SteeringRefused(PAUSE_REFUSALS[SessionStatus(session.status)])
    pause_session(session_id=session_id, epoch=None, now=now, reason=PAUSED_BY_ORGANIZATION)


@transaction.atomic
def resume_by_organization(*, session_id: int, now: datetime) -> None:
    """Effects: those of `resume_session`.

    Raises SteeringRefused where there is no pause, or the candidate has it: nobody is called back from their break.
    """
    session = lock_session(session_id)
    _check_live(session)
    if session.status != SessionStatus.PAUSED:
        raise SteeringRefused("This interview is not paused.")
    if session.pause_reason != PAUSED_BY_ORGANIZATION:
        raise SteeringRefused("This pause is the candidate's, who goes on when they are back.")
    resume_session(session_id=session_id, epoch=None, now=now, reason=PAUSED_BY_ORGANIZATION)


PAUSE_REFUSALS = {
    SessionStatus.GREETING: "The candidate is being greeted. Pause the interview when the first question is asked.",
    SessionStatus.PAUSED: "This interview is paused already.",
    SessionStatus.INTERRUPTED: "The candidate is not connected, and the clock stands already.",
}


def _check_live(session: InterviewSession) -> None:
    if session.status in LIVE:
        return
    if session.ended_at is None:
        raise SteeringRefused("This interview has not begun. To stop it, revoke the link of the invitation.")
    ended_at = write_deadline(session.ended_at, find_zone(session.organization))
    raise SteeringRefused(f"This interview was over already, at {ended_at}. Nothing was changed.")
