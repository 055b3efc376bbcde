"""Invitations as other systems are told of them. Read by the API.

Trials and what was erased are not there. The number of queries does not depend on how many are read.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from interviewpanel.domain.link_acts import LinkState
from interviewpanel.models import InterviewPanelCandidate, InterviewSession
from interviewpanel.selectors.blind_ratings import has_hidden_scores
from interviewpanel.selectors.link_facts import annotate_last_message, annotate_link_facts
from organizations.selectors import Reach

MOST_MESSAGES = 50  # of one invitation, the newest


def list_told() -> QuerySet[Any]:
    """With their panel, candidate, organization, link facts, last message and last session."""
    rows = InterviewPanelCandidate.objects.filter(is_trial=False, erased_at__isnull=True)
    rows = annotate_last_message(annotate_link_facts(rows.select_related("panel", "candidate", "organization")))
    last = InterviewSession.objects.filter(invitation=OuterRef("pk")).order_by("-id")
    told: QuerySet[Any] = rows.annotate(
        session_uuid=Subquery(last.values("uuid")[:1]), session_status=Subquery(last.values("status")[:1])
    )
    return told


_UNUSED = Q(revoked_at=None, has_begun=False)
_ENDED = Q(revoked_at__isnull=False, is_over=False)
STATES: Mapping[LinkState, Callable[[datetime], Q]] = {
    LinkState.WAITING: lambda now: _UNUSED & Q(expires_at__gt=now),
    LinkState.EXPIRED: lambda now: _UNUSED & Q(expires_at__lte=now),
    LinkState.BEGUN: lambda now: Q(revoked_at=None, has_begun=True, is_over=False),
    LinkState.OVER: lambda now: Q(is_over=True),
    LinkState.REVOKED: lambda now: _ENDED & Q(has_withdrawn=False),
    LinkState.WITHDRAWN: lambda now: _ENDED & Q(has_withdrawn=True),
}


def filter_state(rows: QuerySet[Any], state: str, now: datetime) -> QuerySet[Any]:
    """Of `list_told`: those whose state `name_state` calls so."""
    return rows.filter(STATES[LinkState(state)](now))


def hides_link(invitation: InterviewPanelCandidate, user_id: int | None, reach: Reach) -> bool:
    """Whether this reader is to rate an answer first: behind the link everything is told that was measured."""
    session = invitation.sessions.filter(started_at__isnull=False).last()
    return session is not None and has_hidden_scores(session, user_id, reach)
