"""What a batch may not be: too large, or more than the month's tokens; what is made before the limit stays."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from questionbank.domain.batches import BatchRow, BatchWish
from questionbank.models import Generation, ModelCall, Question
from questionbank.services.generation.batches import BatchRefused, start_batch
from questionbank.services.generation.requests import GenerationRefused, ask_again
from tests.bank_desks import BankDesk
from tests.models_at_hand import model_at_hand
from tests.question_writers import TOKENS, QuestionWriter
from tests.work import do_due

pytestmark = pytest.mark.django_db
INDEXES = BatchRow("Storage", "Indexing", "Composite indexes", "medium", 3)
LOCKS = BatchRow("Storage", "Locking", "Deadlocks", "hard", 2)


@pytest.fixture
def writer(settings: Settings) -> Iterator[QuestionWriter]:
    with model_at_hand(settings) as server:
        yield QuestionWriter(server)


def ask(desk: BankDesk, *rows: BatchRow, **wish: Any) -> Generation:
    wanted = BatchWish(rows or (INDEXES,), **wish)
    return start_batch(organization=desk.world.organization, wish=wanted, user=None, now=timezone.now())


def list_parts(batch: Generation) -> list[Generation]:
    return list(batch.parts.order_by("pk"))


def test_what_cannot_be_asked_for(desk: BankDesk, writer: QuestionWriter) -> None:
    with pytest.raises(BatchRefused, match="at most 200 go at once"):
        ask(desk, *(BatchRow("A", "B", f"C{number}", "easy", 20) for number in range(11)))
    organization = desk.world.organization
    organization.monthly_tokens = 1
    organization.save()
    ModelCall.objects.create(
        organization=organization,
        purpose="generate",
        operation="x",
        engine="e",
        model="m",
        prompt_version="x/1",
        prompt_tokens=1,
        seconds=1,
        outcome="done",
    )
    with pytest.raises(GenerationRefused, match="has used 1 of its 1 tokens"):
        ask(desk)
    assert not Generation.objects.exists()


def test_the_limit_of_the_month_stops_every_part_and_what_is_made_stays(desk: BankDesk, writer: QuestionWriter) -> None:
    organization = desk.world.organization
    batch = ask(desk, INDEXES, LOCKS, BatchRow("Storage", "Indexing", "Covering indexes", "easy", 2))
    organization.monthly_tokens = 2 * TOKENS
    organization.save()
    do_due(Generation)
    parts = list_parts(batch)
    assert [(part.work_status, part.steps_done) for part in parts] == [("failed", 2), ("failed", 0), ("failed", 0)]
    for part in parts:
        assert "has used 240 of its 240 tokens" in part.last_error
        assert "Whoever runs this site can raise" in part.last_error
    assert Question.objects.filter(origin__isnull=False).count() == 2
    with pytest.raises(GenerationRefused, match="has used 240"):
        ask_again(generation=Generation.objects.get(pk=batch.pk), now=timezone.now())
    organization.monthly_tokens = 10_000
    organization.save()
    ask_again(generation=Generation.objects.get(pk=batch.pk), now=timezone.now())
    do_due(Generation)
    assert (
        Generation.objects.get(pk=batch.pk).work_status,
        Question.objects.filter(origin__isnull=False).count(),
        writer.asked,
    ) == ("done", 7, 7)
