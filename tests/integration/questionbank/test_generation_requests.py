"""Asking for a generation: what is checked, how it is followed, cancelled and asked for again; parts of a large one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone
from pydantic import BaseModel
from pytest_django import Settings

from config.work.tasks import perform
from organizations.models import Organization
from questionbank.domain.prompts import Prompt
from questionbank.engines.llm import load_language_model
from questionbank.models import Generation, ModelCall
from questionbank.services.generation import work
from questionbank.services.generation.requests import (
    Asked,
    GenerationRefused,
    Part,
    ask_again,
    ask_generation,
    cancel_generation,
)
from questionbank.services.model_calls import RecordedModel
from tests.models_at_hand import forget_models, model_at_hand
from tests.ollama_server import OllamaServer, fail_with, reply_with
from tests.work import do_due

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
Kind = Generation.Kind


class Word(BaseModel):
    word: str


@pytest.fixture
def server(settings: Settings) -> Iterator[OllamaServer]:
    with model_at_hand(settings) as server:
        yield server


@pytest.fixture(autouse=True)
def two_word_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds that ask for one word a step."""

    def make(generation: Generation, model: RecordedModel) -> Any:
        for number in range(generation.steps_done, generation.steps):
            work.say_doing(generation, f"Word {number + 1}")
            prompt = Prompt("Say a word.", generation.parameters["about"], "say_word/1+0")
            said = work.ask_model(generation, model, prompt, Word)
            work.keep_step(generation, result={f"word {number + 1}": said.value.word}, doing="")
        return lambda: None

    monkeypatch.setitem(work.MAKERS, Kind.SCREENING, make)
    monkeypatch.setitem(work.MAKERS, Kind.BATCH_PART, make)


def ask(organization: Organization, **more: Any) -> Generation:
    asked = Asked(**{"kind": Kind.SCREENING, "parameters": {"about": "rain"}, "steps": 2, **more})
    return ask_generation(asked=asked, organization=organization, user=None, now=timezone.now())


def read(generation: Generation) -> Generation:
    return Generation.objects.get(pk=generation.pk)


def test_it_is_done_step_by_step(fernbrook: Organization, server: OllamaServer) -> None:
    server.replies = [reply_with({"word": "wet"}), reply_with({"word": "grey"})]
    made = ask(fernbrook, req_id="REQ-1")
    assert (made.work_status, made.steps, made.doing) == ("queued", 2, "Waiting for a worker")
    do_due(Generation)
    done = read(made)
    assert (done.work_status, done.steps_done, done.doing) == ("done", 2, "")
    assert done.result == {"word 1": "wet", "word 2": "grey"}
    assert (done.prompt_tokens, done.completion_tokens) == (200, 40)
    assert None not in (done.started_at, done.finished_at)
    assert ModelCall.objects.filter(organization=fernbrook, operation="say_word").count() == 2


def test_without_a_model_it_is_refused_at_once(fernbrook: Organization, settings: Settings) -> None:
    settings.OLLAMA_BASE_URL, settings.OLLAMA_MODEL = "http://127.0.0.1:9", "tiny"
    load_language_model.cache_clear()
    with pytest.raises(GenerationRefused, match=r"No language model can be reached.* Start `ollama serve`"):
        ask(fernbrook)
    forget_models()
    settings.OLLAMA_MODEL = ""
    with pytest.raises(GenerationRefused, match="No language model can be reached"):
        ask(fernbrook)
    load_language_model.cache_clear()
    assert not Generation.objects.exists()


def test_at_the_limit_of_tokens_it_is_refused(fernbrook: Organization, server: OllamaServer) -> None:
    server.replies = [reply_with({"word": "wet"})]
    Organization.objects.filter(pk=fernbrook.pk).update(monthly_tokens=120)
    fernbrook.refresh_from_db()
    made = ask(fernbrook)
    do_due(Generation)
    stopped = read(made)
    assert (stopped.work_status, stopped.steps_done) == ("failed", 1), "the first step used the month up"
    assert "has used 120 of its 120 tokens" in stopped.last_error
    assert stopped.result == {"word 1": "wet"}
    with pytest.raises(GenerationRefused, match="Nothing is generated until the next month"):
        ask(fernbrook)
    with pytest.raises(GenerationRefused, match="Nothing is generated until the next month"):
        ask_again(generation=stopped, now=NOW)


def test_the_same_for_one_requisition_is_made_once(fernbrook: Organization, server: OllamaServer) -> None:
    ask(fernbrook, req_id="REQ-1")
    with pytest.raises(GenerationRefused, match="for REQ-1 is being made already"):
        ask(fernbrook, req_id="REQ-1")
    made = [ask(fernbrook, req_id="REQ-2"), ask(fernbrook), ask(fernbrook)]
    assert Generation.objects.count() == 1 + len(made)


def test_what_was_made_is_not_made_again(fernbrook: Organization, server: OllamaServer) -> None:
    server.replies = [reply_with({"word": "wet"}), fail_with(400, "no such thing"), reply_with({"word": "grey"})]
    made = ask(fernbrook)
    do_due(Generation)
    stopped = read(made)
    assert (stopped.work_status, stopped.steps_done, stopped.doing) == ("failed", 1, "")
    assert "no such thing" in stopped.last_error
    ask_again(generation=stopped, now=timezone.now())
    assert (stopped.work_status, stopped.attempts, stopped.last_error) == ("queued", 0, "")
    do_due(Generation)
    assert read(made).result == {"word 1": "wet", "word 2": "grey"}
    assert len(server.chats) == 3
    with pytest.raises(GenerationRefused, match="Only what has failed"):
        ask_again(generation=read(made), now=NOW)


class Killed(BaseException):
    """As a signal would: nothing is written any more."""


def test_a_killed_worker_costs_one_step(fernbrook: Organization, server: OllamaServer) -> None:
    made = ask(fernbrook)

    server.replies = [reply_with({"word": "wet"}), reply_with({"word": "lost"}), reply_with({"word": "grey"})]
    original = work.keep_step

    def keep_or_die(*args: Any, **kwargs: Any) -> None:
        if len(server.chats) == 2:
            raise Killed
        original(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "keep_step", keep_or_die)
        with pytest.raises(Killed):
            perform(made.task_name, made.pk)
    left = read(made)
    assert (left.work_status, left.steps_done, left.result) == ("running", 1, {"word 1": "wet"})
    Generation.objects.filter(pk=made.pk).update(claimed_until=NOW, claimed_by="")
    assert perform(made.task_name, made.pk)
    assert read(made).result == {"word 1": "wet", "word 2": "grey"}


def test_a_model_that_is_busy_is_asked_later(fernbrook: Organization, server: OllamaServer) -> None:
    server.replies = [reply_with({"word": "wet"}), fail_with(503, "busy")]
    made = ask(fernbrook)
    assert not perform(made.task_name, made.pk)
    waits = read(made)
    assert (waits.work_status, waits.steps_done, waits.attempts) == ("queued", 1, 1)
    assert "busy" in waits.last_error
    assert waits.due_at > timezone.now()


def test_two_workers_at_once_have_one_effect(fernbrook: Organization, server: OllamaServer) -> None:
    server.replies = [reply_with({"word": "wet"})]
    made = ask(fernbrook)
    assert perform(made.task_name, made.pk)
    assert not perform(made.task_name, made.pk)
    assert len(server.chats) == 2


def test_cancelled_while_a_worker_is_at_it(fernbrook: Organization, server: OllamaServer) -> None:
    made = ask(fernbrook)

    server.replies = [reply_with({"word": "wet"}), reply_with({"word": "late"})]
    original = work.ask_model

    def ask_and_cancel(*args: Any, **kwargs: Any) -> Any:
        if server.chats:
            cancel_generation(generation=read(made), who="hr@fernbrook.example", now=NOW)
        return original(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "ask_model", ask_and_cancel)
        assert not perform(made.task_name, made.pk)
    row = read(made)
    assert (row.work_status, row.result, row.doing) == ("failed", {"word 1": "wet"}, "")
    assert row.last_error.startswith("Cancelled by hr@fernbrook.example.")
    with pytest.raises(GenerationRefused, match="over already"):
        cancel_generation(generation=row, who="me", now=NOW)


PARTS = [Part(Kind.BATCH_PART, {"about": "rain"}, steps=2), Part(Kind.BATCH_PART, {"about": "sun"})]


def test_a_whole_ends_with_its_last_part(fernbrook: Organization, server: OllamaServer) -> None:
    server.replies = [reply_with({"word": "wet"})]
    whole = ask(fernbrook, kind=Kind.BATCH, parameters={}, parts=PARTS)
    assert whole.steps == 3
    first, second = whole.parts.order_by("pk")
    assert not perform(whole.task_name, whole.pk), "its parts are not over"
    assert read(whole).due_at > timezone.now()
    assert perform(first.task_name, first.pk)
    assert (read(whole).steps_done, read(whole).doing) == (2, "1 of 2 parts are over")
    assert perform(second.task_name, second.pk)
    assert do_due(Generation) == 1
    done = read(whole)
    assert (done.work_status, done.steps_done, done.prompt_tokens, done.doing) == ("done", 3, 300, "")


def test_a_part_that_fails_is_asked_for_again_alone(fernbrook: Organization, server: OllamaServer) -> None:
    server.replies = [reply_with({"word": "wet"}), reply_with({"word": "grey"}), fail_with(400, "no sun")]
    whole = ask(fernbrook, kind=Kind.BATCH, parameters={}, parts=PARTS)
    do_due(Generation)
    stopped = read(whole)
    assert (stopped.work_status, stopped.steps_done) == ("failed", 2)
    assert stopped.last_error.startswith("1 of 2 parts failed; what the others made is kept.")
    assert "no sun" in stopped.last_error
    server.replies.append(reply_with({"word": "hot"}))
    ask_again(generation=stopped, now=timezone.now())
    do_due(Generation)
    assert [part.result for part in whole.parts.order_by("pk")] == [
        {"word 1": "wet", "word 2": "grey"},
        {"word 1": "hot"},
    ]
    assert (read(whole).work_status, read(whole).steps_done, len(server.chats)) == ("done", 3, 4)


def test_a_whole_is_cancelled_with_its_parts(fernbrook: Organization, server: OllamaServer) -> None:
    whole = ask(fernbrook, kind=Kind.BATCH, parameters={}, parts=PARTS)
    cancel_generation(generation=whole, who="me", now=NOW)
    assert {one.work_status for one in (whole, *whole.parts.all())} == {"failed"}
    assert do_due(Generation) == 0
