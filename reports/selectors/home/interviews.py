"""The interviews of a period: which are live, how many were under way at once, how far invitations came, day by day."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Count, Q, Window
from django.db.models.functions import TruncDate

from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.waiting import LONGEST_INTERVIEW, STAGES, has_reached, leave_out_trials, list_live
from reports.domain.home_figures import LiveInterview, ReviewTimes, find_peak, sum_review_times
from reports.models import InterviewReport
from reports.selectors.home.sight import Sight
from reports.selectors.reviews import list_made, list_review_times, list_reviewed

SEES_INTERVIEWS = "interviewpanel.view_interviewsession"
SEES_INVITATIONS = "interviewpanel.view_interviewpanelcandidate"
SEES_REPORTS = "reports.view_interviewreport"
LIVE_SHOWN = 5
MOST_REVIEWS = 5000  # the latest of a period: enough for a median, whatever the size of the site


def list_live_interviews(sight: Sight) -> tuple[int, list[LiveInterview]]:
    """How many are live, and the first few of them, the longest first. One query."""
    rows = sight.cut(InterviewSession.objects.all(), "organization", SEES_INTERVIEWS)
    live = (
        list_live(rows)
        .select_related("invitation__candidate", "invitation__panel")
        .annotate(total=Window(Count("pk")))
        .order_by("started_at", "pk")
    )
    found = list(live[:LIVE_SHOWN])
    shown = [
        LiveInterview(
            pk=one.pk,
            uuid=one.uuid,
            candidate=str(one.invitation.candidate),
            panel=str(one.invitation.panel),
            status=one.status,
            started_at=one.started_at,
        )
        for one in found
    ]
    return (found[0].total if found else 0), shown


def find_most_at_once(sight: Sight, since: datetime) -> tuple[int, datetime | None]:
    """The most interviews that were under way at one moment since then, and the moment."""
    rows = sight.cut(InterviewSession.objects.all(), "organization", SEES_INTERVIEWS)
    spans = leave_out_trials(rows, "invitation").filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=since), started_at__gte=since - LONGEST_INTERVIEW
    )
    times = spans.order_by().values_list("started_at", "ended_at")
    return find_peak((max(begun_at, since), ended_at) for begun_at, ended_at in times if begun_at)


def count_by_day(sight: Sight, since: datetime) -> dict[date, int]:
    """Interviews that were begun, by the day of the site's time zone."""
    rows = sight.cut(InterviewSession.objects.all(), "organization", SEES_INTERVIEWS)
    begun = leave_out_trials(rows, "invitation").filter(started_at__gte=since).order_by()
    return dict(begun.annotate(day=TruncDate("started_at")).values_list("day").annotate(count=Count("pk")))


def count_funnel(sight: Sight, since: datetime) -> Mapping[str, int]:
    """Of the invitations made since then, how many came as far as each stage. Two queries."""
    rows = sight.cut(InterviewPanelCandidate.objects.all(), "organization", SEES_INVITATIONS)
    invited = leave_out_trials(rows, "").filter(created_at__gte=since).order_by()
    later = {stage: has_reached(stage) for stage in STAGES[1:]}
    counts = invited.annotate(**later).aggregate(
        invited=Count("pk"), **{f"{stage}_count": Count("pk", filter=Q(**{stage: True})) for stage in later}
    )
    reports = sight.cut(InterviewReport.objects.all(), "organization", SEES_REPORTS)
    reports = reports.filter(session__invitation__created_at__gte=since).order_by()
    read = list_reviewed(reports).values("pk")
    made = list_made(reports).aggregate(reported=Count("pk"), reviewed=Count("pk", filter=Q(pk__in=read)))
    return {"invited": counts["invited"], **{stage: counts[f"{stage}_count"] for stage in later}, **made}


def sum_reviews(sight: Sight, since: datetime, now: datetime) -> ReviewTimes:
    """How long reports that were reviewed since then had waited. One query."""
    rows = sight.cut(InterviewReport.objects.all(), "organization", SEES_REPORTS)
    return sum_review_times(list_review_times(rows, since, MOST_REVIEWS), since.date(), now.date())
