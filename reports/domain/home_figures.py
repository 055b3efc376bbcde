"""What the home page of the admin says, as plain numbers, and the sums behind its charts. Filled by selectors/home/,
drawn by admin/home.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

HOUR = 3600.0
DAY = 24 * HOUR
# Up to how long, in seconds, and how a person says it.
WAITS: tuple[tuple[float, str], ...] = (
    (HOUR, "within an hour"),
    (8 * HOUR, "1 to 8 hours"),
    (DAY, "8 to 24 hours"),
    (3 * DAY, "1 to 3 days"),
    (7 * DAY, "3 to 7 days"),
    (float("inf"), "over a week"),
)


@dataclass(frozen=True)
class Waiting:
    """How many of a kind wait for a person; `since` is when the one that waits longest began to."""

    kind: str
    count: int
    since: datetime | None


@dataclass(frozen=True)
class Queue:
    """Work of one kind: what is due and nobody does, what is being done, what was given up lately."""

    kind: str
    waiting: int
    due_since: datetime | None
    announced_at: datetime | None  # when the sweeper last announced any of what waits
    running: int
    given_up: int
    given_up_since: datetime | None


@dataclass(frozen=True)
class LiveInterview:
    pk: int
    uuid: UUID
    candidate: str
    panel: str
    status: str
    started_at: datetime | None


@dataclass(frozen=True)
class Column:
    """One column of a chart: `share` is its height, of the highest, in percent."""

    label: str
    value: float
    share: float
    text: str
    first: date | None = None  # what it counts from, and up to where
    last: date | None = None

    @property
    def top(self) -> float:
        """Of the hundred that the highest takes, what is empty above this one."""
        return round(100 - self.share, 1)


@dataclass(frozen=True)
class ReviewTimes:
    """How long reports wait for a person, from the interview's end: all, week by week, and by length."""

    count: int
    median_seconds: float | None
    weeks: tuple[Column, ...]
    lengths: tuple[Column, ...]


def find_peak(spans: Iterable[tuple[datetime, datetime | None]]) -> tuple[int, datetime | None]:
    """The most of these (begin, end) that were under way at one time, and when first; without an end: still."""
    moves = sorted(
        move for begin, end in spans for move in ([(begin, 1)] if end is None else [(begin, 1), (max(begin, end), -1)])
    )
    # At the same moment who leaves has left before who comes: -1 sorts first.
    most, when = 0, None
    under_way = 0
    for at, step in moves:
        under_way += step
        if under_way > most:
            most, when = under_way, at
    return most, when


def draw_days(counts: Mapping[date, int], first: date, last: date) -> tuple[Column, ...]:
    """One column a day, also for days without any."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    most = max((counts.get(day, 0) for day in days), default=0)
    return tuple(
        Column(f"{day:%a} {day.day} {day:%b}", counts.get(day, 0), _share(counts.get(day, 0), most), "", day, day)
        for day in days
    )


def sum_review_times(pairs: Sequence[tuple[datetime, datetime]], first: date, last: date) -> ReviewTimes:
    """`pairs`: when interviews ended, and when a person looked at their reports, between the two days."""
    waits = [
        (reviewed_at.date(), max(0.0, (reviewed_at - ended_at).total_seconds())) for ended_at, reviewed_at in pairs
    ]
    lengths = [seconds for _, seconds in waits]
    return ReviewTimes(
        count=len(waits),
        median_seconds=median(lengths) if lengths else None,
        weeks=_draw_weeks(waits, first, last),
        lengths=_draw_lengths(lengths),
    )


def _draw_weeks(waits: Sequence[tuple[date, float]], first: date, last: date) -> tuple[Column, ...]:
    """The median of each week of seven days, the last of which ends today."""
    found: list[tuple[date, date, float | None]] = []
    end = last
    while end >= first:
        begin = max(first, end - timedelta(days=6))
        inside = [seconds for day, seconds in waits if begin <= day <= end]
        found.append((begin, end, median(inside) if inside else None))
        end = begin - timedelta(days=1)
    highest = max((value for *_, value in found if value is not None), default=0.0)
    return tuple(
        Column(
            f"{begin.day} {begin:%b}",
            value or 0.0,
            _share(value or 0.0, highest),
            "none" if value is None else say_seconds(value),
            begin,
            end,
        )
        for begin, end, value in reversed(found)
    )


def _draw_lengths(lengths: Sequence[float]) -> tuple[Column, ...]:
    counts: list[int] = []
    for number, (most, _) in enumerate(WAITS):
        least = WAITS[number - 1][0] if number else -1.0
        counts.append(sum(1 for seconds in lengths if least < seconds <= most))
    return tuple(
        Column(label, count, _share(count, max(counts)), f"{count}")
        for (_, label), count in zip(WAITS, counts, strict=True)
    )


def _share(value: float, whole: float) -> float:
    """In percent, to a tenth; something is never drawn as nothing."""
    return max(2.0, round(100 * value / whole, 1)) if value and whole else 0.0


def say_seconds(seconds: float) -> str:
    """As roughly as a person would: 40 s, 12 min, 5 h, 3 days."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < HOUR:
        return f"{seconds / 60:.0f} min"
    if seconds < 2 * DAY:
        hours = seconds / HOUR
        return f"{hours:.1f} h" if hours < 10 else f"{hours:.0f} h"
    return f"{seconds / DAY:.0f} days"
