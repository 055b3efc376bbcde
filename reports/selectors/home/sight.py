"""`Sight`: what somebody sees of any table. Every selector of the home page cuts its rows by it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from interviewpanel.models import AnswerScore
from interviewpanel.selectors.blind_ratings import leave_out_hidden_interviews, leave_out_hidden_scores
from organizations.selectors import Reach
from reports.models import InterviewReport

Row = TypeVar("Row", bound=Model)
HIDES: Mapping[type[Model], Callable[..., QuerySet[Any]]] = {
    AnswerScore: leave_out_hidden_scores,
    InterviewReport: leave_out_hidden_interviews,
}


@dataclass(frozen=True)
class Sight:
    """`has_permission` is the user's; `reach` says in which organizations a permission counts."""

    user_id: int | None
    reach: Reach
    has_permission: Callable[[str], bool]

    def may(self, permission: str) -> bool:
        """Whether there is any organization where the user has the permission."""
        if not self.has_permission(permission):
            return False
        return self.reach.sees_all or bool(self.reach.list_organizations(permission))

    def cut(self, rows: QuerySet[Row], organization: str, permission: str) -> QuerySet[Row]:
        """Of these rows the user's, less what they have to rate first, as their lists do. `organization`: the path to
        it. Nothing, without a query, for who may not."""
        if not self.may(permission):
            return rows.none()
        if self.reach.sees_all:
            return rows
        own = rows.filter(**{f"{organization}__in": self.reach.list_organizations(permission)})
        leave_out = HIDES.get(rows.model)
        return own if leave_out is None else leave_out(own, self.user_id, self.reach)
