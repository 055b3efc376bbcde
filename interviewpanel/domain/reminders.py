"""When a candidate who has not begun is reminded. Called by services/reminders.py."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

# A reminder has no use so soon after the link itself.
APART = timedelta(hours=1)
# Of the organization's clock. Nobody is woken by a reminder.
DAY_BEGINS, DAY_ENDS = 8, 21
# So long before its planned time a reminder may go, for the sake of the night.
NIGHT = timedelta(hours=24 - (DAY_ENDS - DAY_BEGINS))


def find_reminder_time(*, deadline: datetime, hours: int, zone: ZoneInfo, link_sent_at: datetime) -> datetime | None:
    """`hours` before the deadline; the evening before where that is at night. None where the link is as recent."""
    at = deadline - timedelta(hours=hours)
    local = at.astimezone(zone)
    if local.hour < DAY_BEGINS:
        local = (local - timedelta(days=1)).replace(hour=DAY_ENDS - 1, minute=0, second=0, microsecond=0)
    elif local.hour >= DAY_ENDS:
        local = local.replace(hour=DAY_ENDS - 1, minute=0, second=0, microsecond=0)
    at = local.astimezone(deadline.tzinfo)
    return at if at >= link_sent_at + APART else None
