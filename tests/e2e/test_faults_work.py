"""Durable work on real workers and a real broker: killed, repeated, lost and wiped, and done once all the same."""

import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from kombu import Connection

from config.celery import app
from interviewpanel.management.robot.script import Step
from interviewpanel.models import Answer, AnswerScore
from tests.graders import Grader
from tests.interview_checks import check_scored_once, find_session, wait_for_work
from tests.live_site import SITE, LiveSite, open_full_site
from tests.ollama_server import OllamaServer
from tests.processes import wait_until
from tests.robots import Robot

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
NOT_SCORING = "realtime,transcription,reports,outbound,webhooks"
SCORERS = ("scorer-a", "scorer-b", "scorer-c")


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with OllamaServer() as server:
        yield Grader(server)


@pytest.fixture(scope="module")
def full_site(grader: Grader, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[LiveSite]:
    """Scoring has workers of its own, which each test starts and ends; sweeps come as rarely as in production."""
    folder = tmp_path_factory.mktemp("full")
    variables = {"OLLAMA_BASE_URL": grader.server.url, "OLLAMA_MODEL": "tiny", "WORK_SWEEP_SECONDS": "15"}
    with django_db_blocker.unblock(), open_full_site(folder, **variables) as site:
        site.set_panel(max_questions=1)
        site.start_workers("worker", queues=NOT_SCORING)
        site.start_beat()
        site.start_web()
        yield site


@pytest.fixture
def site(full_site: LiveSite, grader: Grader) -> Iterator[LiveSite]:
    grader.start_again()
    yield full_site
    for name in [name for name in full_site.processes.running if name.startswith(("scorer", "second"))]:
        full_site.processes.kill(name)


def count_waiting(site: LiveSite) -> int:
    """Scores that wait in the broker; not what comes each minute to note that a worker lives."""
    tasks = [json.loads(message)["headers"]["task"] for message in site.redis().lrange("scoring", 0, -1)]
    return sum(task == AnswerScore.task_name for task in tasks)


def hold_interviews(site: LiveSite, count: int) -> list[Robot]:
    """Short interviews, to their end."""
    robots = [Robot(site.invite(), [Step.TYPED], seed=seed) for seed in range(count)]
    for robot in robots:
        robot.finish(seconds=60)
    return robots


def find_score(robot: Robot) -> AnswerScore:
    return AnswerScore.objects.using(SITE).get(answer__session=find_session(robot.link))


def publish(site: LiveSite, score: AnswerScore, *, times: int) -> None:
    with Connection(site.environment["CELERY_BROKER_URL"]) as connection:
        for _ in range(times):
            app.send_task(score.task_name, args=[score.pk], queue=score.queue, connection=connection)


def test_work_that_always_kills_its_worker_is_left_to_a_person_after_three_attempts(
    site: LiveSite, grader: Grader
) -> None:
    def kill_who_asks(count: int) -> None:
        os.kill(int(find_score(deadly).claimed_by.rsplit(":", 2)[1]), signal.SIGKILL)
        connections[SITE].close()  # of the grader's own thread

    [deadly] = hold_interviews(site, 1)
    grader.start_again(kill_who_asks)
    site.start_workers("scorer-a")
    wait_until("the deadly work is given up", lambda: find_score(deadly).work_status == "dead", seconds=120)

    score = find_score(deadly)
    assert (score.attempts, grader.asked) == (3, 3), (
        f"{score.attempts} attempts, {grader.asked} of them asked the model"
    )
    assert (score.state, score.composite) == ("technical_failure", None), "what nobody could score has no number"
    assert "ended 3 times" in score.last_error, f"a person must read why: {score.last_error!r}"
    assert Answer.objects.using(SITE).get(pk=score.answer_id).status == "technical_failure"

    grader.start_again()
    [other] = hold_interviews(site, 1)
    wait_for_work(seconds=60)
    check_scored_once(other)


def test_the_same_message_five_times_to_three_workers_has_one_effect(site: LiveSite, grader: Grader) -> None:
    site.start_workers(*SCORERS)
    for name in SCORERS:
        site.processes.freeze(name)
    [robot] = hold_interviews(site, 1)
    publish(site, find_score(robot), times=5)

    for name in SCORERS:
        site.processes.thaw(name)
    wait_for_work(seconds=60)
    publish(site, find_score(robot), times=5)
    wait_until("the broker has been emptied", lambda: not count_waiting(site), seconds=30)

    assert (find_score(robot).attempts, grader.asked) == (1, 1), "several workers scored one answer"
    check_scored_once(robot)


def test_a_wiped_broker_loses_no_work(site: LiveSite) -> None:
    robots = hold_interviews(site, 4)
    assert count_waiting(site) >= len(robots), "the messages should have been waiting in the broker"
    site.redis().flushall()

    site.start_workers("scorer-a")
    wait_for_work(seconds=120)
    for robot in robots:
        check_scored_once(robot)


def test_a_crash_between_commit_and_publishing_delays_work_and_a_rollback_makes_none(site: LiveSite) -> None:
    [robot] = hold_interviews(site, 1)
    site.start_workers("scorer-a")
    wait_for_work(seconds=60)
    answer = find_score(robot).answer_id
    queue = "from config.work.transports import enqueue; from interviewpanel.models import AnswerScore; import os\n"
    make = f"    enqueue(AnswerScore.objects.create(answer_id={answer}, number=2))\n"
    atomic = "from django.db import transaction\nwith transaction.atomic():\n"

    site.processes.kill("scorer-a")
    site.manage("shell", "-c", queue + atomic + make + "    transaction.set_rollback(True)\n")
    assert AnswerScore.objects.using(SITE).filter(answer_id=answer).count() == 1
    assert count_waiting(site) == 0, "work that was rolled back was published"

    crash = "    transaction.on_commit(lambda: os._exit(0))\n"
    site.manage("shell", "-c", queue + atomic + crash + make)
    again = AnswerScore.objects.using(SITE).get(answer_id=answer, number=2)
    assert count_waiting(site) == 0, "the crash came too late: the work was published"
    site.start_workers("scorer-a")
    wait_until("the sweeper has found the work", lambda: reload_status(again) == "done", seconds=30)


def reload_status(score: AnswerScore) -> str:
    return str(AnswerScore.objects.using(SITE).values_list("work_status", flat=True).get(pk=score.pk))


def test_two_beats_do_each_job_once(site: LiveSite, grader: Grader) -> None:
    site.start_beat("second-beat")
    site.start_workers(*SCORERS)
    robots = hold_interviews(site, 3)
    wait_for_work(seconds=60)
    for robot in robots:
        check_scored_once(robot)
    attempts = [find_score(robot).attempts for robot in robots]
    assert (attempts, grader.asked) == ([1, 1, 1], 3), f"work was done more than once: {attempts}, {grader.asked} asked"
