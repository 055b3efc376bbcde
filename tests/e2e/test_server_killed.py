"""The server dies in the middle of answers and comes back: nothing that was said is lost, doubled or scored twice."""

from collections.abc import Iterator

import pytest

from interviewpanel.management.robot.script import Step
from interviewpanel.models import Answer
from tests.interview_checks import check_answers_whole, check_scored_once, find_session, wait_for_work
from tests.live_site import SITE, LiveSite
from tests.robots import Robot

pytestmark = pytest.mark.timeout(240)


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
    robot.wait_for_frames(answer=1, count=50)

    site.processes.kill("web")
    site.start_web()

    result = robot.finish(seconds=60)
    wait_for_work(seconds=30)
    assert result.reconnects >= 1, "the robot never noticed that its server was killed"
    check_answers_whole(site, robot)
    check_scored_once(robot)


def test_what_was_said_to_a_server_that_no_longer_listens_is_said_again(site: LiveSite) -> None:
    """The server freezes, the candidate ends the answer, the server is killed: neither end nor audio is lost."""
    robot = Robot(site.invite(), [Step.PARTIAL, Step.TYPED])
    robot.wait_for_frames(answer=1, count=40)

    site.processes.freeze("web")
    robot.wait_until_answer_is_said(1)
    site.processes.kill("web")
    site.start_web()

    robot.finish(seconds=60)
    wait_for_work(seconds=30)
    check_answers_whole(site, robot)
    check_scored_once(robot)


def test_a_server_that_is_stopped_under_live_interviews_hands_them_all_over(site: LiveSite) -> None:
    """SIGTERM under three interviews: each client is told to come back at once, and every answer stays whole."""
    robots = [Robot(site.invite(), [Step.PARTIAL, Step.TYPED], seed=seed) for seed in (1, 2, 3)]
    for robot in robots:
        robot.wait_for_frames(answer=1, count=40)

    site.processes.stop("web")
    site.start_web()

    for robot in robots:
        result = robot.finish(seconds=90)
        assert robot.close_codes == [1012], "a stopping server tells its clients to come back (1012)"
        assert result.reconnects == 1, "every client comes back once"
    wait_for_work(seconds=30)
    for robot in robots:
        check_answers_whole(site, robot)
        check_scored_once(robot)


def test_a_server_that_is_to_end_hears_a_running_answer_to_its_end(site: LiveSite) -> None:
    """SIGTERM while somebody speaks: the server lives until the answer is over, accepts nobody, and is gone then."""
    robot = Robot(site.invite(), [Step.PARTIAL, Step.TYPED])
    robot.wait_for_frames(answer=1, count=40)

    site.processes.stop("web")
    log = site.processes.log("web").read_text()
    assert "A drain failed" not in log
    assert "Traceback" not in log
    first = Answer.objects.using(SITE).get(session=find_session(robot.link), number=1)
    assert first.closed_at is not None, "the answer was cut off"

    site.start_web()
    robot.finish(seconds=90)
    assert robot.close_codes == [1012]
    wait_for_work(seconds=30)
    check_answers_whole(site, robot)
