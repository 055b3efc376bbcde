"""What lists are searched by besides what they show."""

from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When
from rest_framework.request import Request

from organizations.api.callers import get_reach

SEARCHED_EMAIL = "searched_email"  # among the view's `search_fields`
SEES_EMAIL = "organizations.view_candidate"


def search_email(request: Request, rows: QuerySet[Any], path: str) -> QuerySet[Any]:
    """Candidates' addresses as what is searched, where the caller may read them: who may not would find them out piece
    by piece. `path` leads to the address; the rows have an `organization`."""
    reach = get_reach(request)
    if reach.sees_all:
        return rows.alias(**{SEARCHED_EMAIL: F(path)})
    own = When(organization__in=reach.list_organizations(SEES_EMAIL), then=F(path))
    return rows.alias(**{SEARCHED_EMAIL: Case(own, default=Value(""), output_field=CharField())})
