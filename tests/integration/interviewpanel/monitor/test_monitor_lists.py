"""The list of live interviews, what raters do not see of one, and what people do to one."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.channel_layer import send_group
from interviewpanel.models import InterviewSession
from interviewpanel.selectors.watchers import find_watcher
from interviewpanel.services import monitoring, steering
from tests.live_interviews import begin_now, invite
from tests.sockets import Page, VirtualClock, in_database
from tests.watchers import Monitor, WatchedInterview, list_events, pick, watch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(25)]


async def test_the_list_follows_what_happens(world: WatchedInterview) -> None:
    monitor = await Monitor.open(world.recruiter)
    await monitor.say("watch_list")
    listed = await monitor.expect("live_list")
    used = listed["sessions"][0]["clock"].pop("used_seconds")
    started = await in_database(lambda: monitoring.write_time(InterviewSession.objects.get().started_at))
    assert listed == {
        "type": "live_list",
        "at": listed["at"],
        "total": 1,
        "sessions": [
            {
                "session": world.uuid,
                "candidate": "Priya Raghunathan",
                "panel": "Screening",
                "organization": "Fernbrook",
                "status": "in_progress",
                "started_at": started,
                "number": 1,
                "of": 3,
                "interrupted_at": None,
                "clock": {"limit_seconds": 1800, "is_running": True},
            }
        ],
    }
    assert used >= 0
    await in_database(world.answer)
    assert (await monitor.expect("live_list"))["sessions"][0]["number"] == 2
    await in_database(steering.end_by_organization, session_id=world.session.pk, now=timezone.now())
    over = await monitor.expect("live_list", total=0)
    assert over["sessions"] == []
    await monitor.leave()


async def test_trials_are_not_listed(world: WatchedInterview) -> None:
    def make_trial() -> None:
        type(world.invitation).objects.update(is_trial=True)

    await in_database(make_trial)
    monitor = await Monitor.open(world.recruiter)
    await monitor.say("watch_list")
    assert pick(await monitor.expect("live_list"), "total", "sessions") == [0, []]
    await monitor.leave()


async def test_the_list_takes_as_many_queries_for_many_as_for_one(world: WatchedInterview) -> None:
    def count() -> tuple[int, int]:
        watcher = find_watcher(world.recruiter)
        with CaptureQueriesContext(connection) as queries:
            total = monitoring.view_live(watcher, timezone.now()).facts["total"]
        return len(queries), total  # type: ignore[return-value]

    def add() -> None:
        for name in ("Ada Moreau", "Aiko Mori", "Ben Okafor"):
            begin_now(invite(world.panel, name, now=timezone.now()))

    one = await in_database(count)
    await in_database(add)
    assert [one, await in_database(count)] == [(2, 1), (2, 4)]


async def test_an_interview_takes_as_many_queries_however_long_it_is(world: WatchedInterview) -> None:
    def count() -> tuple[int, int]:
        watcher = find_watcher(world.recruiter)
        with CaptureQueriesContext(connection) as state:
            monitoring.view_session(world.session.pk, watcher, timezone.now())
        with CaptureQueriesContext(connection) as events:
            monitoring.read_events(world.session, watcher, 0)
        return len(state), len(events)

    before = await in_database(count)
    await in_database(world.answer)
    assert [before, await in_database(count)] == [(3, 1), (3, 2)]


async def test_raters_learn_nothing_of_time(world: WatchedInterview) -> None:
    def grant() -> None:
        steering.extend_session(
            session_id=world.session.pk, minutes=10, expected_limit_seconds=1800, now=timezone.now()
        )

    await in_database(grant)
    monitor = await watch(world.reviewer, world.uuid)
    assert monitor.received[0]["clock"] is None
    assert "up to … minutes" in (await monitor.expect("greeting"))["message"]
    await monitor.expect("next_question")
    moment = {"type": "audience.moment", "answer": 1, "state": "ending", "reason": "silence", "heard_at": None}
    await in_database(send_group, world.session.audience_group_name, {**moment, "ends_at": time.time() + 5})
    assert (await monitor.expect("turn_update", state="ending"))["ends_in_ms"] is None
    assert [type_ for _, type_ in list_events(monitor)] == ["greeting", "next_question"]  # the third is time_added
    await monitor.say("watch_list")
    assert (await monitor.expect("live_list"))["sessions"][0]["clock"] is None
    await monitor.leave()


async def test_more_time_is_told_to_the_candidate_and_to_who_may_know(
    world: WatchedInterview, clock: VirtualClock
) -> None:
    """Both: the event, and within a second the clock."""
    page = await Page.open(world.invitation, clock)
    monitor = await watch(world.recruiter, world.uuid)

    def extend() -> None:
        steering.extend_session(
            session_id=world.session.pk, minutes=10, expected_limit_seconds=1800, now=timezone.now()
        )

    await in_database(extend)
    added = await page.expect("time_added")
    assert added == {
        "type": "time_added",
        "at": added["at"],
        "sequence": 3,
        "minutes": 10,
        "remaining_seconds": added["remaining_seconds"],
    }
    assert 2390 < added["remaining_seconds"] <= 2400
    await clock.wait_for_sleeper()
    clock.advance(1)
    assert (await page.expect("clock"))["remaining_seconds"] > 2380
    told = await monitor.expect("time_added")
    assert told == {"type": "time_added", "at": told["at"], "session": world.uuid, "sequence": 3, "minutes": 10}
    assert (await monitor.expect("session_state"))["clock"]["limit_seconds"] == 2400
    await page.leave()
    await monitor.leave()


async def test_an_end_by_the_organization_reaches_the_candidate(world: WatchedInterview) -> None:
    page = await Page.open(world.invitation)
    await in_database(steering.end_by_organization, session_id=world.session.pk, now=timezone.now())
    closing = await page.expect("interview_completed")
    assert closing["reason"] == "ended_by_organization"
    assert closing["message"].startswith("Priya, the people of Fernbrook have ended the interview here.")
    assert await page.expect_close() == 1000
    await page.leave()


async def test_a_pause_by_the_organization_reaches_the_candidate(world: WatchedInterview) -> None:
    """It stops the turn as the candidate's own does, and either of the two ends it."""
    page = await Page.open(world.invitation)
    monitor = await watch(world.recruiter, world.uuid)
    await in_database(steering.pause_by_organization, session_id=world.session.pk, now=timezone.now())
    paused = await page.expect("paused")
    assert (paused["reason"], paused["seconds_left"]) == ("organization", 600)
    assert (await monitor.expect("paused"))["reason"] == "organization"
    await page.send_audio(1, 0)
    assert (await page.expect("error"))["code"] == "audio.paused"
    await in_database(steering.resume_by_organization, session_id=world.session.pk, now=timezone.now())
    assert (await page.expect("resumed"))["reason"] == "organization"
    await in_database(steering.pause_by_organization, session_id=world.session.pk, now=timezone.now())
    await page.expect("paused")
    await page.say("resume")
    assert (await page.expect("resumed"))["reason"] == "candidate"
    await page.leave()
    await monitor.leave()
