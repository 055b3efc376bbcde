"""The field of what another system gives with an invitation, and is told again."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from interviewpanel.domain.metadata import MOST_ENTRIES, RULE, MetadataRefused, check_metadata


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
        "maxProperties": MOST_ENTRIES,
    }
)
class MetadataField(serializers.JSONField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "default": dict, "help_text": RULE, **kwargs})

    def to_internal_value(self, data: Any) -> Any:
        try:
            return check_metadata(data)
        except MetadataRefused as refusal:
            words = str(refusal)
            raise serializers.ValidationError({refusal.name: [words]} if refusal.name else [words]) from refusal
