"""Organizations as the API tells of them."""

import re
from typing import Any, ClassVar

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from organizations.api.callers import get_reach
from organizations.domain.candidate_table import is_phone, normalise_phone
from organizations.models import Organization
from organizations.models.candidates import E164_PHONE

CLOCK_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


@extend_schema_field({"type": "string", "pattern": CLOCK_TIME})
class ClockField(serializers.TimeField):
    """Hours and minutes of somebody's clock. OpenAPI's `time` would want an offset from UTC, and here is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"format": "%H:%M", "input_formats": ["%H:%M"], **kwargs})

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str) or re.fullmatch(CLOCK_TIME, value) is None:
            self.fail("invalid", format="hh:mm")
        return super().to_internal_value(value)


class OrganizationSerializer(serializers.ModelSerializer):
    serializer_field_mapping: ClassVar[Any] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.TimeField: ClockField,
    }
    id = serializers.UUIDField(source="uuid", read_only=True)
    has_logo = serializers.SerializerMethodField()

    class Meta:
        model = Organization
        fields: ClassVar[Any] = (
            *("id", "name", "slug", "primary_colour", "has_logo", "contact_email", "time_zone"),
            *("reminder_hours", "retention_days", "recording_days", "monthly_tokens"),
            *("interview_limit", "interview_share"),
            *("calling_opens", "calling_closes", "calling_days", "calling_prefixes", "created_at"),
        )
        read_only_fields = ("slug", "created_at")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """As the database has it: calling hours do not go over midnight."""
        opens, closes = (
            data.get(name, getattr(self.instance, name, None)) for name in ("calling_opens", "calling_closes")
        )
        if opens is not None and closes is not None and opens >= closes:
            raise serializers.ValidationError(
                {"calling_closes": "Calling hours end after they begin, on the same day."}
            )
        return data

    def get_has_logo(self, organization: Organization) -> bool:
        return bool(organization.logo)


class ChangedOrganizationSerializer(OrganizationSerializer):
    """With why, which has to be told of what candidates are promised."""

    reason = serializers.CharField(
        max_length=500,
        required=False,
        write_only=True,
        help_text="Kept in the history. Needed for retention_days and recording_days.",
    )

    class Meta(OrganizationSerializer.Meta):
        fields = (*OrganizationSerializer.Meta.fields, "reason")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        data = super().validate(data)
        promised = ("retention_days", "recording_days")
        changed = [name for name in promised if name in data and data[name] != getattr(self.instance, name, None)]
        if self.instance is not None and changed and not data.get("reason"):
            raise serializers.ValidationError({"reason": "Say why: candidates are promised how long they are kept."})
        return data

    def validate_monthly_tokens(self, tokens: int | None) -> int | None:
        """The budget is set by who pays for it; another value is refused, the same one is not."""
        self._check_set_by_site("monthly_tokens", tokens, "the budget of language models")
        return tokens

    def validate_interview_limit(self, limit: int | None) -> int | None:
        self._check_set_by_site("interview_limit", limit, "how many interviews may go on at once")
        return limit

    def validate_interview_share(self, share: int) -> int:
        self._check_set_by_site("interview_share", share, "the shares of its places")
        return share

    def _check_set_by_site(self, name: str, value: object, what: str) -> None:
        is_changed = self.instance is None or value != getattr(self.instance, name)
        if is_changed and not get_reach(self.context["request"]).sees_all:
            raise serializers.ValidationError(f"Only whoever runs this site sets {what}.")


REASON_EXAMPLE = {"reason": "Not needed any more"}


class PhoneField(serializers.CharField):
    """As people write it; kept as +, country code and number (E.164)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        number = normalise_phone(super().to_internal_value(data))
        if number and not is_phone(number):
            raise serializers.ValidationError(str(E164_PHONE.message))
        return number


class ReasonSerializer(serializers.Serializer):
    """Of a deed that cannot be taken back."""

    reason = serializers.CharField(max_length=500, help_text="Kept in the history.")


class OptionalReasonSerializer(serializers.Serializer):
    """Of a deed that can be taken back."""

    reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default="", help_text="Kept in the history."
    )


class RowErrorSerializer(serializers.Serializer):
    """What is wrong with one row of many, of which the others were taken."""

    pointer = serializers.CharField(help_text="Where, as a JSON pointer into what was sent.")
    detail = serializers.CharField()
    code = serializers.CharField()
