"""Adding somebody who is here already leads to them, and says nothing of who is elsewhere."""

import pytest
from django.test import Client
from django.urls import reverse

from organizations.models import Candidate, Organization
from tests.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
ADD = reverse("admin:organizations_candidate_add")


@pytest.fixture
def fernbrook() -> Organization:
    return Organization.objects.create(name="Fernbrook", slug="fernbrook")


@pytest.fixture
def rosa(fernbrook: Organization) -> Client:
    return sign_in(make_member("rosa@fernbrook.example", {fernbrook: "hr"}))


def add(organization: Organization) -> Candidate:
    return Candidate.objects.create(organization=organization, full_name="Ada Adler", email="ada@example.com")


def test_who_is_here_already_is_led_to(rosa: Client, fernbrook: Organization) -> None:
    ada = add(fernbrook)
    data = {"organization": fernbrook.pk, "full_name": "A. Adler", "email": "ADA@example.com"}
    form = rosa.post(ADD, data).context["adminform"].form
    link = reverse("admin:organizations_candidate_change", args=[ada.pk])
    assert dict(form.errors) == {
        "email": [f'Ada Adler has this address here already: <a class="desk-link" href="{link}">open their page</a>.']
    }
    assert rosa.post(link, {**data, "full_name": "Ada"}, follow=True).redirect_chain  # it is no obstacle to itself


def test_who_is_elsewhere_is_not_spoken_of(rosa: Client, fernbrook: Organization) -> None:
    add(Organization.objects.create(name="Elsewhere", slug="elsewhere"))
    data = {"organization": fernbrook.pk, "full_name": "Ada Adler", "email": "ada@example.com"}
    assert rosa.post(ADD, data).status_code == 302
