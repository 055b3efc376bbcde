"""The interview's clock: it counts talking time, and stands still in pauses and while no client is there.

All functions work on a session row that the caller has locked, and save nothing themselves.
"""

from datetime import datetime

from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import InterviewSession

WRAP_UP_SECONDS = 60.0  # with less than this left, no further question is asked
TIME_WARNINGS_SECONDS = (120, 60)  # of talking time left: announced when the clock passes them
ARE_YOU_THERE_SECONDS = 60


def count_used_seconds(session: InterviewSession, now: datetime) -> float:
    running = session.clock_running_since
    return session.clock_used_seconds + (max(0.0, (now - running).total_seconds()) if running else 0.0)


def count_remaining_seconds(session: InterviewSession, now: datetime) -> float:
    """Seconds of talking time left, never below 0."""
    return max(0.0, session.clock_limit_seconds - count_used_seconds(session, now))


def is_time_short(session: InterviewSession, now: datetime) -> bool:
    """A tenth of the limit or a minute is left, whichever is less: time to close."""
    return count_remaining_seconds(session, now) <= min(WRAP_UP_SECONDS, session.clock_limit_seconds / 10)


def run_clock(session: InterviewSession, now: datetime) -> None:
    if session.clock_running_since is None:
        session.clock_running_since = now


def stop_clock(session: InterviewSession, now: datetime) -> None:
    session.clock_used_seconds = count_used_seconds(session, now)
    session.clock_running_since = None


def count_pause(session: InterviewSession, now: datetime) -> None:
    """The pause that runs, if any, is used."""
    if session.paused_at is not None:
        session.pause_used_seconds += max(0.0, (now - session.paused_at).total_seconds())


def count_pause_seconds_left(session: InterviewSession, now: datetime) -> float:
    """Of the pause budget, counting the pause that runs."""
    budget = session.invitation.pause_budget_seconds
    running = (now - session.paused_at).total_seconds() if session.paused_at else 0.0
    return float(max(0.0, budget - session.pause_used_seconds - running))


def count_grace_seconds_left(session: InterviewSession, now: datetime) -> float:
    """Of the time dropped connections may last in all, counting the outage that runs."""
    running = (now - session.interrupted_at).total_seconds() if session.interrupted_at else 0.0
    return float(max(0.0, session.invitation.grace_budget_seconds - session.grace_used_seconds - running))


def count_asking_seconds(session: InterviewSession) -> float:
    """How long somebody has to say that they are still there."""
    return ARE_YOU_THERE_SECONDS * float(session.invitation.time_multiplier)


def count_seconds_to_resume(session: InterviewSession, now: datetime) -> float:
    """Until the pause that runs ends by itself: the interview with it, if it asks whether anybody is there."""
    if session.pause_reason != "are_you_there" or session.paused_at is None:
        return count_pause_seconds_left(session, now)
    return max(0.0, count_asking_seconds(session) - (now - session.paused_at).total_seconds())


def describe_times(session: InterviewSession, now: datetime) -> dict[str, object]:
    """`clock` and `pause` of the protocol's `session_state`."""
    pause = {"reason": session.pause_reason, "seconds_left": round(count_seconds_to_resume(session, now))}
    return {
        "clock": {
            "remaining_seconds": round(count_remaining_seconds(session, now)),
            "is_running": session.clock_running_since is not None,
            "wrap_up": is_time_short(session, now),
        },
        "pause": pause if session.status == SessionStatus.PAUSED else None,
    }
