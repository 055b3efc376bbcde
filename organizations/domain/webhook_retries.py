"""When an event is sent, or sent again, and when an endpoint has failed for too long. Plain Python."""

from datetime import datetime, timedelta

MINUTE, HOUR = 60, 3600
# Seconds before the second, third … attempt: over three days in all.
WAITS = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
JITTER = 0.1
LONGEST_ASKED_SECONDS = 24 * HOUR  # by Retry-After
DISABLED_AFTER = timedelta(days=5)
MOST_AT_ONCE = 2  # to one endpoint; fewer than there are workers
SHORTEST_TURN, LONGEST_TURN = timedelta(seconds=15), timedelta(minutes=30)


def find_wait(attempts: int, *, asked_seconds: float | None, chance: float) -> timedelta:
    """Before attempt number `attempts + 1`: the plan's wait, up to a tenth longer by `chance` (0 to 1), and no shorter
    than the server asked for, within a day.
    """
    planned = WAITS[min(attempts, len(WAITS)) - 1] * (1 + JITTER * chance)
    asked = min(asked_seconds or 0.0, LONGEST_ASKED_SECONDS)
    return timedelta(seconds=max(planned, asked))


def has_failed_too_long(failing_since: datetime | None, now: datetime) -> bool:
    return failing_since is not None and now - failing_since >= DISABLED_AFTER


def find_places(*, is_failing: bool) -> int:
    """How many may be on their way to one endpoint at once."""
    return 1 if is_failing else MOST_AT_ONCE


def find_turn(age: timedelta) -> timedelta:
    """How long an event of this age lets others go first before it asks again: of a thousand that wait, few ask."""
    return min(max(age / 2, SHORTEST_TURN), LONGEST_TURN)
