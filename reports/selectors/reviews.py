"""Which reports are made, and since when a person has decided: for the list of reports, the home page and its charts.

An interview is reviewed when a person has decided about it; a decision that is taken back leaves it to be reviewed.
What waits for a decision is told of interviews, whether their report is made or not (`filter_to_review`).
"""

from datetime import datetime, timedelta
from math import isinf

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet

from interviewpanel.models import InterviewSession
from interviewpanel.selectors.waiting import leave_out_trials
from reports.domain.home_figures import WAITS
from reports.models import InterviewReport

INVITATION = "session__invitation"


def list_made(reports: QuerySet[InterviewReport]) -> QuerySet[InterviewReport]:
    return leave_out_trials(reports.filter(made_at__isnull=False), INVITATION)


def list_reviewed(reports: QuerySet[InterviewReport]) -> QuerySet[InterviewReport]:
    return list_made(reports).filter(reviewed_at__isnull=False)


def list_review_times(
    reports: QuerySet[InterviewReport], since: datetime, most: int
) -> list[tuple[datetime, datetime]]:
    """(end of the interview, when a person decided) of reviews since then; of very many, the `most` latest."""
    reviewed = list_reviewed(reports).filter(reviewed_at__gte=since, session__ended_at__isnull=False)
    pairs = (
        reviewed.annotate(ended_at=F("session__ended_at"))
        .order_by("-reviewed_at")
        .values_list("ended_at", "reviewed_at")
    )
    return [(ended_at, reviewed_at) for ended_at, reviewed_at in pairs[:most] if reviewed_at is not None]


def list_reviewed_within(wait: int, reports: QuerySet[InterviewReport], now: datetime) -> QuerySet[InterviewReport]:
    """Those that were reviewed so long after the end of the interview: the place of a length in WAITS."""
    took = ExpressionWrapper(F("reviewed_at") - F("session__ended_at"), DurationField())
    found = list_reviewed(reports).filter(session__ended_at__isnull=False).annotate(review_took=took)
    least, most = WAITS[wait - 1][0] if wait else None, WAITS[wait][0]
    if least is not None:
        found = found.filter(review_took__gt=timedelta(seconds=least))
    return found if isinf(most) else found.filter(review_took__lte=timedelta(seconds=most))


def find_next(waiting: QuerySet[InterviewSession], session: InterviewSession) -> tuple[InterviewSession | None, int]:
    """Of the interviews that wait, the one that ended next after this, else the first; and how many do besides this."""
    others = waiting.exclude(pk=session.pk).order_by("ended_at", "pk")
    count = others.count()
    if not count:
        return None, 0
    later = Q(ended_at__gt=session.ended_at) | Q(ended_at=session.ended_at, pk__gt=session.pk)
    after = others.filter(later).first() if session.ended_at else None
    return after or others.first(), count
