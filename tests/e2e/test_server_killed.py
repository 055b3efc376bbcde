"""The server dies in the middle of answers and comes back: nothing that was said is lost, doubled or scored twice."""

from collections.abc import Iterator

import pytest

from interviewpanel.management.robot.script import Step
from tests.interview_checks import check_answers_whole, check_scored_once, wait_for_work
from tests.live_site import LiveSite
from tests.robots import Robot

pytestmark = pytest.mark.quick_fault


@pytest.fixture
def site(embedded_site: LiveSite) -> Iterator[LiveSite]:
    embedded_site.set_panel(max_questions=2, turn_settings={"min_turn_seconds": 2, "silence_seconds": 2})
    embedded_site.start_web()
    yield embedded_site
    for name in list(embedded_site.processes.running):
        embedded_site.processes.kill(name)


def test_a_server_killed_in_the_middle_of_an_answer_loses_nothing(site: LiveSite) -> None:
    """SIGKILL while the candidate speaks: some frames are stored, some only in the server's memory."""
    robot = Robot(site.invite(), [Step.PARTIAL, Step.SILENCE])
    robot.wait_for_frames(answer=1, count=60)

    site.processes.kill("web")
    site.start_web()

    result = robot.finish(seconds=60)
    wait_for_work(seconds=30)
    assert result.reconnects >= 1, "the robot never noticed that its server was killed"
    check_answers_whole(site, robot)
    check_scored_once(robot)
