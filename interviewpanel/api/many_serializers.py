"""What is sent and answered where many invitations are made, or acted on, in one call."""

from typing import Any

from rest_framework import serializers

from config.api.fields import BoundedListField
from interviewpanel.api.invitation_serializers import (
    LinkExtensionSerializer,
    LinkMessageSerializer,
    LinkRevocationSerializer,
    WhoSerializer,
    make_hours,
    make_send,
)
from organizations.api.serializers import RowErrorSerializer
from organizations.domain.bulk import MOST_AT_ONCE


class ManyInvitedPersonSerializer(serializers.Serializer):
    """Its form is looked at here, its content row by row."""

    full_name = serializers.CharField(max_length=1000, allow_blank=True, default="")
    email = serializers.CharField(max_length=1000, allow_blank=True, default="")
    phone = serializers.CharField(max_length=1000, allow_blank=True, default="")


class InvitationRowSerializer(WhoSerializer):
    new_candidate = ManyInvitedPersonSerializer(
        required=False, allow_null=True, help_text="Who is here already, by e-mail address, is known."
    )


class ManyInvitationsSerializer(serializers.Serializer):
    panel = serializers.UUIDField(help_text="A published one.")
    expires_in_hours = make_hours()
    send = make_send()
    rows = BoundedListField(child=InvitationRowSerializer(), min_length=1, max_length=MOST_AT_ONCE)


class InvitationOutcomeSerializer(serializers.Serializer):
    """`errors` of one who is invited say why nothing was sent to them."""

    outcome = serializers.ChoiceField(choices=["invited", "error"])
    id = serializers.UUIDField(allow_null=True, help_text="Of the invitation.")
    candidate = serializers.UUIDField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    join_url = serializers.URLField(allow_null=True)
    token = serializers.CharField(allow_null=True)
    socket_url = serializers.CharField(allow_null=True)
    errors = RowErrorSerializer(many=True)


class InvitationOutcomesSerializer(serializers.Serializer):
    invited = serializers.IntegerField()
    failed = serializers.IntegerField()
    rows = InvitationOutcomeSerializer(many=True, help_text="One for each, in the order they were sent in.")


class ChosenSerializer(serializers.Serializer):
    ids = BoundedListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE)


class LinksRevocationSerializer(ChosenSerializer, LinkRevocationSerializer):
    pass


class LinksExtensionSerializer(ChosenSerializer, LinkExtensionSerializer):
    pass


class LinksReminderSerializer(ChosenSerializer, LinkMessageSerializer):
    pass


class LinkOutcomeSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=["done", "error"])
    errors = RowErrorSerializer(many=True)


class LinkOutcomesSerializer(serializers.Serializer):
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    rows = LinkOutcomeSerializer(many=True, help_text="One for each id, in the order they were sent in.")


def make_error(pointer: str, detail: Any, code: str) -> dict[str, str]:
    return {"pointer": pointer, "detail": str(detail), "code": code}
