"""Invitations as the API tells and takes them ("panel candidates")."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from config.api.fields import KnownFields
from config.api.moments import check_near
from interviewpanel.api.metadata import MetadataField
from interviewpanel.api.raters import sees_terms, tells_end
from interviewpanel.domain.link_acts import MOST_HOURS, LinkState, name_state
from interviewpanel.domain.states import SessionStatus
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.selectors.link_facts import list_messages, read_link_facts
from interviewpanel.selectors.told_invitations import MOST_MESSAGES, hides_link
from interviewpanel.services.invitations import join_url, make_token, socket_url
from organizations.api.callers import get_reach, get_user
from organizations.api.serializers import PhoneField
from organizations.api.single_webhooks import HELP as WEBHOOK_HELP
from organizations.api.single_webhooks import SingleWebhookSerializer
from organizations.models import Message

ADD, CHANGE = "interviewpanel.add_interviewpanelcandidate", "interviewpanel.change_interviewpanelcandidate"
CHANNELS = [(one.value, one.label) for one in Message.Channel]
STATES = [(one.value, one.value.replace("_", " ")) for one in LinkState if one != LinkState.ERASED]
SESSION_STATES = [(one.value, one.value.replace("_", " ")) for one in SessionStatus]
TO_WHOM = "Null for who rates."
FOR_SENDERS = "Null for who may not add or change invitations, and for who is to rate the interview first."
SEND_HELP = "How the candidate is told at once; null: not at all."


class InvitedPanelSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid")
    title = serializers.CharField()
    job_title = serializers.CharField()


class InvitedCandidateSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid")
    full_name = serializers.CharField()


class InvitationInterviewSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="session_uuid")
    status = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(choices=SESSION_STATES))
    def get_status(self, row: Any) -> str:
        is_told = tells_end(self.context["request"], row.session_status, row.organization_id)
        return str(row.session_status) if is_told else SessionStatus.PENDING.value


class InvitationMessageSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="Such as invitation, reminder, new_link, extended, revoked.")
    channel = serializers.ChoiceField(choices=CHANNELS)
    state = serializers.ChoiceField(choices=Message.State.choices)
    reason = serializers.CharField(help_text="Why it stands so, in the server's words where it has any.")
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    reported_at = serializers.DateTimeField(allow_null=True)


class InvitationSerializer(serializers.Serializer):
    """Of a row of selectors/told_invitations.py, for the caller of this request."""

    id = serializers.UUIDField(source="uuid")
    organization = serializers.UUIDField(source="organization.uuid")
    panel = InvitedPanelSerializer()
    candidate = InvitedCandidateSerializer()
    state = serializers.SerializerMethodField()
    expires_at = serializers.SerializerMethodField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    metadata = serializers.SerializerMethodField()
    interview = serializers.SerializerMethodField()
    last_message = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    @property
    def request(self) -> Request:
        request: Request = self.context["request"]
        return request

    def sees_terms(self, row: InterviewPanelCandidate) -> bool:
        return sees_terms(self.request, row.organization_id)

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, row: Any) -> str:
        now = timezone.now()
        return str(name_state(read_link_facts(row, now), now, tells_end=self.sees_terms(row)))

    @extend_schema_field(serializers.DateTimeField(allow_null=True, help_text=f"When the link ends. {TO_WHOM}"))
    def get_expires_at(self, row: Any) -> Any:
        field = serializers.DateTimeField()
        return field.to_representation(row.expires_at) if self.sees_terms(row) else None

    @extend_schema_field(MetadataField(allow_null=True))
    def get_metadata(self, row: Any) -> Any:
        return row.metadata if self.sees_terms(row) else None

    @extend_schema_field(InvitationInterviewSerializer(allow_null=True))
    def get_interview(self, row: Any) -> Any:
        return InvitationInterviewSerializer(row, context=self.context).data if row.session_uuid else None

    @extend_schema_field(InvitationMessageSerializer(allow_null=True))
    def get_last_message(self, row: Any) -> Any:
        if not row.message_state or not self.sees_terms(row):
            return None
        names = {"created_at": "queued_at"}
        told = {name: getattr(row, f"message_{names.get(name, name)}") for name in InvitationMessageSerializer().fields}
        return InvitationMessageSerializer(told).data


class InvitationDetailSerializer(InvitationSerializer):
    messages = serializers.SerializerMethodField()
    join_url = serializers.SerializerMethodField()
    token = serializers.SerializerMethodField()
    socket_url = serializers.SerializerMethodField()

    def tells_link(self, row: InterviewPanelCandidate) -> bool:
        """Asked once of a row."""
        known = self.context.setdefault("tells_link", {})
        if row.pk not in known:
            reach, user = get_reach(self.request), get_user(self.request)
            may = any(reach.may(permission, row.organization_id) for permission in (ADD, CHANGE))
            known[row.pk] = may and not hides_link(row, user.pk if user else None, reach)
        return bool(known[row.pk])

    @extend_schema_field(InvitationMessageSerializer(many=True, allow_null=True))
    def get_messages(self, row: Any) -> Any:
        """The newest first."""
        if not self.sees_terms(row):
            return None
        return InvitationMessageSerializer(list_messages(row)[:MOST_MESSAGES], many=True).data

    @extend_schema_field(serializers.URLField(allow_null=True, help_text=f"The candidate's page. {FOR_SENDERS}"))
    def get_join_url(self, row: Any) -> str | None:
        return join_url(row) if self.tells_link(row) else None

    @extend_schema_field(serializers.CharField(allow_null=True, help_text=f"Of the link. {FOR_SENDERS}"))
    def get_token(self, row: Any) -> str | None:
        return make_token(row) if self.tells_link(row) else None

    @extend_schema_field(serializers.CharField(allow_null=True, help_text=f"For a client of one's own. {FOR_SENDERS}"))
    def get_socket_url(self, row: Any) -> str | None:
        return socket_url(row) if self.tells_link(row) else None


class MadeInvitationSerializer(InvitationDetailSerializer):
    """As it is told once, to who made it."""

    webhook = SingleWebhookSerializer(
        allow_null=True, help_text="With its secret, which is not shown again. Null: it brought none."
    )


# --- What is sent -----------------------------------------------------------------------------------------------------


def make_send() -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=CHANNELS, required=False, allow_null=True, default=None, help_text=SEND_HELP)


def make_hours() -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=1,
        max_value=MOST_HOURS,
        required=False,
        allow_null=True,
        default=None,
        help_text=f"Else {settings.INTERVIEW_LINK_HOURS}; never past the panel's end.",
    )


class InvitedPersonSerializer(serializers.Serializer):
    full_name = serializers.CharField(max_length=150)
    email = serializers.EmailField()
    phone = PhoneField(required=False, allow_blank=True, default="")


class WhoSerializer(KnownFields):
    candidate = serializers.UUIDField(required=False, allow_null=True, help_text="The id of one who is here.")
    new_candidate = InvitedPersonSerializer(required=False, allow_null=True)
    metadata = MetadataField()

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if bool(data.get("candidate")) == bool(data.get("new_candidate")):
            raise serializers.ValidationError({"candidate": "Give either candidate, by id, or new_candidate."})
        return data


class NewInvitationSerializer(WhoSerializer):
    panel = serializers.UUIDField(help_text="A published one.")
    expires_in_hours = make_hours()
    send = make_send()
    webhook = SingleWebhookSerializer(required=False, help_text=WEBHOOK_HELP)


class LinkReissueSerializer(serializers.Serializer):
    expires_in_hours = make_hours()
    send = make_send()
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class LinkRevocationSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500, help_text="Kept in the history.")
    send = make_send()


class LinkExtensionSerializer(LinkRevocationSerializer):
    expires_at = serializers.DateTimeField(
        validators=[check_near], help_text="The new deadline, later than before; never past the panel's end."
    )


class LinkMessageSerializer(serializers.Serializer):
    send = serializers.ChoiceField(choices=CHANNELS, default=Message.Channel.EMAIL.value)
