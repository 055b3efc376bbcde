"""Shared reports as lists show them, and what of an interview a link may play. Read by the admin and views."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from interviewpanel.models import CandidateRequest, Recording
from reports.models import ReportShare


def list_shares(session_id: int) -> QuerySet[ReportShare]:
    """The links to one interview's report, the newest first."""
    return ReportShare.objects.filter(session=session_id).select_related("created_by").order_by("-created_at", "-id")


def annotate_withdrawals(shares: QuerySet[ReportShare]) -> QuerySet[Any]:
    """Adds `has_withdrawn`: the candidate's withdrawal closes every link."""
    withdrawals = CandidateRequest.objects.filter(
        invitation=OuterRef("session__invitation"), kind=CandidateRequest.Kind.WITHDRAW
    )
    return shares.annotate(has_withdrawn=Exists(withdrawals))


def list_playable(session_id: int) -> frozenset[int]:
    """The numbers of the answers whose sound is joined: one query."""
    ready = Recording.objects.filter(session=session_id, work_status=Recording.WorkStatus.DONE, answer__isnull=False)
    return frozenset(ready.values_list("answer__number", flat=True))
