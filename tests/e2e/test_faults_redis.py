"""Redis is killed or frozen under live interviews: they go on, and no event is missing or doubled."""

import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from interviewpanel.management.robot.script import Step
from tests.interview_checks import check_answers_whole, check_scored_once, wait_for_work
from tests.live_site import LiveSite, open_full_site
from tests.processes import wait_until
from tests.robots import Robot

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def full_site(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[LiveSite]:
    """As in production: transcription has a worker of its own, sweeps come every 15 s."""
    folder = tmp_path_factory.mktemp("full")
    with django_db_blocker.unblock(), open_full_site(folder, WORK_SWEEP_SECONDS="15") as site:
        site.start_workers("worker", queues="realtime,scoring,reports,outbound,webhooks")
        site.start_workers("transcriber", queues="transcription")
        site.start_beat()
        site.start_web()
        yield site


def wait_for_news(robots: list[Robot], seen: list[int], *, seconds: float) -> None:
    """Until every robot has had an event after the one it had then, or has no more to get."""
    for robot, before in zip(robots, seen, strict=True):
        wait_until(
            f"a client that had event {before} gets another",
            lambda robot=robot, before=before: robot.result.is_completed or robot.last_sequence > before,
            seconds=seconds,
        )


def finish_and_check(site: LiveSite, robots: list[Robot]) -> None:
    for robot in robots:
        robot.finish(seconds=180)
    wait_for_work(seconds=90)
    for robot in robots:
        check_answers_whole(site, robot)
        check_scored_once(robot)


def test_redis_killed_in_the_middle_of_interviews_and_back_in_5_seconds(full_site: LiveSite) -> None:
    site = full_site
    site.set_panel(max_questions=3)
    robots = [Robot(site.invite(), [Step.TYPED, Step.PARTIAL, Step.TYPED], seed=seed) for seed in range(3)]
    for robot in robots:
        robot.wait_for_frames(answer=2, count=40)

    site.processes.kill("redis")
    gone_at = time.monotonic()
    wait_until("Redis has been gone for 5 s", lambda: time.monotonic() - gone_at > 5, seconds=10)
    site.start_redis()
    wait_for_news(robots, [robot.last_sequence for robot in robots], seconds=15)

    finish_and_check(site, robots)


def test_redis_frozen_for_a_minute_hangs_nobody(full_site: LiveSite) -> None:
    site = full_site
    site.set_panel(max_questions=2)
    robots = [Robot(site.invite(), [Step.PARTIAL, Step.TYPED], seed=seed) for seed in range(2)]
    for robot in robots:
        robot.wait_for_frames(answer=1, count=40)

    site.processes.freeze("redis")
    frozen_at, times = time.monotonic(), []
    try:
        while time.monotonic() - frozen_at < 60:
            times += [measure(f"http://127.0.0.1:{site.port}{path}") for path in ("/health/live", "/admin/login/")]
    finally:
        site.processes.thaw("redis")
    times.sort()
    p99 = times[int(len(times) * 0.99)]
    assert p99 < 2, f"while Redis was frozen, p99 of {len(times)} pages was {p99:.1f} s"

    wait_for_news(robots, [robot.last_sequence for robot in robots], seconds=60)
    finish_and_check(site, robots)


def measure(url: str) -> float:
    started = time.monotonic()
    with urllib.request.urlopen(url, timeout=30) as response:
        response.read()
    return time.monotonic() - started
