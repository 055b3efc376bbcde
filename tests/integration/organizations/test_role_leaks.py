"""What cannot be found out by asking: by a filter written into the address, by `_to_field`, by a search."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import RequestFactory
from django.urls import reverse

from authentication.models import User
from interviewpanel.models import AccommodationRequest, CandidateRequest, InterviewPanelCandidate, InterviewSession
from tests.integration.organizations.conftest import Tenants

pytestmark = pytest.mark.django_db
TERMS = ("time_multiplier", "silence_multiplier", "extra_break_seconds", "prefers_typing")
CLOCKS = ("clock_limit_seconds", "clock_used_seconds", "pause_used_seconds", "grace_used_seconds")
# What nobody finds out of anybody, and what raters do not find out besides.
SECRET = {User: ("password",)}
HIDDEN_FROM_RATERS = {InterviewPanelCandidate: (*TERMS, "token_hash"), InterviewSession: CLOCKS}
ASKED = (AccommodationRequest, CandidateRequest)


def list_paths(model: type[Model], depth: int = 3) -> Iterator[tuple[str, type[Model], str]]:
    """(lookup, model, field) of everything that a filter's name can lead to from a row of this model."""
    for field in model._meta.get_fields():
        name = getattr(field, "name", "")
        related = field.related_model
        if not field.is_relation:
            yield name, model, name
        elif depth > 1 and isinstance(related, type):
            for rest, owner, last in list_paths(related, depth - 1):
                yield f"{name}__{rest}", owner, last


def find_allowed(tenants: Tenants, person: str, secrets: dict[Any, tuple[str, ...]]) -> list[str]:
    """The lookups of all pages that this person sees any row of, which would answer about what is hidden."""
    allowed = []
    for model, page in admin.site._registry.items():
        request = RequestFactory().get("/")
        request.user = tenants.people[person]
        if not page.has_view_permission(request):
            continue
        for lookup, owner, field in list_paths(model):
            if field in secrets.get(owner, ()) and page.lookup_allowed(f"{lookup}__startswith", "1", request):
                allowed.append(f"{model._meta.label_lower}: {lookup}")
    return allowed


@pytest.mark.parametrize("person", ["owner", "recruiter", "reviewer", "stranger", "root"])
def test_no_filter_asks_for_a_password(tenants: Tenants, person: str) -> None:
    assert find_allowed(tenants, person, SECRET) == []


def test_no_filter_tells_a_rater_what_somebody_was_granted(tenants: Tenants) -> None:
    asked: dict[Any, tuple[str, ...]] = {
        model: tuple(field.name for field in model._meta.concrete_fields) for model in ASKED
    }
    assert find_allowed(tenants, "reviewer", {**HIDDEN_FROM_RATERS, **asked}) == []


@pytest.mark.parametrize("field", ["password", "full_name", "sign_ins_version"])
def test_rows_are_named_by_their_number_alone(tenants: Tenants, field: str) -> None:
    page = reverse("admin:authentication_user_changelist")
    assert tenants.client("root").get(page, {"_to_field": field, "_popup": "1"}).status_code == 400


def test_the_search_of_the_sidebar_names_only_pages_of_ones_own(tenants: Tenants) -> None:
    url = reverse("admin:search")
    found = {
        person: "authentication/user" in tenants.client(person).get(url, {"s": "users"}).content.decode()
        for person in ("root", "owner", "reviewer", "stranger")
    }
    assert found == {"root": True, "owner": False, "reviewer": False, "stranger": False}
    assert "Priya" not in tenants.client("stranger").get(url, {"s": "priya"}).content.decode()


def test_an_order_is_a_column_that_is_shown(tenants: Tenants) -> None:
    """A number beyond the columns orders nothing, and says so by nothing."""
    client = tenants.client("reviewer")
    for model in (InterviewPanelCandidate, InterviewSession):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        listed = client.get(reverse(name), {"o": "99"})
        assert listed.status_code == 200
        assert set(listed.context["cl"].list_display) & {*TERMS, *CLOCKS, "talking_time", "expires"} == set()


def test_who_may_not_is_told_so_and_led_back(tenants: Tenants) -> None:
    page = tenants.client("recruiter").get(reverse("admin:organizations_membership_changelist"))
    text = page.content.decode()
    assert (page.status_code, "Your role does not allow this." in text) == (403, True)
    assert f'href="{reverse("admin:index")}"' in text
