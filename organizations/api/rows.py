"""Rows that a body names by their ids."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.exceptions import ErrorDetail, ValidationError

UNKNOWN = "does_not_exist"


def tell_unknown(what: str) -> str:
    return f"There is no such {what} of yours."


def find_named(rows: QuerySet[Any], uuid: UUID, field: str, what: str) -> Any:
    """The row that a body names. Another's and none are told in the same words. Raises ValidationError."""
    row = rows.filter(uuid=uuid).first()
    if row is None:
        told = ErrorDetail(tell_unknown(what), code=UNKNOWN)
        raise ValidationError({field: [told]})
    return row
