"""Several workers write at once: one question of each kind, counts that are right, a limit that holds."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from config.work.tasks import perform
from organizations.models import Organization
from questionbank.domain.batches import BatchRow, BatchWish
from questionbank.domain.question_cache import Wish
from questionbank.models import CachedQuestion, CacheMonth, Category, Generation, Question
from questionbank.services.generation.batches import start_batch
from questionbank.services.generation.requests import Asked, GenerationRefused, ask_generation
from questionbank.services.question_cache import Writer, keep_question, note_hit
from tests.models_at_hand import model_at_hand
from tests.question_writers import TOKENS, QuestionWriter, make_written
from tests.work import do_due

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def writer(settings: Settings) -> Iterator[QuestionWriter]:
    with model_at_hand(settings) as server:
        yield QuestionWriter(server)


@pytest.fixture
def fernbrook(transactional_db: None) -> Organization:
    return Organization.objects.create(name="Fernbrook", slug="fernbrook")


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    def do(deed: Callable[[], Any]) -> Any:
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [one.result() for one in [pool.submit(do, deed) for deed in deeds]]


def ask(organization: Organization, *names: str, count: int = 2) -> list[Generation]:
    rows = [BatchRow("Storage", "Indexing", name, "medium", count) for name in names]
    batch = start_batch(organization=organization, wish=BatchWish(rows), user=None, now=timezone.now())
    return list(batch.parts.order_by("pk"))


def work_on(part: Generation) -> Callable[[], bool]:
    return lambda: perform(part.task_name, part.pk)


def test_two_workers_on_one_part_write_it_once(fernbrook: Organization, writer: QuestionWriter) -> None:
    (part,) = ask(fernbrook, "Indexes", count=3)
    done = at_once(*[work_on(part)] * 2)
    assert sorted(done) == [False, True]
    assert (writer.asked, Question.objects.count(), Category.objects.count()) == (3, 3, 1)


def test_two_parts_that_write_the_same_keep_one_of_each(fernbrook: Organization, writer: QuestionWriter) -> None:
    """Both ask for one new place's questions at the same moment, and the model says the same to both."""
    parts = ask(fernbrook, "Indexes", "Keys", count=1)
    writer.say(["How would you split a table that grows?"] * 2)
    at_once(*map(work_on, parts))
    assert (Question.objects.count(), Category.objects.count(), writer.asked) == (2, 1, 3)
    texts = list(Question.objects.values_list("current_version__text", flat=True))
    assert len(set(texts)) == 2
    whole = Generation.objects.get(kind="batch")
    do_due(Generation)
    whole.refresh_from_db()
    assert (whole.work_status, whole.steps_done) == ("done", 2)


def test_uses_are_counted_right_when_many_count_at_once(fernbrook: Organization) -> None:
    wish = Wish("Indexing", "medium", "technical", "en", "Indexes")
    cached = keep_question(
        wish, make_written("What is an index?"), Writer("ollama", "tiny", "x/1", 70), organization_id=fernbrook.pk
    )
    assert cached is not None
    at_once(*[lambda: [note_hit(cached, NOW) for _ in range(5)]] * 4)
    month = CacheMonth.objects.get()
    assert (CachedQuestion.objects.get().usage_count, month.hits, month.tokens_saved) == (20, 20, 20 * 70)


def test_of_several_who_ask_at_once_for_a_requisition_one_is_served(
    fernbrook: Organization, writer: QuestionWriter
) -> None:
    asked = Asked(Generation.Kind.SCREENING, {"source": {}}, req_id="REQ-1")
    together = threading.Barrier(4)

    def ask_once() -> str:
        Organization.objects.exists()  # the connection is there, and all four are
        together.wait(timeout=20)
        try:
            ask_generation(asked=asked, organization=fernbrook, user=None, now=timezone.now())
        except GenerationRefused as refusal:
            return str(refusal)
        return "begun"

    told = at_once(*[ask_once] * 4)
    again = "The screening questions for REQ-1 is being made already. Wait for it, or cancel it and ask again."
    assert sorted(told) == [*[again] * 3, "begun"]
    assert Generation.objects.count() == 1


def test_at_the_limit_every_part_stops_after_what_it_was_at(fernbrook: Organization, writer: QuestionWriter) -> None:
    """Whether tokens are left is asked before each question: so many may go over it as are written just then."""
    parts = ask(fernbrook, "Indexes", "Keys", "Views", count=5)
    Organization.objects.filter(pk=fernbrook.pk).update(monthly_tokens=4 * TOKENS)
    at_once(*map(work_on, parts))
    assert 4 <= writer.asked <= 4 + 2
    assert Question.objects.count() == writer.asked, "what was written is kept"
    states = list(Generation.objects.filter(kind="batch_part").values_list("work_status", "last_error"))
    assert [state for state, _ in states] == ["failed"] * 3
    assert all("of its 480 tokens" in error for _, error in states)
