"""Batches of questions for the bank: written part by part, each question kept as it comes, none twice."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from config.work.tasks import perform
from organizations.models import Change
from questionbank.domain.batches import BatchRow, BatchWish
from questionbank.models import CachedQuestion, Category, GeneratedQuestion, Generation, ModelCall, Question
from questionbank.services.generation import batch_parts, landing
from questionbank.services.generation.batches import start_batch
from questionbank.services.generation.requests import ask_again, cancel_generation
from tests.bank_desks import BankDesk, add_question, make_place
from tests.models_at_hand import model_at_hand
from tests.ollama_server import OllamaServer, fail_with, reply_with
from tests.question_writers import TOKENS, QuestionWriter, make_written, name_text
from tests.work import do_due

pytestmark = pytest.mark.django_db
INDEXES = BatchRow("Storage", "Indexing", "Composite indexes", "medium", 3)
LOCKS = BatchRow("Storage", "Locking", "Deadlocks", "hard", 2)


@pytest.fixture
def server(settings: Settings) -> Iterator[OllamaServer]:
    with model_at_hand(settings) as server:
        yield server


@pytest.fixture
def writer(server: OllamaServer) -> QuestionWriter:
    return QuestionWriter(server)


def ask(desk: BankDesk, *rows: BatchRow, **wish: Any) -> Generation:
    return start_batch(
        organization=desk.world.organization,
        wish=BatchWish(rows or (INDEXES,), **wish),
        user=desk.people["recruiter"],
        now=timezone.now(),
    )


def read(generation: Generation) -> Generation:
    return Generation.objects.get(pk=generation.pk)


def list_parts(batch: Generation) -> list[Generation]:
    return list(batch.parts.order_by("pk"))


def list_written(desk: BankDesk) -> list[Question]:
    rows = Question.objects.filter(organization=desk.world.organization, origin__isnull=False)
    return list(rows.select_related("current_version", "origin", "subtopic__topic__category").order_by("pk"))


def test_every_question_lands_in_the_bank_to_be_reviewed(desk: BankDesk, writer: QuestionWriter) -> None:
    batch = ask(desk, INDEXES, LOCKS, kinds=["technical", "behavioral"])
    assert (batch.steps, [part.steps for part in list_parts(batch)]) == (5, [3, 2])
    assert not Category.objects.filter(name="Storage").exists()
    do_due(Generation)
    whole = read(batch)
    assert (whole.work_status, whole.steps_done, whole.prompt_tokens + whole.completion_tokens) == (
        "done",
        5,
        5 * TOKENS,
    )
    written = list_written(desk)
    assert [(one.status, one.difficulty, one.kind) for one in written] == [
        *[("review", "medium", kind) for kind in ("technical", "behavioral", "technical")],
        *[("review", "hard", kind) for kind in ("technical", "behavioral")],
    ]
    first = written[0]
    version = first.current_version
    assert version is not None
    assert (version.text, version.number, version.created_by) == (name_text(1), 1, None)
    assert (len(version.criteria), version.expected_seconds, version.red_flags) == (
        8,
        90,
        ["Changes everything at once"],
    )
    place = first.subtopic
    assert (place.name, place.topic.name, place.topic.category.name) == ("Composite indexes", "Indexing", "Storage")
    assert place.topic.category.organization == desk.world.organization
    origin = first.origin
    assert (origin.generation, origin.engine, origin.model) == (list_parts(batch)[0], "ollama", "tiny")
    assert origin.prompt_version.startswith("write_bank_question/1+")
    line = Change.objects.get(subject_type="questionbank.question", subject_id=first.pk)
    assert (line.actor, line.action) == (desk.people["recruiter"], "added")
    assert line.message.startswith("Written by a language model, tiny (ollama), prompt write_bank_question/1+")
    made = list_parts(batch)[0].result["questions"]
    assert made[0] == {"id": str(first.uuid), "text": name_text(1), "from_cache": False, "copy_of": None}


def test_the_model_is_told_what_there_is(desk: BankDesk, writer: QuestionWriter) -> None:
    place = make_place("Databases", None)
    add_question(place, "known", "What is a covering index good for?")
    add_question(make_place("Elsewhere", desk.elsewhere), "secret", "What do we keep secret about indexes?")
    ask(desk, BatchRow("databases", "DATABASES", " databases ", "medium", 2), wishes="About covering indexes")
    do_due(Generation)
    first, second = writer.prompts
    assert "What is a covering index good for?" in first
    assert "About covering indexes" in first
    assert name_text(1) in second, "what was written just now"
    assert "secret" not in first
    assert [one.subtopic for one in list_written(desk)] == [place, place], "the common place, however it is typed"
    seeds = [chat["options"]["seed"] for chat in writer.server.chats]
    assert seeds[0] != seeds[1]


def test_a_duplicate_is_refused_and_another_one_written(desk: BankDesk, writer: QuestionWriter) -> None:
    original = Question.objects.get(pk=desk.world.question.pk)
    assert original.current_version is not None
    known = original.current_version.text
    writer.say([known, "How would you split a table that grows?", "How would you split a table that grows?"])
    batch = ask(desk, BatchRow("Storage", "Indexing", "Composite indexes", "medium", 2))
    do_due(Generation)
    (part,) = list_parts(batch)
    assert (part.work_status, part.steps_done, writer.asked) == ("done", 2, 4)
    assert [one["text"] for one in part.result["questions"]] == [
        "How would you split a table that grows?",
        name_text(4),
    ]
    first, second = part.result["refused"]
    assert (first["duplicate_of"], first["percent"], first["why"]) == (
        str(original.uuid),
        100,
        f"it asks what “{known}” (live) asks.",
    )
    assert second["duplicate_of"] == part.result["questions"][0]["id"], "of the same batch"
    assert f"“{known}”: it asks what" in writer.prompts[1]


def test_a_part_that_only_repeats_itself_is_left_to_a_person(desk: BankDesk, writer: QuestionWriter) -> None:
    writer.say(["How would you split a table that grows?"] * 20)
    batch = ask(desk, INDEXES, LOCKS)
    do_due(Generation)
    indexes, locks = list_parts(batch)
    assert (indexes.work_status, indexes.steps_done, locks.work_status) == ("failed", 1, "failed")
    assert indexes.last_error.startswith("WorkRefused: 1 of 3 were made") or indexes.last_error.startswith(
        "1 of 3 were"
    )
    whole = read(batch)
    assert (whole.work_status, whole.steps_done) == ("failed", 1)
    assert "2 of 2 parts failed; what the others made is kept." in whole.last_error
    asked = writer.asked
    writer.say([])
    ask_again(generation=whole, now=timezone.now())
    do_due(Generation)
    assert (read(batch).work_status, read(batch).steps_done) == ("done", 5)
    assert writer.asked == asked + 4, "only what was missing"
    assert len(list_written(desk)) == 5


def test_output_that_is_none_is_tried_again_and_then_left(desk: BankDesk, server: OllamaServer) -> None:
    few = make_written("How do you name an index?", criteria=make_written("x" * 20)["criteria"][:7])
    server.replies = [reply_with(make_written(name_text(1))), reply_with(few), reply_with(few), reply_with(few)]
    batch = ask(desk, INDEXES)
    for _ in range(4):
        do_due(Generation)
        Generation.objects.filter(work_status="queued").update(due_at=timezone.now())
    (part,) = list_parts(batch)
    assert (part.work_status, part.steps_done) == ("dead", 1)
    assert "criteria: List should have at least 8 items" in part.last_error
    assert len(list_written(desk)) == 1
    assert ModelCall.objects.filter(outcome="retry").exists()
    assert read(batch).work_status == "failed"


def test_a_character_that_cannot_be_stored_is_no_question(desk: BankDesk, writer: QuestionWriter) -> None:
    writer.say(["How do you handle \u0007 in a log that nobody reads?"])
    batch = ask(desk, LOCKS)
    do_due(Generation)
    (part,) = list_parts(batch)
    assert part.steps_done == 2
    assert part.result["refused"][0]["why"] == (
        "text: has a character that cannot be stored (a control character or half a pair); remove it."
    )


def test_a_part_that_fails_leaves_the_others_alone(desk: BankDesk, server: OllamaServer) -> None:
    QuestionWriter(server)
    write = server.replies[0]
    server.replies = [write, write, write, fail_with(400, "no locks today")]
    batch = ask(desk, INDEXES, LOCKS)
    do_due(Generation)
    indexes, locks = list_parts(batch)
    assert (indexes.work_status, locks.work_status) == ("done", "failed")
    assert "no locks today" in locks.last_error
    assert (read(batch).steps_done, len(list_written(desk))) == (3, 3)


def test_the_same_message_five_times(desk: BankDesk, writer: QuestionWriter) -> None:
    batch = ask(desk, INDEXES)
    do_due(Generation, times=5)
    assert (writer.asked, len(list_written(desk)), read(batch).steps_done) == (3, 3, 3)
    assert CachedQuestion.objects.count() == 3


class Killed(BaseException):
    """As a signal would: nothing is written any more."""


def test_killed_in_the_middle_of_a_question(desk: BankDesk, writer: QuestionWriter, monkeypatch: Any) -> None:
    batch = ask(desk, INDEXES)
    (part,) = list_parts(batch)
    keep, kept = landing.keep_question, []

    def keep_or_die(*args: Any, **kwargs: Any) -> Any:
        kept.append(True)
        if len(kept) == 2:
            raise Killed
        return keep(*args, **kwargs)

    monkeypatch.setattr(landing, "keep_question", keep_or_die)
    with pytest.raises(Killed):
        perform(part.task_name, part.pk)
    left = read(part)
    assert (left.work_status, left.steps_done, len(list_written(desk))) == ("running", 1, 1), "all of it or nothing"
    Generation.objects.filter(pk=part.pk).update(claimed_until=timezone.now(), claimed_by="")
    do_due(Generation)
    assert perform(part.task_name, part.pk)
    assert (read(part).work_status, len(list_written(desk)), GeneratedQuestion.objects.count()) == ("done", 3, 3)
    assert writer.asked == 4, "one step was lost"


def meanwhile(monkeypatch: Any, question: int, do: Callable[[], object]) -> None:
    """While the model writes this question (from 1), somebody does something."""
    ask_model, asked = batch_parts.ask_model, []

    def ask_and_do(*args: Any, **kwargs: Any) -> Any:
        completion = ask_model(*args, **kwargs)
        asked.append(True)
        if len(asked) == question:
            do()
        return completion

    monkeypatch.setattr(batch_parts, "ask_model", ask_and_do)


def test_who_lost_the_claim_stores_nothing(desk: BankDesk, writer: QuestionWriter, monkeypatch: Any) -> None:
    batch = ask(desk, INDEXES)
    (part,) = list_parts(batch)
    meanwhile(monkeypatch, 2, lambda: Generation.objects.filter(pk=part.pk).update(claim_number=99))
    assert not perform(part.task_name, part.pk)
    assert (read(part).work_status, read(part).steps_done, len(list_written(desk))) == ("running", 1, 1)


def test_cancelled_in_the_middle(desk: BankDesk, writer: QuestionWriter, monkeypatch: Any) -> None:
    batch = ask(desk, INDEXES, LOCKS)
    meanwhile(monkeypatch, 2, lambda: cancel_generation(generation=read(batch), who="me", now=timezone.now()))
    do_due(Generation)
    assert (len(list_written(desk)), writer.asked, read(batch).work_status) == (1, 2, "failed")
    ask_again(generation=read(batch), now=timezone.now())
    do_due(Generation)
    assert (len(list_written(desk)), read(batch).work_status) == (5, "done")


def test_a_place_that_was_renamed_meanwhile(desk: BankDesk, writer: QuestionWriter) -> None:
    place = make_place("Indexing", desk.world.organization)
    ask(desk, BatchRow("Indexing", "Indexing", "Indexing", "easy", 1))
    type(place).objects.filter(pk=place.pk).update(name="Indexes")
    do_due(Generation)
    assert [one.subtopic for one in list_written(desk)] == [place]
