"""When somebody is reminded: so many hours before the deadline, by day where the organization is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewpanel.domain.reminders import DAY_BEGINS, DAY_ENDS, find_reminder_time

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("deadline", "reminded"),
    [
        ("2031-05-06 18:00", "2031-05-06 12:00"),
        ("2031-05-06 11:00", "2031-05-05 20:00"),  # 5 in the morning: the evening before
        ("2031-05-06 04:00", "2031-05-05 20:00"),  # 10 in the evening: two hours sooner
    ],
)
def test_nobody_is_woken(deadline: str, reminded: str) -> None:
    found = find_reminder_time(deadline=at(deadline), hours=6, zone=BERLIN, link_sent_at=at("2031-05-01 12:00"))
    assert found == at(reminded)


def test_a_link_that_was_just_sent_needs_no_reminder() -> None:
    deadline = at("2031-05-06 18:00")
    sent = {minutes: at("2031-05-06 12:00") - timedelta(minutes=minutes) for minutes in (59, 60)}
    found = [
        find_reminder_time(deadline=deadline, hours=6, zone=BERLIN, link_sent_at=moment) for moment in sent.values()
    ]
    assert found == [None, at("2031-05-06 12:00")]


@given(st.integers(0, 10**7), st.integers(1, 336), st.sampled_from(["UTC", "Asia/Tokyo", "America/St_Johns"]))
def test_it_is_always_by_day_and_before_the_deadline(minutes: int, hours: int, zone: str) -> None:
    deadline = at("2026-01-01 00:00") + timedelta(minutes=minutes)
    found = find_reminder_time(
        deadline=deadline, hours=hours, zone=ZoneInfo(zone), link_sent_at=deadline - timedelta(days=99)
    )
    assert found is not None
    assert found <= deadline - timedelta(hours=hours)
    assert DAY_BEGINS <= found.astimezone(ZoneInfo(zone)).hour < DAY_ENDS
