"""Filters by a row of another table, found by typing: a list of thousands is no choice, and costs a query."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter  # noqa: TID251 - cut to the user's own rows below


class OwnAutocompleteFilter(AutocompleteSelectFilter):
    """Offers what the other table's admin shows this user; the theme's own names any row that an address asks for."""

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, model_admin: Any, field_path: str
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        other = model_admin.admin_site.get_model_admin(field.remote_field.model)
        self.own_rows = other.get_queryset(request)
        self.is_allowed = other.has_view_permission(request)

    def has_output(self) -> bool:
        return bool(self.is_allowed)

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            choice["form"].fields[self.lookup_kwarg].queryset = self.own_rows
            yield choice
