"""How rooms stand, and whose words are said in them. Read by `manage.py doctor` and by the interviewer in rooms."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from interviewpanel.domain.states import OVER
from interviewpanel.models import Answer, InterviewSession, Room

PATIENCE = timedelta(seconds=30)  # an agent that runs is there within two


def count_left_alone(now: datetime) -> int:
    """Rooms in which a candidate waits and no interviewer comes: no agent runs, or all of them have enough rooms."""
    rows = Room.objects.filter(needs_agent=True, candidate_joined_at__lt=now - PATIENCE)
    rows = rows.filter(Q(agent_until__isnull=True) | Q(agent_until__lte=now))
    return rows.exclude(session__status__in=OVER).count()


def is_bank_text(session: InterviewSession, text: str) -> bool:
    """Whether these are the bank's own words for everybody; else they were worded for this candidate, whose name or
    words they may hold: speech of them goes when the interview is erased."""
    asked = Answer.objects.filter(session=session, question_text=text, question_version__text=F("question_text"))
    return any("made_in_place_of" not in choice for choice in asked.values_list("choice", flat=True))
