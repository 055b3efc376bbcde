"""How long a shared report may be read, and why it cannot be any more. Pure; called by services/shares.py and views."""

from datetime import datetime, timedelta
from typing import Literal

DEFAULT_DAYS = 7
MOST_DAYS = 30
Ending = Literal["", "revoked", "expired", "withdrawn"]


def find_end(now: datetime, days: int) -> datetime:
    """When a link that is made now ends. Raises ValueError for a time that no link may last."""
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"A link lasts 1 to {MOST_DAYS} days, not {days}.")
    return now + timedelta(days=days)


def name_ending(*, expires_at: datetime, revoked_at: datetime | None, has_withdrawn: bool, now: datetime) -> Ending:
    """Why a link opens nothing any more; empty while it opens."""
    if has_withdrawn:
        return "withdrawn"
    if revoked_at is not None:
        return "revoked"
    return "expired" if expires_at <= now else ""
