"""Every call of a language model leaves a row, whatever became of it; and no row costs anybody an answer."""

import json
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from pydantic import BaseModel

from organizations.models import Organization
from questionbank.domain.model_prices import Price
from questionbank.domain.model_purposes import Purpose
from questionbank.domain.prompts import Prompt
from questionbank.engines.llm import ModelRefused, ModelRetry, ModelUnavailable, load_language_model
from questionbank.models import ModelCall
from questionbank.selectors.model_usage import count_month_tokens
from questionbank.services.model_calls import (
    BudgetSpent,
    RecordedModel,
    check_budget,
    delete_old_calls,
    forget_interviews,
    load_recorded_model,
)
from tests.model_engines import GOOD, Engine, Verdict, find_closed_port, run_engine

pytestmark = pytest.mark.django_db
INTERVIEW = uuid.UUID("5f0c1c0e-8f5b-4a56-9f2a-0c5a3e7f9b11")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PROMPT = Prompt("You grade.", "Rate this.", "score_answer/3+0123456789ab")


@pytest.fixture
def engine() -> Iterator[Engine]:
    yield from run_engine("ollama")


@pytest.fixture
def organization(db: None) -> Organization:
    return Organization.objects.create(name="Fernbrook", slug="fernbrook")


@pytest.fixture
def recorded(engine: Engine, organization: Organization) -> RecordedModel:
    price = {"price": Price(Decimal(3), Decimal(15))}
    return RecordedModel(engine.make_model(asking=price), Purpose.SCORE, organization.pk, INTERVIEW)


def read_call() -> dict[str, Any]:
    """The one row there is, without what differs each time."""
    row = ModelCall.objects.values().get()
    assert row.pop("seconds") >= 0
    return {name: value for name, value in row.items() if name not in ("id", "uuid", "created_at")}


def test_an_answer_leaves_what_it_took(engine: Engine, recorded: RecordedModel, organization: Organization) -> None:
    engine.server.replies = [engine.server.reply_with(GOOD)]
    assert recorded.complete(PROMPT, Verdict).value.rating == 3
    assert read_call() == {
        "organization_id": organization.pk,
        "purpose": "score",
        "operation": "score_answer",
        "interview": INTERVIEW,
        "engine": "ollama",
        "model": "tiny",
        "prompt_version": "score_answer/3+0123456789ab",
        "prompt_tokens": 100,
        "completion_tokens": 20,
        "attempts": 1,
        "cost": Decimal("0.000600"),
        "outcome": "done",
        "error": "",
    }


def test_what_failed_was_paid_for_too(engine: Engine, recorded: RecordedModel) -> None:
    engine.server.replies = [engine.server.reply_with("no JSON")]
    with pytest.raises(ModelRetry):
        recorded.complete(PROMPT, Verdict)
    row = read_call()
    assert (row["prompt_tokens"], row["completion_tokens"], row["attempts"]) == (300, 60, 3)
    assert (row["cost"], row["outcome"]) == (Decimal("0.001800"), "retry")
    assert "does not fit the schema" in row["error"]


def test_a_refusal_is_written_down(engine: Engine, recorded: RecordedModel) -> None:
    engine.server.replies = [engine.server.fail_with(400, "invalid format")]
    with pytest.raises(ModelRefused):
        recorded.complete(PROMPT, Verdict)
    row = read_call()
    assert (row["outcome"], row["attempts"], row["cost"]) == ("refused", 1, Decimal(0))
    assert "invalid format" in row["error"]


def test_nobody_there_is_written_down(engine: Engine, organization: Organization) -> None:
    nobody = engine.make_model(f"http://127.0.0.1:{find_closed_port()}")
    with pytest.raises(ModelUnavailable):
        RecordedModel(nobody, Purpose.NARRATE, organization.pk).complete(PROMPT, Verdict)
    row = read_call()
    assert (row["outcome"], row["purpose"], row["interview"], row["cost"]) == ("unavailable", "narrate", None, None)


def test_a_model_without_a_price_has_no_cost(engine: Engine, organization: Organization) -> None:
    engine.server.replies = [engine.server.reply_with(GOOD)]
    RecordedModel(engine.make_model(), Purpose.SCORE, organization.pk).complete(PROMPT, Verdict)
    assert read_call()["cost"] is None


@pytest.mark.parametrize("told", [-5, 10**15, "many", None, True, 1.5])
def test_what_no_host_could_have_used_is_not_believed(engine: Engine, recorded: RecordedModel, told: object) -> None:
    good = engine.server.reply_with(GOOD)
    parts = [json.loads(line) for line in good.body.splitlines()]
    parts[-1]["eval_count"] = told
    body = b"\n".join(json.dumps(part).encode() for part in parts)
    engine.server.replies = [replace(good, body=body), good]
    assert recorded.complete(PROMPT, Verdict).value.rating == 3
    assert read_call()["completion_tokens"] in (0, 1, 20)  # 1: a client reads true as a number; 20: asked once more


def test_an_answer_is_not_lost_where_its_row_cannot_be_written(
    engine: Engine, recorded: RecordedModel, caplog: pytest.LogCaptureFixture
) -> None:
    engine.server.replies = [engine.server.reply_with(GOOD)]
    nobody = replace(recorded, purpose="gossip")  # type: ignore[arg-type] - which the database refuses
    assert nobody.complete(PROMPT, Verdict).value.rating == 3
    assert ModelCall.objects.count() == 0
    assert "A call of tiny (score_answer, 100 + 20 tokens) cannot be written down" in caplog.text
    assert connection.is_usable()


@pytest.mark.django_db(transaction=True)
def test_no_model_is_asked_within_a_transaction(engine: Engine, recorded: RecordedModel) -> None:
    engine.server.replies = [engine.server.reply_with(GOOD)]
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        recorded.complete(PROMPT, Verdict)
    assert engine.server.chats == []


@pytest.mark.django_db(transaction=True)
def test_calls_at_once_leave_a_row_each(engine: Engine, recorded: RecordedModel) -> None:
    engine.server.replies = [engine.server.reply_with(GOOD)]
    answers: list[BaseModel] = []

    def ask() -> None:
        try:
            answers.append(recorded.complete(PROMPT, Verdict).value)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert list(ModelCall.objects.values_list("outcome", "prompt_tokens")) == [("done", 100)] * 8


def test_the_configured_model_is_loaded(settings: Any, organization: Organization) -> None:
    load_language_model.cache_clear()
    model = load_recorded_model(Purpose.SCORE, organization_id=organization.pk, interview=INTERVIEW)
    assert model is not None
    assert (model.engine, model.model, model.interview) == ("ollama", settings.OLLAMA_MODEL, INTERVIEW)
    load_language_model.cache_clear()
    settings.LLM = replace(settings.LLM, engine="none")
    assert load_recorded_model(Purpose.SCORE, organization_id=organization.pk) is None
    load_language_model.cache_clear()


# --- Budgets, and what is kept ------------------------------------------------------------


def add_call(organization: Organization, at: datetime, **values: Any) -> ModelCall:
    call = ModelCall.objects.create(
        **{"organization": organization, "purpose": "score", "operation": "score_answer", "engine": "ollama"}
        | {"model": "tiny", "seconds": 1.0, "outcome": "done", "prompt_tokens": 600, "completion_tokens": 400}
        | values
    )
    ModelCall.objects.filter(pk=call.pk).update(created_at=at)
    return call


def test_all_that_the_month_used_counts(organization: Organization) -> None:
    organization.monthly_tokens = 2000
    add_call(organization, NOW, outcome="retry")
    add_call(organization, datetime(2026, 10, 31, 23, 59, tzinfo=UTC))
    add_call(Organization.objects.create(name="Other", slug="other"), NOW)
    check_budget(organization, NOW)
    add_call(organization, NOW, purpose="converse")
    assert count_month_tokens(organization.pk, NOW) == 2000
    with pytest.raises(BudgetSpent, match=r"Fernbrook has used 2,000 of its 2,000 tokens of November 2026\."):
        check_budget(organization, NOW)
    check_budget(organization, datetime(2026, 12, 1, tzinfo=UTC))


def test_the_sites_budget_is_for_who_has_none_and_0_is_no_limit(organization: Organization, settings: Any) -> None:
    settings.MONTHLY_TOKENS = 500
    add_call(organization, NOW)
    with pytest.raises(BudgetSpent):
        check_budget(organization, NOW)
    organization.monthly_tokens = 0
    check_budget(organization, NOW)


def test_for_whom_it_was_is_forgotten_and_that_it_was_is_not(organization: Organization) -> None:
    other = uuid.uuid4()
    add_call(organization, NOW, interview=INTERVIEW)
    add_call(organization, NOW, interview=other)
    assert forget_interviews(INTERVIEW) == 1
    assert list(ModelCall.objects.order_by("pk").values_list("interview", flat=True)) == [None, other]


def test_old_calls_go(organization: Organization, settings: Any) -> None:
    settings.LLM = replace(settings.LLM, keep_days=100)
    add_call(organization, NOW - timedelta(days=101))
    kept = add_call(organization, NOW - timedelta(days=99))
    assert [delete_old_calls(now=NOW), delete_old_calls(now=NOW)] == [1, 0]
    assert list(ModelCall.objects.all()) == [kept]
