"""Who calls the API, and what they reach: a person by their roles, another system by its key's scopes."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from authentication.models import User
from organizations.domain.scopes import list_scope_permissions
from organizations.models import ApiKey
from organizations.selectors import Reach, load_reach

if TYPE_CHECKING:
    from rest_framework.views import APIView


@dataclass(frozen=True)
class KeyReach(Reach):
    """One organization, as far as the key's scopes go."""

    organization_id: int = 0
    permissions: frozenset[str] = field(default_factory=frozenset)

    def list_organizations(self, permission: str) -> list[int]:
        return [self.organization_id] if permission in self.permissions else []

    def may(self, permission: str, organization_id: int | None) -> bool:
        return organization_id == self.organization_id and permission in self.permissions


class KeyHolder:
    """In the place of a user, for a request that came with an API key."""

    is_authenticated = True
    is_active = True
    pk = None

    def __init__(self, key: ApiKey) -> None:
        self.key = key


def get_reach(request: Request) -> Reach:
    """What the caller reaches, read once a request."""
    known = getattr(request._request, "_reach", None)
    if known is None:
        known = _load_reach(request)
        setattr(request._request, "_reach", known)  # noqa: B010 - the request is Django's, the name is ours
    return cast("Reach", known)


def _load_reach(request: Request) -> Reach:
    if isinstance(request.user, KeyHolder):
        key = request.user.key
        return KeyReach(
            sees_all=False,
            roles={},
            organization_id=key.organization_id,
            permissions=list_scope_permissions(key.scopes),
        )
    return load_reach(request.user)


def get_user(request: Request) -> User | None:
    """The person who calls; None for a key."""
    return request.user if isinstance(request.user, User) else None


def name_caller(request: Request) -> str:
    """For what is kept of a call: which account, or which key."""
    if isinstance(request.user, KeyHolder):
        return f"key:{request.user.key.uuid}"
    return f"account:{cast('User', request.user).uuid}"


class IsCaller(BasePermission):
    message = "Sign in: send an access token or an API key in the header Authorization."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return isinstance(request.user, KeyHolder | User) and request.user.is_authenticated
