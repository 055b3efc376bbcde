"""Invitations: a candidate, a panel, and the private link, which is made, shown, sent, replaced and revoked here."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from interviewpanel.admin.blind import list_hidden
from interviewpanel.admin.booking import BookingAdmin
from interviewpanel.admin.call_acts import CALL, CallActsAdmin
from interviewpanel.admin.from_candidates import AskingAdmin, OpenRequestsFilter
from interviewpanel.admin.home_filters import FunnelFilter
from interviewpanel.admin.invitation_forms import InviteForm, TermsForm
from interviewpanel.admin.link_acts import LIST_PAGE, ROW_PAGE, WORDS
from interviewpanel.admin.link_states import DeliveryFilter, LinkStateFilter, draw_link_state
from interviewpanel.admin.raters import sees_terms
from interviewpanel.admin.trials import TrialFilter
from interviewpanel.domain.link_acts import Act, find_obstacle
from interviewpanel.models import InterviewPanelCandidate
from interviewpanel.selectors.link_facts import (
    annotate_last_message,
    annotate_link_facts,
    list_messages,
    read_link_facts,
)
from interviewpanel.services.accommodations import TERM_FIELDS, AccommodationRefused, change_terms
from interviewpanel.services.invitations import issue_invitation, join_url
from interviewpanel.services.link_acts import ActRefused, Wish, do_act
from organizations.admin.delivery import describe_message, draw_delivery
from organizations.admin.scope import get_reach
from organizations.admin.tables import NOTHING, show_deadline
from organizations.domain.clocks import write_deadline
from organizations.selectors import find_zone

KEPT_FIELDS = ("retention_days", "kept_until", "erased_at", "erased_because")
MADE = "_made"  # of the request: the invitations that its form made
PAGE_PARTS = "admin/interviewpanel/interviewpanelcandidate"


@admin.register(InterviewPanelCandidate)
class InterviewPanelCandidateAdmin(CallActsAdmin, BookingAdmin):
    # A link that was prolonged is that of somebody who was answered; so may be the message that says so. What is kept
    # until a date that follows from the deadline tells it too, as does a link that works when it should have ended.
    blinded_fields = frozenset(
        {*TERM_FIELDS, "takes_back", "expires", "expires_at", "kept_until", "link_state", "delivery"}
        | AskingAdmin.asking_fields
    )
    actions = (*BookingAdmin.actions, CALL)
    form = TermsForm
    asks_reason = True
    trial_path = "is_trial"
    list_display = ("candidate", "panel_title", "link_state", "expires", "delivery", "waiting", "organization")
    list_filter = (
        *(TrialFilter, LinkStateFilter, DeliveryFilter, OpenRequestsFilter, FunnelFilter, "created_at"),
        ("panel", admin.RelatedOnlyFieldListFilter),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("candidate", "panel", "organization")
    search_fields = ("candidate__full_name", "candidate__email", "panel__title", "panel__job_title")
    date_hierarchy = "created_at"
    autocomplete_fields = ("panel",)
    change_form_outer_before_template = f"{PAGE_PARTS}/link.html"
    change_form_outer_after_template = f"{PAGE_PARTS}/below.html"
    add_fieldsets = (
        (None, {"fields": ("panel", "candidates", "hours", "by_email", "by_sms")}),
        ("Accommodation", {"fields": TERM_FIELDS, "classes": ("collapse",)}),
    )
    fieldsets = (
        (None, {"fields": ("candidate", "panel", "organization", "link_state", "expires")}),
        AskingAdmin.asking_fieldset,
        ("Accommodation", {"fields": (*TERM_FIELDS, "takes_back")}),
        (
            "Record",
            {"fields": ("token_version", "revoked_at", *KEPT_FIELDS, "created_at", "uuid"), "classes": ("collapse",)},
        ),
    )
    readonly_fields = (
        *("organization", "link_state", "progress", "expires", "asked_for"),
        *("token_version", "revoked_at", *KEPT_FIELDS, "created_at", "uuid"),
    )

    class Media:
        js = ("organizations/copy_link.js",)

    @property
    def owner_field(self) -> str:
        return "panel"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return annotate_last_message(annotate_link_facts(super().get_queryset(request)))

    # --- Inviting ----------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change=change, **kwargs)
        form = super().get_form(request, obj, change=change, **{**kwargs, "form": InviteForm})
        field = form.base_fields["candidates"]
        link = self.opts.get_field("candidate")
        field.widget = AutocompleteSelectMultiple(link, self.admin_site, choices=field.choices)
        field.widget.attrs["class"] = "unfold-admin-autocomplete admin-autocomplete"
        field.queryset = self.list_candidates(request)
        return form

    def list_candidates(self, request: HttpRequest) -> QuerySet:
        """Of organizations where the user may invite."""
        rows = self.list_choices(InterviewPanelCandidate.candidate.field, request)
        reach = get_reach(request)
        return (
            rows
            if reach.sees_all
            else rows.filter(organization__in=reach.list_organizations(self.name_permission("add")))
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial = super().get_changeform_initial_data(request)
        if "candidates" in initial:
            initial["candidates"] = [int(one) for one in str(initial["candidates"]).split(",") if one.isdecimal()]
        return initial

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who rates does not see what a candidate was granted."""
        if obj is None:
            offered = InviteForm(data=None).fields
            return tuple(
                (title, {**options, "fields": tuple(name for name in options["fields"] if name in offered)})
                for title, options in self.add_fieldsets
            )
        shown = self.leave_out(request, obj, self.fieldsets if self.sees_link(request, obj) else self.raters_fieldsets)
        if not is_over(obj):
            return shown
        left = [
            (title, {**one, "fields": [name for name in one["fields"] if name != "takes_back"]}) for title, one in shown
        ]
        return tuple(left)

    def sees_link(self, request: HttpRequest, row: Any) -> bool:
        return sees_terms(request, row.organization_id)

    @property
    def raters_fieldsets(self) -> Any:
        (first, options), *others = self.fieldsets
        return ((first, {**options, "fields": (*options["fields"], "progress")}), *others)

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        columns = super().get_list_display(request)
        return columns if "link_state" in columns else (*columns[:2], "progress", *columns[2:])

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.organization_id = obj.panel.organization_id
        self.check_may_save(request, obj, change)
        now = timezone.now()
        if change:
            if not is_over(obj):
                self._change_terms(request, obj, form, now)
            return
        made = [self._invite(request, obj, form, candidate, now) for candidate in form.cleaned_data["candidates"]]
        for other in made[1:]:
            self.log_addition(request, other, [{"added": {}}])
        obj.__dict__.update(made[0].__dict__)
        setattr(request, MADE, made)

    def _invite(self, request: HttpRequest, obj: Any, form: Any, candidate: Any, now: datetime) -> Any:
        hours, channels = form.cleaned_data.get("hours"), form.list_channels()
        made = issue_invitation(panel=obj.panel, candidate=candidate, now=now, hours=hours)
        change_terms(invitation=made, terms=form.read_terms(), now=now)
        if channels:
            try:
                do_act(invitation=made, act=Act.SEND, wish=Wish(channels=channels), now=now)
            except ActRefused as refusal:
                self.message_user(request, f"{candidate}: {refusal}", messages.WARNING)
        return made

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """To the invitation's page, where the link is; for several, to their list."""
        count = len(getattr(request, MADE))
        sent = "by_email" in request.POST or "by_sms" in request.POST
        if count > 1:
            told = "Their invitations are on their way." if sent else "Choose them here to send the links."
            self.message_user(request, f"{count} candidates are invited. {told}", messages.SUCCESS)
            return HttpResponseRedirect(f"{reverse(LIST_PAGE)}?panel__id__exact={obj.panel_id}")
        told = "It is on its way." if sent else "Send it, or copy it and give it to nobody but the candidate."
        self.message_user(request, f"The link is made. {told}", messages.SUCCESS)
        return HttpResponseRedirect(reverse(ROW_PAGE, args=[obj.pk]))

    # --- The page of one ---------------------------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of what was erased nothing can be changed, and its link is nobody's any more."""
        return (obj is None or obj.erased_at is None) and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whom a link is for never changes."""
        if obj is None:
            return ()
        granted = TERM_FIELDS if is_over(obj) else ()  # nothing is granted for an interview that was held
        return ("candidate", "panel", *granted, *super().get_readonly_fields(request, obj))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Whoever has the link is let in as the candidate, so only those who may send it see it."""
        row = kwargs.get("obj")
        context["show_save_and_add_another"] = False
        if row is not None and self.has_change_permission(request, row):
            session = row.sessions.filter(started_at__isnull=False).last()
            hides_scores = session is not None and bool(list_hidden(request, session))
            now = timezone.now()
            facts = read_link_facts(row, now)
            acts = [(act, find_obstacle(act, facts, now)) for act in Act]
            context |= {
                # Behind the link everything is told that was measured, to whoever has it.
                "private_link": "" if hides_scores else join_url(row),
                "hides_link": hides_scores,
                "shows_link": True,
                "link_badge": self.link_state(row),
                "link_opens": not find_obstacle(Act.SEND, facts, now),
                "ends": write_deadline(row.expires_at, find_zone(row.organization)),
                "book_url": self.find_book_url(row),
                "acts": [(WORDS[act], reverse(f"{ROW_PAGE[:-7]}_{act}"), why) for act, why in acts],
                "last_delivery": self.delivery(row) if row.message_state else "",
                **self.describe_phone(request, row),
                "messages_sent": [describe_message(message) for message in list_messages(row)],
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def _change_terms(self, request: HttpRequest, obj: Any, form: Any, now: datetime) -> None:
        takes_back = bool(form.cleaned_data.get("takes_back"))
        try:
            change_terms(invitation=obj, terms=form.read_terms(), now=now, expected=form.before, takes_back=takes_back)
        except AccommodationRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)

    # --- Columns -----------------------------------------------------------------------------------------------------

    @admin.display(description="panel", ordering="panel__title")
    def panel_title(self, invitation: Any) -> str:
        return str(invitation.panel)

    @admin.display(description="link works until", ordering="expires_at")
    def expires(self, invitation: Any) -> str:
        return show_deadline(invitation.expires_at, invitation.organization)

    @admin.display(description="link")
    def link_state(self, invitation: Any) -> SafeString:
        return draw_link_state(invitation, timezone.now())

    @admin.display(description="interview")
    def progress(self, invitation: Any) -> SafeString:
        """For raters: how far it came, and not whether its deadline has passed."""
        return draw_link_state(invitation, timezone.now(), tells_end=False)

    @admin.display(description="last message")
    def delivery(self, invitation: Any) -> str:
        if not invitation.message_state:
            return NOTHING
        return draw_delivery(
            kind=invitation.message_kind,
            channel=invitation.message_channel,
            state=invitation.message_state,
            reason=invitation.message_reason,
            at=invitation.message_reported_at or invitation.message_sent_at or invitation.message_queued_at,
        )


def is_over(invitation: Any) -> bool:
    """Of a row with its link facts, as the pages load it."""
    return bool(getattr(invitation, "is_over", False))
