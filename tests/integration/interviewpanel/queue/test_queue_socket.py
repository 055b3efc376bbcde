"""Waiting on the page: what the socket says, and that a reload, a phone and a page that asks first are let in."""

from typing import Any

import pytest
from pytest_django import Settings

from interviewpanel.models import InterviewSession, Place
from interviewpanel.services import admissions
from tests.live_interviews import T0, after, begin, invite, make_panel
from tests.queues import end
from tests.sockets import Page, VirtualClock, in_database
from tests.work import do_due

pytestmark = pytest.mark.django_db(transaction=True)
CONSENT = {"document_version": "2026-1", "accepted": True}


@pytest.fixture(autouse=True)
def one_place(settings: Settings) -> None:
    settings.INTERVIEW_LIMIT, settings.QUEUE_HOLD_SECONDS = 1, 120
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def _fill() -> tuple[InterviewSession, Any]:
    """The only place is taken by Ada; Priya has a link."""
    panel = make_panel()
    return begin(invite(panel, "Ada Lind")), invite(panel)


def without_time(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name not in ("at", "type")}


WAITING = {
    "state": "waiting",
    "position": 1,
    "estimated_seconds": 1260,  # 0.7 of 30 minutes; nobody knows yet how long interviews last here
    "shortest_seconds": 720,
    "longest_seconds": 1980,
    "held_seconds": None,
    "is_drained": False,
    "tell_by": "",
    "channels": ["email"],
}


async def test_who_waits_is_told_where_they_stand_and_is_let_in_by_itself() -> None:
    ada, invitation = await in_database(_fill)
    clock = VirtualClock(T0.timestamp())
    page = await Page.open(invitation, clock)
    await page.say("start", consent=CONSENT)
    assert without_time(await page.expect("queue")) == WAITING
    await in_database(end, ada, after(1))
    called = await page.expect_in_time(clock, "queue", seconds=8, state="called")
    assert (called["position"], called["estimated_seconds"]) == (0, 0)
    await page.settle()
    await in_database(lambda: do_due(now=after(10)))
    assert (await page.expect_in_time(clock, "greeting", seconds=8))["sequence"] == 1
    assert (await in_database(Place.objects.get, session__invitation=invitation)).state == "begun"
    await page.leave()


async def test_a_page_that_asks_its_candidate_says_start_again() -> None:
    ada, invitation = await in_database(_fill)
    clock = VirtualClock(T0.timestamp())
    page = await Page.open(invitation, clock)
    await page.say("start", consent=CONSENT, confirms_turn=True)
    await page.expect("queue", state="waiting")
    await in_database(end, ada, after(1))
    called = await page.expect_in_time(clock, "queue", seconds=8, state="called")
    assert 110 <= called["held_seconds"] <= 120
    assert (await in_database(Place.objects.get, session__invitation=invitation)).state == "called"
    await page.say("start", consent=CONSENT, confirms_turn=True)
    await page.settle()
    assert (await in_database(Place.objects.get, session__invitation=invitation)).state == "begun"
    await page.leave()


async def test_a_reload_finds_the_place_in_line() -> None:
    _, invitation = await in_database(_fill)
    clock = VirtualClock(T0.timestamp())
    first = await Page.open(invitation, clock)
    assert first.received[0]["queue"] is None
    await first.say("start", consent=CONSENT)
    await first.expect("queue")
    second = await Page.open(invitation, clock)
    state = second.received[0]
    assert (state["queue"], state["allowed_actions"]) == (WAITING, ["start", "leave_queue", "tell_me"])
    assert await first.expect_close() == 4409
    await second.leave()


async def test_who_leaves_is_out_and_may_stand_in_line_again() -> None:
    _, invitation = await in_database(_fill)
    page = await Page.open(invitation, VirtualClock(T0.timestamp()))
    await page.say("start", consent=CONSENT)
    await page.expect("queue", state="waiting")
    await page.say("leave_queue")
    assert without_time(await page.expect("queue", state="left")) == {"state": "left"}
    await page.say("leave_queue", id=5)
    assert without_time(await page.expect("queue", state="left")) == {"state": "left"}
    await page.say("start", consent=CONSENT)
    await page.expect("queue", state="waiting")
    await page.leave()


async def test_who_wants_to_be_told_is_answered_with_how() -> None:
    _, invitation = await in_database(_fill)
    page = await Page.open(invitation, VirtualClock(T0.timestamp()))
    await page.say("tell_me", channel="email", id="early")
    assert (await page.expect("error"))["code"] == "queue.not_waiting"
    await page.say("start", consent=CONSENT)
    await page.expect("queue", state="waiting")
    await page.say("tell_me", channel="sms", id="sms")
    assert (await page.expect("error", re="sms"))["code"] == "queue.no_channel"
    await page.say("tell_me", channel="email")
    assert (await page.expect("queue", tell_by="email"))["state"] == "waiting"
    await page.leave()


async def test_a_drained_site_says_so() -> None:
    _, invitation = await in_database(_fill)
    clock = VirtualClock(T0.timestamp())
    page = await Page.open(invitation, clock)
    await page.say("start", consent=CONSENT)
    await page.expect("queue", is_drained=False)
    await in_database(admissions.drain, after(1))
    await page.expect_in_time(clock, "queue", seconds=10, is_drained=True)
    await page.leave()
