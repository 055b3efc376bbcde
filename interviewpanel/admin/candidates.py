"""Candidates as those see them who interview: with the panels they were invited to, and with import, invitation and
sending in one go. Takes the place of organizations' own page, which knows no panels.
"""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from interviewpanel.admin.link_forms import ChannelFields
from interviewpanel.admin.link_states import draw_link_state
from interviewpanel.admin.resume_summaries import describe_summary
from interviewpanel.admin.review_links import link_interview
from interviewpanel.models import InterviewPanel, InterviewPanelCandidate
from interviewpanel.selectors.link_facts import annotate_link_facts, explain_panel, find_open_links
from interviewpanel.services.bulk_invitations import Invited, invite_all
from organizations.admin.candidate_import import CandidateImportForm
from organizations.admin.candidates import CandidateAdmin
from organizations.admin.delivery import describe_message
from organizations.admin.scope import get_reach, get_user
from organizations.admin.tables import NOTHING, draw_link, show_deadline
from organizations.domain.bulk import MOST_AT_ONCE
from organizations.models import Candidate, Message
from organizations.services.candidate_imports import Plan
from organizations.services.history import Author

INVITE = "interviewpanel.add_interviewpanelcandidate"
INVITATIONS = "admin:interviewpanel_interviewpanelcandidate"


class InvitingImportForm(ChannelFields, CandidateImportForm):
    panel = forms.ModelChoiceField(
        queryset=InterviewPanel.objects.none(),
        required=False,
        empty_label="Nowhere: add them only",
        label="Invite them to",
    )
    field_order = ("organization", "text", "file", "updates", "panel", "by_email", "by_sms")

    def __init__(self, *args: Any, panels: QuerySet[InterviewPanel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["panel"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = panels
        self.fields["by_email"].label = "Send the invitation now, by e-mail"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        panel, organization = data.get("panel"), data.get("organization")
        if panel is not None and organization is not None and panel.organization_id != organization.pk:
            self.add_error("panel", f"“{panel}” is a panel of another organization.")
        elif panel is not None and (reason := explain_panel(panel, timezone.now())):
            self.add_error("panel", reason)
        elif panel is None and self.list_channels():
            self.add_error("panel", "Choose the panel that the invitation is for.")
        return data


admin.site.unregister(Candidate)


@admin.register(Candidate)
class InvitedCandidateAdmin(CandidateAdmin):
    import_form = InvitingImportForm
    list_display = ("name", "address", "phone", "has_resume", "invited", "organization", "added")
    actions = ("invite",)
    change_form_outer_after_template = "admin/interviewpanel/candidate/below.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        links = InterviewPanelCandidate.objects.filter(candidate=OuterRef("pk"), is_trial=False)
        counted = links.order_by().values("candidate").annotate(times=Count("pk")).values("times")
        rows: QuerySet = super().get_queryset(request).annotate(invited_times=Coalesce(Subquery(counted), 0))
        return rows

    # --- Importing ---------------------------------------------------------------------------------------------------

    def list_panels(self, request: HttpRequest) -> QuerySet[InterviewPanel]:
        """Published ones, where the user may invite."""
        reach = get_reach(request)
        rows = InterviewPanel.objects.filter(status=InterviewPanel.Status.PUBLISHED).order_by("title")
        rows = rows.filter(Q(closes_at=None) | Q(closes_at__gt=timezone.now()))
        return rows if reach.sees_all else rows.filter(organization__in=reach.list_organizations(INVITE))

    def make_import_form(self, request: HttpRequest, **kwargs: Any) -> CandidateImportForm:
        return super().make_import_form(request, panels=self.list_panels(request))

    def describe_more(self, form: CandidateImportForm, plan: Plan) -> dict[str, Any]:
        """Whom the import would invite, in words for the page that asks to confirm."""
        panel = form.cleaned_data.get("panel")
        if panel is None:
            return {}
        assert isinstance(form, InvitingImportForm)
        stored = [row.candidate for row in plan.rows if row.outcome in ("changed", "known") and row.candidate]
        invited = find_open_links(panel, stored)
        count, new = len(plan.candidates) - len({row.candidate_id for row in invited}), len(plan.list_rows("new"))
        names = " and ".join("e-mail" if channel == "email" else "SMS" for channel in form.list_channels())
        told = f"told at once by {names}" if names else "nothing is sent to them yet"
        notes = [f"{count} will be invited to “{panel}”, and {told}."]
        if invited:
            notes.append(f"{len(invited)} of them have an open link to this panel already and get no second one.")
        what = f"Import {new}" if new else "Change nobody"
        return {"more_notes": notes, "confirm_text": f"{what}, invite {count}" if count or new else ""}

    def do_more(self, request: HttpRequest, form: CandidateImportForm, plan: Plan) -> str:
        panel = form.cleaned_data.get("panel")
        if panel is None:
            return ""
        assert isinstance(form, InvitingImportForm)
        author = Author(get_user(request), timezone.now())
        done = invite_all(panel=panel, candidates=plan.candidates, channels=form.list_channels(), author=author)
        tell_invited(self, request, done)
        return f"{reverse(f'{INVITATIONS}_changelist')}?{urlencode({'panel__id__exact': panel.pk})}"

    # --- Lists and pages ---------------------------------------------------------------------------------------------

    @admin.action(description="Invite to a panel …", permissions=["change"])
    def invite(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> HttpResponse | None:
        chosen = [str(pk) for pk in queryset.values_list("pk", flat=True)[:MOST_AT_ONCE]]
        if not chosen:
            return None
        return HttpResponseRedirect(f"{reverse(f'{INVITATIONS}_add')}?{urlencode({'candidates': ','.join(chosen)})}")

    def describe_summary(self, candidate: Candidate) -> dict[str, Any] | None:
        return describe_summary(candidate)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        if row is not None and self.has_change_permission(request, row):
            context |= self._describe_contacts(row)
        return super().render_change_form(request, context, *args, **kwargs)

    def _describe_contacts(self, candidate: Candidate) -> dict[str, Any]:
        """The links of a candidate and what was sent, for those who may send."""
        rows = InterviewPanelCandidate.objects.filter(candidate=candidate, is_trial=False).select_related("panel")
        links = annotate_link_facts(rows).prefetch_related("sessions").order_by("-id")
        sent = Message.objects.filter(candidate=candidate).order_by("-id")
        return {
            "shows_contacts": True,
            "invite_url": f"{reverse(f'{INVITATIONS}_add')}?{urlencode({'candidates': candidate.pk})}",
            "links": [
                {
                    "panel": draw_link("interviewpanel_interviewpanelcandidate_change", row.pk, row.panel),
                    "state": draw_link_state(row, timezone.now()),
                    "ends": show_deadline(row.expires_at, candidate.organization),
                    "interview": draw_interview(row),
                }
                for row in links
            ],
            "messages_sent": [describe_message(message) for message in sent],
        }

    @admin.display(description="invitations", ordering="invited_times")
    def invited(self, candidate: Any) -> int:
        return int(candidate.invited_times)


def draw_interview(invitation: InterviewPanelCandidate) -> str:
    """The way to the interview that was begun by the link; of what was erased there is none."""
    begun = [one for one in invitation.sessions.all() if one.started_at is not None]
    if not begun or invitation.erased_at is not None:
        return NOTHING
    last = max(begun, key=lambda one: one.pk)
    return link_interview(last, "watch live" if last.is_live else "review")


def tell_invited(page: Any, request: HttpRequest, done: Invited) -> None:
    """What came of inviting many, for the messages at the top."""
    if done.invitations:
        count, sent = len(done.invitations), done.sent
        told = (
            f" {sent} invitation{'s are' if sent != 1 else ' is'} on {'their' if sent != 1 else 'its'} way."
            if sent
            else " Nothing was sent: send the links from the list of invitations."
        )
        page.message_user(request, f"{count} invited.{told}", messages.SUCCESS)
    for reason, names in done.refused.items():
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        page.message_user(request, f"Not done for {', '.join(names[:3])}{more}: {reason}", messages.WARNING)
