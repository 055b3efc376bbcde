"""What a panel comes to: what a candidate is told of it, who is invited, and how its organization tells the time.

Read by views/join before the interview, with each question in it, by the panel's pages in the admin, and by the API.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from interviewpanel.domain.states import LIVE
from interviewpanel.models import (
    InterviewPanel,
    InterviewPanelCandidate,
    InterviewPanelQuestionDistribution,
    InterviewSession,
)
from interviewpanel.selectors.decisions import HELD


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


def annotate_figures(panels: QuerySet[InterviewPanel]) -> QuerySet[Any]:
    """Adds planned, invited_count and held_count: questions of the plan, candidates, interviews that are over."""
    counts = (
        InterviewPanelQuestionDistribution.objects.order_by()
        .values("panel")
        .annotate(total=Sum(F("easy_count") + F("medium_count") + F("hard_count")))
    )
    invited = InterviewPanelCandidate.objects.filter(is_trial=False).order_by().values("panel")
    held = _held_sessions(InterviewSession.objects.all()).order_by().values("invitation__panel")
    return panels.annotate(
        planned=_total_of(counts, "panel"),
        invited_count=_total_of(invited.annotate(total=Count("pk")), "panel"),
        held_count=_total_of(held.annotate(total=Count("pk")), "invitation__panel"),
    )


def _total_of(totals: QuerySet[Any, Any], path: str) -> Any:
    """The total of one panel, 0 where there is none: a join would multiply the counts with each other."""
    return Coalesce(Subquery(totals.filter(**{path: OuterRef("pk")}).values("total")), Value(0))


def _held_sessions(sessions: QuerySet[InterviewSession]) -> QuerySet[InterviewSession]:
    """Interviews that are over, trials left out; one that was broken off was held too."""
    return sessions.filter(invitation__is_trial=False, status__in=HELD)


def count_held(sessions: QuerySet[InterviewSession]) -> int:
    return _held_sessions(sessions).count()


def was_offered(panels: Iterable[InterviewPanel]) -> bool:
    """Whether a candidate was invited to any of them; trials of one's own people are no candidates'."""
    return InterviewPanelCandidate.objects.filter(panel__in=list(panels), is_trial=False).exists()
