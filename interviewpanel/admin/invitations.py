"""Invitations: a candidate, a panel, and the private link, which is made, shown again, withdrawn and replaced here."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.services.invitations import (
    InvitationRefused,
    check_can_invite,
    issue_invitation,
    join_url,
    reissue_invitation,
    revoke_invitation,
)
from organizations.admin.scope import TenantAdmin
from organizations.admin.tables import show_moment


class InvitationForm(forms.ModelForm):
    hours = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=90 * 24,
        label="Link lasts, in hours",
        help_text="Empty: {hours} hours. Never longer than the panel.",
    )

    class Meta:
        model = InterviewPanelCandidate
        fields = ("panel", "candidate", "time_multiplier")
        labels = {"time_multiplier": "Time, multiplied by"}
        help_texts = {
            "panel": "Only published panels invite.",
            "time_multiplier": "An accommodation: every time limit of the interview times this, from 1 to 3.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "hours" in self.fields:
            field = self.fields["hours"]
            field.help_text = field.help_text.format(hours=settings.INTERVIEW_LINK_HOURS)

    def clean_time_multiplier(self) -> float:
        value = float(self.cleaned_data["time_multiplier"])
        if not 1 <= value <= 3:
            raise forms.ValidationError("Give a number from 1 (no change) to 3.")
        return value

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("panel") and data.get("candidate"):
            try:
                check_can_invite(panel=data["panel"], candidate=data["candidate"], now=timezone.now())
            except InvitationRefused as error:
                raise forms.ValidationError(str(error)) from error
        return data


@admin.register(InterviewPanelCandidate)
class InterviewPanelCandidateAdmin(TenantAdmin):
    form = InvitationForm
    list_display = ("candidate", "panel_title", "link_state", "expires", "organization")
    list_filter = (
        *("created_at", "expires_at"),
        ("panel", admin.RelatedOnlyFieldListFilter),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("candidate", "panel", "organization")
    search_fields = ("candidate__full_name", "candidate__email", "panel__title", "panel__job_title")
    date_hierarchy = "created_at"
    autocomplete_fields = ("panel", "candidate")
    actions = ("revoke", "reissue")
    add_fields = ("panel", "candidate", "hours", "time_multiplier")
    fieldsets = (
        (None, {"fields": ("candidate", "panel", "organization", "link_state", "private_link", "expires_at")}),
        ("Accommodation", {"fields": ("time_multiplier",)}),
        ("Record", {"fields": ("token_version", "revoked_at", "created_at", "uuid"), "classes": ("collapse",)}),
    )
    readonly_fields = (
        *("organization", "link_state", "private_link", "expires_at"),
        *("token_version", "revoked_at", "created_at", "uuid"),
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
        """Whoever has the link is let in as the candidate, so only those who may send it see it."""
        if obj is None:
            return ((None, {"fields": self.add_fields}),)
        hidden = () if self.has_change_permission(request, obj) else ("private_link",)
        return tuple(
            (title, {**options, "fields": tuple(name for name in options["fields"] if name not in hidden)})
            for title, options in self.fieldsets
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whom a link is for never changes; the accommodation not once the interview has begun."""
        if obj is None:
            return ()
        fixed = ("candidate", "panel", *super().get_readonly_fields(request, obj))
        return (*fixed, "time_multiplier") if obj.has_begun else fixed

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.organization_id = obj.panel.organization_id
        self.check_may_save(request, obj, change)
        if change:
            obj.save(update_fields=["time_multiplier"])
            return
        made = issue_invitation(
            panel=obj.panel,
            candidate=obj.candidate,
            now=timezone.now(),
            hours=form.cleaned_data.get("hours"),
            time_multiplier=obj.time_multiplier,
        )
        obj.__dict__.update(made.__dict__)

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
