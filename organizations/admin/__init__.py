"""Organizations, their members and their candidates in the admin; scope.py holds the base of every app's admin."""

from django.contrib import admin

from organizations.admin.api_keys import ApiKeyAdmin
from organizations.admin.candidates import CandidateAdmin
from organizations.admin.changes import ChangeAdmin
from organizations.admin.members import MembershipAdmin
from organizations.admin.membership_invitations import MembershipInvitationAdmin
from organizations.admin.message_texts import MessageTemplateAdmin
from organizations.admin.messages import MessageAdmin
from organizations.admin.organizations import OrganizationAdmin
from organizations.admin.scope import RecordedAdmin, RecordedInline, TenantAdmin, TenantInline, get_reach
from organizations.admin.tables import NOTHING
from organizations.admin.users import UserAdmin
from organizations.admin.webhook_deliveries import WebhookDeliveryAdmin
from organizations.admin.webhooks import WebhookEndpointAdmin

admin.site.enable_nav_sidebar = True
admin.site.index_title = "Home"
admin.site.empty_value_display = NOTHING

__all__ = [
    "ApiKeyAdmin",
    "CandidateAdmin",
    "ChangeAdmin",
    "MembershipAdmin",
    "MembershipInvitationAdmin",
    "MessageAdmin",
    "MessageTemplateAdmin",
    "OrganizationAdmin",
    "RecordedAdmin",
    "RecordedInline",
    "TenantAdmin",
    "TenantInline",
    "UserAdmin",
    "WebhookDeliveryAdmin",
    "WebhookEndpointAdmin",
    "get_reach",
]
