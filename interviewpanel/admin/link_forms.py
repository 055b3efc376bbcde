"""The forms of what is done with links: how the candidate is told, until when, why. Used by admin/link_acts.py."""

import zoneinfo
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from interviewpanel.domain.link_acts import MOST_HOURS, NEEDS_REASON, Act
from interviewpanel.services.link_acts import Wish
from organizations.admin.reasons import ReasonField
from organizations.admin.themed_forms import theme_fields
from organizations.services.messages import EMAIL, SMS, explain_channel

LOCAL = "%Y-%m-%dT%H:%M"


class ChannelFields(forms.Form):
    """By which ways the candidate is told. A way that is not set up is not offered, and e-mail says why."""

    by_email = forms.BooleanField(required=False, label="By e-mail")
    by_sms = forms.BooleanField(required=False, label="By SMS, to those with a phone number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reason := explain_channel(EMAIL):
            self.fields["by_email"].disabled = True
            self.fields["by_email"].help_text = reason
            self.fields["by_email"].initial = False
        if explain_channel(SMS):
            del self.fields["by_sms"]

    def list_channels(self) -> tuple[str, ...]:
        ways = ((EMAIL, "by_email"), (SMS, "by_sms"))
        return tuple(channel for channel, name in ways if self.cleaned_data.get(name))


class LinkActForm(ChannelFields):
    """Fields that the act does not need are taken away. `zone` is that in which the new deadline is written."""

    hours = forms.IntegerField(required=False, min_value=1, max_value=MOST_HOURS, label="New link lasts, in hours")
    expires_at = forms.CharField(
        label="New deadline",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
        error_messages={"required": "Say until when."},
    )
    reason = ReasonField()
    field_order = ("expires_at", "hours", "by_email", "by_sms", "reason")

    def __init__(self, *args: Any, act: Act, zone: zoneinfo.ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act, self.zone = act, zone
        if act != Act.EXTEND:
            del self.fields["expires_at"]
        else:
            self.fields["expires_at"].help_text = f"In the time zone {zone.key}. Never past the end of the panel."
        if act != Act.NEW_LINK:
            del self.fields["hours"]
        else:
            self.fields["hours"].help_text = f"Empty: {settings.INTERVIEW_LINK_HOURS}. Never past the end of the panel."
        if act in (Act.SEND, Act.REMIND):
            del self.fields["reason"]
        elif act in NEEDS_REASON:
            self.fields["reason"].required = True
        if not self.fields["by_email"].disabled:
            self.fields["by_email"].initial = act != Act.REVOKE
        theme_fields(self.fields)

    def clean_expires_at(self) -> datetime:
        try:
            local = datetime.strptime(self.cleaned_data["expires_at"], LOCAL)  # noqa: DTZ007 - the zone follows
        except ValueError:
            raise forms.ValidationError("Write the date and time as 2026-05-31T18:00.") from None
        at = local.replace(tzinfo=self.zone)
        if at <= timezone.now():
            raise forms.ValidationError("This is over already.")
        return at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.act in (Act.SEND, Act.REMIND) and not self.errors and not self.list_channels():
            self.add_error(None, explain_channel(EMAIL) or "Choose a way to send it.")
        return data

    def read_wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(channels=self.list_channels(), hours=data.get("hours"), expires_at=data.get("expires_at"))
