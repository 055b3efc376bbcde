"""What language models took, as administrators see it: every call, sums by month and purpose, budgets, failures."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organizations.models import Organization
from questionbank.models import ModelCall
from questionbank.selectors.model_usage import (
    Usage,
    find_quantile,
    list_month_starts,
    list_purpose_months,
    list_speeds,
)
from tests.bank_desks import BankDesk
from tests.model_usage_rows import add_call

pytestmark = pytest.mark.django_db
LIST, USAGE = "admin:questionbank_modelcall_changelist", "admin:questionbank_modelcall_usage"


def read_text(client: Client, page: str = USAGE, **query: Any) -> str:
    """The page without its tags, in one line."""
    answer = client.get(reverse(page), query)
    assert answer.status_code == 200, answer.status_code
    body = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", answer.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_months_are_those_of_utc() -> None:
    starts = list_month_starts(datetime(2026, 3, 31, 23, 30, tzinfo=UTC), 4)
    assert [f"{one:%Y-%m}" for one in starts] == ["2025-12", "2026-01", "2026-02", "2026-03"]


def test_sums_are_by_month_and_purpose(desk: BankDesk) -> None:
    ours = desk.world.organization
    add_call(ours, datetime(2026, 10, 31, 23, 59, tzinfo=UTC), cost=Decimal("0.5"))
    add_call(ours, datetime(2026, 11, 1, 0, 0, tzinfo=UTC), cost=Decimal("0.25"))
    add_call(ours, datetime(2026, 11, 2, tzinfo=UTC))
    add_call(ours, datetime(2026, 11, 2, tzinfo=UTC), outcome="retry", cost=Decimal("0.1"))
    add_call(
        ours,
        datetime(2026, 11, 2, tzinfo=UTC),
        purpose="converse",
        outcome="unavailable",
        prompt_tokens=0,
        completion_tokens=0,
    )
    add_call(ours, datetime(2026, 9, 30, tzinfo=UTC))
    found = list_purpose_months(ModelCall.objects.all(), datetime(2026, 10, 1, tzinfo=UTC))
    assert [(f"{one.month:%Y-%m}", one.purpose, one.usage) for one in found] == [
        ("2026-10", "score", Usage(1, 0, 600, 400, Decimal("0.5"), 0)),
        ("2026-11", "converse", Usage(1, 1, 0, 0, None, 0)),
        ("2026-11", "score", Usage(3, 1, 1800, 1200, Decimal("0.35"), 1)),
    ]
    assert found[1].usage + found[2].usage == Usage(4, 2, 1800, 1200, Decimal("0.35"), 1)


def test_times_are_those_that_were_measured(desk: BankDesk) -> None:
    now = timezone.now()
    for seconds in range(1, 101):
        add_call(desk.world.organization, now, seconds=float(seconds))
    add_call(desk.world.organization, now, seconds=500.0, outcome="retry")
    add_call(desk.world.organization, now - timedelta(days=31), seconds=500.0)
    (speed,) = list_speeds(ModelCall.objects.all(), now)
    assert (speed.purpose, speed.calls, speed.median_seconds, speed.slow_seconds) == ("score", 100, 51.0, 96.0)
    assert find_quantile([3.0], 0.95) == 3.0


# --- The page --------------------------------------------------------------------------------------------------------


def test_the_page_tells_tokens_costs_budgets_and_failures(desk: BankDesk) -> None:
    ours = desk.world.organization
    ours.monthly_tokens = 10_000
    ours.save()
    now = timezone.now()
    add_call(ours, now, cost=Decimal("1.25"), prompt_tokens=8000, completion_tokens=500)
    add_call(ours, now, outcome="refused", error="Ollama refuses: no such model", prompt_tokens=0, completion_tokens=0)
    add_call(desk.elsewhere, now, prompt_tokens=77_777, model="secret-model", error="secret", outcome="retry")
    text = read_text(desk.client("owner"))
    assert "Tokens 8,500 Cost $1.25 Calls 2 Not answered 1" in text
    assert "Fernbrook 8,500 10,000 85 % of the budget 85 %" in text
    assert f"{now.astimezone(UTC):%b %Y} Scoring 2 1 8,000 500 $1.25" in text
    assert "Scoring 1 2.0 s 2.0 s" in text
    assert "score_answer Ollama refuses: no such model" in text
    assert not [word for word in ("secret", "77,777", "Elsewhere") if word in text]


def test_what_has_no_price_is_said_and_not_0(desk: BankDesk) -> None:
    add_call(desk.world.organization, timezone.now())
    text = read_text(desk.client("owner"))
    assert "Cost no price set" in text
    assert "$0" not in text
    add_call(desk.world.organization, timezone.now(), cost=Decimal("0.0123"))
    assert "Cost $0.0123, and 1 without a price" in read_text(desk.client("owner"))


def test_a_price_of_nothing_is_a_cost(desk: BankDesk) -> None:
    add_call(desk.world.organization, timezone.now(), cost=Decimal(0))
    assert "Cost $0.00" in read_text(desk.client("owner"))


def test_nothing_used_is_said(desk: BankDesk) -> None:
    text = read_text(desk.client("owner"))
    assert "No language model was asked in these twelve months." in text
    assert "Fernbrook 0 no limit" in text


def test_who_reaches_several_sees_one_alone(desk: BankDesk) -> None:
    now = timezone.now()
    add_call(desk.world.organization, now, prompt_tokens=1000, completion_tokens=0)
    add_call(desk.elsewhere, now, prompt_tokens=200, completion_tokens=0)
    root = desk.client("root")
    assert "Tokens 1,200" in read_text(root)
    assert "Tokens 200" in read_text(root, organization="elsewhere")
    assert "Tokens 200" in read_text(desk.client("between"))  # reviewer of Fernbrook, administrator of Elsewhere


@pytest.mark.parametrize("slug", ["elsewhere", "nobody", "\x00", "x" * 500])
def test_another_organization_is_not_there(desk: BankDesk, slug: str) -> None:
    assert desk.client("owner").get(reverse(USAGE), {"organization": slug}).status_code == 404


@pytest.mark.parametrize("person", ["recruiter", "reviewer"])
def test_only_administrators_read_it(desk: BankDesk, person: str) -> None:
    call = add_call(desk.world.organization, timezone.now())
    client = desk.client(person)
    pages = [reverse(USAGE), reverse(LIST), reverse("admin:questionbank_modelcall_change", args=[call.pk])]
    assert [client.get(page).status_code for page in pages] == [403] * 3
    assert "Language models" not in read_text(client, "admin:index")


def test_both_pages_cost_the_same_for_many(desk: BankDesk) -> None:
    client = desk.client("root")
    add_call(desk.world.organization, timezone.now())
    few = [count_queries(client, page) for page in (USAGE, LIST)]
    for number in range(12):
        partner = Organization.objects.create(name=f"Partner {number}", slug=f"partner-{number}")
        for purpose in ("score", "generate"):
            add_call(partner, timezone.now() - timedelta(days=31 * number), purpose=purpose, outcome="retry")
    assert [count_queries(client, page) for page in (USAGE, LIST)] == few


def count_queries(client: Client, page: str) -> int:
    client.get(reverse(page))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse(page)).status_code == 200
    return len(asked)


# --- The list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, ["one", "two", "three"]),
        ({"purpose": "converse"}, ["two"]),
        ({"engine": "openai"}, ["three"]),
        ({"outcome": "failed"}, ["two", "three"]),
        ({"outcome": "refused"}, ["three"]),
        ({"outcome": "nonsense", "engine": "nonsense", "purpose": "nonsense"}, ["one", "two", "three"]),
    ],
)
def test_the_list_is_narrowed_by_what_it_offers(desk: BankDesk, query: dict[str, str], shown: list[str]) -> None:
    now = timezone.now()
    add_call(desk.world.organization, now, operation="call_one")
    add_call(desk.world.organization, now, operation="call_two", purpose="converse", outcome="retry")
    add_call(desk.world.organization, now, operation="call_three", engine="openai", outcome="refused")
    add_call(desk.elsewhere, now, operation="call_secret")
    text = read_text(desk.client("owner"), LIST, **query)
    assert [name for name in ("one", "two", "three", "secret") if f"call_{name}" in text] == shown


def test_a_call_is_read_and_changed_by_nobody(desk: BankDesk) -> None:
    call = add_call(
        desk.world.organization, timezone.now(), cost=Decimal("0.0018"), outcome="retry", error="It fell silent."
    )
    page = reverse("admin:questionbank_modelcall_change", args=[call.pk])
    root = desk.client("root")
    text = re.sub(r"<[^>]+>", " ", root.get(page).text)
    for told in ("score_answer by tiny", "It fell silent.", "$0.0018", "failed this time"):
        assert told in text
    assert root.post(page, {"model": "other"}).status_code == 403
    assert root.post(reverse("admin:questionbank_modelcall_delete", args=[call.pk])).status_code == 403
    assert desk.client("stranger").get(page).status_code == 302
