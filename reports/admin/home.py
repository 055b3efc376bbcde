"""The first page of the admin: what needs its reader now, what is live, how it goes. Named in config/admin_theme.py."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from organizations.admin.scope import get_reach
from reports.admin.home_cards import (
    find_fullest,
    link_days,
    link_lengths,
    link_list,
    link_weeks,
    list_cards,
    list_failures,
    list_queue_lines,
    list_stages,
    say_work,
)
from reports.admin.home_words import QUEUES, REPORTS, SESSIONS
from reports.domain.home_figures import draw_days, say_seconds
from reports.selectors.home.interviews import (
    SEES_INTERVIEWS,
    SEES_INVITATIONS,
    SEES_REPORTS,
    count_by_day,
    count_funnel,
    find_most_at_once,
    list_live_interviews,
    sum_reviews,
)
from reports.selectors.home.periods import PERIODS, find_first_day, read_period
from reports.selectors.home.sight import Sight
from reports.selectors.home.tasks import count_failed_interviews, count_tasks
from reports.selectors.home.work import list_queues

admin.site.index_template = "admin/desk_home.html"
PEAK_DAYS = 7


def show_home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds to the index page's context what its template draws."""
    now = timezone.now()
    sight = Sight(user_id=request.user.pk, reach=get_reach(request), has_permission=request.user.has_perm)
    days = read_period(request.GET.get("days"))
    queues = list_queues(sight, now)
    failures = list_failures(queues, count_failed_interviews(sight, now))
    return {
        **context,
        "cards": list_cards(count_tasks(sight, now), failures, now),
        "now": now,
        **_show_interviews(sight, now, days),
        **_show_reviews(sight, now, days),
        "queues": list_queue_lines([one for one in queues if one.waiting or one.running], now),
        "idle_queues": ", ".join(QUEUES[one.kind][0].lower() for one in queues if not (one.waiting or one.running)),
        "work": say_work(queues, now),
        "periods": [(one, f"?days={one}", one == days) for one in PERIODS],
        "days": days,
    }


def _show_interviews(sight: Sight, now: datetime, days: int) -> dict[str, Any]:
    since = find_first_day(now, days)
    shown: dict[str, Any] = {}
    if sight.may(SEES_INTERVIEWS):
        live_count, live = list_live_interviews(sight)
        most_at_once, peak_at = find_most_at_once(sight, now - timedelta(days=PEAK_DAYS))
        columns = draw_days(count_by_day(sight, since), since.date(), timezone.localdate(now))
        days_linked = link_days(columns)
        shown |= {
            "sees_interviews": True,
            "live_count": live_count,
            "live": [
                (one, say_seconds((now - one.started_at).total_seconds()) if one.started_at else "") for one in live
            ],
            "live_url": link_list(SESSIONS, {"live": "yes"}),
            "watch_url": reverse(f"admin:{SESSIONS}_live"),
            "most_at_once": most_at_once,
            "peak_url": link_list(SESSIONS, {"at": peak_at.isoformat()}) if peak_at else "",
            "day_columns": days_linked,
            "begun_count": sum(int(one.value) for one in columns),
            "most_in_a_day": find_fullest(days_linked),
            "begun_url": link_list(SESSIONS, {"started_at__gte": since.isoformat(sep=" ")}),
        }
    if sight.may(SEES_INVITATIONS):
        shown["stages"] = list_stages(count_funnel(sight, since), days, since)
    return shown


def _show_reviews(sight: Sight, now: datetime, days: int) -> dict[str, Any]:
    if not sight.may(SEES_REPORTS):
        return {}
    since = find_first_day(now, days)
    times = sum_reviews(sight, since, now)
    return {
        "reviews": times,
        "review_median": say_seconds(times.median_seconds) if times.median_seconds is not None else "",
        "review_weeks": link_weeks(times.weeks),
        "review_lengths": link_lengths(times.lengths, since),
        "reviews_url": link_list(REPORTS, {"review": "done", "reviewed_at__gte": since.isoformat(sep=" ")}),
    }
