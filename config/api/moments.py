"""Times as they come from outside: within some centuries, so that they can be told in every zone and added to."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django_filters import rest_framework as filters
from rest_framework import serializers

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
FAR = "Give a time between 1970 and 2200."


def check_near(at: datetime | None) -> None:
    """A validator of serializers' fields."""
    if at is not None and not FIRST <= at < LAST:
        raise serializers.ValidationError(FAR, code="far")


class MomentField(filters.IsoDateTimeFilter.field_class):
    """Answers in UTC: PostgreSQL knows no zone as far off as ISO 8601 can write."""

    def clean(self, value: Any) -> datetime | None:
        at: datetime | None = super().clean(value)
        if at is not None and not FIRST <= at < LAST:
            raise forms.ValidationError(FAR, code="far")
        return None if at is None else at.astimezone(UTC)


class MomentFilter(filters.IsoDateTimeFilter):
    """Of lists. What no database can compare is refused by its parameter's name."""

    field_class = MomentField
