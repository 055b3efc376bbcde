"""Where events are sent: endpoints made, changed, switched on and off, their secrets made anew. Called by the admin and
the API, and by whoever starts an interview that brings an address of its own.
"""

import base64
import binascii
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from organizations.domain.webhook_events import CHOICES
from organizations.domain.webhook_urls import explain_url
from organizations.models import ApiKey, Organization, WebhookDelivery, WebhookEndpoint
from organizations.services.ciphers import make_cipher
from organizations.services.locks import lock_organizations
from organizations.services.webhooks import lock_deliveries

PREFIX = "whsec_"
SECRET_BYTES = 32
PURPOSE = "webhook secrets"
OVERLAP = timedelta(hours=24)
MOST_OF_AN_ORGANIZATION = 20
CALLBACKS_KEPT = timedelta(days=180)
Because = WebhookEndpoint.Because


class WebhookRefused(Exception):
    """It cannot be so. `field` is which value is wrong (empty: none of them), `words` say why and what to do."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field, self.words = field, words


class SecretUnreadable(Exception):
    """SECRET_KEY was changed: the secret cannot be read any more."""


@transaction.atomic
def make_endpoint(
    *, organization: Organization, url: str, now: datetime, event_types: Sequence[str] = (), description: str = ""
) -> tuple[WebhookEndpoint, str]:
    """Effects: an endpoint's row. Returns it with its secret, which nobody can show again. Raises WebhookRefused."""
    check_url(url)
    check_events(event_types)
    lock_organizations([organization.pk])
    if organization.webhook_endpoints.filter(subject=None).count() >= MOST_OF_AN_ORGANIZATION:
        words = f"An organization has at most {MOST_OF_AN_ORGANIZATION} endpoints. Delete one that is not used."
        raise WebhookRefused("", words)
    secret = make_secret()
    endpoint = WebhookEndpoint.objects.create(
        organization=organization,
        url=url,
        description=description,
        event_types=sort_events(event_types),
        secret=encrypt_secret(secret),
        created_at=now,
    )
    return endpoint, secret


def change_endpoint(
    *, endpoint: WebhookEndpoint, url: str, event_types: Sequence[str] = (), description: str = ""
) -> None:
    """Effects: the row. Failures at another URL are not counted on. Raises WebhookRefused."""
    check_url(url)
    check_events(event_types)
    written = ["url", "event_types", "description"]
    if url != WebhookEndpoint.objects.values_list("url", flat=True).get(pk=endpoint.pk):
        endpoint.failing_since = None
        written.append("failing_since")  # else it is what the sending last wrote, and not what was read before
    endpoint.url, endpoint.event_types, endpoint.description = url, sort_events(event_types), description
    endpoint.save(update_fields=written)


@transaction.atomic
def delete_endpoint(*, endpoint: WebhookEndpoint) -> None:
    """Effects: the row goes, with the log of what was sent there. Whoever is announcing something to it, or storing
    an attempt, is waited for; a lock that lets others point at the row would let a delivery come in between.
    """
    list(WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).order_by().values_list("pk", flat=True))
    lock_deliveries(WebhookDelivery.objects.filter(endpoint=endpoint.pk))
    endpoint.delete()


@transaction.atomic
def set_single_endpoint(
    *, organization: Organization, subject: UUID, url: str, secret: str | None, now: datetime
) -> tuple[WebhookEndpoint, str]:
    """Effects: events about this one invitation are sent to this URL from now on, besides the organization's
    endpoints. Returns the endpoint with its secret: the one given (`whsec_` and 24 to 64 bytes in base64), or a new
    one.

    Raises WebhookRefused, with the field `url` or `secret`.
    """
    check_url(url)
    kept = check_secret(secret) if secret is not None else make_secret()
    values = {
        "url": url,
        "secret": encrypt_secret(kept),
        "previous_secret": "",
        "previous_secret_until": None,
        "failing_since": None,
        "disabled_at": None,
        "disabled_because": "",
    }
    endpoint, _ = WebhookEndpoint.objects.update_or_create(
        organization=organization,
        subject=subject,
        style=WebhookEndpoint.Style.STANDARD,
        defaults=values,
        create_defaults={**values, "created_at": now},
    )
    return endpoint, kept


@transaction.atomic
def set_callback(*, key: ApiKey, secret: str, subject: UUID, url: str, now: datetime) -> None:
    """Effects: once this interview's scorecard exists, and whenever it has changed, the URL gets an empty PATCH in the
    name of the API key that the other system itself has brought. `secret`, the key as it was sent, is kept encrypted
    for that alone, and no longer than it is needed (`delete_ended_callbacks`).

    Raises WebhookRefused, with the field `url`.
    """
    check_url(url)
    values = {"api_key": key, "secret": encrypt_secret(secret)}
    WebhookEndpoint.objects.update_or_create(
        organization_id=key.organization_id,
        subject=subject,
        url=url,
        style=WebhookEndpoint.Style.CALLBACK,
        defaults=values,
        create_defaults={
            **values,
            "event_types": sort_events(["interview.completed", "report.updated"]),
            "created_at": now,
        },
    )


def delete_ended_callbacks(*, now: datetime) -> int:
    """Effects: callbacks in the name of a key that has ended, and those of half a year ago, go with the keys that were
    kept for them. Returns how many.
    """
    has_ended = Q(api_key__revoked_at__isnull=False) | Q(api_key__expires_at__lte=now)
    rows = WebhookEndpoint.objects.filter(
        has_ended | Q(created_at__lt=now - CALLBACKS_KEPT), style=WebhookEndpoint.Style.CALLBACK
    )
    return rows.delete()[1].get(WebhookEndpoint._meta.label, 0)


def check_url(url: str) -> None:
    """Raises WebhookRefused."""
    if words := explain_url(url, allow_private=settings.WEBHOOKS_ALLOW_PRIVATE):
        raise WebhookRefused("url", words)


def check_events(event_types: Sequence[str]) -> None:
    """Raises WebhookRefused."""
    names = [name for name, _ in CHOICES]
    if unknown := sorted(set(event_types) - set(names)):
        words = f"There is no event {', '.join(unknown)[:200]}. Choose among {', '.join(names)}; none chosen means all."
        raise WebhookRefused("event_types", words)


def sort_events(event_types: Sequence[str]) -> list[str]:
    """In the order of the table, each once."""
    return [name for name, _ in CHOICES if name in event_types]


def make_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def check_secret(secret: str) -> str:
    """The secret as it was given. Raises WebhookRefused."""
    try:
        content = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not secret.startswith(PREFIX) or not 24 <= len(content) <= 64:
        raise WebhookRefused("secret", f"A secret is {PREFIX} and 24 to 64 bytes in base64. Leave it out to get one.")
    return secret


def encrypt_secret(secret: str) -> str:
    return make_cipher(PURPOSE).encrypt(secret.encode()).decode()


def list_secrets(endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    """The secrets that sign: the new one, and for a day the one before. Raises SecretUnreadable."""
    cipher, kept = make_cipher(PURPOSE), [endpoint.secret]
    if endpoint.previous_secret_until is not None and now < endpoint.previous_secret_until:
        kept.append(endpoint.previous_secret)
    try:
        return [cipher.decrypt(one.encode()).decode() for one in kept]
    except InvalidToken:
        raise SecretUnreadable from None


def read_secret(endpoint: WebhookEndpoint, now: datetime) -> str:
    """For whoever just made it, once. Raises SecretUnreadable."""
    return list_secrets(endpoint, now)[0]


def rotate_secret(*, endpoint: WebhookEndpoint, now: datetime) -> str:
    """Effects: a new secret, which is returned and never shown again; the one before signs beside it for a day.

    Two at once: the second's secret is in force, the first's signs for a day.
    """
    secret = make_secret()
    with transaction.atomic():
        row = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        row.previous_secret, row.previous_secret_until = row.secret, now + OVERLAP
        row.secret = encrypt_secret(secret)
        row.save(update_fields=["secret", "previous_secret", "previous_secret_until"])
    endpoint.refresh_from_db()
    return secret


def enable_endpoint(*, endpoint: WebhookEndpoint) -> bool:
    """Effects: it is sent events again, and its failures are counted from the beginning. False if it was on."""
    is_off = WebhookEndpoint.objects.filter(pk=endpoint.pk, disabled_at__isnull=False)
    changed = is_off.update(disabled_at=None, disabled_because="", failing_since=None)
    endpoint.refresh_from_db()
    return bool(changed)


def disable_endpoint(*, endpoint: WebhookEndpoint, because: str = Because.PERSON, now: datetime) -> bool:
    """Effect: it is sent nothing any more; what was on its way is given up. False if it was off."""
    is_on = WebhookEndpoint.objects.filter(pk=endpoint.pk, disabled_at=None)
    changed = is_on.update(disabled_at=now, disabled_because=because)
    endpoint.refresh_from_db()
    return bool(changed)
