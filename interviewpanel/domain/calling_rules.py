"""Whether somebody may be called now, and why not, in words for a recruiter. No I/O; the clock is passed in.

Calling hours are those of the wall clock where the candidate is, whatever summer time does to it that day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# By `Organization.calling_days`: weekdays as datetime counts them, Monday 0.
DAYS = {"weekdays": range(5), "workdays": range(6), "every_day": range(7)}
DAY_WORDS = {"weekdays": "Monday to Friday", "workdays": "Monday to Saturday", "every_day": "every day"}
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class CallingHours:
    """From `opens` until before `closes`, on `days`, by the clock of `zone`."""

    opens: time
    closes: time
    days: str
    zone: ZoneInfo

    def are_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        return local.weekday() in DAYS[self.days] and self.opens <= local.time() < self.closes

    def find_next(self, now: datetime) -> datetime:
        """The first moment from now on, to the minute, at which a call may begin. In the zone."""
        if self.are_open(now):
            return now.astimezone(self.zone)
        today = now.astimezone(self.zone).date()
        found = (self._open_on(today + timedelta(days=later), now) for later in range(9))
        return next(moment for moment in found if moment is not None)

    def _open_on(self, day: date, now: datetime) -> datetime | None:
        """When the clock is put back an hour comes twice, and when it is put forward one does not come at all: then
        they open with the first minute after it."""
        if day.weekday() not in DAYS[self.days]:
            return None
        for fold in (0, 1):
            moment = datetime.combine(day, self.opens, self.zone).replace(fold=fold).astimezone(UTC)
            shown = moment.astimezone(self.zone)
            if shown.date() == day and shown.time() > self.opens:  # skipped: step back to where the clock jumped
                while self.are_open(moment - MINUTE):
                    moment -= MINUTE
            if moment >= now and self.are_open(moment):
                return moment.astimezone(self.zone)
        return None

    def describe(self) -> str:
        return f"{DAY_WORDS[self.days]}, {self.opens:%H:%M} to {self.closes:%H:%M} ({self.zone.key})"


@dataclass(frozen=True, slots=True)
class Callee:
    """What is to be known of somebody before their phone rings. `*_prefixes`: whole numbers or how they begin."""

    number: str
    has_consent: bool
    has_opted_out: bool
    hours: CallingHours
    site_prefixes: tuple[str, ...]
    own_prefixes: tuple[str, ...]
    is_being_called: bool = False
    is_connected: bool = False
    site_refusal: str = ""
    link_refusal: str = ""
    is_trial: bool = False


def is_listed(number: str, prefixes: Iterable[str]) -> bool:
    return any(number.startswith(prefix) for prefix in prefixes)


def list_call_obstacles(callee: Callee, now: datetime) -> list[str]:
    """Every reason why they cannot be called now, the weightiest first; empty where they can."""
    return [words for words in (*_list_lasting(callee), *_list_passing(callee, now)) if words]


def _list_lasting(callee: Callee) -> list[str]:
    if callee.is_trial:
        return ["This is a trial interview: take it in the browser."]
    if not callee.number:
        return [callee.site_refusal, callee.link_refusal, "The candidate has no phone number here. Add it first."]
    return [
        callee.site_refusal,
        callee.link_refusal,
        "This number has asked not to be called. Only the candidate can take that back, on their own page."
        if callee.has_opted_out
        else "",
        "" if callee.has_consent or callee.has_opted_out else NO_CONSENT,
        _explain_number(callee),
    ]


NO_CONSENT = (
    "It is not recorded that the candidate agreed to be called by an automated voice at this number. They can agree on "
    "their own page; or record how they agreed."
)


def _explain_number(callee: Callee) -> str:
    if callee.site_prefixes and not is_listed(callee.number, callee.site_prefixes):
        return f"This site does not call numbers like {callee.number}. It calls {', '.join(callee.site_prefixes)}."
    if callee.own_prefixes and not is_listed(callee.number, callee.own_prefixes):
        return (
            f"The organization does not call numbers like {callee.number}. It calls "
            f"{', '.join(callee.own_prefixes)}: change that in its settings."
        )
    return ""


def _list_passing(callee: Callee, now: datetime) -> list[str]:
    hours = callee.hours
    return [
        "A call to the candidate is under way." if callee.is_being_called else "",
        "The candidate is in the interview just now." if callee.is_connected else "",
        ""
        if hours.are_open(now)
        else f"It is {now.astimezone(hours.zone):%H:%M} where the candidate is. Calls are made {hours.describe()}; "
        f"next from {hours.find_next(now):%-d %b %Y, %H:%M} there.",
    ]
