"""Which organization a new row belongs to: named, or the only one that the caller may add such rows to."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request

from organizations.api.callers import get_reach
from organizations.models import Organization

HELP = "Its id. May be left out by who may do this in one organization only, as every key may."


def make_owner_field() -> serializers.UUIDField:
    return serializers.UUIDField(required=False, help_text=HELP)


def find_owner(request: Request, permission: str, wanted: UUID | None) -> Organization:
    """Raises ValidationError on `organization`: it is none where the caller has this permission, or has to be said."""
    reach = get_reach(request)
    own = Organization.objects.all()
    if not reach.sees_all:
        own = own.filter(pk__in=reach.list_organizations(permission))
    found = list((own.filter(uuid=wanted) if wanted else own)[:2])
    if len(found) != 1:
        told = "There is no such organization of yours." if wanted else "Say for which of your organizations."
        raise serializers.ValidationError({"organization": told})
    return found[0]
