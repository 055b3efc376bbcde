"""At most so many at once, on every list: refused in words, before anything is asked or done."""

import pytest
from django.test import Client
from django.urls import reverse

from authentication.models import User
from organizations.domain.bulk import MOST_AT_ONCE
from organizations.models import Candidate, Organization

pytestmark = pytest.mark.django_db
LIST = reverse("admin:organizations_candidate_changelist")
TOO_MANY = "501 are chosen, and 500 at most are done at once: narrow the list first."


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.org", "x"))
    return client


@pytest.fixture
def chosen() -> list[int]:
    organization = Organization.objects.create(name="Fernbrook", slug="fernbrook")
    rows = [
        Candidate(organization=organization, full_name=f"Ada {one}", email=f"ada{one}@example.com")
        for one in range(MOST_AT_ONCE + 1)
    ]
    return [one.pk for one in Candidate.objects.bulk_create(rows)]


@pytest.mark.parametrize("action", ["delete_selected", "invite"])
def test_one_more_than_so_many_are_refused_however_they_were_chosen(
    client: Client, chosen: list[int], action: str
) -> None:
    for data in ({"_selected_action": chosen}, {"_selected_action": chosen[:50], "select_across": "1"}):
        done = client.post(LIST, {"action": action, **data}, follow=True)
        assert [str(one) for one in done.context["messages"]] == [TOO_MANY]
    assert Candidate.objects.count() == 501


def test_as_many_are_asked_about_and_then_done(client: Client, chosen: list[int]) -> None:
    data = {"action": "delete_selected", "_selected_action": chosen[:500]}
    assert client.post(LIST, data).status_code == 200
    assert client.post(LIST, {**data, "post": "yes", "change_reason": "Sent twice."}).status_code == 302
    assert Candidate.objects.filter(is_erased=False).count() == 1
