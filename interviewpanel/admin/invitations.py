"""Invitations: a candidate, a panel, and the private link, which is made, shown again, withdrawn and replaced here."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from interviewpanel.admin.from_candidates import AskingAdmin, OpenRequestsFilter
from interviewpanel.domain.accommodations import Terms
from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.services.accommodations import (
    TERM_FIELDS,
    AccommodationRefused,
    change_terms,
    check_terms,
    read_terms,
)
from interviewpanel.services.invitations import (
    InvitationRefused,
    check_can_invite,
    issue_invitation,
    join_url,
    reissue_invitation,
    revoke_invitation,
)
from organizations.admin.tables import show_moment

KEPT_FIELDS = ("retention_days", "kept_until", "erased_at", "erased_because")


class InvitationForm(forms.ModelForm):
    hours = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=90 * 24,
        label="Link lasts, in hours",
        help_text="Empty: {hours} hours. Never longer than the panel.",
    )

    takes_back = forms.BooleanField(
        required=False,
        label="Takes back what was granted",
        help_text="Only with this can the numbers become less than a request was granted. Tell the candidate why.",
    )

    class Meta:
        model = InterviewPanelCandidate
        fields = ("panel", "candidate", *TERM_FIELDS)
        labels = {
            "time_multiplier": "Time, multiplied by",
            "silence_multiplier": "Silence, multiplied by",
            "extra_break_seconds": "Longer breaks, in seconds",
            "prefers_typing": "Opens with typing",
        }
        help_texts = {
            "panel": "Only published panels invite.",
            "time_multiplier": "An accommodation: every time limit of the interview times this, from 1 to 3.",
            "silence_multiplier": "An accommodation: the silence that ends an answer times this besides, from 1 to 5.",
            "extra_break_seconds": "An accommodation: added to the time for pauses.",
            "prefers_typing": "An accommodation: the page opens with typing. Everybody may type at any time.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = read_terms(self.instance)
        if "hours" in self.fields:
            field = self.fields["hours"]
            field.help_text = field.help_text.format(hours=settings.INTERVIEW_LINK_HOURS)

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
        if data.get("panel") and data.get("candidate"):
            try:
                check_can_invite(panel=data["panel"], candidate=data["candidate"], now=timezone.now())
            except InvitationRefused as error:
                raise forms.ValidationError(str(error)) from error
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


@admin.register(InterviewPanelCandidate)
class InterviewPanelCandidateAdmin(AskingAdmin):
    # A link that was prolonged is that of somebody who was answered.
    blinded_fields = frozenset({*TERM_FIELDS, "takes_back", "expires", "expires_at"} | AskingAdmin.asking_fields)
    form = InvitationForm
    asks_reason = True
    list_display = ("candidate", "panel_title", "link_state", "expires", "waiting", "organization")
    list_filter = (
        *(OpenRequestsFilter, "created_at", "expires_at"),
        ("panel", admin.RelatedOnlyFieldListFilter),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("candidate", "panel", "organization")
    search_fields = ("candidate__full_name", "candidate__email", "panel__title", "panel__job_title")
    date_hierarchy = "created_at"
    autocomplete_fields = ("panel", "candidate")
    actions = ("revoke", "reissue")
    add_fields = ("panel", "candidate", "hours", *TERM_FIELDS)
    fieldsets = (
        (None, {"fields": ("candidate", "panel", "organization", "link_state", "private_link", "expires_at")}),
        AskingAdmin.asking_fieldset,
        ("Accommodation", {"fields": (*TERM_FIELDS, "takes_back")}),
        (
            "Record",
            {"fields": ("token_version", "revoked_at", *KEPT_FIELDS, "created_at", "uuid"), "classes": ("collapse",)},
        ),
    )
    readonly_fields = (
        *("organization", "link_state", "private_link", "expires_at", "asked_for"),
        *("token_version", "revoked_at", *KEPT_FIELDS, "created_at", "uuid"),
    )

    class Media:
        js = ("interviewpanel/copy_link.js",)

    @property
    def owner_field(self) -> str:
        return "panel"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        begun = InterviewSession.objects.filter(invitation=OuterRef("pk"), started_at__isnull=False)
        over = begun.filter(ended_at__isnull=False)
        rows: QuerySet = super().get_queryset(request).annotate(has_begun=Exists(begun), is_over=Exists(over))
        return rows

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever has the link is let in as the candidate, so only those who may send it see it.

        Who rates does not see what a candidate was granted.
        """
        if obj is None:
            return ((None, {"fields": self.add_fields}),)
        hidden = () if self.has_change_permission(request, obj) else ("private_link",)
        return tuple(
            (title, {**options, "fields": tuple(name for name in options["fields"] if name not in hidden)})
            for title, options in self.leave_out(request, obj, self.fieldsets)
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of what was erased nothing can be changed, and its link is nobody's any more."""
        return (obj is None or obj.erased_at is None) and super().has_change_permission(request, obj)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """It tells which accommodation was changed when, so it is for those who may change them."""
        invitation = self.get_object(request, object_id)
        if invitation is not None and not self.has_change_permission(request, invitation):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whom a link is for never changes."""
        if obj is None:
            return ()
        return ("candidate", "panel", *super().get_readonly_fields(request, obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.organization_id = obj.panel.organization_id
        self.check_may_save(request, obj, change)
        terms, now = form.read_terms(), timezone.now()
        if change:
            self._change_terms(request, obj, form, now)
            return
        made = issue_invitation(
            panel=obj.panel,
            candidate=obj.candidate,
            now=now,
            hours=form.cleaned_data.get("hours"),
        )
        change_terms(invitation=made, terms=terms, now=now)
        obj.__dict__.update(made.__dict__)

    def _change_terms(self, request: HttpRequest, obj: Any, form: Any, now: datetime) -> None:
        takes_back = bool(form.cleaned_data.get("takes_back"))
        try:
            change_terms(invitation=obj, terms=form.read_terms(), now=now, expected=form.before, takes_back=takes_back)
        except AccommodationRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """To the invitation's page, where the link is."""
        self.message_user(request, "The link is made. Copy it from here and send it to nobody but the candidate.")
        return HttpResponseRedirect(reverse("admin:interviewpanel_interviewpanelcandidate_change", args=[obj.pk]))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        for name, act in (("_revoke", self.revoke), ("_reissue", self.reissue)):
            if name in request.POST:
                act(request, self.get_queryset(request).filter(pk=obj.pk))
                return HttpResponseRedirect(request.path)
        return super().response_change(request, obj)

    @admin.action(description="Withdraw the link", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[InterviewPanelCandidate]) -> None:
        for invitation in self._list_own(request, queryset):
            revoke_invitation(invitation=invitation, now=timezone.now())
            self.log_change(request, invitation, "Link withdrawn.")
            self.message_user(request, f"The link of {invitation} opens nothing any more.", messages.SUCCESS)

    @admin.action(description="Make a new link (the old one stops working)", permissions=["change"])
    def reissue(self, request: HttpRequest, queryset: QuerySet[InterviewPanelCandidate]) -> None:
        for invitation in self._list_own(request, queryset):
            try:
                reissue_invitation(invitation=invitation, now=timezone.now())
            except InvitationRefused as error:
                self.message_user(request, f"{invitation}: {error}", messages.ERROR)
                continue
            self.log_change(request, invitation, "New link made.")
            self.message_user(request, f"{invitation} has a new link; open it here to copy it.", messages.SUCCESS)

    def _list_own(
        self, request: HttpRequest, chosen: QuerySet[InterviewPanelCandidate]
    ) -> list[InterviewPanelCandidate]:
        """Of the chosen invitations, those of organizations where the user's role allows changing them."""
        return [one for one in chosen.select_related("panel", "candidate") if self.has_change_permission(request, one)]

    @admin.display(description="panel", ordering="panel__title")
    def panel_title(self, invitation: Any) -> str:
        return str(invitation.panel)

    @admin.display(ordering="expires_at")
    def expires(self, invitation: Any) -> str:
        return show_moment(invitation.expires_at)

    @admin.display(description="link")
    def link_state(self, invitation: Any) -> str:
        if invitation.erased_at is not None:
            return f"erased on {invitation.erased_at:%-d %B %Y}"
        if invitation.is_over:
            return "used: the interview is over"
        if invitation.revoked_at is not None:
            return "withdrawn"
        if invitation.has_begun:
            return "in use: the interview has begun"
        return "expired" if invitation.expires_at <= timezone.now() else "waiting for the candidate"

    @admin.display(description="private link")
    def private_link(self, invitation: Any) -> str:
        return format_html(
            '<input id="private-link" style="width: 44em; max-width: 100%" readonly value="{}"> '
            '<button type="button" class="button" data-copies="private-link">Copy</button>'
            '<br><span class="help">Whoever has this link is let in as {}. It works until {}.</span>',
            join_url(invitation),
            invitation.candidate,
            f"{invitation.expires_at:%-d %B %Y, %H:%M} UTC",
        )
