"""Callers of the API: people with their roles in Fernbrook and Elsewhere, and keys of both."""

from dataclasses import dataclass

import pytest
import redis
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from authentication.services.token_families import open_family
from config.api.rates import PREFIX, memory_rates
from organizations.domain.scopes import SCOPES
from organizations.models import Organization
from organizations.services.api_keys import make_key
from tests.staff import make_member

PEOPLE = {"owner": "admin", "recruiter": "hr", "reviewer": "reviewer"}


@dataclass(frozen=True)
class Callers:
    fernbrook: Organization
    elsewhere: Organization

    def sign_in(self, name: str) -> APIClient:
        """`owner`, `recruiter`, `reviewer` of Fernbrook; `stranger` administers Elsewhere."""
        organization = self.elsewhere if name == "stranger" else self.fernbrook
        role = PEOPLE.get(name, "admin")
        user = make_member(f"{name}@{organization.slug}.example", {organization: role})
        return use(open_family(user=user, now=timezone.now()).access)

    def use_key(self, *scopes: str, organization: Organization | None = None) -> APIClient:
        own = organization or self.fernbrook
        maker = make_member(f"maker-{'-'.join(scopes)[:20].replace(':', '.')}@{own.slug}.example", {own: "admin"})
        _, key = make_key(
            organization=own, name="ATS", scopes=list(scopes or SCOPES), made_by=maker, now=timezone.now()
        )
        return use(key)


def use(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def forget_rates() -> None:
    memory_rates.clear()
    if settings.STACK != "embedded":
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            for key in client.scan_iter(f"{PREFIX}*"):
                client.delete(key)


@pytest.fixture(autouse=True)
def fresh_rates() -> None:
    """What other tests have asked for is not counted."""
    forget_rates()


@pytest.fixture
def callers(db: None) -> Callers:
    return Callers(
        Organization.objects.create(name="Fernbrook", slug="fernbrook"),
        Organization.objects.create(name="Elsewhere", slug="elsewhere"),
    )
