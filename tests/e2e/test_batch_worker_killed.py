"""A worker dies while a question for the bank is written: another goes on, and every question is there once."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from organizations.models import Organization
from questionbank.domain.batches import BatchRow, BatchWish, list_parts
from questionbank.models import CachedQuestion, Generation, Question
from tests.interview_checks import wait_for_work
from tests.live_site import SITE, LiveSite, open_full_site
from tests.ollama_server import OllamaServer
from tests.processes import wait_until
from tests.question_writers import QuestionWriter

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def writer() -> Iterator[QuestionWriter]:
    with OllamaServer() as server:
        yield QuestionWriter(server)


@pytest.fixture(scope="module")
def full_site(
    writer: QuestionWriter, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[LiveSite]:
    places = {"OLLAMA_BASE_URL": writer.server.url, "OLLAMA_MODEL": "tiny"}
    with django_db_blocker.unblock(), open_full_site(tmp_path_factory.mktemp("full"), **places) as site:
        site.start_workers("worker-a", "worker-b")
        site.start_beat()
        yield site


def make_batch() -> Generation:
    """As start_batch makes it; announced by the sweeper."""
    wish = BatchWish([BatchRow("Storage", "Indexing", "Keys", "medium", 3)])
    asked = {"organization": Organization.objects.using(SITE).first(), "due_at": timezone.now()}
    whole = Generation.objects.using(SITE).create(kind="batch", steps=3, parameters={}, **asked)
    (part,) = list_parts(wish)
    return Generation.objects.using(SITE).create(kind="batch_part", parent=whole, steps=3, parameters=part, **asked)


def test_another_worker_goes_on(full_site: LiveSite, writer: QuestionWriter) -> None:
    release = threading.Event()
    writer.before = lambda count: count != 2 or release.wait(60)
    part = make_batch()

    def read() -> Generation:
        return Generation.objects.using(SITE).get(pk=part.pk)

    wait_until("the second question is being written", lambda: writer.asked == 2, seconds=60)
    process_id = int(read().claimed_by.rsplit(":", 2)[1])
    for name in ("worker-a", "worker-b"):
        if process_id in [child.pid for child in full_site.processes.find_children(name)]:
            full_site.processes.kill(name)
    release.set()
    wait_until("the part is over", lambda: read().work_status == "done", seconds=120)
    wait_for_work(seconds=60)
    written = Question.objects.using(SITE).filter(origin__generation=part.pk)
    assert (written.count(), read().steps_done, CachedQuestion.objects.using(SITE).count()) == (3, 3, 3)
    assert read().parent.work_status == "done"
    assert writer.asked == 4, "one step was lost"
