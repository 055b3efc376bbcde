"""How rooms stand. Read by `manage.py doctor`."""

from datetime import datetime, timedelta

from django.db.models import Q

from interviewpanel.domain.states import OVER
from interviewpanel.models import Room

PATIENCE = timedelta(seconds=30)  # an agent that runs is there within two


def count_left_alone(now: datetime) -> int:
    """Rooms in which a candidate waits and no interviewer comes: no agent runs, or all of them have enough rooms."""
    rows = Room.objects.filter(needs_agent=True, candidate_joined_at__lt=now - PATIENCE)
    rows = rows.filter(Q(agent_until__isnull=True) | Q(agent_until__lte=now))
    return rows.exclude(session__status__in=OVER).count()
