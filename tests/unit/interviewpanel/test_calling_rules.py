"""Calling hours by the clock of the candidate's zone, through summer time; which numbers; what counts."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewpanel.domain.calling import CallStatus, judge_outcome, list_earlier
from interviewpanel.domain.calling_rules import DAYS, NO_CONSENT, Callee, CallingHours, is_listed, list_call_obstacles

# Half an hour off, summer time in the south, of half an hour (Lord Howe), a date line that was moved (Apia), none.
ZONES = [
    *("UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe"),
    *("Pacific/Apia", "Pacific/Kiritimati", "Africa/Casablanca", "America/Santiago"),
]
moments = st.integers(0, 16 * 366 * 24 * 3600).map(lambda s: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
minutes = st.integers(0, 24 * 60 - 2)


@st.composite
def hours(draw: st.DrawFn) -> CallingHours:
    opens = draw(minutes)
    closes = draw(st.integers(opens + 1, 24 * 60 - 1))
    zone = zoneinfo.ZoneInfo(draw(st.sampled_from(ZONES)))
    return CallingHours(at(opens), at(closes), draw(st.sampled_from(sorted(DAYS))), zone)


def at(minute: int) -> time:
    return time(minute // 60, minute % 60)


BERLIN = CallingHours(time(9), time(20), "weekdays", zoneinfo.ZoneInfo("Europe/Berlin"))


@given(hours=hours(), now=moments)
def test_nobody_is_called_outside_the_hours_that_their_own_clock_shows(hours: CallingHours, now: datetime) -> None:
    shown = now.astimezone(hours.zone)
    expected = shown.weekday() in DAYS[hours.days] and hours.opens <= shown.time() < hours.closes
    assert hours.are_open(now) == expected


@given(hours=hours(), now=moments, later=st.floats(0, 1))
def test_the_next_opening_is_open_and_nothing_before_it_is(hours: CallingHours, now: datetime, later: float) -> None:
    found = hours.find_next(now)
    assert found >= now
    assert hours.are_open(found)
    between = now + (found - now) * later
    assert found - between < timedelta(minutes=1) or not hours.are_open(between)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (datetime(2031, 3, 28, 8, 0, tzinfo=UTC), True),  # Friday 9:00 in winter
        (datetime(2031, 3, 28, 7, 59, tzinfo=UTC), False),
        (datetime(2031, 3, 29, 12, 0, tzinfo=UTC), False),  # a Saturday
        (datetime(2031, 3, 31, 7, 0, tzinfo=UTC), True),  # Monday 9:00, clocks put forward on Sunday
        (datetime(2031, 3, 31, 18, 0, tzinfo=UTC), False),  # 20:00
        (datetime(2031, 10, 27, 7, 30, tzinfo=UTC), False),  # Monday 8:30, clocks put back on Sunday
    ],
)
def test_hours_follow_summer_time(now: datetime, is_open: bool) -> None:
    assert BERLIN.are_open(now) is is_open


def test_an_hour_that_does_not_come_opens_with_the_first_minute_after_it() -> None:
    """On 30 March 2031 Berlin's clocks go from 2:00 to 3:00."""
    night = CallingHours(time(2, 30), time(5), "every_day", BERLIN.zone)
    assert night.find_next(datetime(2031, 3, 30, 0, 0, tzinfo=UTC)) == datetime(2031, 3, 30, 1, 0, tzinfo=UTC)


def make_callee(**changes: object) -> Callee:
    plain: dict[str, object] = {
        "number": "+4915112345678",
        "has_consent": True,
        "has_opted_out": False,
        "hours": BERLIN,
        "site_prefixes": ("+49",),
        "own_prefixes": (),
    }
    return Callee(**{**plain, **changes})  # type: ignore[arg-type]


NOON = datetime(2031, 5, 5, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"is_trial": True}, ["This is a trial interview: take it in the browser."]),
        ({"number": ""}, ["The candidate has no phone number here. Add it first."]),
        ({"has_consent": False}, [NO_CONSENT]),
        ({"own_prefixes": ("+491511234",)}, []),
        ({"is_connected": True}, ["The candidate is in the interview just now."]),
        ({"link_refusal": "The interview is over."}, ["The interview is over."]),
        ({"site_refusal": "Not set up."}, ["Not set up."]),
    ],
)
def test_each_obstacle_has_its_words(changes: dict[str, object], told: list[str]) -> None:
    assert list_call_obstacles(make_callee(**changes), NOON) == told


def test_a_number_is_listed_whole_or_by_how_it_begins() -> None:
    assert [is_listed("+442071838750", [one]) for one in ("+44", "+442071838750", "+4420718387501", "+49")] == [
        *(True, True),
        *(False, False),
    ]
    assert list_call_obstacles(make_callee(own_prefixes=("+44",)), NOON) == [
        "The organization does not call numbers like +4915112345678. It calls +44: change that in its settings."
    ]


@given(st.sampled_from(list(CallStatus)), st.sampled_from(list(CallStatus)))
def test_a_call_never_moves_in_a_circle(one: CallStatus, other: CallStatus) -> None:
    assert not (one in list_earlier(other) and other in list_earlier(one))


@given(st.sampled_from(list(CallStatus)), st.text(max_size=20))
def test_only_what_twilio_calls_a_machine_is_one(status: CallStatus, answered_by: str) -> None:
    outcome = judge_outcome(status, answered_by, is_confirmed=False)
    assert outcome != "machine" or answered_by in ("fax", *(f"machine_{one}" for one in MACHINE_ENDINGS))


MACHINE_ENDINGS = ("start", "end_beep", "end_silence", "end_other")


def test_the_last_friday_evening_leads_to_monday() -> None:
    friday = datetime.combine(date(2031, 5, 9), time(20), BERLIN.zone)
    assert BERLIN.find_next(friday) == datetime(2031, 5, 12, 9, 0, tzinfo=BERLIN.zone)
