"""How a time is written for people who work here: one format, with the time zone where a deadline hangs on it."""

from datetime import datetime
from zoneinfo import ZoneInfo


def write_moment(local: datetime) -> str:
    """A time of the zone it is in already: 5 Mar 2026, 14:05."""
    return f"{local:%-d %b %Y, %H:%M}"


def write_deadline(at: datetime, zone: ZoneInfo) -> str:
    """Such as 5 Mar 2026, 14:05 (Europe/Berlin)."""
    return f"{write_moment(at.astimezone(zone))} ({zone.key})"
