"""What the people who watch are told of live interviews: rows, with the clocks. Writes nothing.

Called by the monitor's socket and by the pages it belongs to (admin/live.py), so that both say the same.
"""

from dataclasses import dataclass
from datetime import datetime

from interviewpanel.domain import protocol
from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.monitored import (
    MOST_LISTED,
    Facts,
    Progress,
    describe_event,
    list_live,
    load_progress,
    load_scores,
)
from interviewpanel.selectors.panel_facts import count_planned_questions
from interviewpanel.selectors.session_state import list_events, load_session
from interviewpanel.selectors.watchers import Watcher, sees_scores
from interviewpanel.services.clocks import count_used_seconds


@dataclass(frozen=True)
class View:
    """What a monitor shows of something. `key` is the same as long as nothing has happened, though clocks run."""

    facts: Facts
    key: object


@dataclass(frozen=True)
class Told:
    """One event for a monitor. `facts` is None where it is not told of it: its number counts all the same."""

    sequence: int
    type: str
    at: datetime
    facts: Facts | None


def view_live(watcher: Watcher, now: datetime) -> View:
    """The list of live interviews: `live_list` of docs/protocol/monitor.yaml. Two queries, three where it is long."""
    found = list_live(watcher.reach)
    rows = list(found[: MOST_LISTED + 1])
    total = len(rows) if len(rows) <= MOST_LISTED else found.count()
    shown = [_view_row(row, watcher, now) for row in rows[:MOST_LISTED]]
    return View({"sessions": [one.facts for one in shown], "total": total}, (total, [one.key for one in shown]))


def _view_row(session: InterviewSession, watcher: Watcher, now: datetime) -> View:
    clock = _view_clock(session, watcher, now)
    facts = {
        **_name(session),
        "number": getattr(session, "asked", None) or 0,
        "of": count_planned_questions(session.invitation.panel),
        "interrupted_at": write_time(session.interrupted_at),
    }
    return View({**facts, "clock": clock.facts or None}, (facts, clock.key))


def view_session(session_id: int, watcher: Watcher, now: datetime) -> View:
    """One interview, less its conversation, which is events: `session_state` of monitor.yaml. Three queries."""
    session = load_session(session_id)
    clock, progress = _view_clock(session, watcher, now), load_progress(session_id)
    facts = {
        **_name(session),
        "job_title": session.invitation.panel.job_title,
        "ended_at": write_time(session.ended_at),
        "end_reason": session.end_reason,
        "pause_reason": session.pause_reason if session.status == SessionStatus.PAUSED else "",
        "sees_scores": sees_scores(watcher, session),
        "connection": {
            "is_connected": session.is_live and session.status != SessionStatus.INTERRUPTED,
            "interrupted_at": write_time(session.interrupted_at),
            "reconnects": max(0, session.epoch - 1),
            "stored_at": write_time(progress.stored_at),
        },
        "work": _describe_work(progress),
        "answers": [{"answer": number, "status": status} for number, status in progress.answers],
    }
    moving = {"clock": clock.facts or None, "last_sequence": session.event_sequence}
    return View({**facts, **moving}, (facts, clock.key))


def _name(session: InterviewSession) -> Facts:
    return {
        "session": str(session.uuid),
        "candidate": session.invitation.candidate.full_name,
        "panel": session.invitation.panel.title,
        "organization": session.organization.name,
        "status": session.status,
        "started_at": write_time(session.started_at),
    }


def _describe_work(progress: Progress) -> Facts:
    return {
        "unheard": progress.unheard,
        "unheard_since": write_time(progress.unheard_since),
        "unscored": progress.unscored,
    }


def _view_clock(session: InterviewSession, watcher: Watcher, now: datetime) -> View:
    """Empty for raters: with the panel's limits it tells what somebody was granted."""
    if not watcher.sees_terms(session.organization_id):
        return View({}, None)
    limit, running = session.clock_limit_seconds, session.clock_running_since
    facts: Facts = {
        "limit_seconds": limit,
        "used_seconds": round(min(limit, count_used_seconds(session, now)), 1),
        "is_running": running is not None,
    }
    return View(facts, (limit, session.clock_used_seconds, running))


def read_events(session: InterviewSession, watcher: Watcher, after: int) -> list[Told]:
    """The next few events after that number. One query, two where one of them is a score."""
    events = list_events(session.pk, after)
    scores = load_scores(session.pk, events)
    shows_scores = bool(scores) and sees_scores(watcher, session)
    sees_terms = watcher.sees_terms(session.organization_id)
    return [
        Told(
            event.sequence,
            event.type,
            event.at,
            describe_event(event, scores, sees_scores=shows_scores, sees_terms=sees_terms),
        )
        for event in events
    ]


def write_time(at: datetime | None) -> str | None:
    return None if at is None else protocol.write_time(at)
