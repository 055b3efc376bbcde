"""A write by the API leaves a line in the history, like the admin's: the person's, or with the key's name."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils import timezone
from rest_framework.request import Request

from organizations.api.callers import KeyHolder, get_user
from organizations.models import Change
from organizations.services.history import record_change
from organizations.services.row_values import compare_rows


def name_way(request: Request) -> str:
    """The words that say a change came this way."""
    by: Any = request.user
    return f"By the API key {by.key}." if isinstance(by, KeyHolder) else "By the API."


def record(
    request: Request,
    row: Model,
    action: Change.Action,
    organization_id: int | None,
    message: str = "",
    reason: str = "",
    *,
    before: Mapping[str, Any] | None = None,
) -> None:
    """Effect: the line, in the caller's transaction.

    `before`: the row's values as they were (row_values.read_values); what differs stands in the line, and where nothing
    does, and nothing is said, there is no line.
    """
    differences = [] if before is None else compare_rows(before, row)
    if before is not None and not differences and not message:
        return
    record_change(
        row=row,
        action=action,
        organization_id=organization_id,
        actor=get_user(request),
        now=timezone.now(),
        message=f"{message} {name_way(request)}".strip(),
        differences=differences,
        reason=reason,
    )
