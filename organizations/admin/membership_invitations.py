"""Who was asked to join an organization and has not accepted yet; for its administrators.

The same page and the same words whether or not the address has an account: other organizations may know it, and that is
theirs to tell.
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
from django.views.decorators.http import require_POST

from organizations.admin.refusals import RefusingAdmin
from organizations.admin.scope import OfferedLookupsAdmin, RecordedAdmin, TenantAdmin
from organizations.admin.tables import NOTHING, draw_badge, show_moment
from organizations.engines.mail import explain_mail
from organizations.models import Membership, MembershipInvitation, StaffMail
from organizations.services.membership_invitations import (
    InvitationRefused,
    invite_member,
    make_invitation_link,
    renew_invitation,
    withdraw_invitation,
)

MEMBERS = "admin:organizations_membership_changelist"
MOST_SHOWN = 20  # above the members; the list of invitations has all
MAIL_STATES = {"queued": "on its way", "running": "on its way", "done": "sent"}
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
        return draw_badge("withdrawn")
    if not invitation.is_open(timezone.now()):
        return draw_badge("link is over", "is-warning")
    return draw_badge("waits for them", "is-info")


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("pending", "Not accepted yet"), ("accepted", "Accepted"), ("withdrawn", "Withdrawn")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "pending":
            return queryset.filter(accepted_at=None, withdrawn_at=None)
        if self.value() in ("accepted", "withdrawn"):
            return queryset.filter(**{f"{self.value()}_at__isnull": False})
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
        return self.show_link(request, obj)

    # --- A new link, or none -----------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any) -> Any:
            name = f"organizations_membershipinvitation_{route}"
            return path(f"<int:pk>/{route}/", self.admin_site.admin_view(require_POST(view)), name=name)

        return [at("renew", self.renew_view), at("withdraw", self.withdraw_view), *super().get_urls()]

    def renew_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._find_row(request, pk)
        try:
            return self.show_link(request, renew_invitation(row, author=self.make_author(request)))
        except InvitationRefused as refusal:
            return self._go_back(request, row, refusal)

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._find_row(request, pk)
        try:
            withdraw_invitation(row, author=self.make_author(request))
        except InvitationRefused as refusal:
            return self._go_back(request, row, refusal)
        self.message_user(request, f"The invitation of {row.email} is withdrawn.", messages.SUCCESS)
        return HttpResponseRedirect(reverse(MEMBERS))

    def _find_row(self, request: HttpRequest, pk: int) -> MembershipInvitation:
        row: MembershipInvitation | None = self.get_object(request, str(pk))
        if row is None or not self._may_act(request, row):
            raise Http404("There is no such invitation.")
        return row

    def _go_back(self, request: HttpRequest, row: MembershipInvitation, refusal: Exception) -> HttpResponse:
        self.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:organizations_membershipinvitation_change", args=[row.pk]))

    def show_link(self, request: HttpRequest, invitation: MembershipInvitation) -> HttpResponse:
        """Once: the page is kept nowhere."""
        context = {
            **self.admin_site.each_context(request),
            "title": "Hand over this link",
            "opts": self.opts,
            "invitation": invitation,
            "link": make_invitation_link(invitation),
            "sends_mail": not explain_mail(),
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
        return MAIL_STATES.get(last.work_status) or f"not sent. {last.last_error}"


def list_pending(
    request: HttpRequest, page: MembershipInvitationAdmin
) -> list[tuple[MembershipInvitation, SafeString]]:
    """For the page of members, newest first: who has not accepted yet, each with the state of the link."""
    rows = page.get_queryset(request).filter(accepted_at=None, withdrawn_at=None).select_related("organization")
    return [(one, draw_invitation_state(one)) for one in rows.order_by("-created_at", "-pk")[:MOST_SHOWN]]
