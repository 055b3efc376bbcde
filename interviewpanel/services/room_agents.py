"""Which agent is in which room: claimed, renewed, handed over. Called by `manage.py room_agent`'s parts (room_agents/).

As with sessions, a lease says that the agent lives; an agent that is known to be dead holds nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import F, Q

from config.work.owners import is_owner_dead
from interviewpanel.domain.states import OVER
from interviewpanel.engines.rooms.calls import list_occupied
from interviewpanel.models import Room

LEASE_SECONDS = 30
MOST_LOOKED_AT = 200
LONGEST_REST = 60.0


class Leaving(StrEnum):
    """Why an agent leaves a room."""

    HANDED_OVER = "handed_over"  # this agent stops; another goes on
    DONE = "done"  # the interview is over, the candidate has left or came in by another way
    FAILED = "failed"  # it could not go on; tried again in a while


@dataclass(frozen=True, slots=True)
class Hold:
    """`joined_at` is of the candidate's connection that it was claimed for."""

    room_id: int
    owner: str
    joined_at: datetime | None


def list_waiting(now: datetime) -> list[int]:
    """Rooms with a candidate and without an interviewer, who has waited longest first."""
    rows = Room.objects.filter(needs_agent=True).exclude(session__status__in=OVER)
    rows = rows.filter(Q(agent_after__isnull=True) | Q(agent_after__lte=now)).order_by("candidate_joined_at", "pk")
    found = rows.values_list("pk", "agent_owner", "agent_until")[:MOST_LOOKED_AT]
    return [pk for pk, owner, until in found if is_free(owner, until, now)]


def is_free(owner: str, until: datetime | None, now: datetime) -> bool:
    return until is None or until <= now or is_owner_dead(owner)


def claim_room(*, room_id: int, owner: str, now: datetime) -> Hold | None:
    """Effect: this agent has the room for 30 s. None: another has it, or nobody is needed there any more."""
    row = Room.objects.filter(pk=room_id).values("agent_owner", "agent_until", "candidate_joined_at").first()
    if row is None or not is_free(row["agent_owner"], row["agent_until"], now):
        return None
    same = Room.objects.filter(
        pk=room_id, needs_agent=True, agent_owner=row["agent_owner"], agent_until=row["agent_until"]
    )
    if not same.update(agent_owner=owner, agent_until=now + timedelta(seconds=LEASE_SECONDS)):
        return None
    return Hold(room_id, owner, row["candidate_joined_at"])


def renew_hold(*, hold: Hold, now: datetime) -> bool:
    """Effect: another 30 s. False: another agent has the room, and this one is to leave it."""
    mine = Room.objects.filter(pk=hold.room_id, agent_owner=hold.owner)
    return mine.update(agent_until=now + timedelta(seconds=LEASE_SECONDS)) == 1


def leave_room(*, hold: Hold, leaving: Leaving, now: datetime) -> None:
    """Effect: the room is free. Done: no agent is needed there, unless the candidate has come in again meanwhile."""
    mine = Room.objects.filter(pk=hold.room_id, agent_owner=hold.owner)
    if leaving is Leaving.DONE:
        mine.filter(candidate_joined_at=hold.joined_at).update(needs_agent=False)
    if leaving is Leaving.FAILED:
        failures = mine.values_list("agent_failures", flat=True).first() or 0
        rest = timedelta(seconds=min(2.0 ** min(failures, 10), LONGEST_REST))
        mine.update(agent_failures=F("agent_failures") + 1, agent_after=now + rest)
    elif leaving is Leaving.DONE:
        mine.update(agent_failures=0, agent_after=None)
    mine.update(agent_owner="", agent_until=None)


def look_for_candidates(*, now: datetime) -> int:
    """Ask the server who is there, should its word have been lost. Effect: those rooms need an agent. Returns how many.

    Raises RoomsUnavailable or RoomsRefused.
    """
    rows = Room.objects.filter(needs_agent=False).exclude(session__status__in=OVER)
    rows = rows.filter(Q(candidate_joined_at__isnull=True) | Q(candidate_left_at__isnull=False))
    rows = rows.filter(Q(agent_until__isnull=True) | Q(agent_until__lte=now))  # else it is the agent that is there
    names = list(rows.order_by("-pk").values_list("name", flat=True)[:MOST_LOOKED_AT])
    if not names:
        return 0
    there = rows.filter(name__in=list_occupied(names))
    return there.update(needs_agent=True, candidate_joined_at=now, candidate_left_at=None, candidate_sid="")
