"""What may be asked of a list, and nothing else: a parameter that nobody reads is refused by its name, not passed over.

Named in settings.REST_FRAMEWORK.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend, OrderingFilter, SearchFilter, search_smart_split
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.generics import GenericAPIView

RANGE_ENDINGS = ("_after", "_before", "_min", "_max")
MOST_TOLD = 200
MOST_SEARCHED = 200  # characters
MOST_WORDS = 10  # each is looked for in every row


class KnownParameters(BaseFilterBackend):
    """A list that reads more of its address than filters and pages do says so by `more_parameters`."""

    def filter_queryset(self, request: Request, queryset: Any, view: "GenericAPIView[Any]") -> Any:
        if getattr(view, "action", "list") == "list":
            known = list_parameters(view)
            if unknown := sorted(set(request.query_params) - known):
                told = f"Nothing is asked by this name here, but by: {', '.join(sorted(known - {'format'}))}."
                raise ValidationError({name[:MOST_TOLD]: told for name in unknown})
        return queryset


def list_parameters(view: "GenericAPIView[Any]") -> set[str]:
    """Every name that something reads: the view's filters, its pages, whoever chooses the form of the answer."""
    names = {"format", *getattr(view, "more_parameters", ())}
    filterset = getattr(view, "filterset_class", None)
    for name, one in filterset.base_filters.items() if filterset else ():
        is_range = hasattr(one.field_class(), "fields")
        names |= {name + ending for ending in RANGE_ENDINGS} if is_range else {name}
    names |= {"search"} if getattr(view, "search_fields", None) else set()
    names |= {"ordering"} if getattr(view, "ordering_fields", None) else set()
    return names | ({"page", "page_size"} if view.paginator is not None else set())


def read_search(text: str) -> list[str]:
    """The words that are looked for. Raises ValidationError; whoever calls names the parameter."""
    if "\x00" in text:
        raise ValidationError("Null characters are not allowed.")
    words = search_smart_split(text) if len(text) <= MOST_SEARCHED else []
    if len(text) > MOST_SEARCHED or len(words) > MOST_WORDS:
        raise ValidationError(f"Search for at most {MOST_WORDS} words, of {MOST_SEARCHED} characters together.")
    return words


class BoundedSearch(SearchFilter):
    """A search of a page of words would hold a worker for a minute."""

    search_description = f"At most {MOST_WORDS} words; what has all of them is found."

    def get_search_terms(self, request: Request) -> list[str]:
        text = request.query_params.get(self.search_param, "")
        try:
            return read_search(text)
        except ValidationError as error:
            raise ValidationError({self.search_param: error.detail}) from error


class StrictOrdering(OrderingFilter):
    """By columns that the view names; another is refused, not passed over."""

    def remove_invalid_fields(
        self, queryset: Any, fields: Iterable[str], view: "GenericAPIView[Any]", request: Request
    ) -> list[str]:
        known = list(getattr(view, "ordering_fields", None) or ())
        asked = [field for field in fields if field]
        if wrong := [field for field in asked if field.removeprefix("-") not in known]:
            names = ", ".join(wrong)[:MOST_TOLD]
            told = f"Lists are not ordered by {names}, but by {', '.join(known)}; -name is backwards."
            raise ValidationError({self.ordering_param: told})
        if len(asked) > len(known):
            raise ValidationError({self.ordering_param: "A column is named twice. Name each at most once."})
        return asked

    def get_schema_operation_parameters(self, view: "GenericAPIView[Any]") -> list[dict[str, Any]]:
        names = list(getattr(view, "ordering_fields", None) or ())
        if not names:
            return []
        choices = [sign + name for name in names for sign in ("", "-")]
        return [
            {
                "name": self.ordering_param,
                "required": False,
                "in": "query",
                "description": "What the list is ordered by, with commas between; -name is backwards.",
                "schema": {"type": "array", "items": {"type": "string", "enum": choices}},
                "explode": False,
                "style": "form",
            }
        ]
