"""Keeps scores from people who are to rate first, on the pages of the admin (`InterviewPanel.rates_blind`).

What is not shown is not in the page either, and cannot be found out by filters, sorting, history or files.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from interviewpanel.models import InterviewSession
from interviewpanel.selectors.blind_ratings import find_hidden_numbers, leave_out_hidden_scores
from organizations.admin.history_pages import HistoryPages
from organizations.admin.scope import get_reach

RATE_FIRST = "shown when you have rated the answer"


def list_hidden(request: HttpRequest, session: InterviewSession) -> frozenset[int]:
    """The numbers of the answers that this user has to rate first; asked once a request and session."""
    known = getattr(request, "_hidden_answers", {})
    if session.pk not in known:
        known[session.pk] = find_hidden_numbers(session, request.user.pk, get_reach(request))
        setattr(request, "_hidden_answers", known)  # noqa: B010 - the request is Django's, the name is ours
    return frozenset(known[session.pk])


class BlindScoresAdmin(ModelAdmin):
    """Of scores: rows of answers that are to be rated first are not there."""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return leave_out_hidden_scores(super().get_queryset(request), request.user.pk, get_reach(request))


class BlindSessionAdmin(HistoryPages):
    """Of interviews: a row that is looked at says whether it `hides_scores`; its history tells of overrides."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        session = super().get_object(request, object_id, from_field)
        if session is not None:
            session.hides_scores = bool(list_hidden(request, session))
        return session

    def may_read_history(self, request: HttpRequest, row: Any) -> bool:
        """Not before the answers are rated; nor are its lines anywhere else (selectors/blind_ratings.py)."""
        return super().may_read_history(request, row) and not row.hides_scores
