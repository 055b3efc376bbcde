"""The pages of API keys: made, shown once and nowhere else, revoked with a reason.

Named people: Olga administers Fernbrook.
"""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authentication.models import User
from organizations.models import ApiKey, Change, Organization, PostedForm
from organizations.services.api_keys import find_key, make_key
from tests.html_forms import read_form
from tests.staff import sign_in

pytestmark = pytest.mark.django_db
ADD, LIST = reverse("admin:organizations_apikey_add"), reverse("admin:organizations_apikey_changelist")
Two = tuple[Organization, Organization]


@pytest.fixture
def client(olga: User) -> Client:
    return sign_in(olga)


def make(client: Client, **values: Any) -> Any:
    page = read_form(client.get(ADD).content.decode(), "apikey_form")
    new = {"name": "Applicant tracking", "scopes": ["candidates:write", "interviews:write"], "days": "90"}
    return client.post(ADD, {**page, **new, **values})


def read_key(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.context["key"])


def test_a_key_is_shown_once_and_kept_nowhere(client: Client, organizations: Two) -> None:
    answer = make(client)
    key, row = read_key(answer), ApiKey.objects.get()
    assert (key in answer.content.decode(), "no-store" in answer["Cache-Control"]) == (True, True)
    assert find_key(key=key, now=timezone.now()) == row
    assert (row.organization, row.scopes) == (organizations[0], ["candidates:write", "interviews:write"])
    assert row.expires_at is not None
    assert (row.expires_at - row.created_at).days == 90
    kept = [list(model.objects.values()) for model in (ApiKey, Change, PostedForm, Session)]
    sessions = [session.get_decoded() for session in Session.objects.all()]
    assert key not in f"{kept} {sessions}"
    pages = [
        client.get(page).content.decode()
        for page in (LIST, reverse("admin:organizations_apikey_change", args=[row.pk]))
    ]
    assert [(key in page, row.prefix in page) for page in pages] == [(False, True)] * 2
    line = Change.objects.get(subject_type="organizations.apikey")
    assert (line.action, line.message) == ("added", "May: candidates:write, interviews:write.")


def test_sent_twice_it_makes_one_key(client: Client) -> None:
    page = read_form(client.get(ADD).content.decode(), "apikey_form")
    data = {**page, "name": "Twice", "scopes": ["candidates:read"], "days": ""}
    key = read_key(client.post(ADD, data))
    again = client.post(ADD, data, follow=True)
    assert (ApiKey.objects.count(), key in again.content.decode()) == (1, False)
    assert ApiKey.objects.get().expires_at is None


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["everything"]}, {"days": "7"}])
def test_what_is_missing_is_said_and_no_key_is_made(client: Client, wrong: dict[str, Any]) -> None:
    answer = make(client, **wrong)
    assert set(answer.context["adminform"].form.errors) == set(wrong)
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_with_a_reason_once(client: Client, olga: User, organizations: Two) -> None:
    row, key = make_key(
        organization=organizations[0], name="Old", scopes=["candidates:read"], made_by=olga, now=timezone.now()
    )
    page = reverse("admin:organizations_apikey_revoke", args=[row.pk])
    assert "Revoke the key" in client.get(page).content.decode()
    assert "Write why" in client.post(page, {"confirmed": "yes", "reason": " "}).content.decode()
    assert find_key(key=key, now=timezone.now()) == row
    for _ in range(2):
        assert client.post(page, {"confirmed": "yes", "reason": "Its system is gone"})["Location"] == LIST
    assert find_key(key=key, now=timezone.now()) is None
    (line,) = Change.objects.filter(subject_type="organizations.apikey")
    assert (line.message, line.reason) == ("Revoked.", "Its system is gone")
    assert "Revoke …" not in client.get(reverse("admin:organizations_apikey_change", args=[row.pk])).content.decode()


def test_keys_are_found_by_state(client: Client, olga: User, organizations: Two) -> None:
    now = timezone.now()
    for name, days in (("Good", None), ("Ended", 1), ("Revoked", 9)):
        make_key(organization=organizations[0], name=name, scopes=["candidates:read"], made_by=olga, now=now, days=days)
    ApiKey.objects.filter(name="Ended").update(expires_at=now)
    ApiKey.objects.filter(name="Revoked").update(revoked_at=now)
    found = {
        state: [one.name for one in client.get(LIST, {"state": state}).context["cl"].result_list]
        for state in ("active", "ended", "revoked")
    }
    assert found == {"active": ["Good"], "ended": ["Ended"], "revoked": ["Revoked"]}
