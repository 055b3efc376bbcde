"""What those who rate must not learn: that a candidate was given more time, or has asked for anything.

Base of the admin pages that raters read (invitations.py, sessions.py). What is not shown must not be found out by
asking either: a list answers only questions that its own filters put. `sees_terms` says who is no rater.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from interviewpanel.selectors.watchers import TERMS_PERMISSION
from organizations.admin.scope import OfferedLookups, OfferedLookupsAdmin, get_reach


def sees_terms(request: HttpRequest, organization_id: int) -> bool:
    """Whether the user's role in this organization is one that grants accommodations, or sees who was granted one."""
    return get_reach(request).may(TERMS_PERMISSION, organization_id)


class TermsFilter(admin.SimpleListFilter):
    """A filter that tells what raters must not learn: not offered to them, and to who recruits for one organization
    and rates for another it answers for the first. `find` is given the rows of these and the value chosen."""

    def find(self, rows: QuerySet, value: str) -> QuerySet:
        raise NotImplementedError

    def offers(self) -> list[tuple[str, str]]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        reach = get_reach(request)
        is_rater = not reach.sees_all and not reach.list_organizations(TERMS_PERMISSION)
        return [] if is_rater else self.offers()

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value, reach = self.value(), get_reach(request)
        if value not in [name for name, _ in self.offers()]:
            return queryset
        if not reach.sees_all:
            queryset = queryset.filter(organization__in=reach.list_organizations(TERMS_PERMISSION))
        return self.find(queryset, str(value))


class BlindedAdmin(OfferedLookupsAdmin):
    """`blinded_fields` are neither shown to raters, nor columns or filters of theirs."""

    blinded_fields: ClassVar[frozenset[Any]] = frozenset()

    def sees_all_terms(self, request: HttpRequest) -> bool:
        """Of every row of the list: who rates for one organization and recruits for another sees rows of both."""
        reach = get_reach(request)
        rated = reach.list_organizations(self.name_permission("view"))
        return reach.sees_all or set(rated) <= set(reach.list_organizations(TERMS_PERMISSION))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if self.sees_all_terms(request):
            return super(OfferedLookups, self).lookup_allowed(lookup, value, request)
        return super().lookup_allowed(lookup, value, request)

    def may_read_history(self, request: HttpRequest, row: Any) -> bool:
        """It tells which accommodation was changed when, and why an interview was prolonged."""
        return sees_terms(request, row.organization_id) and super().may_read_history(request, row)

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
