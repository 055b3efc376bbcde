"""`Authorization: Bearer ib_…`, an API key. Named in settings.REST_FRAMEWORK, before the tokens of people."""

import base64
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from authentication.api.throttles import count_failure
from organizations.api.callers import KeyHolder
from organizations.models import ApiKey
from organizations.services.api_keys import START, find_key

MOST_CHARACTERS = 200


class KeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[KeyHolder, ApiKey] | None:
        return _find_holder(request, _read_bearer(request))

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class BasicKeyAuthentication(BaseAuthentication):
    """The key as the user name of HTTP Basic, which is all that some systems can send."""

    def authenticate(self, request: Request) -> tuple[KeyHolder, ApiKey] | None:
        return _find_holder(request, _read_basic(request))

    def authenticate_header(self, request: Request) -> str:
        return 'Basic realm="api"'


def read_key(request: Request) -> str:
    """The key that the request came with; empty if it came with none."""
    return _read_bearer(request) or _read_basic(request)


def _find_holder(request: Request, key: str) -> tuple[KeyHolder, ApiKey] | None:
    if not key.startswith(START):
        return None
    row = find_key(key=key, now=timezone.now()) if len(key) <= MOST_CHARACTERS else None
    if row is None:
        count_failure(request)
        raise AuthenticationFailed("This API key is not known, has ended, or was withdrawn.")
    return KeyHolder(row), row


def _read_bearer(request: Request) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _read_basic(request: Request) -> str:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given.strip(), validate=True).decode().partition(":")[0]
    except ValueError:  # no base64, or no text in it
        return ""


class KeyScheme(OpenApiAuthenticationExtension):
    """How the description of the API calls it."""

    target_class = "organizations.api.authentication.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of an organization: `Bearer ib_…`."}


class BasicKeyScheme(OpenApiAuthenticationExtension):
    target_class = "organizations.api.authentication.BasicKeyAuthentication"
    name = "apiKeyAsUserName"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "basic", "description": "An API key as the user name, without a password."}
