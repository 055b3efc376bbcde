"""API keys: made, shown once, found by their hash, withdrawn. Called by the admin and the API."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from authentication.models import User
from organizations.domain.scopes import SCOPES
from organizations.models import ApiKey, Organization, WebhookEndpoint

START = "ib_"
USE_IS_NOTED_EVERY = timedelta(minutes=1)


class KeyRefused(Exception):
    """The key cannot be made; the message says why."""


def make_key(
    *, organization: Organization, name: str, scopes: list[str], made_by: User, now: datetime, days: int | None = None
) -> tuple[ApiKey, str]:
    """Effects: a key's row. Returns it with the key, which nobody can show again. `days`: until it ends; None: never.

    Raises KeyRefused.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        wrong = f" These are none: {', '.join(unknown)}." if unknown else ""
        raise KeyRefused(f"Choose scopes among {', '.join(SCOPES)}.{wrong}")
    key = f"{START}{secrets.token_urlsafe(6)}_{secrets.token_urlsafe(32)}"
    row = ApiKey.objects.create(
        organization=organization,
        name=name,
        prefix=key[: len(START) + 8],
        key_hash=hash_key(key),
        scopes=sorted(set(scopes)),
        created_by=made_by,
        created_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
    )
    return row, key


def hash_key(key: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def find_key(*, key: str, now: datetime) -> ApiKey | None:
    """The row of a key that is good now. Effect: that it was used is noted, once a minute at most."""
    lasting = Q(expires_at=None) | Q(expires_at__gt=now)
    row = ApiKey.objects.select_related("organization").filter(lasting, key_hash=hash_key(key), revoked_at=None).first()
    if row is not None and (row.last_used_at is None or now - row.last_used_at >= USE_IS_NOTED_EVERY):
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)
    return row


def is_good(key: ApiKey | None, now: datetime) -> bool:
    return key is not None and key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


def revoke_key(*, key: ApiKey, now: datetime) -> bool:
    """Effects: it opens nothing any more, and nothing is told in its name. False if it was revoked before."""
    with transaction.atomic():
        is_new = bool(ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now))
        WebhookEndpoint.objects.filter(api_key=key).delete()
    return is_new
