"""Whose a new part of the bank is: an organization's, or everybody's, which only superadmins add to."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from organizations.api.callers import get_reach
from organizations.api.owners import find_owner
from organizations.models import Organization

HELP = "For all organizations. Only superadmins add what is."


def make_global_field() -> serializers.BooleanField:
    return serializers.BooleanField(required=False, default=False, help_text=HELP)


def find_bank_owner(request: Request, permission: str, data: dict[str, Any]) -> Organization | None:
    """By `organization` and `is_global` of what was sent; None: it is for all. Raises ValidationError."""
    if not data.get("is_global"):
        return find_owner(request, permission, data.get("organization"))
    if data.get("organization") is not None:
        raise serializers.ValidationError({"is_global": "For all, or for one organization: leave one of them out."})
    if not get_reach(request).sees_all:
        raise serializers.ValidationError({"is_global": "Only superadmins add what is for all organizations."})
    return None
