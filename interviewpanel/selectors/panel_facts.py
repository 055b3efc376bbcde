"""What a panel comes to: what a candidate is told of it, who is invited, and how its organization tells the time.

Read by views/join before the interview, with each question in it, and by the panel's pages in the admin.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from interviewpanel.domain.states import LIVE
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate, InterviewSession


@dataclass(frozen=True, slots=True)
class OpenLinks:
    """Of one panel or several, trials left out: links that would open an interview, and interviews that go on."""

    waiting: int
    live: int


def count_planned_questions(panel: InterviewPanel) -> int:
    """How many questions will be asked if time allows: as `of` in `next_question`."""
    rows = panel.distribution.all()
    return min(panel.max_questions, sum(row.easy_count + row.medium_count + row.hard_count for row in rows))


def count_open_links(panel_ids: Collection[int], now: datetime) -> OpenLinks:
    """What archiving stops (`waiting`: not revoked, not expired, nothing begun), and what goes on. Two queries."""
    sessions = InterviewSession.objects.filter(invitation=OuterRef("pk"), consented_at__isnull=False)
    waiting = InterviewPanelCandidate.objects.filter(
        ~Exists(sessions), panel__in=panel_ids, is_trial=False, revoked_at=None, erased_at=None, expires_at__gt=now
    )
    live = InterviewSession.objects.filter(
        invitation__panel__in=panel_ids, invitation__is_trial=False, status__in=sorted(LIVE)
    )
    return OpenLinks(waiting=waiting.count(), live=live.count())
