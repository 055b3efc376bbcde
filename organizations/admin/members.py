"""The members of an organization: who they are, in which role, who is invited; for its administrators.

Administrators invite (membership_invitations.py); only superadmins add somebody at once, and only who has no account
with a password yet, since that tells whether there is such a user. When somebody last signed in, ending their sign-ins
and links to set a password are for who administers all that the person belongs to (selectors.mark_overseen).
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from authentication.services.passwords import make_password_link
from organizations.admin.membership_invitations import WHAT_ROLES_DO, MembershipInvitationAdmin, list_pending
from organizations.admin.once import keep_done
from organizations.admin.refusals import RefusingAdmin
from organizations.admin.scope import OfferedLookupsAdmin, get_reach
from organizations.admin.sign_outs import SignOutPages
from organizations.admin.tables import draw_badge, show_moment
from organizations.models import Membership, MembershipInvitation
from organizations.selectors import mark_overseen, may_make_password_link, may_oversee
from organizations.services.history import record_change
from organizations.services.members import (
    MemberRefused,
    RoleMissing,
    add_member,
    add_member_by_email,
    is_last_administrator,
    remove_member,
)

ROLE_TONES = {"admin": "is-info", "hr": "", "reviewer": ""}


class MemberForm(forms.ModelForm):
    email = forms.EmailField(label="E-mail", help_text="What they sign in with. Somebody new gets a link from you.")
    full_name = forms.CharField(label="Name", max_length=150, required=False, help_text="As colleagues read it.")

    class Meta:
        model = Membership
        fields = ("organization", "role")
        help_texts = {"role": WHAT_ROLES_DO}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields and not self.instance.pk:
            self.fields["role"].initial = Membership.Role.REVIEWER  # the least, unless somebody says more

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        owner, email = data.get("organization"), data.get("email")
        if owner is not None and email and owner.memberships.filter(user__email__iexact=email).exists():
            self.add_error("email", "This person is a member already. Change the role on the member's page.")
        return data


@admin.register(Membership)
class MembershipAdmin(SignOutPages, RefusingAdmin, OfferedLookupsAdmin):
    form = MemberForm
    list_before_template = "admin/organizations/membership/invited.html"
    reasoned_fields = ("role",)
    change_form_template = "admin/organizations/membership/change_form.html"
    list_display = ("person", "email", "role_badge", "state", "last_seen", "organization")
    list_filter = (
        "role",
        ("user__is_active", admin.BooleanFieldListFilter),
        ("organization", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("user", "organization")
    search_fields = ("user__email", "user__full_name")
    date_hierarchy = "created_at"
    ordering = ("user__email", "pk")
    add_fields = ("organization", "email", "full_name", "role")
    change_fields = ("person", "email", "organization", "role", "state", "last_seen", "since")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return ((None, {"fields": self.add_fields if obj is None else self.change_fields}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("person", "email", "organization", "state", "last_seen", "since")

    # --- Who may do what ---------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With what concerns the whole account only where it is the reader's to look after, also to sort by."""
        rows = mark_overseen(super().get_queryset(request), get_reach(request))
        return rows.annotate(seen_at=Case(When(is_overseen=True, then=F("user__last_login"))))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not self._is_oneself(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._is_oneself(request, obj)

    def _is_oneself(self, request: HttpRequest, obj: Any) -> bool:
        """Nobody raises, lessens or ends their own membership."""
        return obj is not None and obj.user_id == request.user.pk

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        if row is not None:
            is_changed = self.has_change_permission(request, row)
            context["can_link"] = is_changed and may_make_password_link(get_reach(request), row)
            context["can_sign_out"] = is_changed and may_oversee(get_reach(request), row)
            context["is_oneself"] = self._is_oneself(request, row)
            context["is_last"] = is_last_administrator(row)
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        page = self.admin_site.get_model_admin(MembershipInvitation)
        assert isinstance(page, MembershipInvitationAdmin)
        may_invite = page.has_add_permission(request)
        invited = list_pending(request, page) if may_invite else []
        context = {
            "invited": invited,
            "may_invite": may_invite,
            "names_owner": "organization" in self.get_list_display(request),
            **(extra_context or {}),
        }
        response: HttpResponse = super().changelist_view(request, context)
        return response

    # --- Saving ------------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.check_may_save(request, obj, change)
        author, data = self.make_author(request), form.cleaned_data
        try:
            with transaction.atomic():
                if change:
                    made = add_member(obj.organization, obj.user, data["role"], author=author)
                else:
                    name = data["full_name"]
                    made = add_member_by_email(
                        obj.organization, data["email"], data["role"], full_name=name, author=author
                    )
        except (MemberRefused, RoleMissing) as refusal:
            self.refuse(request, refusal)
            return
        obj.__dict__.update(made.__dict__)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        if not self.is_refused(request):
            if may_make_password_link(get_reach(request), obj):
                return self.show_link(request, obj)
            self.message_user(request, f"{obj.user} is a member now, and signs in as before.", messages.SUCCESS)
        return self.lead_to_list()

    # --- The link ----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any) -> Any:
            name = f"organizations_membership_{route}"
            return path(f"<int:pk>/{route}/", self.admin_site.admin_view(view), name=name)

        own = [at("link", require_POST(self.link_view)), at("sign_out", self.sign_out_view)]
        return [*own, *super().get_urls()]

    def link_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        member = self.find_member(request, pk)
        if not may_make_password_link(get_reach(request), member):
            raise Http404("There is no such link: they have a password, or belong to another organization as well.")
        return self.show_link(request, member)

    def find_member(self, request: HttpRequest, pk: int) -> Membership:
        member: Membership | None = self.get_object(request, str(pk))
        if member is None or not self.has_change_permission(request, member):
            raise Http404("There is no such member.")
        return member

    def show_link(self, request: HttpRequest, membership: Membership) -> HttpResponse:
        """Once: the page is kept nowhere, and the link is made anew for the next who asks."""
        keep_done(request, reverse("admin:organizations_membership_changelist"))
        author = self.make_author(request)
        record_change(
            row=membership,
            action="changed",
            organization_id=membership.organization_id,
            actor=author.user,
            now=author.now,
            message="A link to set a password was made.",
        )
        context = {
            **self.admin_site.each_context(request),
            "title": "Hand over this link",
            "opts": self.opts,
            "member": membership,
            "link": make_password_link(membership.user),
            "back": reverse("admin:organizations_membership_changelist"),
        }
        response = TemplateResponse(request, "admin/organizations/membership/link.html", context)
        add_never_cache_headers(response)
        return response

    # --- Leaving -----------------------------------------------------------------------------------------------------

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._remove(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._remove(request, list(queryset.select_related("user", "organization")))

    def _remove(self, request: HttpRequest, members: list[Membership]) -> None:
        for one in members:
            try:
                with transaction.atomic():
                    remove_member(one.organization, one.user, author=self.make_author(request))
            except (MemberRefused, RoleMissing) as refusal:
                self.refuse(request, refusal)

    # --- Columns -----------------------------------------------------------------------------------------------------

    @admin.display(ordering="user__full_name")
    def person(self, membership: Membership) -> str:
        return str(membership.user)

    @admin.display(description="e-mail", ordering="user__email")
    def email(self, membership: Membership) -> str:
        return membership.user.email

    @admin.display(description="role", ordering="role")
    def role_badge(self, membership: Membership) -> SafeString:
        return draw_badge(membership.get_role_display(), ROLE_TONES[membership.role])

    @admin.display(description="account")
    def state(self, membership: Membership) -> SafeString:
        tone, word = "is-good", "active"
        if not membership.user.is_active:
            tone, word = "is-bad", "deactivated"
        elif not membership.user.has_usable_password():
            tone, word = "is-warning", "no password yet"
        return draw_badge(word, tone)

    @admin.display(description="member since")
    def since(self, membership: Membership) -> SafeString | str:
        return show_moment(membership.created_at)

    @admin.display(description="last sign-in", ordering="seen_at")
    def last_seen(self, membership: Any) -> SafeString | str:
        """Nothing where it is not the reader's to know, as if there were none."""
        return show_moment(membership.seen_at)
