"""A Celery worker dies while it scores an answer: somebody else scores it, once."""

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from interviewpanel.management.robot.script import Step
from interviewpanel.models import AnswerScore
from tests.graders import Grader
from tests.interview_checks import check_scored_once, find_session, wait_for_work
from tests.live_site import SITE, LiveSite, open_full_site
from tests.ollama_server import OllamaServer
from tests.processes import wait_until
from tests.robots import Robot

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with OllamaServer() as server:
        yield Grader(server)


@pytest.fixture(scope="module")
def full_site(grader: Grader, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[LiveSite]:
    """Two workers, so that there is always somebody left."""
    folder = tmp_path_factory.mktemp("full")
    places = {"OLLAMA_BASE_URL": grader.server.url, "OLLAMA_MODEL": "tiny"}
    with django_db_blocker.unblock(), open_full_site(folder, **places) as site:
        site.set_panel(max_questions=1)
        site.start_workers("worker-a", "worker-b")
        site.start_beat()
        site.start_web()
        yield site


@dataclass(frozen=True)
class Scoring:
    """An interview whose only answer is being scored right now, by the process `process_id`."""

    robot: Robot
    process_id: int

    @property
    def row(self) -> AnswerScore:
        return AnswerScore.objects.using(SITE).get(answer__session=find_session(self.robot.link))


@pytest.fixture
def scoring(full_site: LiveSite, grader: Grader) -> Iterator[Scoring]:
    """The first question to the model waits until the test is over; every other one is answered at once."""
    release = threading.Event()
    grader.start_again(lambda count: count > 1 or release.wait(60))
    robot = Robot(full_site.invite(), [Step.TYPED])
    robot.finish(seconds=60)
    wait_until("the answer is being scored", lambda: grader.asked == 1, seconds=30)
    score = AnswerScore.objects.using(SITE).get(answer__session=find_session(robot.link))
    yield Scoring(robot, int(score.claimed_by.rsplit(":", 2)[1]))
    release.set()


def find_worker(site: LiveSite, process_id: int) -> str:
    for name in ("worker-a", "worker-b"):
        if process_id in [child.pid for child in site.processes.find_children(name)]:
            return name
    raise AssertionError(f"no worker has the process {process_id}")


def check_one_score(scoring: Scoring, *, attempts: int) -> None:
    wait_for_work(seconds=30)
    check_scored_once(scoring.robot)
    made = (scoring.row.attempts, scoring.row.is_fallback, scoring.row.provenance["engine"])
    assert made == (attempts, False, "ollama"), f"(attempts, is_fallback, engine) of the score are {made}"


def test_the_score_of_a_killed_worker_child_is_made_by_another_at_once(scoring: Scoring) -> None:
    os.kill(scoring.process_id, signal.SIGKILL)

    wait_until("the answer is scored again, by another", lambda: scoring.row.work_status == "done", seconds=10)
    check_one_score(scoring, attempts=2)


def test_the_score_of_a_killed_worker_is_made_by_another_worker(full_site: LiveSite, scoring: Scoring) -> None:
    """Its children go with it, and its message comes back too late: the sweeper finds the row."""
    full_site.processes.kill(find_worker(full_site, scoring.process_id))

    wait_until("the answer is scored again, by the other", lambda: scoring.row.work_status == "done", seconds=60)
    check_one_score(scoring, attempts=2)
