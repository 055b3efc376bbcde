"""Inviting a member, and what the pages say: used by the tests of invitations. People: see conftest.py."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authentication.models import User
from organizations.models import MembershipInvitation, Organization
from organizations.services.history import Author
from organizations.services.membership_invitations import (
    invite_member,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PASSWORD = "quiet-harbour-71"
Two = tuple[Organization, Organization]


def invite(organization: Organization, email: str, by: User | None = None, role: str = "hr") -> MembershipInvitation:
    return invite_member(organization, email, role, author=Author(by, timezone.now()))


def invite_by_page(client: Client, organization: Organization, email: str) -> str:
    data = {"organization": organization.pk, "email": email, "role": "hr"}
    page = client.post(reverse("admin:organizations_membershipinvitation_add"), data, follow=True)
    return page.content.decode()


def post_revocation(client: Client, row: MembershipInvitation, reason: str = "Wrong person") -> HttpResponseBase:
    url = reverse("admin:organizations_membershipinvitation_revoke", args=[row.pk])
    return client.post(url, {"confirmed": "yes", "reason": reason})


def find_link(page: str) -> str:
    found = re.search(r'value="(http[^"]+/admin/join/[^"]+/)"', page)
    return found[1] if found else ""


def open_link(client: Client, link: str) -> str:
    return client.get(urlsplit(link).path, follow=True).content.decode()


def blank(page: str, *words: str) -> str:
    """Without what differs from page to page in any case."""
    for word in words:
        page = page.replace(word, "…")
    page = re.sub(r'value="[\w-]{36}"', "…", page)  # the key of a form that is done once
    return re.sub(r'value="[\w-]{64}"|nonce="[^"]*"|/\d+/', "…", page)
