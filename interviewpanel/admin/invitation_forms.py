"""The forms of invitations: inviting one or several candidates, and changing what one was granted. Used by
admin/invitations.py.
"""

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from interviewpanel.admin.link_forms import ChannelFields
from interviewpanel.domain.accommodations import Terms
from interviewpanel.domain.link_acts import MOST_HOURS
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.selectors.link_facts import list_open_links
from interviewpanel.services.accommodations import TERM_FIELDS, AccommodationRefused, check_terms, read_terms
from interviewpanel.services.bulk_invitations import HAS_OPEN_LINK
from interviewpanel.services.invitations import InvitationRefused, check_can_invite
from interviewpanel.services.panels import hold_panel
from organizations.models import Candidate


class TermsForm(forms.ModelForm):
    """The accommodations of an invitation, which a granted request only lets become more."""

    takes_back = forms.BooleanField(
        required=False,
        label="Takes back what was granted",
        help_text="Only with this can the numbers become less than a request was granted. Tell the candidate why.",
    )

    class Meta:
        model = InterviewPanelCandidate
        fields: tuple[str, ...] = TERM_FIELDS
        labels = {
            "time_multiplier": "Time, multiplied by",
            "silence_multiplier": "Silence, multiplied by",
            "extra_break_seconds": "Longer breaks, in seconds",
            "prefers_typing": "Opens with typing",
        }
        help_texts = {
            "time_multiplier": "An accommodation: every time limit of the interview times this, from 1 to 3.",
            "silence_multiplier": "An accommodation: the silence that ends an answer times this besides, from 1 to 5.",
            "extra_break_seconds": "An accommodation: added to the time for pauses.",
            "prefers_typing": "An accommodation: the page opens with typing. Everybody may type at any time.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = read_terms(self.instance)
        for name in TERM_FIELDS:
            if name in self.fields:
                self.fields[name].required = False
                # What the page showed comes back with it, so that only what somebody changed there is changed.
                self.fields[name].show_hidden_initial = True

    def clean_time_multiplier(self) -> Any:
        return self._keep_if_empty("time_multiplier")

    def clean_silence_multiplier(self) -> Any:
        return self._keep_if_empty("silence_multiplier")

    def clean_extra_break_seconds(self) -> Any:
        return self._keep_if_empty("extra_break_seconds")

    def _keep_if_empty(self, name: str) -> Any:
        value = self.cleaned_data[name]
        return getattr(self.instance, name) if value is None else value

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if set(TERM_FIELDS) <= data.keys():
            self._check_terms(data)
        return data

    def read_terms(self) -> Terms:
        """What is in force with what was changed on the page: somebody else may have changed the rest since."""
        changed = [name for name in TERM_FIELDS if name in self.changed_data]
        return replace(self.before, **{name: self.cleaned_data[name] for name in changed})

    def _check_terms(self, data: dict[str, Any]) -> None:
        for name in TERM_FIELDS:
            shown, now = self.data.get(self.add_initial_prefix(name)), getattr(self.before, name)
            if name in self.changed_data and shown is not None and self.fields[name].to_python(shown) != now:
                self.add_error(name, f"Somebody has changed this meanwhile: it is {now}. Load the page again.")
        if self.errors:
            return
        try:
            check_terms(self.instance, self.read_terms(), takes_back=bool(data.get("takes_back")))
        except AccommodationRefused as error:
            self.add_error(None, str(error))


class InviteForm(ChannelFields, TermsForm):
    candidates = forms.ModelMultipleChoiceField(
        queryset=Candidate.objects.none(), help_text="One or several; each gets a private link of their own."
    )
    hours = forms.IntegerField(required=False, min_value=1, max_value=MOST_HOURS, label="Links last, in hours")

    class Meta(TermsForm.Meta):
        fields: tuple[str, ...] = ("panel", *TERM_FIELDS)
        help_texts = {**TermsForm.Meta.help_texts, "panel": "Only published panels invite."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].help_text = f"Empty: {settings.INTERVIEW_LINK_HOURS} hours. Never longer than the panel."
        self.fields["by_email"].label = "Send now by e-mail"
        self.fields["by_email"].initial = not self.fields["by_email"].disabled
        if "by_sms" in self.fields:
            self.fields["by_sms"].label = "Send now by SMS, to those with a phone number"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        panel, candidates = data.get("panel"), data.get("candidates")
        if panel is not None and candidates is not None:
            # In the transaction of the page, which makes the links as well: nobody else makes one in between.
            panel = self.cleaned_data["panel"] = hold_panel(panel.pk)
            for candidate in candidates:
                self._check_candidate(panel, candidate)
            for name in list_open_links(panel, candidates):
                self.add_error("candidates", f"{name} {HAS_OPEN_LINK}")
        return data

    def _check_candidate(self, panel: Any, candidate: Candidate) -> None:
        try:
            check_can_invite(panel=panel, candidate=candidate, now=timezone.now())
        except InvitationRefused as refusal:
            if str(refusal) not in self.non_field_errors():
                self.add_error(None, str(refusal))
