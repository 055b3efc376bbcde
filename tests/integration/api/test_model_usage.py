"""What language models took, by the API; and the budget, which only whoever runs the site sets."""

from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from organizations.models import Change
from questionbank.api.model_usage import EXAMPLE, NOTHING
from questionbank.selectors.model_usage import list_month_starts
from tests.api_banks import sign_in_superadmin
from tests.integration.api.conftest import Callers
from tests.integration.api.examples import assert_as_told
from tests.model_usage_rows import add_call

PAGE = "/api/v1/model-usage/"
pytestmark = pytest.mark.django_db


def name_months(count: int) -> list[str]:
    return [f"{one:%Y-%m}" for one in list_month_starts(timezone.now().astimezone(UTC), count)]


def test_it_is_told_as_the_description_says(callers: Callers) -> None:
    callers.fernbrook.monthly_tokens = 2_000_000
    callers.fernbrook.save()
    for number in range(42):
        outcome = "done" if number else "retry"
        tokens = {"prompt_tokens": 1464 if number else 1476, "completion_tokens": 233 if number else 247}
        cost = {"cost": Decimal("0.007893") if number else Decimal("0.007887")}
        add_call(callers.fernbrook, timezone.now(), outcome=outcome, **tokens, **cost)
    add_call(callers.elsewhere, timezone.now())
    told = callers.sign_in("owner").get(PAGE, {"months": 2}).json()
    names = dict(zip(("2026-10", "2026-11"), name_months(2), strict=True))
    example: Any = {**EXAMPLE, "months": [{**one, "month": names[one["month"]]} for one in EXAMPLE["months"]]}
    assert_as_told(told, example)


def test_months_without_calls_are_there_too(callers: Callers) -> None:
    told = callers.sign_in("owner").get(PAGE).json()
    assert told["months"] == [{"month": name, **NOTHING, "purposes": []} for name in name_months(12)]
    none_set = {"tokens_used": 0, "monthly_tokens": None, "tokens_left": None}
    assert told["budgets"] == [{"organization": str(callers.fernbrook.uuid), **none_set}]


def test_a_budget_that_is_used_up_leaves_nothing(callers: Callers) -> None:
    callers.fernbrook.monthly_tokens = 600
    callers.fernbrook.save()
    add_call(callers.fernbrook, timezone.now())
    (budget,) = callers.sign_in("owner").get(PAGE).json()["budgets"]
    assert (budget["tokens_used"], budget["monthly_tokens"], budget["tokens_left"]) == (1000, 600, 0)


def test_calls_without_a_price_are_counted(callers: Callers) -> None:
    add_call(callers.fernbrook, timezone.now())
    add_call(callers.fernbrook, timezone.now(), purpose="converse", cost=Decimal("0.5"))
    month = callers.sign_in("owner").get(PAGE, {"months": 1}).json()["months"][0]
    assert (month["cost"], month["calls_without_price"]) == ("0.500000", 1)
    told = [(one["purpose"], one["cost"], one["calls_without_price"]) for one in month["purposes"]]
    assert told == [("converse", "0.500000", 0), ("score", None, 1)]


def test_who_may_read_it(callers: Callers) -> None:
    add_call(callers.fernbrook, timezone.now())
    asked = {name: callers.sign_in(name).get(PAGE).status_code for name in ("owner", "recruiter", "reviewer")}
    assert asked == {"owner": 200, "recruiter": 403, "reviewer": 403}
    assert callers.use_key("usage:read").get(PAGE).json()["months"][-1]["calls"] == 1
    refused = callers.use_key("results:read").get(PAGE)
    assert refused.status_code == 403
    assert "usage:read" in refused.json()["detail"]
    assert callers.sign_in("stranger").get(PAGE).json()["months"][-1]["calls"] == 0


def test_one_organization_of_several(callers: Callers) -> None:
    add_call(callers.fernbrook, timezone.now())
    add_call(callers.elsewhere, timezone.now())
    root = sign_in_superadmin()
    assert root.get(PAGE).json()["months"][-1]["calls"] == 2
    one = root.get(PAGE, {"organization": str(callers.elsewhere.uuid)}).json()
    assert one["months"][-1]["calls"] == 1
    assert [budget["organization"] for budget in one["budgets"]] == [str(callers.elsewhere.uuid)]
    owner = callers.sign_in("owner")
    theirs = owner.get(PAGE, {"organization": str(callers.elsewhere.uuid)}).json()
    assert (theirs["months"][-1]["calls"], theirs["budgets"]) == (0, [])


@pytest.mark.parametrize("query", ["months=0", "months=37", "months=x", "organization=x", "since=2026", "months=%00"])
def test_what_makes_no_sense_is_refused_by_name(callers: Callers, query: str) -> None:
    answer = callers.sign_in("owner").get(f"{PAGE}?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.content.decode()


def test_it_costs_the_same_for_many(callers: Callers) -> None:
    owner = callers.sign_in("owner")
    add_call(callers.fernbrook, timezone.now())
    few = count_queries(owner)
    for purpose in ("generate", "score", "narrate", "converse"):
        add_call(callers.fernbrook, timezone.now(), purpose=purpose)
    assert count_queries(owner) == few


def count_queries(client: APIClient) -> int:
    client.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(PAGE).status_code == 200
    return len(asked)


def test_who_runs_the_site_sets_the_budget_and_nobody_else(callers: Callers) -> None:
    page = f"/api/v1/organizations/{callers.fernbrook.uuid}/"
    owner = callers.sign_in("owner")
    refused = owner.patch(page, {"monthly_tokens": 5}, format="json")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["#/monthly_tokens"]
    assert owner.patch(page, {"monthly_tokens": None, "name": "Fern"}, format="json").status_code == 200
    root = sign_in_superadmin()
    assert root.patch(page, {"monthly_tokens": 500_000}, format="json").json()["monthly_tokens"] == 500_000
    assert Change.objects.latest("pk").differences[0]["after"] == "500000"
    assert root.patch(page, {"monthly_tokens": -1}, format="json").status_code == 400
    assert root.patch(page, {"monthly_tokens": 10**30}, format="json").status_code == 400
    assert root.patch(page, {"monthly_tokens": None}, format="json").json()["monthly_tokens"] is None
