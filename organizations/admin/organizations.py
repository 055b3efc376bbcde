"""An organization with its members."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from organizations.admin.scope import TenantAdmin, TenantInline, get_reach
from organizations.models import Membership, Organization
from organizations.services.members import RoleMissing, add_member, add_member_by_email, remove_member

PASSWORD_HINT = "Somebody new is added without a password; a superadmin sets the first one."  # noqa: S105 - no password


class MemberForm(forms.ModelForm):
    """A member is named by e-mail address: so nobody is offered a list of the people of other organizations."""

    email = forms.EmailField(label="E-mail", help_text=PASSWORD_HINT)

    class Meta:
        model = Membership
        fields = ("role",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "email" in self.fields:
            self.fields["email"].initial = self.instance.user.email
            self.fields["email"].disabled = True

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class MemberFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        forms_left = [form for form in self.forms if form.has_changed() or form.instance.pk]
        emails = [form.cleaned_data["email"] for form in forms_left if form.cleaned_data.get("email")]
        twice = sorted({email for email in emails if emails.count(email) > 1})
        if twice:
            raise forms.ValidationError(f"{twice[0]} is here twice. Change the role in the row that is there already.")


class MembershipInline(TenantInline, TabularInline):
    model = Membership
    form = MemberForm
    formset = MemberFormSet
    fields = ("email", "role", "created_at")
    readonly_fields = ("created_at",)
    extra = 0
    verbose_name = "member"
    verbose_name_plural = "members"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("user", "organization").order_by("user__email")


@admin.register(Organization)
class OrganizationAdmin(TenantAdmin):
    tenant_path = "pk"
    inlines = (MembershipInline,)
    list_display = ("name", "member_count", "contact_email", "time_zone", "created_at")
    search_fields = ("name", "slug")
    date_hierarchy = "created_at"
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("uuid", "created_at")
    fieldsets = (
        (None, {"fields": ("name", "slug", "contact_email", "time_zone", "retention_days", "reminder_hours")}),
        (
            "What candidates see",
            {"fields": ("logo", "primary_colour"), "description": "Shown in the interview and on the scorecard."},
        ),
        ("Record", {"fields": ("uuid", "created_at"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows: QuerySet = super().get_queryset(request).annotate(members=Count("memberships"))
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The slug is unique among all organizations: who could try others would learn which are taken."""
        own = tuple(super().get_readonly_fields(request, obj))
        return own if get_reach(request).sees_all else (*own, "slug")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        return {"slug": ("name",)} if obj is None else {}

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Memberships go through their service, which keeps groups and sign-in in step."""
        formset.save(commit=False)
        formset.new_objects = []
        try:
            self._save_members(form.instance, formset)
        except RoleMissing as error:
            messages.error(request, f"The members were not saved. {error}")

    def _save_members(self, organization: Organization, formset: Any) -> None:
        for membership in formset.deleted_objects:
            remove_member(organization, membership.user)
        for membership, _ in formset.changed_objects:
            add_member(organization, membership.user, membership.role)
        added = [form.cleaned_data for form in formset.extra_forms if form.has_changed() and form.instance.role]
        wanted = [data for data in added if not data.get("DELETE")]
        # The history names what was added, which the formset itself cannot make: it knows no user.
        formset.new_objects = [add_member_by_email(organization, data["email"], data["role"]) for data in wanted]

    @admin.display(ordering="members", description="members")
    def member_count(self, organization: Any) -> int:
        return int(organization.members)
