"""What those who rate must not learn: that a candidate was given more time, or has asked for anything.

Base of the admin pages that raters read (invitations.py, sessions.py). What is not shown must not be found out by
asking either: a list answers only questions that its own filters put. `sees_terms` says who is no rater.
"""

from typing import Any, ClassVar

from django.http import HttpRequest

from organizations.admin.scope import TenantAdmin, get_reach

PERMISSION = "interviewpanel.view_accommodationrequest"


def sees_terms(request: HttpRequest, organization_id: int) -> bool:
    """Whether the user's role in this organization is one that grants accommodations, or sees who was granted one."""
    return get_reach(request).may(PERMISSION, organization_id)


class OfferedLookupsAdmin(TenantAdmin):
    """A list that is narrowed by what it offers; by no other field that somebody may write into the address."""

    def is_offered(self, request: HttpRequest, lookup: str) -> bool:
        filters = [one[0] if isinstance(one, tuple) else one for one in self.get_list_filter(request)]
        # A filter of ours answers the question of its own name, and no other.
        if lookup in [getattr(one, "parameter_name", None) for one in filters]:
            return True
        offered = [one for one in (*filters, self.date_hierarchy, "id", "pk") if isinstance(one, str)]
        return any(lookup == name or lookup.startswith(f"{name}__") for name in offered)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return self.is_offered(request, lookup) and super().lookup_allowed(lookup, value, request)


class BlindedAdmin(OfferedLookupsAdmin):
    """`blinded_fields` are neither shown to raters, nor columns or filters of theirs."""

    blinded_fields: ClassVar[frozenset[Any]] = frozenset()

    def sees_all_terms(self, request: HttpRequest) -> bool:
        """Of every row of the list: who rates for one organization and recruits for another sees rows of both."""
        reach = get_reach(request)
        rated = reach.list_organizations(self.name_permission("view"))
        return reach.sees_all or set(rated) <= set(reach.list_organizations(PERMISSION))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if self.sees_all_terms(request):
            return super(OfferedLookupsAdmin, self).lookup_allowed(lookup, value, request)
        return super().lookup_allowed(lookup, value, request)

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        columns = super().get_list_display(request)
        if self.sees_all_terms(request):
            return columns
        return tuple(column for column in columns if column not in self.blinded_fields)

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        filters = tuple(super().get_list_filter(request))
        if self.sees_all_terms(request):
            return filters
        return tuple(one for one in filters if one not in self.blinded_fields)

    def leave_out(self, request: HttpRequest, row: Any, fieldsets: Any) -> Any:
        """The fieldsets of a row's page; for raters without what is blinded, and without what is empty then."""
        if sees_terms(request, row.organization_id):
            return fieldsets
        seen = (
            (title, {**options, "fields": tuple(one for one in options["fields"] if one not in self.blinded_fields)})
            for title, options in fieldsets
        )
        return tuple((title, options) for title, options in seen if options["fields"])
