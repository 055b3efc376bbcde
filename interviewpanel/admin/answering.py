"""Telling candidates that people have answered what they asked for: the checkboxes of the form, and what is sent and
said once it is decided. Base of the admin of requests (requests.py).
"""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from interviewpanel.admin.link_forms import ChannelFields
from interviewpanel.domain.link_acts import Act, find_obstacle
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.selectors.link_facts import read_link_facts
from interviewpanel.services.invitation_messages import ANSWERED, load_facts, queue_about
from interviewpanel.services.link_acts import CHANNEL_NAMES
from interviewpanel.services.message_texts import tell_moment
from organizations.admin.scope import TenantAdmin
from organizations.models import Message
from organizations.services.messages import SMS, MessageRefused, explain_channel


class AnswerChannels(ChannelFields):
    """By e-mail unless somebody unticks it. Base of the form of a row, which is its `instance`."""

    instance: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_email = self.fields["by_email"]
        by_email.label = "Tell the candidate by e-mail"
        by_email.initial = not by_email.disabled
        if "by_sms" not in self.fields:
            return
        if can_be_told_by_sms(self.instance):
            self.fields["by_sms"].label = "Tell the candidate by SMS"
        else:
            del self.fields["by_sms"]


def can_be_told_by_sms(row: Any) -> bool:
    return not explain_channel(SMS) and bool(row.invitation.candidate.phone)


class TellingAdmin(TenantAdmin):
    def list_telling(self, row: Any) -> tuple[str, ...]:
        """The fields by which the candidate is told."""
        return ("by_email", "by_sms") if can_be_told_by_sms(row) else ("by_email",)

    def settle(self, request: HttpRequest, row: Any, form: Any, *, done: str, said: str) -> None:
        """It is decided. Effects: the message that the form asks for, the history, what the page says."""
        told = self._tell_candidate(request, row, form.list_channels())
        self.log_change(request, row, f"{done} {told}".strip())
        self.message_user(request, said, messages.SUCCESS)
        where = "The candidate reads it on the page of the private link."
        candidate = row.invitation.candidate
        address = candidate.email or candidate.phone or candidate
        how = "A message is on its way." if told else f"No message is sent: write to {address}."
        self.message_user(request, f"{where} {how}{say_deadline(row.invitation)}")

    def _tell_candidate(self, request: HttpRequest, row: Any, channels: Collection[str]) -> str:
        """What is queued, in words for the history; empty where nothing is. That it is decided stands in any case."""
        try:
            with transaction.atomic():
                queue_about(invitation=row.invitation, kind=ANSWERED, now=timezone.now(), channels=channels)
        except MessageRefused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
            return ""
        names = " and ".join(CHANNEL_NAMES[Message.Channel(one)] for one in channels)
        return f"To be sent by {names}." if names else ""


def say_deadline(invitation: InterviewPanelCandidate) -> str:
    """Until when the interview can be begun, in the organization's time zone, by its name; empty where it cannot."""
    now, loaded = timezone.now(), load_facts(invitation.pk)
    facts = read_link_facts(loaded, now)
    if facts.has_begun or find_obstacle(Act.SEND, facts, now):
        return ""
    return f" The interview can be begun until {tell_moment(facts.expires_at, loaded.organization, 'en')}."
