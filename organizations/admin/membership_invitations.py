"""Who was asked to join an organization and has not accepted yet; for its administrators.

The same page and the same words whether or not the address has an account: other organizations may know it, and that is
theirs to tell. The link goes by e-mail to the address, and no page shows it; only where this site sends no e-mail it is
shown once, to be handed over.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from organizations.admin.act_pages import TEMPLATE as ACT_TEMPLATE
from organizations.admin.act_pages import Words, describe_act, is_confirmed
from organizations.admin.reasons import ReasonForm
from organizations.admin.recording import get_actor
from organizations.admin.refusals import RefusingAdmin
from organizations.admin.scope import OfferedLookupsAdmin, RecordedAdmin, TenantAdmin
from organizations.admin.tables import NOTHING, draw_badge, show_moment
from organizations.engines.mail import explain_mail
from organizations.models import Membership, MembershipInvitation, StaffMail
from organizations.services.history import Author
from organizations.services.membership_invitations import (
    InvitationRefused,
    invite_member,
    make_invitation_link,
    renew_invitation,
    withdraw_invitation,
)

MEMBERS = "admin:organizations_membership_changelist"
MOST_SHOWN = 20  # above the members; the list of invitations has all
SHOWN = "invitation_to_show"  # where the session keeps whose link is shown next, and which; never the link
REVOKE = Words(
    "Revoke the invitation",
    "Revoke {count} invitations",
    ("Its link opens nothing any more. You can invite the same address anew.",),
    is_danger=True,
)
WHAT_ROLES_DO = (
    "Administrators do everything in the organization, members too. Recruiters set up panels, invite and decide. "
    "Reviewers read interviews and rate them; they do not learn who was granted an accommodation."
)


class MembershipInvitationForm(forms.ModelForm):
    class Meta:
        model = MembershipInvitation
        fields = ("organization", "email", "role")
        help_texts = {"email": "Whoever reads mail there joins by a link.", "role": WHAT_ROLES_DO}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            self.fields["role"].initial = Membership.Role.REVIEWER  # the least, unless somebody says more

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def validate_constraints(self) -> None:
        """Whether the address is invited already says the service, in words of its own."""


def draw_invitation_state(invitation: MembershipInvitation) -> SafeString:
    if invitation.accepted_at is not None:
        return draw_badge("accepted", "is-good")
    if invitation.withdrawn_at is not None:
        return draw_badge("revoked")
    if not invitation.is_open(timezone.now()):
        return draw_badge("link is over", "is-warning")
    return draw_badge("waits for them", "is-info")


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("pending", "Not accepted yet"), ("accepted", "Accepted"), ("revoked", "Revoked")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "pending":
            return queryset.filter(accepted_at=None, withdrawn_at=None)
        if self.value() == "accepted":
            return queryset.filter(accepted_at__isnull=False)
        if self.value() == "revoked":
            return queryset.filter(withdrawn_at__isnull=False)
        return queryset


@admin.register(MembershipInvitation)
class MembershipInvitationAdmin(RefusingAdmin, OfferedLookupsAdmin, RecordedAdmin):
    form = MembershipInvitationForm
    add_form_template = "admin/change_form.html"
    change_form_template = "admin/organizations/membershipinvitation/change_form.html"
    list_display = ("email", "role", "state", "until", "inviter", "organization")
    list_filter = (StateFilter, "role", ("organization", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("organization", "invited_by")
    search_fields = ("email",)
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    readonly_fields = ("state", "until", "inviter", "since", "mail")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ("email", "role", "organization", "state", "until", "mail", "inviter", "since")
        return ((None, {"fields": ("organization", "email", "role") if obj is None else shown}),)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return TenantAdmin.has_add_permission(self, request)

    def _may_act(self, request: HttpRequest, row: MembershipInvitation) -> bool:
        return self.has_add_permission(request) and self.may(request, "add", row)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        context = {"title": "Invite somebody", **(extra_context or {})}
        response: HttpResponse = super().add_view(request, form_url, context)
        return response

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        if row is None:
            context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
            return TenantAdmin.render_change_form(self, request, context, *args, **kwargs)
        context["may_act"] = row.is_pending and self._may_act(request, row)
        context["sends_mail"] = not explain_mail()
        return super().render_change_form(request, context, *args, **kwargs)

    def name_row(self, row: Any) -> str:
        return f"Invitation of {row.email}"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.check_may_save(request, obj, change)
        data = form.cleaned_data
        try:
            made = invite_member(obj.organization, data["email"], data["role"], author=self.make_author(request))
        except InvitationRefused as refusal:
            self.refuse(request, refusal)
            return
        obj.__dict__.update(made.__dict__)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        if self.is_refused(request):
            return HttpResponseRedirect(reverse(MEMBERS))
        return self.lead_to_link(request, obj)

    # --- A new link, or none -----------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any) -> Any:
            name = f"organizations_membershipinvitation_{route}"
            return path(f"<int:pk>/{route}/", self.admin_site.admin_view(view), name=name)

        own = [at("renew", require_POST(self.renew_view)), at("link", require_safe(self.link_view))]
        return [*own, at("revoke", self.revoke_view), *super().get_urls()]

    def renew_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._find_row(request, pk)
        try:
            return self.lead_to_link(request, renew_invitation(row, author=self.make_author(request)))
        except InvitationRefused as refusal:
            return self._go_back(request, row, refusal)

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._find_row(request, pk)
        form = ReasonForm(request.POST if is_confirmed(request) else None)
        if row.is_pending and not form.is_valid():
            says = [f"{self.name_row(row)} to {row.organization}", *REVOKE.says]
            asked = describe_act(self, request, REVOKE, count=1, back=name_page(row), form=form)
            return TemplateResponse(request, ACT_TEMPLATE, {**asked, "says": says})
        try:
            why = form.cleaned_data["reason"] if form.is_valid() else ""
            withdraw_invitation(row, author=Author(get_actor(request), timezone.now(), why))
        except InvitationRefused as refusal:
            return self._go_back(request, row, refusal)
        self.message_user(request, f"The invitation of {row.email} is revoked.", messages.SUCCESS)
        return HttpResponseRedirect(reverse(MEMBERS))

    def _find_row(self, request: HttpRequest, pk: int) -> MembershipInvitation:
        row: MembershipInvitation | None = self.get_object(request, str(pk))
        if row is None or not self._may_act(request, row):
            raise Http404("There is no such invitation.")
        return row

    def _go_back(self, request: HttpRequest, row: MembershipInvitation, refusal: Exception) -> HttpResponse:
        self.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(name_page(row))

    def lead_to_link(self, request: HttpRequest, row: MembershipInvitation) -> HttpResponse:
        """Where mail is sent, the link is for whoever reads it at the address: who invites never holds it."""
        if not explain_mail():
            said = f"An e-mail with the link is on its way to {row.email}. Here you see what becomes of it."
            self.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(name_page(row))
        request.session[SHOWN] = [row.pk, row.token_version]
        return HttpResponseRedirect(name_page(row, "link"))

    def link_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Once, after it was made, and only where no mail is sent: the page is kept nowhere."""
        row = self._find_row(request, pk)
        is_next = request.session.get(SHOWN) == [row.pk, row.token_version]
        if is_next:
            del request.session[SHOWN]
        if not (is_next and explain_mail() and row.is_open(timezone.now())):
            self.message_user(request, "A link is shown once. If it is lost, make a new one.", messages.INFO)
            return HttpResponseRedirect(name_page(row))
        context = {
            **self.admin_site.each_context(request),
            "title": "Hand over this link",
            "opts": self.opts,
            "invitation": row,
            "link": make_invitation_link(row),
            "back": reverse(MEMBERS),
        }
        response = TemplateResponse(request, "admin/organizations/membershipinvitation/link.html", context)
        add_never_cache_headers(response)
        return response

    # --- Columns -----------------------------------------------------------------------------------------------------

    @admin.display(description="state")
    def state(self, invitation: MembershipInvitation) -> SafeString:
        return draw_invitation_state(invitation)

    @admin.display(description="link works until", ordering="expires_at")
    def until(self, invitation: MembershipInvitation) -> SafeString | str:
        return show_moment(invitation.expires_at)

    @admin.display(description="invited by")
    def inviter(self, invitation: MembershipInvitation) -> str:
        return str(invitation.invited_by) if invitation.invited_by is not None else NOTHING

    @admin.display(description="invited")
    def since(self, invitation: MembershipInvitation) -> SafeString | str:
        return show_moment(invitation.created_at)

    @admin.display(description="e-mail with the link")
    def mail(self, invitation: MembershipInvitation) -> str:
        last: StaffMail | None = invitation.mails.order_by("-pk").first()
        if last is None:
            return "none: this site sends no e-mail" if explain_mail() else "none"
        if not last.is_over:
            return f"on its way to {invitation.email}"
        return f"not sent. {last.last_error}" if last.last_error else f"sent to {invitation.email}"


def name_page(row: MembershipInvitation, page: str = "change") -> str:
    return reverse(f"admin:organizations_membershipinvitation_{page}", args=[row.pk])


def list_pending(
    request: HttpRequest, page: MembershipInvitationAdmin
) -> list[tuple[MembershipInvitation, SafeString]]:
    """For the page of members, newest first: who has not accepted yet, each with the state of the link."""
    rows = page.get_queryset(request).filter(accepted_at=None, withdrawn_at=None).select_related("organization")
    return [(one, draw_invitation_state(one)) for one in rows.order_by("-created_at", "-pk")[:MOST_SHOWN]]
