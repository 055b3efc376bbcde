"""An organization. Its members have a page of their own (members.py)."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from organizations.admin.scope import TenantAdmin, get_reach
from organizations.models import Organization

SET_BY_SITE = ("monthly_tokens", "interview_limit", "interview_share")


@admin.register(Organization)
class OrganizationAdmin(TenantAdmin):
    tenant_path = "pk"
    reasoned_fields = ("retention_days", "recording_days")  # what candidates are promised
    list_display = ("name", "member_count", "contact_email", "time_zone", "created_at")
    search_fields = ("name", "slug")
    date_hierarchy = "created_at"
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("members_link", "uuid", "created_at")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("name", "slug", "members_link", "contact_email", "time_zone"),
                    *("retention_days", "recording_days", "reminder_hours", "summarises_resumes", "monthly_tokens"),
                    *("interview_limit", "interview_share"),
                )
            },
        ),
        (
            "Phone calls",
            {
                "fields": ("calling_opens", "calling_closes", "calling_days", "calling_prefixes"),
                "description": "Calling hours are those of the candidate's own clock.",
                "classes": ("collapse",),
            },
        ),
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
        """The slug is unique among all organizations: who could try others would learn which are taken. The budget of
        language models is set by who pays for them, and so are places and shares of them."""
        own = tuple(super().get_readonly_fields(request, obj))
        return own if get_reach(request).sees_all else (*own, "slug", *SET_BY_SITE)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        return {"slug": ("name",)} if obj is None else {}

    @admin.display(ordering="members", description="members")
    def member_count(self, organization: Any) -> int:
        return int(organization.members)

    @admin.display(description="members")
    def members_link(self, organization: Any) -> SafeString | str:
        if organization.pk is None:
            return "Save the organization, then add its members."
        page = reverse("admin:organizations_membership_changelist")
        said = "1 member" if organization.members == 1 else f"{organization.members} members"
        return format_html(
            '<a class="desk-link" href="{}?organization__id__exact={}">{}</a>', page, organization.pk, said
        )
