"""Organizations, their members and their candidates in the admin; scope.py holds the base of every app's admin."""

from organizations.admin.organizations import CandidateAdmin, OrganizationAdmin
from organizations.admin.scope import RecordedAdmin, RecordedInline, TenantAdmin, TenantInline, get_reach

__all__ = [
    "CandidateAdmin",
    "OrganizationAdmin",
    "RecordedAdmin",
    "RecordedInline",
    "TenantAdmin",
    "TenantInline",
    "get_reach",
]
