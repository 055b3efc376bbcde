"""Trials of the staff in the lists of what candidates do: left out, unless somebody asks for them.

Used by every list of invitations, interviews and what hangs on them, and by reports. A list says by `trial_path` how a
row knows that it is of a trial.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

TRIAL = "A trial: somebody of the organization tried the panel. It stands in no list, figure or statistic."


class TrialFilter(admin.SimpleListFilter):
    title = "trials"
    parameter_name = "trials"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.path = getattr(model_admin, "trial_path", "invitation__is_trial")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("only", "Trials only")]

    def choices(self, changelist: Any) -> Any:
        left_out, *others = super().choices(changelist)
        yield {**left_out, "display": "Left out"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(**{self.path: self.value() == "only"})


def warn_of_trial(request: HttpRequest, is_trial: bool) -> None:
    """Said on the page of what belongs to a trial."""
    if is_trial:
        messages.info(request, TRIAL)
