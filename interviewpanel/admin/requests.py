"""What candidates ask of people: accommodations are granted or declined here, requests answered.

For administrators and recruiters; never for reviewers, whose ratings must not know of it. What was asked stays.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html

from interviewpanel.admin.answering import AnswerChannels, TellingAdmin
from interviewpanel.admin.erasures import ErasingAdmin
from interviewpanel.admin.trials import TrialFilter
from interviewpanel.domain.accommodations import Terms, propose_terms
from interviewpanel.models import AccommodationRequest, CandidateRequest
from interviewpanel.services.accommodations import (
    TERM_FIELDS,
    AccommodationRefused,
    check_terms,
    decline_accommodation,
    fingerprint_asked,
    grant_accommodation,
    read_terms,
)
from interviewpanel.services.candidate_requests import RequestRefused, answer_request
from organizations.admin.own_filters import OwnAutocompleteFilter
from organizations.admin.refusals import Refusals
from organizations.admin.scope import NamedRow, get_user
from organizations.admin.tables import NOTHING, draw_badge, draw_link, show_deadline, show_moment

DECISIONS = {
    "asked": ("Waits for you", "is-warning"),
    "granted": ("Granted", "is-good"),
    "declined": ("Declined", ""),
}
PROPOSED = "Proposed from what is asked for, never less than what is in force. Change it as you see fit."


class AskedAdmin(Refusals, TellingAdmin):
    """A row that a candidate made: decided once, by the buttons of its page, and never taken away."""

    list_select_related = ("invitation__candidate", "invitation__panel", "organization")
    search_fields = (
        *("invitation__candidate__full_name", "invitation__candidate__email"),
        *("invitation__panel__title", "invitation__panel__job_title"),
    )
    date_hierarchy = "asked_at"
    change_form_template = "admin/interviewpanel/asked/change_form.html"
    buttons: tuple[tuple[str, str], ...] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.is_open) and super().has_change_permission(request, obj)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs["obj"]  # no page adds one: candidates do
        context["buttons"] = self.list_buttons(row) if self.has_change_permission(request, row) else ()
        context["row_name"] = context["subtitle"] = name = f"{self.candidate(row)}, {self.panel(row)}"
        context["title"] = str(self.opts.verbose_name).capitalize()
        context["original"] = NamedRow(row, name)
        return super().render_change_form(request, context, *args, **kwargs)

    def list_buttons(self, row: Any) -> tuple[tuple[str, str], ...]:
        return self.buttons

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Refused, since somebody else was quicker between the page and the button: the page again, as it is now."""
        if self.is_refused(request):
            return HttpResponseRedirect(request.path)
        return self.response_post_save_change(request, obj)

    @admin.display(ordering="invitation__candidate__full_name")
    def candidate(self, row: Any) -> str:
        return str(row.invitation.candidate)

    @admin.display(ordering="invitation__panel__title")
    def panel(self, row: Any) -> str:
        return str(row.invitation.panel)

    @admin.display(description="candidate")
    def who(self, row: Any) -> str:
        """With the way to the invitation, where the link is."""
        return draw_link("interviewpanel_interviewpanelcandidate_change", row.invitation_id, self.candidate(row))

    @admin.display(description="asked", ordering="asked_at")
    def asked(self, row: Any) -> str:
        return show_moment(row.asked_at)

    @admin.display(description="link works until")
    def link_ends(self, row: Any) -> str:
        return show_deadline(row.invitation.expires_at, row.organization)

    @admin.display(description="in the candidate's words")
    def words(self, row: Any) -> str:
        return row.note or NOTHING


class AccommodationForm(AnswerChannels, forms.ModelForm):
    time_multiplier = forms.FloatField(
        min_value=1, max_value=3, label="Time, multiplied by", help_text="Every time limit of the interview."
    )
    silence_multiplier = forms.FloatField(
        min_value=1, max_value=5, label="Silence, multiplied by", help_text="The silence that ends an answer, besides."
    )
    extra_break_seconds = forms.IntegerField(
        min_value=0, max_value=4 * 3600, label="Longer breaks, in seconds", help_text="Added to the time for pauses."
    )
    prefers_typing = forms.BooleanField(required=False, label="Opens with typing")
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())  # what is decided on

    class Meta:
        model = AccommodationRequest
        fields = ("reply",)
        widgets = {"reply": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_multiplier" in self.fields and self.instance.pk:
            proposed = propose_terms(self.instance.needs, read_terms(self.instance.invitation))
            for name in TERM_FIELDS:
                self.fields[name].initial = getattr(proposed, name)
            self.fields["seen"].initial = fingerprint_asked(self.instance.needs, self.instance.note)

    @property
    def is_declined(self) -> bool:
        return "_decline" in self.data

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_declined and not str(data.get("reply", "")).strip():
            self.add_error("reply", "Write why this cannot be, and what can: the candidate reads it.")
        if not self.is_declined and set(TERM_FIELDS) <= data.keys():
            try:
                check_terms(self.instance.invitation, self.read_terms())
            except AccommodationRefused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return data

    def read_terms(self) -> Terms:
        return Terms(**{name: self.cleaned_data[name] for name in TERM_FIELDS})


@admin.register(AccommodationRequest)
class AccommodationRequestAdmin(AskedAdmin):
    form = AccommodationForm
    buttons = (("_grant", "Grant"), ("_decline", "Decline"))
    term_rows = (("time_multiplier", "silence_multiplier"), ("extra_break_seconds", "prefers_typing"), "seen")
    list_display = ("candidate", "panel", "needed", "decision", "asked", "decided", "organization")
    list_filter = (
        *(TrialFilter, "state", "asked_at"),
        ("invitation__panel", OwnAutocompleteFilter),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    asked_fields = (("who", "panel"), ("asked", "link_ends"), ("needed", "decision"), "words")
    readonly_fields = (
        *("who", "panel", "asked", "link_ends", "needed", "decision", "words"),
        *("terms", "decided", "decided_by"),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = ("What is asked for", {"fields": self.asked_fields})
        if obj is not None and self.has_change_permission(request, obj):
            return (
                asked,
                ("What you grant", {"fields": self.term_rows, "description": PROPOSED}),
                ("Your words", {"fields": ("reply", *self.list_telling(obj))}),
            )
        return (asked, ("Decision", {"fields": (("decided", "decided_by"), "reply", "terms")}))

    @admin.display(description="state", ordering="state")
    def decision(self, row: AccommodationRequest) -> str:
        return draw_badge(*DECISIONS[row.state])

    @admin.display(description="decided", ordering="decided_at")
    def decided(self, row: AccommodationRequest) -> str:
        return show_moment(row.decided_at)

    @admin.display(description="needs")
    def needed(self, row: AccommodationRequest) -> str:
        labels = dict(AccommodationRequest.Need.choices)
        return ", ".join(str(labels.get(need, need)).lower() for need in row.needs)

    @admin.display(description="in force now")
    def terms(self, row: AccommodationRequest) -> str:
        terms = read_terms(row.invitation)
        typing = "yes" if terms.prefers_typing else "no"
        return (
            f"time × {terms.time_multiplier:g}, silence × {terms.silence_multiplier:g} besides, "
            f"breaks + {terms.extra_break_seconds} s, opens with typing: {typing}"
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.check_may_save(request, obj, change)
        reply, user, now = form.cleaned_data["reply"], get_user(request), timezone.now()
        seen = form.cleaned_data.get("seen") or None
        try:
            if form.is_declined:
                decline_accommodation(request=obj, user=user, reply=reply, now=now, seen=seen)
            else:
                terms = form.read_terms()
                grant_accommodation(request=obj, terms=terms, user=user, reply=reply, now=now, seen=seen)
        except AccommodationRefused as refusal:
            self.refuse(request, refusal)
            return
        state = obj.get_state_display()
        self.settle(request, obj, form, done=f"{state}.", said=f"{state}: {self.candidate(obj)}.")


class AnswerForm(AnswerChannels, forms.ModelForm):
    class Meta:
        model = CandidateRequest
        fields = ("reply",)
        widgets = {"reply": forms.Textarea(attrs={"rows": 3})}

    def clean_reply(self) -> str:
        reply = str(self.cleaned_data["reply"]).strip()
        if not reply:
            raise forms.ValidationError("Write what was done: the candidate reads it.")
        return reply


@admin.register(CandidateRequest)
class CandidateRequestAdmin(ErasingAdmin, AskedAdmin):
    form = AnswerForm
    buttons = (("_answer", "Send the reply: this is done"),)
    list_display = ("candidate", "panel", "kind", "state", "asked", "answered", "organization")
    list_filter = (
        *(TrialFilter, "kind", ("answered_at", admin.EmptyFieldListFilter), "asked_at"),
        ("invitation__panel", OwnAutocompleteFilter),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    asked_fields = ("kind", ("who", "address"), ("panel", "asked"), "words")
    readonly_fields = ("kind", "who", "address", "panel", "asked", "words", "answered", "answered_by")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = ("What is asked for", {"fields": self.asked_fields})
        if obj is not None and self.has_change_permission(request, obj):
            return (asked, ("Your words", {"fields": ("reply", *self.list_telling(obj))}))
        return (asked, ("Reply", {"fields": (("answered", "answered_by"), "reply")}))

    @admin.display(ordering="answered_at")
    def state(self, row: CandidateRequest) -> str:
        return draw_badge("Waits for you", "is-warning") if row.is_open else draw_badge("Answered", "is-good")

    @admin.display(ordering="answered_at")
    def answered(self, row: CandidateRequest) -> str:
        return show_moment(row.answered_at)

    def address(self, row: CandidateRequest) -> str:
        if row.invitation.candidate.is_erased:
            return "erased"
        email = row.invitation.candidate.email
        return format_html('<a href="mailto:{}">{}</a>', email, email) if email else NOTHING

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.check_may_save(request, obj, change)
        try:
            answer_request(request=obj, user=get_user(request), reply=form.cleaned_data["reply"], now=timezone.now())
        except RequestRefused as refusal:
            self.refuse(request, refusal)
            return
        self.settle(request, obj, form, done="Answered.", said=f"Answered: {self.candidate(obj)}.")
