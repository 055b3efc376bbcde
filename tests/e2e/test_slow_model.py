"""Nobody waits for a language model: questions come as fast beside one that never answers as without any."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from interviewpanel.models import Answer, PreparedLine
from tests.interview_checks import find_session
from tests.live_site import SITE, LiveSite, open_embedded_site, open_full_site
from tests.ollama_server import OllamaServer, Reply
from tests.processes import wait_until
from tests.socket_client import Socket, open_socket

pytestmark = pytest.mark.timeout(240)
PATIENCE_SECONDS = 60  # with the model: who waited for it would wait so long
MOST_SECONDS = 1.5  # from the end of an answer to the next question; more only where it is slow without a model too
MOST_TIMES = 3  # what the same takes beside no model
ANSWER = "I would first look at what the monitoring says, and then at what was changed last."


@pytest.fixture(scope="module")
def model() -> Iterator[OllamaServer]:
    with OllamaServer(replies=[Reply(stall=True)]) as server:
        yield server


@pytest.fixture(scope="module")
def site(model: OllamaServer, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[LiveSite]:
    folder: Path = tmp_path_factory.mktemp("slow")
    variables = {"OLLAMA_BASE_URL": model.url, "OLLAMA_MODEL": "tiny", "LLM_CONVERSE_TIMEOUT": str(PATIENCE_SECONDS)}
    opened = open_full_site if settings.STACK == "full" else open_embedded_site
    with django_db_blocker.unblock(), opened(folder, **variables) as site:
        site.set_panel(words_by_model=True, question_wording="in_context", max_follow_ups=1, max_questions=15)
        if site.stack == "full":
            site.start_workers("talks", queues="conversation,scoring")  # as large sites run them: apart
            site.start_workers("worker", queues="realtime,transcription,reports,outbound,webhooks,generation")
            site.start_beat()
        site.start_web()
        yield site
        for name in list(site.processes.running):
            site.processes.kill(name)


def answer_and_time(socket: Socket) -> float:
    """Seconds from a typed answer to the next question."""
    began = time.monotonic()
    socket.say("answer_text", text=ANSWER)
    socket.hear("next_question")
    return time.monotonic() - began


@pytest.fixture(scope="module")
def most_seconds(site: LiveSite) -> float:
    """As long as an answer may take to lead to the next question, on this machine as busy as it is just now."""
    site.set_panel(words_by_model=False, question_wording="as_written")
    with open_socket(site.invite()) as socket:
        socket.begin()
        without = max(answer_and_time(socket) for _ in range(3))
    site.set_panel(words_by_model=True, question_wording="in_context")
    return max(MOST_SECONDS, MOST_TIMES * without)


def test_the_next_question_comes_as_fast_beside_a_model_that_never_answers(
    site: LiveSite, model: OllamaServer, most_seconds: float
) -> None:
    link = site.invite()
    with open_socket(link) as socket:
        socket.begin()
        wait_until("the model is being asked", lambda: len(model.chats) > 0, seconds=20)
        seconds = [answer_and_time(socket) for _ in range(3)]
    assert max(seconds) < most_seconds, f"the questions came after {seconds} s"
    session = find_session(link)
    assert not PreparedLine.objects.using(SITE).filter(session=session, state__in=["ready", "used"]).exists()


def test_other_words_are_not_waited_for(site: LiveSite, most_seconds: float) -> None:
    with open_socket(site.invite()) as socket:
        answer = socket.begin()
        began = time.monotonic()
        socket.say("rephrase_question", answer=answer)
        told = socket.hear("question_rephrased")
        assert time.monotonic() - began < most_seconds
    assert (told["answer"], told["is_slow"]) == (answer, True)


def test_the_interview_goes_on_when_what_prepares_is_killed(
    site: LiveSite, model: OllamaServer, most_seconds: float
) -> None:
    """SIGKILL between preparing and asking: of the server, or of the worker that waits for the model."""
    link = site.invite()
    asked = len(model.chats)
    with open_socket(link) as socket:
        socket.begin()
        wait_until("the model is being asked", lambda: len(model.chats) > asked, seconds=20)
        if site.stack == "full":
            site.processes.kill("talks")
            assert answer_and_time(socket) < most_seconds
            site.start_workers("talks", queues="conversation,scoring")
        else:
            site.processes.kill("web")
    if site.stack == "embedded":
        site.start_web()
        with open_socket(link) as socket:
            socket.hear("session_state")
            assert answer_and_time(socket) < most_seconds
    numbers = Answer.objects.using(SITE).filter(session=find_session(link)).order_by("number")
    assert list(numbers.values_list("number", flat=True)) == [1, 2]
