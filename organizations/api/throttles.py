"""Rates by API key, and by tenant: one busy system of an organization leaves the others of the site theirs."""

from rest_framework.request import Request

from authentication.api.throttles import RateThrottle
from organizations.api.callers import KeyHolder, get_reach


class KeyThrottle(RateThrottle):
    setting = "key"

    def name_caller(self, request: Request) -> str | None:
        return str(request.user.key.uuid) if isinstance(request.user, KeyHolder) else None


class TenantThrottle(RateThrottle):
    """Of all keys and people of an organization together. Who belongs to several is counted by account alone: what they
    do in one is not taken from another.
    """

    setting = "tenant"

    def name_caller(self, request: Request) -> str | None:
        if isinstance(request.user, KeyHolder):
            return str(request.user.key.organization_id)
        if not request.user or not request.user.is_authenticated:
            return None
        roles = list(get_reach(request).roles)
        return str(roles[0]) if len(roles) == 1 else None
