"""The periods that the home page's charts are of."""

from datetime import datetime, timedelta

from django.utils import timezone

PERIODS = (7, 30, 90)
DEFAULT_DAYS = 30


def read_period(text: str | None) -> int:
    """What somebody wrote into the address, where it is one of PERIODS."""
    return int(text) if text in [f"{days}" for days in PERIODS] else DEFAULT_DAYS


def find_first_day(now: datetime, days: int) -> datetime:
    """Midnight of the first of the last `days` days, today among them, in the site's time zone."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days - 1)
