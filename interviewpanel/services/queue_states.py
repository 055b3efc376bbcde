"""What a candidate is told of their place in the queue: `queue` of the protocol. Asked by the live connection.

Positions are told to who waits, and counts of others to nobody else: another organization's are not ours to tell.
"""

import time
from datetime import datetime
from typing import Any

from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import InterviewSession, Place
from interviewpanel.selectors.queue_board import Spot, view_board
from interviewpanel.services.admissions import list_channels

Facts = dict[str, Any]
LEFT: Facts = {"state": "left"}


def describe_queue(session: InterviewSession, now: datetime, *, since: float | None = None) -> Facts | None:
    """None where this candidate has not asked to begin, or has begun. `since`: as it was at that time.monotonic() or
    later, and not up to two seconds ago."""
    if session.status != SessionStatus.PENDING:
        return None
    board = view_board(now, since=since)
    spot = board.spots.get(session.pk)
    if spot is not None and spot.is_absent:  # they are here, so it was read before they came back
        board = view_board(now, since=time.monotonic())
        spot = board.spots.get(session.pk)
    if spot is not None:
        return _describe(spot, session, now, is_drained=board.standing.is_drained)
    state = Place.objects.filter(session=session).values_list("state", flat=True).first()
    return LEFT if state == Place.State.LEFT else None


def _describe(spot: Spot, session: InterviewSession, now: datetime, *, is_drained: bool) -> Facts:
    held = None if spot.held_until is None else max(0, round((spot.held_until - now).total_seconds()))
    return {
        "state": spot.state,
        "position": spot.position,
        "estimated_seconds": _round(spot.estimated_seconds),
        "shortest_seconds": _round(spot.shortest_seconds),
        "longest_seconds": _round(spot.longest_seconds),
        "held_seconds": held,
        "is_drained": is_drained,
        "tell_by": spot.tell_by,
        "channels": list_channels(session),
    }


def _round(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)
