"""Fields of what is sent."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.serializers import ListField, Serializer

MOST_TOLD = 200


class BoundedListField(ListField):
    """Counted first: of a list that is too long nothing else is looked at. `max_length` has to be said."""

    def __init__(self, *, max_length: int, **values: Any) -> None:
        super().__init__(max_length=max_length, **values)

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        read: list[Any] = super().to_internal_value(data)
        return read


class KnownFields(Serializer):
    """Stands before a serializer of what is sent: a name that nobody reads is refused, not passed over."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(str(name) for name in data if name not in self.fields) if isinstance(data, Mapping) else []
        if unknown:
            told = f"There is no such field here, but: {', '.join(self.fields)}."
            raise ValidationError({name[:MOST_TOLD]: [ErrorDetail(told, code="unknown")] for name in unknown})
        return super().to_internal_value(data)
