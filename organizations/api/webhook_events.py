"""The events that are sent to other systems, in the API's description. Named in SPECTACULAR_SETTINGS."""

from typing import Any

from drf_spectacular.utils import OpenApiRequest, OpenApiResponse, OpenApiWebhook, extend_schema, inline_serializer
from rest_framework import serializers

from config.api.schema import give_example
from organizations.domain.webhook_events import EVENT_TYPES, EventType

TAKEN = OpenApiResponse(description="Taken. Anything but 2xx is sent again, for three days.")
HEADERS = "Signed by webhook-id, webhook-timestamp and webhook-signature (Standard Webhooks 1.0)."


def describe_event(event: EventType) -> OpenApiWebhook:
    """Its fields are of the kinds that its example has."""
    name = "".join(part.capitalize() for part in event.name.split("."))
    data = inline_serializer(f"{name}Data", {key: choose_field(key, value) for key, value in event.data.items()})
    body = inline_serializer(
        f"{name}Event",
        {"type": serializers.CharField(), "timestamp": serializers.DateTimeField(), "data": data},
    )
    example = {"type": event.name, "timestamp": "2026-11-21T09:31:40Z", "data": dict(event.data)}
    decorator = extend_schema(
        summary=event.words,
        description=HEADERS,
        tags=["webhooks"],
        request=OpenApiRequest(body, examples=[give_example(example, of="response")]),
        responses={200: TAKEN},
    )
    return OpenApiWebhook(event.name, decorator)


def choose_field(key: str, value: Any) -> serializers.Field:
    if key == "metadata":
        return serializers.DictField(help_text="As the other system gave it.")
    if key == "scores":
        return serializers.DictField(child=serializers.IntegerField(allow_null=True))
    if key.endswith("_id"):
        return serializers.UUIDField()
    if key.endswith("_at"):
        return serializers.DateTimeField()
    if isinstance(value, int):
        return serializers.IntegerField(allow_null=key != "number")
    return serializers.CharField(allow_null=key in ("grade", "decision"))


WEBHOOKS = [describe_event(event) for event in EVENT_TYPES.values()]
