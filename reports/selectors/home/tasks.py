"""What waits for a person: how many of each kind, and since when the oldest waits."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

from interviewpanel.models import (
    AccommodationRequest,
    AnswerScore,
    CandidateRequest,
    InterviewPanelCandidate,
    InterviewSession,
)
from interviewpanel.selectors.decisions import filter_to_review, list_to_rate
from interviewpanel.selectors.waiting import (
    leave_out_trials,
    list_expired,
    list_expiring,
    list_for_person,
    list_open_accommodations,
    list_open_requests,
    list_undelivered,
    list_with_failures,
)
from organizations.models import WebhookEndpoint
from organizations.selectors import list_lost_endpoints
from reports.domain.home_figures import Waiting
from reports.selectors.home.sight import Sight

SEES_INTERVIEWS = "interviewpanel.view_interviewsession"
# When a link ends tells raters who was given more time: for those who send links only.
MAY_SEND = "interviewpanel.change_interviewpanelcandidate"


def count_tasks(sight: Sight, now: datetime) -> list[Waiting]:
    """Nine queries at most: what to decide and to rate, answers, links that end, that ended, that did not arrive,
    accommodations, requests, and for administrators endpoints that were switched off."""
    return [
        count_to_review(sight),
        count_to_rate(sight),
        count_for_person(sight),
        *count_links(sight, now),
        count_accommodations(sight),
        *count_requests(sight),
        count_webhooks(sight),
    ]


def count_to_review(sight: Sight) -> Waiting:
    """Interviews, which wait for a decision also where their report could not be made, or is hidden from the reader."""
    rows = sight.cut(InterviewSession.objects.all(), "organization", SEES_INTERVIEWS)
    return _count("review", filter_to_review(rows), "ended_at")


def count_to_rate(sight: Sight) -> Waiting:
    """Interviews of which the reader sees no score before they have rated."""
    if sight.reach.sees_all:
        return Waiting("rate", 0, None)
    return _count("rate", list_own_to_rate(sight), "ended_at")


def list_own_to_rate(sight: Sight) -> QuerySet[InterviewSession]:
    rows = sight.cut(InterviewSession.objects.all(), "organization", SEES_INTERVIEWS)
    return list_to_rate(rows, sight.user_id, sight.reach)


def list_to_decide(sight: Sight) -> QuerySet[InterviewSession]:
    """What waits for a decision in organizations where the reader may decide."""
    return filter_to_review(sight.cut(InterviewSession.objects.all(), "organization", "interviewpanel.add_decision"))


def count_for_person(sight: Sight) -> Waiting:
    rows = sight.cut(AnswerScore.objects.all(), "answer__session__organization", "interviewpanel.view_answerscore")
    return _count("person", list_for_person(rows), "finished_at")


def count_links(sight: Sight, now: datetime) -> list[Waiting]:
    """Of links `since` is when the first of them ends, or ended; of what did not arrive, when it was made."""
    rows = sight.cut(InterviewPanelCandidate.objects.all(), "organization", MAY_SEND)
    return [
        _count("expiring", list_expiring(rows, now), "expires_at"),
        _count("expired", list_expired(rows, now), "expires_at"),
        _count("undelivered", list_undelivered(rows, now), "created_at"),
    ]


def count_accommodations(sight: Sight) -> Waiting:
    rows = sight.cut(AccommodationRequest.objects.all(), "organization", "interviewpanel.view_accommodationrequest")
    return _count("accommodation", list_open_accommodations(rows), "asked_at")


def count_failed_interviews(sight: Sight, now: datetime) -> int:
    rows = sight.cut(InterviewSession.objects.all(), "organization", SEES_INTERVIEWS)
    return leave_out_trials(list_with_failures(rows, now), "invitation").count()


def count_requests(sight: Sight) -> list[Waiting]:
    """By what is asked for."""
    rows = sight.cut(CandidateRequest.objects.all(), "organization", "interviewpanel.view_candidaterequest")
    counts = list_open_requests(rows).order_by().values("kind").annotate(count=Count("pk"), since=Min("asked_at"))
    found = {row["kind"]: Waiting(row["kind"], row["count"], row["since"]) for row in counts}
    return [found.get(kind, Waiting(kind, 0, None)) for kind in CandidateRequest.Kind.values]


def count_webhooks(sight: Sight) -> Waiting:
    """Where events are not sent any more, since the other system failed."""
    permission = "organizations.change_webhookendpoint"
    if not sight.may(permission):
        return Waiting("webhook", 0, None)
    rows = sight.cut(WebhookEndpoint.objects.all(), "organization", permission)
    return _count("webhook", list_lost_endpoints(rows), "disabled_at")


def _count(kind: str, rows: QuerySet[Any], waits_since: str) -> Waiting:
    sums = rows.order_by().aggregate(count=Count("pk"), since=Min(waits_since))
    return Waiting(kind, sums["count"], sums["since"])
